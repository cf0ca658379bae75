"""What the sky of skills makes of what happens in the garden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills import services

if TYPE_CHECKING:
    from datetime import datetime

    from garden.models import GardenEvent


def resync(*, event: GardenEvent, now: datetime) -> None:
    """Work the skills out again after projects came, changed or grew."""
    services.sync_from_projects(now=now)


def resync_at_once(*, now: datetime, **_signal: object) -> None:
    """Take the skills of a project off the site together with it (`garden.signals.left_public`)."""
    services.sync_from_projects(now=now)
