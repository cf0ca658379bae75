"""Who visits, as far as we care to know: a salt of the day and nothing else yet."""

from __future__ import annotations

from django.db import models


class DailySalt(models.Model):
    """The random salt of one UTC day. Deleted after 48 hours, and with it every way back to an address."""

    day = models.DateField(unique=True)
    salt = models.BinaryField()

    def __str__(self) -> str:
        return self.day.isoformat()
