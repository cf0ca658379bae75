"""What to see next: what grew since, then what suits the hour or the place that somebody comes from."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from garden.vocabulary import TimeOfDay
from visitors.suggestions import BY_CHANNEL, MOST, Basis, Growth, Plant, for_everyone, for_one
from visitors.vocabulary import Channel

SINCE = datetime(2026, 6, 1, tzinfo=UTC)


def plant(number: int, name: str, *, grown: float = 0.5, vitality: float = 0.5, commits: int = 10) -> Plant:
    return Plant(UUID(int=number), name, lambda: f"/projects/{name}/", grown, vitality, commits)


SMALL = plant(1, "small", grown=0.1, vitality=0.6, commits=5)
TALL = plant(2, "tall", grown=0.9, vitality=0.2, commits=400)
BUSY = plant(3, "busy", grown=0.6, vitality=1.0, commits=90)
LONG = plant(4, "long", grown=0.7, vitality=0.1, commits=900)
PLANTS = [SMALL, TALL, BUSY, LONG]


@pytest.mark.parametrize(
    ("hour", "first"),
    [(TimeOfDay.DAWN, SMALL), (TimeOfDay.DAY, BUSY), (TimeOfDay.DUSK, TALL), (TimeOfDay.NIGHT, LONG)],
)
def test_without_a_word_of_the_visitor_the_hour_decides(hour: TimeOfDay, first: Plant) -> None:
    said = for_everyone(PLANTS, hour)
    assert (said.basis, said.since, list(said.grown)) == (Basis.HOUR, None, [])
    assert said.next[0].project_id == first.id
    assert len(said.next) == MOST
    assert "nothing about you" in said.explanation


@pytest.mark.parametrize("channel", list(Channel))
def test_the_kind_of_site_decides_where_it_says_something(channel: Channel) -> None:
    said = for_everyone(PLANTS, TimeOfDay.DAY, channel)
    assert said.basis == (Basis.REFERRER if channel in BY_CHANNEL else Basis.HOUR)
    assert all(one.reason for one in said.next)


def test_what_grew_since_goes_first_new_ones_before_climbs_before_work() -> None:
    grown = {
        TALL.id: Growth("growing", "growing", commits=40),
        LONG.id: Growth("sprout", "blooming", commits=1),
        SMALL.id: Growth("", "seed", commits=0),
        UUID(int=99): Growth("", "seed", commits=1),  # it left the garden meanwhile
        BUSY.id: Growth("growing", "growing", commits=0),
    }
    said = for_one(PLANTS, grown, SINCE, TimeOfDay.DAY)
    assert [(one.name, one.words) for one in said.grown] == [
        ("small", "was planted"),
        ("long", "grew from sprout to blooming and took in 1 commit"),
        ("tall", "took in 40 commits"),
    ]
    assert [one.name for one in said.next] == ["small", "long", "tall"]
    assert said.next[0].reason == "It was planted since you were here."


def test_where_little_grew_the_hour_fills_up_and_nothing_is_named_twice() -> None:
    said = for_one(PLANTS, {BUSY.id: Growth("growing", "growing", commits=2)}, SINCE, TimeOfDay.DAY)
    assert [one.name for one in said.next] == ["busy", "small", "tall"]
    assert for_one([], {}, SINCE, TimeOfDay.DAY).next == []


def test_it_is_said_in_full_to_programs() -> None:
    said = for_one([BUSY], {BUSY.id: Growth("growing", "blooming", commits=2)}, SINCE, TimeOfDay.DAY).as_json()
    assert set(said) == {"basis", "explanation", "since", "grown", "next"}
    assert said["grown"][0]["project_id"] == BUSY.id
