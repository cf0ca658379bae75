"""Reactions: each event is dealt with once, whatever raises and whoever else is at it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from garden import events, reactions, services
from garden.event_types import CommitPushed, SeedPlanted
from garden.models import GardenEvent, Project, ReactionCursor, ReactionFailure
from garden.planting import named
from garden.reactions import FIRST_RETRY, LAG, TRIES, Reaction
from garden.tests.factories import NOW, ProjectFactory, at_once
from garden.vocabulary import EventType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Room:
    """A reaction that notes what it saw, and raises while it is told to."""

    def __init__(self, name: str, *, newest_only: bool = False) -> None:
        self.seen: list[int] = []
        self.broken: set[int] = set()
        self.reaction = Reaction(name, frozenset({EventType.COMMIT_PUSHED}), self, newest_only=newest_only)

    def __call__(self, *, event: GardenEvent, now: datetime) -> None:
        Project.objects.filter(pk=event.data["project_id"]).update(stars=event.data["commit_count"])
        if event.seq in self.broken:
            raise ValueError("out of order")
        self.seen.append(event.seq)


@pytest.fixture
def dispatched() -> list[None]:
    """One entry for each time that somebody was told to run the reactions."""
    return []


@pytest.fixture
def rooms(dispatched: list[None]) -> Iterator[tuple[Room, Room]]:
    """Two reactions to pushes in place of the table; the second one is content with the newest."""
    before = reactions._reactions, reactions._dispatch
    each, newest = Room("each"), Room("newest", newest_only=True)
    reactions.install((each.reaction, newest.reaction), dispatch=lambda: dispatched.append(None))
    yield each, newest
    reactions.install(before[0], dispatch=before[1])


def push(commits: int = 1) -> int:
    project = Project.objects.first() or ProjectFactory.create()
    pushed = CommitPushed(
        project_id=project.id,
        repository=project.name,
        commit_count=commits,
        owner_commits=commits,
        author="",
        impact_score=0.5,
    )
    with transaction.atomic():
        return events.publish(pushed, source="test", now=NOW).seq


def test_each_event_is_reacted_to_once_and_in_order(rooms: tuple[Room, Room]) -> None:
    seqs = [push() for _ in range(3)]
    assert reactions.run(now=NOW) == 4
    assert reactions.run(now=NOW) == 0
    assert rooms[0].seen == seqs
    assert rooms[1].seen == seqs[-1:]


def test_other_events_are_passed_over_and_cursors_do_not_fall_far_behind(rooms: tuple[Room, Room]) -> None:
    project = ProjectFactory.create()
    with transaction.atomic():
        for _ in range(LAG + 1):
            newest = events.publish(SeedPlanted(**named(project)), source="test", now=NOW).seq
    assert reactions.run(now=NOW) == 0
    assert set(ReactionCursor.objects.filter(reaction="each").values_list("seq", flat=True)) == {newest}


def test_one_that_raises_undoes_what_it_did_and_holds_up_neither_the_next_event_nor_another_reaction(
    rooms: tuple[Room, Room],
) -> None:
    each, newest = rooms
    bad, good = push(7), push(1)
    each.broken = {bad}
    reactions.run(now=NOW)
    assert (each.seen, newest.seen) == ([good], [good])
    assert Project.objects.get().stars == 1
    failure = ReactionFailure.objects.get()
    assert (failure.reaction, failure.event_id, failure.attempts) == ("each", bad, 1)
    assert "out of order" in failure.error


def test_what_failed_is_tried_again_when_it_is_due(rooms: tuple[Room, Room]) -> None:
    each, _ = rooms
    bad = push()
    each.broken = {bad}
    reactions.run(now=NOW)
    each.broken = set()
    reactions.run(now=NOW)
    assert each.seen == []
    reactions.run(now=NOW + FIRST_RETRY)
    assert each.seen == [bad]
    assert not ReactionFailure.objects.exists()


def test_after_five_tries_it_is_set_aside_until_the_owner_asks_again(
    rooms: tuple[Room, Room], dispatched: list[None]
) -> None:
    each, _ = rooms
    bad = push()
    each.broken = {bad}
    for turn in range(TRIES + 3):
        reactions.run(now=NOW + turn * timedelta(hours=1))
    failure = ReactionFailure.objects.get()
    assert (failure.attempts, failure.set_aside_at) == (TRIES, NOW + (TRIES - 1) * timedelta(hours=1))
    each.broken = set()
    later = NOW + timedelta(days=1)
    assert reactions.retry(failures=ReactionFailure.objects.all(), now=later) == 1
    reactions.run(now=later)
    assert each.seen == [bad]
    assert not ReactionFailure.objects.exists()


def test_an_event_that_was_redacted_meanwhile_is_not_reacted_to(rooms: tuple[Room, Room]) -> None:
    each, _ = rooms
    each.broken = {push()}
    reactions.run(now=NOW)
    events.redact([f"project:{Project.objects.get().pk}"])
    push_unread = push()
    events.redact([f"project:{Project.objects.get().pk}"])
    each.broken = set()
    reactions.run(now=NOW + MINUTE)
    assert each.seen == []
    assert push_unread
    assert not ReactionFailure.objects.exists()


def test_events_that_a_reaction_has_not_dealt_with_are_not_pruned(rooms: tuple[Room, Room]) -> None:
    each, _ = rooms
    failed, unread, newest = push(), push(), push()
    each.broken = {failed}
    ReactionCursor.objects.create(reaction="newest", seq=newest)
    ReactionCursor.objects.create(reaction="each", seq=0)
    with pytest.MonkeyPatch.context() as patch:  # only the first is read
        patch.setattr(reactions, "_waiting", lambda _reaction, seq: GardenEvent.objects.filter(seq__gt=seq, seq=failed))
        reactions.run(now=NOW)
    much_later = NOW + timedelta(days=400)
    services.prune(now=much_later)
    assert list(GardenEvent.objects.values_list("seq", flat=True)) == [failed, unread, newest]
    each.broken = set()
    reactions.run(now=much_later)
    services.prune(now=much_later)
    assert list(GardenEvent.objects.values_list("seq", flat=True)) == [newest]
    assert each.seen == [unread, newest, failed]


def test_a_new_reaction_begins_behind_what_has_happened(rooms: tuple[Room, Room]) -> None:
    each, newest = rooms
    push()
    reactions.create_cursors()
    later = push()
    reactions.run(now=NOW)
    assert (each.seen, newest.seen) == ([later], [later])


@pytest.mark.django_db(transaction=True)
def test_several_at_once_react_once(rooms: tuple[Room, Room]) -> None:
    each, newest = rooms
    seqs = [push() for _ in range(8)]
    at_once(lambda _turn: reactions.run(now=NOW))
    assert each.seen == seqs
    assert newest.seen == seqs[-1:]


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_told_of_what_somebody_reacts_to_and_of_nothing_else(
    rooms: tuple[Room, Room], dispatched: list[None]
) -> None:
    project = ProjectFactory.create()
    with transaction.atomic():
        events.publish(SeedPlanted(**named(project)), source="test", now=NOW)
    assert dispatched == []
    push()
    assert len(dispatched) == 1
    with transaction.atomic():
        push_again = CommitPushed(
            project_id=project.id, repository=project.name, commit_count=1, owner_commits=1, author="", impact_score=0.5
        )
        events.publish(push_again, source="test", now=NOW)
        transaction.set_rollback(True)
    assert len(dispatched) == 1
