"""What the outside world told us, how asking it went, and what it takes to ask again."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from common.clock import local_words
from common.text import path_text
from garden.models import Project
from integrations.crypto import decrypt, encrypt
from integrations.key_models import ApiKey as ApiKey  # told on: models are looked for here
from integrations.key_models import Intake as Intake
from integrations.outgoing_tables import CachedResponse as CachedResponse
from integrations.outgoing_tables import OutgoingEndpoint as OutgoingEndpoint
from integrations.outgoing_tables import OutgoingLimit as OutgoingLimit
from integrations.problems import UNREACHED

LONGEST_URI = 2000  # characters


class Account(models.Model):
    """The owner's account with one provider. The token is kept encrypted and never shown again."""

    provider = models.CharField(max_length=40, unique=True)
    username = models.CharField(max_length=100, blank=True)
    token_encrypted = models.BinaryField(null=True, blank=True, editable=False)
    refresh_token_encrypted = models.BinaryField(null=True, blank=True, editable=False)
    token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    needs_reconnect = models.BooleanField(
        default=False, editable=False, help_text="The service ended the connection; only the owner can renew it."
    )
    enabled = models.BooleanField(default=True)
    connected_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.provider} {self.username}".strip()

    @property
    def has_token(self) -> bool:
        """Whether a token is stored, without opening it."""
        return bool(self.token_encrypted)

    @property
    def token(self) -> str:
        """The token in clear, or an empty string. Raises `CredentialUnreadable` when no key opens it."""
        return decrypt(bytes(self.token_encrypted)) if self.token_encrypted else ""

    @token.setter
    def token(self, clear: str) -> None:
        self.token_encrypted = encrypt(clear) if clear else None

    @property
    def refresh_token(self) -> str:
        """What a new token is asked for with, or an empty string. Raises `CredentialUnreadable`."""
        return decrypt(bytes(self.refresh_token_encrypted)) if self.refresh_token_encrypted else ""

    @refresh_token.setter
    def refresh_token(self, clear: str) -> None:
        self.refresh_token_encrypted = encrypt(clear) if clear else None


