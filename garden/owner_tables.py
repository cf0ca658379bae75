"""What the owner is known by in the work that is read."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from garden.vocabulary import IdentityKind, choices


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
