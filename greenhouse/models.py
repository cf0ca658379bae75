"""What the processes of a greenhouse know of each other: who keeps the schedule, and how its tasks go."""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """A duty that one process at a time has. It passes on when it is not renewed. Times are the database's own."""

    name = models.CharField(max_length=40, unique=True)
    holder = models.CharField(max_length=200, help_text="Host, process and a random word.")
    renewed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"


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
