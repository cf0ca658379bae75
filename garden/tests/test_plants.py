"""A plant on a day of its past, worked out from its facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garden.engine.genome import express
from garden.engine.growth import assess, history
from garden.engine.layout import Position
from garden.engine.life import DayTally, Portrait
from garden.engine.plants import PlantFacts, PlantView, plant_on
from garden.tests.test_growth_properties import calm, near_days, portraits, projects, tallies
from garden.vocabulary import GrowthStage, PlantType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

TODAY = date(2026, 9, 1)
PLANT = PlantView(
    id=UUID(int=1),
    slug="fern",
    name="Fern",
    plant_type=PlantType.FERN,
    genome=express(seed=1, plant_type=PlantType.FERN, technologies=[], languages={}),
    position=Position(1.0, 2.0),
    growth_stage=GrowthStage.SEED,
    growth_factor=0.0,
    stage_progress=0.0,
    vitality=0.0,
    commit_count=0,
    commit_heat=0.0,
)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def on(day: date, days: Sequence[DayTally], portrait: Portrait, today: date = TODAY) -> PlantView | None:
    return plant_on(day, PlantFacts(PLANT, portrait, days), today=today)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


DAILY = [DayTally(ago(days), commits=1) for days in range(500, 800)]  # 300 commits that ended 500 days ago
DAILY_PLANTED = Portrait(planted=ago(799))


@pytest.mark.parametrize(
    ("day", "vitality", "commits", "heat"),
    [(600, 0.984, 200, 0.7), (500, 0.984, 300, 0.7), (479, 0.602, 300, 0.0), (0, 0.0, 300, 0.0)],
)
def test_a_plant_was_as_alive_as_its_work_on_that_day(day: int, vitality: float, commits: int, heat: float) -> None:
    plant = on(ago(day), DAILY, DAILY_PLANTED)
    assert plant
    assert plant.vitality == pytest.approx(vitality, abs=0.001)
    assert (plant.commit_count, plant.commit_heat) == (commits, heat)


def test_a_plant_is_not_there_before_its_first_day() -> None:
    assert on(ago(800), DAILY, DAILY_PLANTED) is None
    first = on(ago(799), DAILY, DAILY_PLANTED)
    assert first
    assert (first.growth_stage, first.commit_count) == (GrowthStage.SEED, 1)


def test_stars_of_today_count_for_the_part_of_the_work_that_was_done() -> None:
    plain, starred = (on(ago(700), DAILY, Portrait(planted=ago(799), stars=stars)) for stars in (0, 900))
    today = on(TODAY, DAILY, Portrait(planted=ago(799), stars=900))
    assert plain
    assert starred
    assert today
    assert plain.growth_factor < starred.growth_factor < today.growth_factor


@calm
@given(projects, portraits)
def test_today_is_what_the_engine_says_of_today(days: list[DayTally], portrait: Portrait) -> None:
    plant, found = on(TODAY, days, portrait), assess(days, portrait, now=noon(TODAY))
    if plant is None:  # planted on a day to come
        assert portrait.planted > TODAY
        return
    assert (plant.growth_factor, plant.growth_stage, plant.stage_progress, plant.vitality) == (
        found.growth_factor,
        found.stage,
        found.progress,
        found.vitality,
    )


@calm
@given(projects, portraits)
def test_every_day_is_what_the_growth_log_says_of_it(days: list[DayTally], portrait: Portrait) -> None:
    for point in history(days, portrait, until=noon(TODAY), step_days=30):
        plant = on(point.day, days, portrait)
        assert plant
        assert (plant.growth_stage, plant.growth_factor, plant.commit_count) == (
            point.stage,
            point.growth_factor,
            point.commits,
        )


@calm
@given(projects, portraits, st.lists(near_days, min_size=2, max_size=2))
def test_a_plant_never_shrinks_from_day_to_day(days: list[DayTally], portrait: Portrait, two: list[date]) -> None:
    earlier, later = (on(min(day, TODAY), days, portrait) for day in sorted(two))
    if earlier:
        assert later
        assert earlier.growth_factor <= later.growth_factor + 1e-12
        assert earlier.commit_count <= later.commit_count


@calm
@given(projects, tallies, near_days, st.randoms(use_true_random=False))
def test_later_facts_and_the_order_of_facts_change_no_day_before_them(
    days: list[DayTally], more: DayTally, day: date, random: Random
) -> None:
    day, portrait = min(day, TODAY), Portrait(planted=ago(600))
    later = replace(more, day=max(more.day, day + timedelta(days=1)))
    shuffled = random.sample([*days, later], len(days) + 1)
    assert on(day, shuffled, portrait) == on(day, days, portrait)
