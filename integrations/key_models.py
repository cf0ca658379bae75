"""The keys that others show here: scripts, dashboards, editors, players. Only a digest of each is kept."""

from __future__ import annotations

from django.db import models

SHOWN_LENGTH = 8  # characters of a key that are kept readable, to tell keys apart


class Intake(models.TextChoices):
    """What may be reported here by whoever shows a key."""

    HEARTBEATS = "heartbeats", "Editors"
    LISTENS = "listens", "Players"


class ApiKey(models.Model):
    """A key of the owner's: what it opens, and until when."""

    label = models.CharField(max_length=100, help_text="What it is for: a machine, a script, a dashboard.")
    scopes = models.JSONField(default=list, help_text="Words of `common.permissions.Scope`.")
    intake = models.CharField(
        max_length=20, choices=Intake.choices, blank=True, help_text="Of `intake`, the one kind that it opens, if one."
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    shown = models.CharField(max_length=16, editable=False, help_text="Its first characters, to tell keys apart.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="It opens nothing from then on.")
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.label} ({self.shown})"
