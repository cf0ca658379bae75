"""The outbox: one row an event, written in the transaction of the change it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from garden import live
from garden.locks import advisory_lock
from garden.models import GardenEvent, Project
from garden.vocabulary import EventType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

GROWTH_ANIMATION_MS = 3000  # how long a plant takes to grow on screen
BLOOM_MS = 30_000  # a successful deployment
CONCERN_MS = 10_000  # a failed one
CONCERN_LEVEL = 0.6
_COMMIT_ORDER_LOCK = 0x6A72656E  # any number; the same in every process


def publish(
    event_type: EventType, data: Mapping[str, Any], *, source: str, now: datetime, rewrites: bool = False
) -> GardenEvent:
    """Append one event and wake the hubs once the transaction commits.

    Must run inside the transaction of the change. `rewrites` where rows of the past were changed in it: hubs keep them
    in memory, and read all of them anew.
    """
    lock_sequence()
    event = GardenEvent.objects.create(
        event_type=event_type, source=source, data=dict(data), timestamp=now, rewrites=rewrites
    )
    transaction.on_commit(live.wake)
    return event


def lock_sequence() -> None:
    """Let no other transaction publish until this one ends.

    That makes the order of commits the order of `seq`, so that a reader who remembers the highest `seq` misses nothing.
    One who decides on what was told before, or on what may be told, asks for it first.
    """
    advisory_lock(_COMMIT_ORDER_LOCK)


def publish_of(
    project: Project, event_type: EventType, data: Mapping[str, Any], *, source: str, now: datetime
) -> GardenEvent | None:
    """Publish an event of one project, unless the project may not be named in public.

    The row is asked, and held, instead of the object: it may have been hidden since the object was read.
    """
    if not Project.objects.listed().select_for_update().filter(pk=project.pk).values_list("pk").first():
        return None
    return publish(event_type, {"project_id": str(project.id), **data}, source=source, now=now)


@transaction.atomic
def forget(project: Project, *, now: datetime, source: str) -> None:
    """Take a project that left the garden out of the outbox, and tell the browsers to take it off.

    What the outbox held of it is blanked in place: the `seq` stays, the content goes.
    """
    GardenEvent.objects.filter(data__project_id=str(project.id)).update(
        event_type=EventType.PROJECT_REMOVED, data={"project_id": str(project.id)}
    )
    publish(EventType.PROJECT_REMOVED, {"project_id": str(project.id)}, source=source, now=now, rewrites=True)
