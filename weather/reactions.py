"""What the weather makes of what happens in the garden."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from garden.models import Project
from weather import services

if TYPE_CHECKING:
    from garden.models import GardenEvent


def storm(*, event: GardenEvent, now: datetime) -> None:
    """Let a push of many commits of the owner's be a storm.

    What a sync or an import found makes none, nor does a hidden plant.
    """
    arrived_at = event.data.get("arrived_at")
    if arrived_at and Project.objects.shown().filter(pk=event.data["project_id"]).exists():
        commits = event.data.get("owner_commits", event.data["commit_count"])  # events of before say the one only
        services.storm(commits=commits, arrived_at=datetime.fromisoformat(arrived_at), now=now)
