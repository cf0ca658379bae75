"""The outbox: one row an event, written in the transaction of the change it tells."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from garden import anonymous, reactions
from garden.event_types import ProjectRemoved, Redacted, subject_of_project
from garden.live.hub import wake, wake_hubs
from garden.locks import advisory_lock
from garden.models import EventTotal, GardenEvent, Project
from garden.vocabulary import Visibility

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from garden.event_types import Event, ProjectEvent

_COMMIT_ORDER_LOCK = 0x6A72656E  # any number; the same in every process


def publish(event: Event, *, source: str, now: datetime, rewrites: bool = False) -> GardenEvent:
    """Append one event and wake the hubs once the transaction commits.

    Must run inside the transaction of the change. `rewrites` where rows of the past were changed in it: hubs keep them
    in memory, and read all of them anew.
    """
    lock_sequence()
    row = GardenEvent.objects.create(
        event_type=event.event_type,
        source=source,
        subject=event.subject,
        data=event.data,
        timestamp=now,
        alters_state=event.alters_state,
        rewrites=rewrites,
    )
    if event.counted_as:
        _count(event)
    transaction.on_commit(wake if event.alters_state else wake_hubs)
    transaction.on_commit(partial(reactions.dispatch, event.event_type))
    return row


def _count(event: Event) -> None:
    """Add one to its total; whoever publishes holds the sequence, so that nobody else does meanwhile."""
    kind = {"event_type": event.event_type, "what": event.counted_as}
    if not EventTotal.objects.filter(**kind).update(times=F("times") + 1):
        EventTotal.objects.create(**kind, times=1)


def lock_sequence() -> None:
    """Let no other transaction publish until this one ends.

    That makes the order of commits the order of `seq`, so that a reader who remembers the highest `seq` misses nothing.
    One who decides on what was told before, or on what may be told, asks for it first.
    """
    advisory_lock(_COMMIT_ORDER_LOCK)


def publish_of(project: Project, event: ProjectEvent, *, source: str, now: datetime) -> GardenEvent | None:
    """Publish an event of one project, unless nothing of it may be told; of an anonymous one without its words.

    The row is asked, and locked, instead of the object: it may have been hidden since the object was read.
    """
    disclosed = Project.objects.disclosed().select_for_update().filter(pk=project.pk)
    visibility = disclosed.values_list("visibility", flat=True).first()
    if visibility is None:
        return None
    if visibility == Visibility.ANONYMOUS:
        return publish(event.anonymised(), source=anonymous.SOURCE, now=now)
    return publish(event, source=source, now=now)


def redact(subjects: Collection[str]) -> int:
    """Blank what the outbox holds about some subjects: the `seq` stays, the content goes. Returns the rows blanked.

    Whoever redacts publishes with `rewrites=True` in the same transaction, so that the hubs forget it too.
    """
    told = GardenEvent.objects.filter(subject__in=[subject for subject in subjects if subject])
    return told.update(event_type=Redacted.event_type, subject="", source="", data={})


@transaction.atomic
def remove(project: Project, *, now: datetime, source: str) -> None:
    """Take a project that left the public garden out of the outbox, and tell the browsers to take it off.

    The project's row says so already, or is gone. What other rooms told because of it goes by
    `garden.signals.left_public`.
    """
    lock_sequence()  # first: no event about it is published between the two
    redact([subject_of_project(project.id)])
    publish(ProjectRemoved(project_id=project.id), source=source, now=now, rewrites=True)
