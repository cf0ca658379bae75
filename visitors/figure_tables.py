"""What the figures keep besides the counts: which days are counted, and what the owner wants to know."""

from __future__ import annotations

from django.db import models


class CountedDay(models.Model):
    """A UTC day that was counted, and what of it was: where that changed since, it is counted anew."""

    day = models.DateField(primary_key=True)
    until = models.DateTimeField(help_text="Visits that began before this are counted.")
    fingerprint = models.CharField(max_length=64, help_text="Of the visits that were counted.")
    closed = models.BooleanField(
        default=False, db_index=True, help_text="Its raw rows may go: it stands as it was counted."
    )

    def __str__(self) -> str:
        return self.day.isoformat()
