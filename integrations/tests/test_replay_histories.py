"""What editors, players, visitors' pages and saved logs tell, again and in any order: the same as once, in order."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from garden.models import Activity
from garden.vocabulary import ActivityKind
from integrations.coding.durations import Beat, spent
from integrations.coding.heartbeats import read
from integrations.coding.services import rebuild_days
from integrations.histories.saved_log import SavedLog
from integrations.imports import import_history
from integrations.models import CodingTime, Heartbeat
from integrations.tests import coding
from integrations.tests.coding import heartbeat
from integrations.tests.test_listening_api import KEY, NOW, listen, send
from tests.histories import History, run_histories
from visitors.intake import checks
from visitors.intake.groups import Submission, store
from visitors.models import Session, Step
from visitors.tests.test_consent_while_steps_arrive import FIREFOX
from weather.models import MusicMoment

if TYPE_CHECKING:
    from pytest_django import Settings

BEATS = [heartbeat(9 * number + 2, ("engine", "loom", None)[number % 3]) for number in range(22)]
LISTENS = [listen(10 * number, f"Piece {number}") for number in range(1, 9)]
COMMITS = [
    f"commit {number:040x}\tAda\t2025-{number:02}-03T09:00:00Z\tChange {number}\n{number}\t1\ta.py\n\n"
    for number in range(1, 10)
]
AREAS = ("gate", "grove", "pond")


@dataclass(frozen=True)
class Batch:
    """Steps of a page, sent together."""

    batch_id: uuid.UUID
    steps: tuple[tuple[int, str], ...]  # seconds ago, and where


BATCHES = [
    Batch(uuid.UUID(int=number), tuple((100 - 9 * number - place, AREAS[(number + place) % 3]) for place in range(3)))
    for number in range(10)
]


def some_of(told: list[Any]) -> st.SearchStrategy[list[Any]]:
    """Some of them in any order, some of these twice."""
    return st.lists(st.sampled_from(told), min_size=1, max_size=8)


@dataclass
class Told:
    """What came in so far, each thing once: the oracle."""

    beats: list[Any] = field(default_factory=list)
    listens: list[Any] = field(default_factory=list)
    batches: set[Batch] = field(default_factory=set)
    commits: set[str] = field(default_factory=set)


def add_new(known: list[Any], told: list[Any]) -> None:
    for one in told:
        if one not in known:
            known.append(one)


class Replays(History):
    """Clients that forget what they told already."""

    begin = NOW

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(self.undone.enter_context(TemporaryDirectory()))
        self.client = Client()
        self.told = Told()

    @rule(beats=some_of(BEATS))
    def code(self, beats: list[Any]) -> None:
        assert coding.send(self.client, beats).status_code == 202
        add_new(self.told.beats, beats)

    @rule()
    def work_the_days_out(self) -> None:
        rebuild_days(now=NOW)
        beats = [read(beat, agent=coding.AGENT, now=NOW) for beat in self.told.beats]
        found = spent(beats, timezone.get_default_timezone())
        kept = CodingTime.objects.values_list("day", "name__name", "language", "seconds")
        assert sorted((day, name, language, round(seconds)) for day, name, language, seconds in kept) == sorted(
            (one.day, one.project, one.language, round(one.seconds)) for one in found
        )

    @rule(listens=some_of(LISTENS))
    def hear(self, listens: list[Any]) -> None:
        assert send(self.client, "import", *listens).status_code == 200
        add_new(self.told.listens, listens)

    @rule(batches=some_of(BATCHES))
    def walk(self, batches: list[Batch]) -> None:
        store([_submission(batch) for batch in batches], now=NOW)
        self.told.batches |= set(batches)

    @rule(commits=some_of(COMMITS))
    def read_a_log(self, commits: list[str]) -> None:
        log = self.folder / "engine.log"
        log.write_text("".join(commits))
        import_history(SavedLog(log), now=NOW)
        self.told.commits |= {commit.split()[1] for commit in commits}

    @invariant()
    def heartbeats_are_those_that_were_sent(self) -> None:
        expected = {read(beat, agent=coding.AGENT, now=NOW) for beat in self.told.beats}
        kept = Heartbeat.objects.values_list("at", "project", "language", "category", "editor")
        assert sorted(Beat(*row) for row in kept) == sorted(expected)

    @invariant()
    def plays_are_those_that_were_sent(self) -> None:
        expected = [(one["listened_at"], one["track_metadata"]["track_name"]) for one in self.told.listens]
        kept = MusicMoment.objects.values_list("played_at", "title")
        assert sorted((int(at.timestamp()), title) for at, title in kept) == sorted(expected)

    @invariant()
    def a_visit_is_its_steps(self) -> None:
        walked = sorted((-ago, area) for batch in self.told.batches for ago, area in batch.steps)
        kept = [(int((at - NOW).total_seconds()), area) for at, area in Step.objects.values_list("at", "area")]
        assert sorted(kept) == walked
        for visit in Session.objects.all():
            assert visit.steps == len(walked)
            assert visit.journey_path == [area for area, _ in groupby(area for _, area in walked)]
            assert (visit.entry_point, visit.exit_point) == (walked[0][1], walked[-1][1])
        assert Session.objects.count() == bool(walked)

    @invariant()
    def commits_are_those_of_the_logs(self) -> None:
        commits = Activity.objects.filter(kind=ActivityKind.COMMIT)
        assert sorted(commits.values_list("external_id", flat=True)) == sorted(self.told.commits)


def _submission(batch: Batch) -> Submission:
    steps = [
        {"step_type": "navigation", "area": area, "at": (NOW - timedelta(seconds=ago)).isoformat()}
        for ago, area in batch.steps
    ]
    journey = checks.check_journey({"batch_id": str(batch.batch_id), "steps": steps})
    return Submission(
        address="203.0.113.9", user_agent=FIREFOX, received=NOW, steps=journey.steps, batch_id=journey.batch_id
    )


@pytest.mark.fuzz
@pytest.mark.django_db
def test_what_is_told_again_and_in_any_order_is_what_was_told(settings: Settings) -> None:
    settings.HEARTBEAT_API_KEY = settings.LISTENBRAINZ_INTAKE_KEY = KEY
    settings.ENABLE_RATE_LIMITING = False
    run_histories(Replays, number=12, steps=12)
