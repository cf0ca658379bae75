"""What holds for any project, however strange its facts: order, splits, more work, time, conditions, ranges."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from garden.engine.forecast import predict
from garden.engine.growth import HYSTERESIS, STAGE_FROM, assess, history, may_climb
from garden.engine.life import DayTally, Portrait
from garden.vocabulary import GrowthStage, LinesFrom

if TYPE_CHECKING:
    from random import Random

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
COUNTS = (
    "commits",
    "lines_added",
    "lines_removed",
    "pull_requests",
    "issues",
    "releases",
    "deployments",
    "coding_seconds",
    "new_languages",
)
EPSILON = 1e-12  # of a float sum

counts = st.one_of(st.integers(0, 12), st.integers(0, 50_000), st.just(10**400))
near_days = st.dates(NOW.date() - timedelta(days=500), NOW.date() + timedelta(days=3))
days = st.one_of(near_days, near_days, st.dates(date(2012, 1, 1), date(2030, 1, 1)))
any_days = st.one_of(days, st.dates())
tallies = st.builds(DayTally, day=days, **dict.fromkeys(COUNTS, counts))
projects = st.lists(tallies, max_size=25)
portraits = st.builds(
    Portrait,
    planted=days,
    languages=st.dictionaries(st.sampled_from(["Python", "C", "Go", "Rust", "HTML", "CSS", "Nix"]), counts),
    lines_of_code=counts,
    lines_from=st.sampled_from(LinesFrom),
    lines_written=st.none() | counts,
    topics=counts,
    stars=counts,
    forks=counts,
    interactions=counts,
    earlier_commits=counts,
)
calm = settings(suppress_health_check=[HealthCheck.too_slow])


@calm
@given(projects, portraits, st.randoms(use_true_random=False), st.data())
def test_order_and_splits_of_a_day_change_nothing(
    project: list[DayTally], portrait: Portrait, random: Random, data: st.DataObject
) -> None:
    parts: list[DayTally] = []
    for tally in project:
        first = {name: data.draw(st.integers(0, getattr(tally, name)), label=name) for name in COUNTS}
        rest = {name: getattr(tally, name) - first[name] for name in COUNTS}
        parts += [DayTally(tally.day, **first), DayTally(tally.day, **rest)]
    random.shuffle(parts)
    assert assess(parts, portrait, now=NOW) == assess(project, portrait, now=NOW)
    assert history(parts, portrait, until=NOW) == history(project, portrait, until=NOW)


@calm
@given(projects, portraits, st.builds(DayTally, day=any_days, **dict.fromkeys(COUNTS, counts)))
def test_more_work_on_any_day_never_shrinks_a_plant(
    project: list[DayTally], portrait: Portrait, more: DayTally
) -> None:
    before, after = assess(project, portrait, now=NOW), assess([*project, more], portrait, now=NOW)
    assert after.growth_factor >= before.growth_factor - EPSILON
    for was, became in zip(before.factors, after.factors, strict=True):
        assert became.value >= was.value - EPSILON


@calm
@given(projects, portraits, st.integers(0, 50), st.integers(1, 5_000))
def test_no_climb_by_visitors_alone_is_overlooked(
    project: list[DayTally], portrait: Portrait, known: int, more: int
) -> None:
    unknown = replace(portrait, stars=0, forks=0)  # else hardly any plant has something to gain from visitors
    before = assess(project, replace(unknown, interactions=known), now=NOW)
    after = assess(project, replace(unknown, interactions=known + more), now=NOW, previous_stage=before.stage)
    engagement = next(factor.value for factor in before.factors if factor.key == "engagement")
    if after.stage != before.stage:
        assert may_climb(before.growth_factor, before.stage, engagement=engagement, interactions=more)


@calm
@given(projects, portraits, portraits)
def test_knowing_more_of_a_project_never_shrinks_its_plant(
    project: list[DayTally], portrait: Portrait, more: Portrait
) -> None:
    richer = Portrait(
        planted=min(portrait.planted, more.planted),
        languages={
            name: portrait.languages.get(name, 0) + more.languages.get(name, 0)
            for name in {*portrait.languages, *more.languages}
        },
        lines_of_code=portrait.lines_of_code + more.lines_of_code,
        lines_from=portrait.lines_from,
        lines_written=None if portrait.lines_written is None else portrait.lines_written + (more.lines_written or 0),
        topics=portrait.topics + more.topics,
        stars=portrait.stars + more.stars,
        forks=portrait.forks + more.forks,
        interactions=portrait.interactions + more.interactions,
        earlier_commits=portrait.earlier_commits + more.earlier_commits,
    )
    before, after = (assess(project, known, now=NOW).growth_factor for known in (portrait, richer))
    assert after >= before - EPSILON


@calm
@given(projects, portraits, st.integers(0, 5_000))
def test_time_passing_never_shrinks_a_plant(project: list[DayTally], portrait: Portrait, later: int) -> None:
    before = assess(project, portrait, now=NOW).growth_factor
    assert assess(project, portrait, now=NOW + timedelta(days=later)).growth_factor >= before - EPSILON


@calm
@given(projects, portraits, st.floats(allow_nan=True, allow_infinity=True))
def test_conditions_change_the_pace_by_a_tenth_at_most_and_never_its_sign(
    project: list[DayTally], portrait: Portrait, conditions: float
) -> None:
    plain = assess(project, portrait, now=NOW)
    coloured = assess(project, portrait, now=NOW, conditions=conditions)
    assert replace(coloured, vitality=plain.vitality, momentum=plain.momentum) == plain
    assert coloured.momentum * plain.momentum >= 0
    assert bool(coloured.momentum) == bool(plain.momentum)
    for now, then in ((coloured.momentum, plain.momentum), (coloured.vitality, plain.vitality)):
        assert abs(now - then) <= 0.1 * abs(then) + EPSILON


@calm
@given(projects, portraits, st.sampled_from(GrowthStage))
def test_every_value_is_in_range_and_the_shares_sum_to_the_factor(
    project: list[DayTally], portrait: Portrait, previous: GrowthStage
) -> None:
    assessment = assess(project, portrait, now=NOW, previous_stage=previous, conditions=1.1)
    assert len(assessment.factors) == 6
    assert abs(sum(factor.share for factor in assessment.factors) - assessment.growth_factor) < EPSILON
    numbers = [assessment.growth_factor, assessment.vitality, assessment.complexity, assessment.progress]
    numbers += [number for factor in assessment.factors for number in (factor.value, factor.weight, factor.share)]
    assert all(0 <= number <= 1 for number in numbers)
    assert -1 <= assessment.momentum <= 1


@calm
@given(projects, portraits, st.sampled_from(GrowthStage))
def test_a_rung_falls_only_when_the_factor_is_clearly_below_it(
    project: list[DayTally], portrait: Portrait, previous: GrowthStage
) -> None:
    assessment = assess(project, portrait, now=NOW, previous_stage=previous)
    assert assessment.stage.rung >= assess(project, portrait, now=NOW).stage.rung
    if assessment.stage.rung < previous.rung:
        assert assessment.growth_factor < STAGE_FROM[previous] - HYSTERESIS + EPSILON
    else:
        assert assessment.stage is previous or assessment.growth_factor >= STAGE_FROM[assessment.stage]


@calm
@given(projects, portraits)
def test_facts_of_the_future_are_ignored(project: list[DayTally], portrait: Portrait) -> None:
    known = [tally for tally in project if tally.day <= NOW.date()]
    assume(len(known) < len(project))
    assert assess(project, portrait, now=NOW) == assess(known, portrait, now=NOW)


@calm
@given(projects, portraits, st.one_of(st.none(), st.integers(1, 90)))
def test_stages_never_flap_in_a_history_and_it_ends_as_assessed(
    project: list[DayTally], portrait: Portrait, step: int | None
) -> None:
    points = history(project, portrait, until=NOW, step_days=step)
    assert points[0].previous_stage is None
    for before, after in pairwise(points):
        assert after.day > before.day
        assert after.growth_factor >= before.growth_factor - EPSILON
        assert after.previous_stage is before.stage
        assert after.stage.rung >= before.stage.rung
        assert after.commits >= before.commits
        assert after.lines_added >= 0 <= after.lines_removed
    today = assess(project, portrait, now=NOW)
    assert (points[-1].growth_factor, points[-1].stage) == (today.growth_factor, today.stage)
    assert points[-1].day == NOW.date()
    if step is None:
        assert len(points) <= 200


@calm
@given(projects, portraits)
def test_a_forecast_names_a_later_day_or_a_reason(project: list[DayTally], portrait: Portrait) -> None:
    prediction = predict(project, portrait, now=NOW)
    stage = assess(project, portrait, now=NOW).stage
    if prediction is None:
        assert stage is GrowthStage.ANCIENT
        return
    assert prediction.stage.rung == stage.rung + 1
    assert bool(prediction.reason) == (prediction.day is None)
    assert prediction.day is None or prediction.day > NOW.date()
    assert (prediction.error_days is None) == (prediction.samples < 3)
    assert prediction.error_days is None or prediction.error_days >= 0


@given(st.sampled_from(COUNTS), st.integers(max_value=-1))
def test_no_day_takes_anything_away(name: str, amount: int) -> None:
    try:
        DayTally(NOW.date(), **{name: amount})
    except ValueError:
        return
    raise AssertionError("a negative count was accepted")
