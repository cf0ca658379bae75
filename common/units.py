"""What every measure between 0 and 1 has in common: how a form checks it, and how the database holds it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

unit_interval = [MinValueValidator(0.0), MaxValueValidator(1.0)]


def within_unit(field: str) -> models.Q:
    """The condition that `field` lies between 0 and 1."""
    return models.Q(**{f"{field}__gte": 0.0, f"{field}__lte": 1.0})