class SyncStatus(models.TextChoices):
    """How far a run has come."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    PARTIAL = "partial", "Partly succeeded"
    FAILED = "failed", "Failed"


class SyncTrigger(models.TextChoices):
    """Who asked for a run."""

    SCHEDULE = "schedule", "Schedule"
    OWNER = "owner", "Owner"
    COMMAND = "command", "Command line"


NEARLY = 99  # percent, of what is not done yet


class SyncRun(models.Model):
    """One attempt to bring in what a provider knows: counts, and errors in plain words with their fix."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.CharField(max_length=40)
    trigger = models.CharField(max_length=20, choices=SyncTrigger.choices)
    status = models.CharField(max_length=20, choices=SyncStatus.choices, default=SyncStatus.QUEUED)
    subject = models.CharField(max_length=300, blank=True, help_text="What it is about: an account, a path, a plant.")
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, null=True, blank=True, help_text="The one plant that it is about, if it is."
    )
    requested_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True, help_text="Last sign of life of a running run.")
    ended_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0, help_text="Steps done so far.")
    total = models.PositiveIntegerField(default=0, help_text="Steps expected; 0 where unknown.")
    step = models.CharField(max_length=200, blank=True, help_text="What it is doing now.")
    counts = models.JSONField(default=dict, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.TextField(blank=True, help_text="What happened, in plain words.")
    fix = models.TextField(blank=True, help_text="What to do about it.")
    next_run_at = models.DateTimeField(null=True, blank=True)
    let_go = models.BooleanField(default=False, help_text="It did not go well, and the owner leaves it at that.")

    furthest = 0.0  # share of its total that it has told of, in the process that works on it

    class Meta:
        ordering = ["-requested_at"]
        indexes = [
            models.Index(fields=["provider", "-requested_at"], name="syncrun_provider"),
            models.Index(fields=["provider", "subject", "-requested_at"], name="syncrun_newest"),
            models.Index(fields=["status"], name="syncrun_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "subject"], condition=models.Q(status="running"), name="syncrun_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.get_status_display()}"

    @property
    def is_troubled(self) -> bool:
        """Whether it did not go well, and still waits for the owner's word."""
        return self.status in (SyncStatus.FAILED, SyncStatus.PARTIAL) and not self.let_go

    @property
    def is_unreached(self) -> bool:
        """Whether it failed because nobody answered, which passes by itself."""
        return self.status == SyncStatus.FAILED and self.error_code in UNREACHED

    @property
    def percent(self) -> int | None:
        """0–100, or `None` where the total is unknown. All of it is done once it succeeded, and not before."""
        if self.status == SyncStatus.SUCCEEDED:
            return 100
        return min(NEARLY, 100 * self.done // self.total) if self.total else None


class PlantAs(models.TextChoices):
    """How a repository is planted."""

    PUBLIC = "public", "Public"
    UNLISTED = "unlisted", "Unlisted"
    ANONYMOUS = "anonymous", "Anonymous"
    LEAVE_OUT = "leave_out", "Leave out"


class OfferedRepository(models.Model):
    """A repository that an account shows, and how its owner wants it planted. Of a plant, its visibility says that."""

    provider = models.CharField(max_length=40, editable=False)
    external_id = models.CharField(max_length=100, editable=False, help_text="What the service knows it by.")
    name = models.CharField(max_length=255, editable=False)
    account = models.CharField(max_length=100, editable=False, help_text="Whose it is.")
    description = models.TextField(blank=True, editable=False)
    language = models.CharField(max_length=100, blank=True, editable=False)
    is_private = models.BooleanField(default=False, editable=False)
    is_fork = models.BooleanField(default=False, editable=False)
    is_archived = models.BooleanField(default=False, editable=False)
    pushed_at = models.DateTimeField(null=True, blank=True, editable=False)
    seen_at = models.DateTimeField(editable=False)
    plant_as = models.CharField("plant it", max_length=20, choices=PlantAs.choices, default=PlantAs.LEAVE_OUT)
    decided = models.BooleanField(default=False, editable=False, help_text="The owner chose, or let it stand.")

    class Meta:
        ordering = ["-pushed_at", "name"]
        verbose_name_plural = "repositories"
        verbose_name = "repository"
        constraints = [models.UniqueConstraint(fields=["provider", "external_id"], name="offeredrepository_once")]

    def __str__(self) -> str:
        return self.name


class SourceSchedule(models.Model):
    """Whether and how often the schedule asks a provider, as the owner wants it. One row each."""

    provider = models.CharField(max_length=40, unique=True, editable=False)
    enabled = models.BooleanField(default=True, help_text="Off, it is asked only when you ask for a sync.")
    minutes = models.PositiveIntegerField(
        "every so many minutes",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Empty: as often as it suggests itself.",
    )
    plants_new = models.BooleanField(
        default=True, help_text="Once you chose what to plant: whether a new repository of your own becomes a plant."
    )

    class Meta:
        ordering = ["provider"]

    def __str__(self) -> str:
        return self.provider

    @property
    def every(self) -> timedelta | None:
        """The owner's own interval, or `None`."""
        return timedelta(minutes=self.minutes) if self.minutes else None


class DeliveryStatus(models.TextChoices):
    """What became of a webhook delivery."""

    RECEIVED = "received", "Received"
    PROCESSED = "processed", "Processed"
    IGNORED = "ignored", "Nothing to do"
    FAILED = "failed", "Failed"


class WebhookDelivery(models.Model):
    """The inbox: a verified delivery as it came, answered at once and worked on after."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.CharField(max_length=40)
    delivery_id = models.CharField(max_length=200)
    event = models.CharField(max_length=60)
    content_type = models.CharField(max_length=100)
    body = models.BinaryField(help_text="The bytes that were signed.")
    status = models.CharField(max_length=20, choices=DeliveryStatus.choices, default=DeliveryStatus.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["status", "next_attempt_at"], name="delivery_pending")]
        constraints = [models.UniqueConstraint(fields=["provider", "delivery_id"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event} {self.delivery_id}"


class SourceNotes(models.Model):
    """What a provider remembers that is about no project, such as a door that the service closed to it."""

    provider = models.CharField(max_length=40, unique=True)
    state = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "source notes"

    def __str__(self) -> str:
        return self.provider


class WatchedPath(models.Model):
    """A repository on this machine whose news are read, or a folder in which new ones are found: the owner's alone."""

    uri = models.CharField(
        max_length=LONGEST_URI, unique=True, help_text="As a file URI, which holds names of any encoding."
    )
    is_folder = models.BooleanField(default=False)
    folder = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="repositories", help_text="Found in it."
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.SET_NULL, related_name="watched_paths", verbose_name="plant"
    )
    wanted = models.BooleanField(
        null=True, help_text="Whether the owner wants it planted; null: where something in it is the owner's work."
    )
    private = models.BooleanField(default=False, help_text="What is found in it is planted out of sight.")
    mine = models.BooleanField(default=False, help_text="What is found in it grows from the owner's commits alone.")
    state = models.JSONField(default=dict, help_text="How far it was read.")
    trouble = models.TextField(blank=True, help_text="Why it could not be read, in plain words.")
    added_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True, help_text="When something new was last read in it.")

    class Meta:
        ordering = ["uri"]

    def __str__(self) -> str:
        return path_text(self.path)

    @property
    def path(self) -> Path:
        """Where it is, absolute."""
        return Path(os.fsdecode(unquote_to_bytes(urlsplit(self.uri).path)))


class CodingSource(models.TextChoices):
    """Who saw the owner at work."""

    HEARTBEATS = "heartbeats", "Editors"
    WAKATIME = "wakatime", "WakaTime"
    DEMO = "demo", "Demonstration"  # invented (`ENABLE_MOCK_DATA`); removed with it


class CodingName(models.Model):
    """What editors call a project, and the plant that it is."""

    name = models.CharField(max_length=200, help_text="As the editor writes it; empty for work outside of any project.")
    key = models.CharField(max_length=200, unique=True, editable=False, help_text="The name, whatever its case.")
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.SET_NULL, related_name="coding_names", verbose_name="plant"
    )
    decided = models.BooleanField(default=False, help_text="The owner said which plant it is, or that it is none.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name or "No project"


class Heartbeat(models.Model):
    """One moment in an editor: when and about what, never where on which machine. Kept for some weeks."""

    at = models.DateTimeField()
    project = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=60, blank=True)
    editor = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["at", "project", "language", "category", "editor"], name="heartbeat_once")
        ]

    def __str__(self) -> str:
        return f"{self.project} at {local_words(self.at, 'j F Y, H:i:s')}"


class UnsettledDay(models.Model):
    """A day that got heartbeats since its time was last worked out. One row an arrival: they never wait for another."""

    day = models.DateField(db_index=True)

    def __str__(self) -> str:
        return self.day.isoformat()


class CodingTime(models.Model):
    """Seconds that one source saw on one day, by all that is known about them."""

    source = models.CharField(max_length=20, choices=CodingSource.choices)
    day = models.DateField(help_text="In the owner's time zone.")
    name = models.ForeignKey(CodingName, on_delete=models.CASCADE, related_name="times")
    language = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=60, blank=True)
    editor = models.CharField(max_length=60, blank=True)
    operating_system = models.CharField(max_length=60, blank=True, help_text="Only WakaTime says it.")
    seconds = models.FloatField()
    last_at = models.DateTimeField(null=True, blank=True)
    sealed = models.BooleanField(default=False, help_text="Its heartbeats are deleted; it can grow, but not shrink.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "source", "name", "language", "category", "editor", "operating_system"],
                name="codingtime_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.language} {self.seconds:.0f} s"
