"""What the owner is known by in the work that is read, and what they announced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models
from django.utils import timezone

from garden.vocabulary import AnnouncementLevel, IdentityKind, choices

if TYPE_CHECKING:
    from datetime import datetime


class OwnerIdentity(models.Model):
    """A name, a login or an address that the owner's work carries. Of an address a keyed hash is kept."""

    kind = models.CharField(max_length=10, choices=choices(IdentityKind))
    value = models.CharField(max_length=200, help_text="In small letters; of an address its keyed hash.")
    hint = models.CharField(max_length=200, help_text="As the owner wrote it; of an address what tells it from others.")
    source = models.CharField(max_length=40, default="owner", help_text="Who said so: the owner, settings, an account.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "hint"]
        verbose_name = "identity of the owner"
        verbose_name_plural = "identities of the owner"
        constraints = [models.UniqueConstraint(fields=["kind", "value", "source"], name="owneridentity_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.hint}"


class Announcement(models.Model):
    """What the owner announced, as the console lists it: everybody reads the newest that holds from the outbox."""

    LONGEST: Final = 300  # characters: it is a note, not a post

    message = models.CharField(max_length=LONGEST)
    level = models.CharField(max_length=10, choices=choices(AnnouncementLevel), default=AnnouncementLevel.INFO)
    said_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True, help_text="When it ends by itself.")
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was taken back, or another took its place, before its end."
    )

    class Meta:
        ordering = ["-said_at", "-pk"]

    def __str__(self) -> str:
        return self.message

    def holds(self, now: datetime) -> bool:
        """Whether everybody still reads it."""
        return self.ended_at is None and (self.until is None or now < self.until)
