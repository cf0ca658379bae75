"""Reactions: what follows in another room from what the outbox tells.

A reaction is a durable reader of the outbox with a cursor of its own. What it does and how far it has read are one
transaction, so that a crash costs nothing but the time until the next run, and nothing is done twice. One that raises
is tried again at growing distances, holds up no other event and no other reaction, and is at last set aside for the
owner. Which reactions there are says `greenhouse/reactions.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Max, Q

from garden.models import GardenEvent, ReactionCursor, ReactionFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from garden.vocabulary import EventType

TRIES: Final = 5
FIRST_RETRY: Final = timedelta(seconds=20)
RETRY_FACTOR: Final = 3
LONGEST_WAIT: Final = FIRST_RETRY * RETRY_FACTOR ** (TRIES - 1)
# Events of other types that a cursor may be behind: writing it for each would cost more than reading on.
LAG: Final = 100

log = structlog.get_logger(__name__)


class Handler(Protocol):
    """What a reaction does about one event. Runs in a transaction, and may run again: it must be idempotent."""

    def __call__(self, *, event: GardenEvent, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Reaction:
    """One line of the table."""

    name: str  # what its cursor is kept under
    to: frozenset[EventType]
    handle: Handler
    newest_only: bool = False  # it makes something anew: of several waiting events the newest stands for all


_reactions: tuple[Reaction, ...] = ()
_dispatch: Callable[[], None] = lambda: None  # noqa: E731 - typed as what takes its place


def install(reactions: Iterable[Reaction], *, dispatch: Callable[[], None]) -> None:
    """Let these be the reactions of this process. `dispatch` has `run` called soon, where that may take its time."""
    global _reactions, _dispatch
    _reactions, _dispatch = tuple(reactions), dispatch


def create_cursors(*, using: str = "default") -> None:
    """Let reactions that are new begin behind what has happened so far."""
    known = set(ReactionCursor.objects.using(using).values_list("reaction", flat=True))
    newest = GardenEvent.objects.using(using).aggregate(newest=Max("seq"))["newest"] or 0
    ReactionCursor.objects.using(using).bulk_create(
        [ReactionCursor(reaction=one.name, seq=newest) for one in _reactions if one.name not in known],
        ignore_conflicts=True,
    )


def dispatch(event_type: EventType) -> None:
    """Have the reactions to an event run soon. On commit; never raises."""
    if any(event_type in reaction.to for reaction in _reactions):
        _dispatch()


def run(*, now: datetime) -> int:
    """Let every reaction read on, and try again what failed and is due. Returns how many events were dealt with."""
    done = 0
    for reaction in _reactions:
        try:
            done += _read_on(reaction, now) + _retry(reaction, now)
        except DatabaseError as error:  # nothing could be written down, its failure neither; the next run goes on
            log.warning("reactions.database_error", reaction=reaction.name, error=str(error))
    return done


def unread() -> Q:
    """The events that some reaction has still to read or to deal with, as a condition. Two queries."""
    cursors = dict(ReactionCursor.objects.values_list("reaction", "seq"))
    condition = Q(pk__in=ReactionFailure.objects.values("event"))
    for reaction in _reactions:
        condition |= Q(seq__gt=cursors.get(reaction.name, 0), event_type__in=reaction.to)
    return condition


def retry(*, failures: QuerySet[ReactionFailure], now: datetime) -> int:
    """Give failures that were set aside another five tries. Returns how many."""
    again = failures.filter(set_aside_at__isnull=False)
    count = again.update(set_aside_at=None, attempts=0, next_attempt_at=now)
    if count:
        transaction.on_commit(_dispatch)
    return count


def let_go(*, failures: QuerySet[ReactionFailure]) -> int:
    """Forget failures that were set aside. Returns how many."""
    return failures.filter(set_aside_at__isnull=False).delete()[0]


def _waiting(reaction: Reaction, seq: int) -> QuerySet[GardenEvent]:
    return GardenEvent.objects.filter(seq__gt=seq, event_type__in=reaction.to)


def _read_on(reaction: Reaction, now: datetime) -> int:
    """Deal with everything that a reaction has not read. Returns how many events."""
    cursor = ReactionCursor.objects.get_or_create(reaction=reaction.name)[0]
    newest = GardenEvent.objects.aggregate(newest=Max("seq"))["newest"] or 0  # before the look: what comes later waits
    done = 0
    while _waiting(reaction, cursor.seq).exists():  # asked without a lock, since mostly nothing is there
        done += _read_one(reaction, now)
        cursor.refresh_from_db()
    if newest - cursor.seq > LAG:
        ReactionCursor.objects.filter(pk=cursor.pk, seq__lt=newest).update(seq=newest)
    return done


def _read_one(reaction: Reaction, now: datetime) -> int:
    """Deal with the next event, or with the newest where it stands for all. Returns how many were read."""
    event: GardenEvent | None = None
    try:
        with transaction.atomic():
            cursor = ReactionCursor.objects.select_for_update().get(reaction=reaction.name)
            waiting = _waiting(reaction, cursor.seq)
            event = waiting.order_by("-seq" if reaction.newest_only else "seq").first()
            if event is None:  # another process was here meanwhile
                return 0
            cursor.seq = event.seq
            cursor.save(update_fields=["seq"])
            reaction.handle(event=event, now=now)
    except Exception as error:
        if event is None:
            raise
        _note_failure(reaction, event, error, now)
    return 1


@transaction.atomic
def _note_failure(reaction: Reaction, event: GardenEvent, error: Exception, now: datetime) -> None:
    log.exception("reactions.failed", reaction=reaction.name, seq=event.seq)
    ReactionCursor.objects.filter(reaction=reaction.name, seq__lt=event.seq).update(seq=event.seq)
    ReactionFailure.objects.get_or_create(
        reaction=reaction.name,
        event=event,
        defaults={"error": repr(error)[:2000], "next_attempt_at": now + FIRST_RETRY},
    )


def _retry(reaction: Reaction, now: datetime) -> int:
    """Try again what failed and is due. Returns how many events were dealt with now."""
    ahead = Q(next_attempt_at__gt=now + LONGEST_WAIT)  # noted while the clock was
    waiting = ReactionFailure.objects.filter(reaction=reaction.name, set_aside_at=None)
    due = waiting.filter(Q(next_attempt_at__lte=now) | ahead)
    return sum(_retry_one(reaction, pk, now) for pk in list(due.order_by("event").values_list("pk", flat=True)))


def _retry_one(reaction: Reaction, pk: int, now: datetime) -> bool:
    failure: ReactionFailure | None = None
    try:
        with transaction.atomic():
            failure = ReactionFailure.objects.select_for_update().select_related("event").filter(pk=pk).first()
            if failure is None or now < failure.next_attempt_at <= now + LONGEST_WAIT:
                return False  # another process was here meanwhile
            failure.delete()
            if failure.event.event_type in reaction.to:  # else it was redacted: there is nothing to react to any more
                reaction.handle(event=failure.event, now=now)
            return True
    except Exception as error:
        if failure is None:
            raise
        log.exception("reactions.failed", reaction=reaction.name, seq=failure.event_id, attempt=failure.attempts + 1)
        tries = failure.attempts + 1
        ReactionFailure.objects.filter(pk=pk).update(
            attempts=tries,
            error=repr(error)[:2000],
            next_attempt_at=now + FIRST_RETRY * RETRY_FACTOR ** (tries - 1),
            set_aside_at=now if tries >= TRIES else None,
        )
        return False
