"""The engine of coding time: order, repetition and where a stream is cut change nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from integrations.coding.durations import (
    LAST_LANGUAGE,
    LAST_PROJECT,
    TIMEOUT,
    Beat,
    Spent,
    bounds,
    prevailing,
    spent,
    touched,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)  # the night of a change of clocks in Berlin
ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "Pacific/Auckland", "Asia/Kolkata", "America/Sao_Paulo")]

beats = some.lists(
    some.builds(
        Beat,
        at=some.integers(0, 3 * 86_400_000).map(lambda ms: START + timedelta(milliseconds=ms)),
        project=some.sampled_from(["", "greenhouse", "engine", LAST_PROJECT]),
        language=some.sampled_from(["", "Python", LAST_LANGUAGE]),
        category=some.just("coding"),
        editor=some.just("Vim"),
    ),
    max_size=60,
)
close_beats = some.lists(some.integers(0, 20 * 60), min_size=2, max_size=60).map(
    lambda gaps: [Beat(START + timedelta(seconds=at), f"p{at % 3}") for at in accumulate(gaps)]
)
zones = some.sampled_from(ZONES)


def at(minutes: float) -> datetime:
    return datetime(2026, 6, 1, 9, 0, tzinfo=UTC) + timedelta(minutes=minutes)


def as_set(found: Iterable[Spent]) -> set[tuple[object, ...]]:
    return {(one.day, one.project, one.language, round(one.seconds, 6), one.last_at) for one in found}


def by_project(found: Iterable[Spent]) -> dict[str, float]:
    sums: defaultdict[str, float] = defaultdict(float)
    for one in found:
        sums[one.project] += one.seconds
    return dict(sums)


def test_a_browser_works_on_what_the_editor_did_before() -> None:
    seen = [
        Beat(at(0), LAST_PROJECT),  # there is none before
        Beat(at(2), "engine", "Rust"),
        Beat(at(4), LAST_PROJECT, LAST_LANGUAGE),
        Beat(at(6), "notes", "Markdown"),
        Beat(at(8), LAST_PROJECT),
        Beat(at(30), LAST_PROJECT, LAST_LANGUAGE),  # a pause later still the same
        Beat(at(33), "engine", LAST_LANGUAGE),
        Beat(at(34), "engine"),
    ]
    shuffled = spent([*seen[4:], *seen[:4]], UTC)
    assert {(one.project, one.language): one.seconds for one in shuffled} == {
        ("", ""): 120,
        ("engine", "Rust"): 120 + 120 + 60,
        ("notes", "Markdown"): 120 + 180,
    }


def test_the_time_between_two_moments_belongs_to_the_first() -> None:
    found = spent([Beat(at(0), "engine"), Beat(at(2), "greenhouse"), Beat(at(5), "engine")], UTC)
    assert by_project(found) == {"engine": 120, "greenhouse": 180}
    assert {one.project: one.last_at for one in found} == {"engine": at(2), "greenhouse": at(5)}


@pytest.mark.parametrize(("minutes", "seconds"), [(15, 900), (15.001, 0)])
def test_a_pause_counts_up_to_a_quarter_of_an_hour_and_then_not_at_all(minutes: float, seconds: float) -> None:
    assert sum(one.seconds for one in spent([Beat(at(0)), Beat(at(minutes))], UTC)) == seconds


def test_a_moment_that_stands_alone_is_worth_nothing() -> None:
    assert spent([Beat(at(0), "engine")], UTC) == []


def test_midnight_of_the_owner_parts_a_span() -> None:
    midnight = datetime(2026, 6, 2, 0, 0, tzinfo=BERLIN)
    found = spent([Beat(midnight - timedelta(minutes=4), "engine"), Beat(midnight + timedelta(minutes=6))], BERLIN)
    assert {one.day: one.seconds for one in found} == {date(2026, 6, 1): 240, date(2026, 6, 2): 360}


@given(beats, some.randoms(use_true_random=False), zones)
def test_order_and_repetition_change_nothing(found: list[Beat], dice: object, zone: ZoneInfo) -> None:
    disordered = [*found, *found[::2]]
    dice.shuffle(disordered)  # type: ignore[attr-defined]
    assert as_set(spent(disordered, zone)) == as_set(spent(found, zone))


@given(close_beats, zones)
def test_a_day_is_known_from_its_own_moments_and_those_near_its_bounds(found: list[Beat], zone: ZoneInfo) -> None:
    whole = spent(found, zone)
    for day in {one.day for one in whole}:
        begin, end = bounds(day, zone)
        near = [beat for beat in found if begin - TIMEOUT <= beat.at < end + TIMEOUT]
        assert as_set(one for one in spent(near, zone) if one.day == day) == as_set(
            one for one in whole if one.day == day
        )


@given(close_beats, some.data(), zones)
def test_a_late_moment_changes_only_the_days_it_touches_and_never_takes_time_away(
    found: list[Beat], data: some.DataObject, zone: ZoneInfo
) -> None:
    late = data.draw(some.sampled_from(found))
    before, after = spent([one for one in found if one != late], zone), spent(found, zone)
    untouched = touched(late.at, zone)
    assert as_set(one for one in before if one.day not in untouched) == as_set(
        one for one in after if one.day not in untouched
    )
    for day in untouched:
        assert sum(one.seconds for one in after if one.day == day) >= (
            sum(one.seconds for one in before if one.day == day) - 1e-6
        )


@given(close_beats, zones)
def test_nothing_is_counted_twice(found: list[Beat], zone: ZoneInfo) -> None:
    moments = [beat.at for beat in found]
    total = sum(one.seconds for one in spent(found, zone))
    assert total <= (max(moments) - min(moments)).total_seconds() + 1e-6


@dataclass(frozen=True)
class Seen:
    day: date
    source: str
    seconds: float
    what: str


def test_of_two_sources_the_one_that_saw_more_of_a_day_stands_for_it_whole() -> None:
    day = date(2026, 6, 1)
    seen = [
        Seen(day, "wakatime", 3000, "engine"),
        Seen(day, "heartbeats", 2000, "engine"),
        Seen(day, "heartbeats", 2000, "engine"),
        Seen(day, "wakatime", 100, "greenhouse"),
        Seen(day + timedelta(days=1), "wakatime", 50, "engine"),
    ]
    kept = prevailing(seen, lambda one: one.what)
    assert [(one.source, one.seconds) for one in kept] == [
        ("heartbeats", 2000),
        ("heartbeats", 2000),
        ("wakatime", 100),
        ("wakatime", 50),
    ]
