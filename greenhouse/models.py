"""What the processes of a greenhouse know of each other: who keeps the schedule, and how its tasks go."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Lease(models.Model):
    """A duty that one process at a time has. It passes on when it is not renewed. Times are the database's own."""

    name = models.CharField(max_length=40, unique=True)
    holder = models.CharField(max_length=200, help_text="Host, process and a random word.")
    renewed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"


class TokensEnded(models.Model):
    """When the tokens of an account last ended; those hold that name this moment (`web/tokens.py`)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    ended_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user)


class TaskHealth(models.Model):
    """How a task goes, whichever process runs it."""

    task = models.CharField(max_length=200, unique=True, help_text="Its name in the code.")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(default=0.0, help_text="What the last run took.")
    failures_in_a_row = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, help_text="What the last failure was, in plain words.")
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "task health"

    def __str__(self) -> str:
        return self.task


class PassedStep(models.Model):
    """One of the first steps that the owner went on from, done or not."""

    step = models.SlugField(max_length=20, unique=True)
    passed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.step


class TaskRun(models.Model):
    """A run of a task as history has it: every failure, and the good ones as far as they tell anything new."""

    task = models.CharField(max_length=200)
    ended_at = models.DateTimeField()
    seconds = models.FloatField()
    error = models.TextField(blank=True, help_text="Empty where it went well.")

    class Meta:
        indexes = [models.Index(fields=["task", "-ended_at"], name="taskrun_newest")]

    def __str__(self) -> str:
        return self.task


class HookForm(models.TextChoices):
    """The form in which a hook takes a message."""

    NTFY = "ntfy", "ntfy"
    GOTIFY = "gotify", "Gotify"
    SLACK = "slack", "Slack, Mattermost"
    DISCORD = "discord", "Discord"


class MessageSettings(models.Model):
    """Where the greenhouse writes to its owner, and about what. One row; without an address nothing is written."""

    THE_ONE: ClassVar = 1

    mail_to = models.EmailField("mail to", blank=True)
    hook_form = models.CharField("hook of", max_length=10, choices=HookForm.choices, default=HookForm.NTFY)
    hook_encrypted = models.BinaryField(null=True, blank=True, editable=False)  # its address is a key
    broken = models.BooleanField("something broke, and works again", default=True)
    seed = models.BooleanField("a seed waits", default=True)
    spike = models.BooleanField("far more visits than usual", default=True)
    week = models.BooleanField("the week in short, on Mondays", default=True)

    class Meta:
        verbose_name = "messages to you"
        verbose_name_plural = "messages to you"

    def __str__(self) -> str:
        return "Messages to you"


class OpenTrouble(models.Model):
    """Something that the owner was told is broken, until it works again."""

    name = models.CharField(max_length=200, unique=True)
    title = models.CharField(max_length=300)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Delivery(models.TextChoices):
    """How far a message is."""

    WAITING = "waiting", "waiting"
    SENDING = "sending", "being sent, or may have arrived"
    SENT = "sent", "sent"
    GIVEN_UP = "given_up", "given up"


class OwnerMessage(models.Model):
    """One message on one way to the owner. The same thing is written about once."""

    key = models.CharField(max_length=200, help_text="What it is about.")
    channel = models.CharField(max_length=10)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)
    status = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "message"
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["key", "channel"], name="ownermessage_once")]

    def __str__(self) -> str:
        return self.title
