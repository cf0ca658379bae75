"""The tables of the live outbox: its events, how far each reaction has read them, and replies kept for repeats."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from garden.vocabulary import EventType, choices


class GardenEvent(models.Model):
    """One row of the live outbox. Its id is the `seq` that clients resume from."""

    seq = models.BigAutoField(primary_key=True)
    event_type = models.CharField(max_length=40, choices=choices(EventType))
    source = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, blank=True, db_default="", help_text="Whom it is about.")
    data = models.JSONField(default=dict)
    timestamp = models.DateTimeField(default=timezone.now)
    alters_state = models.BooleanField(
        default=True, db_default=True, editable=False, help_text="Whether the garden has another answer after it."
    )
    rewrites = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="Whether older events were changed along with it."
    )

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["timestamp"], name="gardenevent_time"),
            # Not of those with a subject alone: SQLite cannot tell of a parameter that it is one.
            models.Index(fields=["subject", "seq"], name="gardenevent_subject_seq"),
            models.Index(fields=["event_type", "seq"], name="gardenevent_type_seq"),
            models.Index(fields=["seq"], condition=models.Q(alters_state=True), name="gardenevent_altering"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.event_type}"

    def envelope(self) -> dict[str, Any]:
        """What every socket and `GET events/` carry."""
        return {
            "seq": self.seq,
            "event_type": self.event_type,
            "timestamp": self.timestamp.isoformat().replace("+00:00", "Z"),
            "source": self.source,
            "data": self.data,
        }


class EventTotal(models.Model):
    """How often one thing was published, for `/metrics`: events are pruned and blanked, and their number only rises."""

    event_type = models.CharField(max_length=40, choices=choices(EventType))
    what = models.CharField(max_length=60, help_text="What its kind is told apart by: a weather, from and to a stage.")
    times = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_type", "what"], name="eventtotal_once")]

    def __str__(self) -> str:
        return f"{self.event_type} {self.what}: {self.times}"


class ReactionCursor(models.Model):
    """How far a reaction has read the outbox."""

    reaction = models.CharField(max_length=40, unique=True)
    seq = models.BigIntegerField(default=0, help_text="The last event it has read.")

    def __str__(self) -> str:
        return f"{self.reaction} {self.seq}"


class ReactionFailure(models.Model):
    """An event that a reaction could not deal with. It is tried again, and at last set aside for the owner."""

    reaction = models.CharField(max_length=40)
    event = models.ForeignKey(GardenEvent, on_delete=models.CASCADE, related_name="failures")
    attempts = models.PositiveSmallIntegerField(default=1)
    next_attempt_at = models.DateTimeField()
    error = models.TextField(help_text="What the last attempt ended with.")
    set_aside_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reaction", "event"], name="reactionfailure_once")]

    def __str__(self) -> str:
        return f"{self.reaction} {self.event_id}"


class IdempotentReply(models.Model):
    """The first answer to an `Idempotency-Key`, so that a repeated request gets the same one."""

    key = models.CharField(max_length=200)
    scope = models.CharField(max_length=120, help_text="The endpoint and the caller it belongs to.")
    request_hash = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "idempotent replies"
        constraints = [models.UniqueConstraint(fields=["key", "scope"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_time")]

    def __str__(self) -> str:
        return self.key
