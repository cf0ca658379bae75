"""The growth engine on four real repositories: would a developer believe these plants?

Their logs lie beside the project, in `../shared/data/git`; where they are not, these tests are skipped.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from garden.engine.forecast import predict
from garden.engine.growth import assess, history
from garden.engine.life import DayTally, Portrait
from garden.vocabulary import GrowthStage
from tests.effort import counted

HISTORIES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "git"
NOW = datetime(2026, 9, 1, tzinfo=UTC)  # shortly after the last commit of the logs
NAMES = ("pallets-click", "simonw-datasette", "simonw-shot-scraper", "simonw-simonwillisonblog")

pytestmark = [
    pytest.mark.contract,
    pytest.mark.skipif(not HISTORIES.is_dir(), reason="the git histories are not beside the project"),
]


def utc_day(text: str) -> date:
    return datetime.fromisoformat(text).astimezone(UTC).date()


@cache
def life_of(name: str) -> tuple[tuple[DayTally, ...], Portrait]:
    """The days and the portrait of one saved history."""
    about = json.loads((HISTORIES / f"{name}.json").read_text())
    days: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    day = date.max
    with gzip.open(HISTORIES / f"{name}.log.gz", "rt", encoding="utf-8", errors="replace") as log:
        for line in log:
            first, *rest = line.rstrip("\n").split("\t")
            if first.startswith("commit "):
                day = utc_day(rest[1])
                days[day]["commits"] += 1
            elif first.isdigit():
                days[day]["lines_added"] += int(first)
                days[day]["lines_removed"] += int(rest[0])
    for release in about["releases"]:
        days[utc_day(release["date"])]["releases"] += 1
    portrait = Portrait(
        planted=utc_day(about["first_commit_in_repository"]),
        languages=about["language_bytes"],
        earlier_commits=about["default_branch_commits_without_merges"] - about["commits_in_file"],
    )
    return tuple(DayTally(day, **counts) for day, counts in days.items()), portrait


@pytest.mark.parametrize(
    ("name", "believable"),
    [
        ("pallets-click", {GrowthStage.ANCIENT}),
        ("simonw-datasette", {GrowthStage.MATURE, GrowthStage.ANCIENT}),
        ("simonw-shot-scraper", {GrowthStage.BLOOMING, GrowthStage.MATURE}),
        ("simonw-simonwillisonblog", {GrowthStage.MATURE}),
    ],
)
def test_a_developer_would_believe_the_stage(name: str, believable: set[GrowthStage]) -> None:
    tallies, portrait = life_of(name)
    assert assess(tallies, portrait, now=NOW).stage in believable


def test_the_small_tool_is_smaller_than_the_large_projects() -> None:
    growth = {name: assess(*life_of(name), now=NOW).growth_factor for name in NAMES}
    assert min(growth, key=lambda name: growth[name]) == "simonw-shot-scraper"


def test_the_first_day_is_a_seed_and_the_first_month_is_no_tree() -> None:
    for name in NAMES:
        tallies, portrait = life_of(name)
        points = history(tallies, portrait, until=NOW)
        assert points[0].stage is GrowthStage.SEED, name
        assert points[0].day == min(portrait.planted, *(tally.day for tally in tallies))
        young = [point.stage.rung for point in points if point.day <= points[0].day + timedelta(days=31)]
        assert max(young) <= GrowthStage.GROWING.rung, name


@pytest.mark.parametrize("name", NAMES)
def test_a_replay_never_steps_back_ends_as_assessed_and_is_little_work(name: str) -> None:
    tallies, portrait = life_of(name)
    points, calls = counted(lambda: history(tallies, portrait, until=NOW))
    assert calls < 600_000  # 285,000 the longest
    assert len(points) <= 200
    rungs = [point.stage.rung for point in points]
    assert rungs == sorted(rungs)
    today = assess(tallies, portrait, now=NOW)
    assert (points[-1].growth_factor, points[-1].stage) == (today.growth_factor, today.stage)
    assert points[-1].commits == sum(tally.commits for tally in tallies) + portrait.earlier_commits


@pytest.mark.parametrize("name", NAMES)
def test_living_day_by_day_through_assess_climbs_no_rung_twice(name: str) -> None:
    tallies, portrait = life_of(name)
    ordered = sorted(tallies, key=lambda tally: tally.day)
    stage: GrowthStage | None = None
    for position in range(0, len(ordered), 25):
        seen, now = ordered[: position + 1], datetime.combine(ordered[position].day, NOW.timetz())
        new = assess(seen, Portrait(planted=portrait.planted), now=now, previous_stage=stage).stage
        assert stage is None or new.rung >= stage.rung
        stage = new


def test_a_past_that_stopped_sleeps_but_stays_grown() -> None:
    tallies, portrait = life_of("simonw-shot-scraper")
    now, later = (assess(tallies, portrait, now=NOW + timedelta(days=days)) for days in (0, 730))
    assert later.vitality < 0.01 < now.vitality
    assert later.growth_factor >= now.growth_factor


def test_forecasts_on_real_pasts_err_by_less_than_the_wait_and_say_by_how_much() -> None:
    predictions = [
        prediction
        for name in NAMES
        for year in (2020, 2022, 2024, 2026)
        if (prediction := predict(*life_of(name), now=NOW.replace(year=year))) is not None
    ]
    measured = [prediction.error_share for prediction in predictions if prediction.error_share is not None]
    assert len(measured) >= 6
    assert median(measured) < 0.6
    assert all(prediction.sentence.endswith(".") for prediction in predictions)
