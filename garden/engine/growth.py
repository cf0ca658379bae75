"""How a project's lasting work becomes the size of its plant.

A project's days are folded once into running totals (`life.py`), and one function turns totals into the six
factors (`factor_values`). `assess` reads the last total, `history` walks all of them, and `forecast.predict` continues
them into the future: the same facts, the same rules.

Growth is made of accumulations only (commits, active weeks, hours, years), each through a curve that rises and levels
off. So more work never shrinks a plant, and neither does time: a quiet month takes vitality and momentum, never growth.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, expm1, log1p
from typing import TYPE_CHECKING, Final

from garden.engine import reasons
from garden.engine.life import (
    ATTENTION_OF_INTERACTION,
    BRISK_HALF_LIFE,
    DAYS_PER_YEAR,
    STEADY_HALF_LIFE,
    Life,
    faded,
    matured,
    rooted,
)
from garden.vocabulary import GrowthStage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from garden.engine.life import DayTally, Portrait, Totals

# Key, label, weight; the weights sum to 1. Engagement weighs least because others give it: without one star 0.90 is
# left, and every rung lies below that. Time can be estimated and innovation has several roads, so that no source is
# indispensable. Weights that moved with what is known would let a first star shrink a plant; fixed ones cannot.
FACTORS: Final = (
    ("consistency", "Consistency and frequency", 0.25),  # showing up again and again is what grows a project
    ("complexity", "Complexity and languages", 0.15),  # size says something, but lines are cheap
    ("time", "Time invested", 0.20),  # the plainest measure of care
    ("engagement", "Engagement", 0.10),  # what others think of it, a bonus
    ("age", "Age and maturity", 0.20),  # years count, but only together with tending
    ("innovation", "Innovation", 0.10),  # releases, languages and topics: new ground
)
# The growth factor from which each rung is reached. Tuned on real histories, which tests/contract replays.
STAGE_FROM: Final = {
    GrowthStage.SEED: 0.0,
    GrowthStage.SPROUT: 0.045,  # a first busy week
    GrowthStage.GROWING: 0.14,  # a first busy month
    GrowthStage.BLOOMING: 0.36,  # some months, something to show
    GrowthStage.MATURE: 0.56,  # years, or one very full one
    GrowthStage.ANCIENT: 0.80,  # cannot be had in a year, whatever is done
}
HYSTERESIS: Final = 0.03  # "clearly below": a deleted fact or two must not take a rung away

# Curves: x / scale decides where the rise turns from linear to logarithmic, `full` is where nothing more is added.
COMMITS_CURVE: Final = (10.0, 2_000.0)  # the hundredth commit says more than the thousandth
WEEKS_CURVE: Final = (6.0, 260.0)  # five years of weeks with work in them
LINES_CURVE: Final = (500.0, 60_000.0)  # above this a code base is large, whatever it is
HOURS_CURVE: Final = (10.0, 2_000.0)  # a working year
ATTENTION_CURVE: Final = (20.0, 2_000.0)  # stars come by orders of magnitude
YEARS_CURVE: Final = (3.0, 10.0)  # software of ten years is old
NOVELTY_CURVE: Final = (10.0, 60.0)  # twenty to sixty new things

WEEKS_OF_CONSISTENCY: Final = 0.6  # coming back counts more than the number of commits, which is a habit of style
SIZE_OF_COMPLEXITY: Final = 0.6  # the rest is language diversity
LANGUAGES_AT_FULL: Final = 6.0  # more languages are not more diverse in a way that matters
DEPLOYMENTS_PER_RELEASE: Final = 10  # a site is never released, but it ships
NOVELTY_OF_LANGUAGE: Final = 3.0  # a new language is more than a new release
RECENCY_HALF_LIFE: Final = 21.0  # days in which an untended plant loses half of its colour
EFFORT_OF_FULL_LIFE: Final = 6.0  # decayed effort of three commits a week, where the curve stands at 0.63
CONDITIONS_RANGE: Final = 0.1  # season and weather colour the pace, they do not make it
SNAPSHOT_DAYS: Final = 30  # a row a month is enough to draw a life
MAX_SNAPSHOTS: Final = 180  # a very old project gets wider steps instead of more rows

LADDER: Final = tuple(STAGE_FROM)
FLOORS: Final = tuple(STAGE_FROM.values())
WEIGHTS: Final = {key: weight for key, _, weight in FACTORS}
MOST_BOOST: Final = 0.1  # of vitality, by work that is going on at a terminal
BOOST_LASTS: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Factor:
    """One of the six reasons why a plant has its size. `share` is value x weight, its part of the growth factor."""

    key: str
    label: str
    value: float
    weight: float
    share: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """A plant on one day. All numbers 0-1, but for momentum and lines."""

    growth_factor: float  # how grown; the sum of the factors' shares
    stage: GrowthStage
    vitality: float  # how alive now
    momentum: float  # -1 to 1, the recent pace against the project's own pace
    complexity: float  # the value of the complexity factor
    factors: tuple[Factor, ...]
    progress: float  # within the stage towards the next rung; 1 for an ancient plant
    lines_of_code: int  # counted or estimated, whoever wrote them


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """One row of a growth log. `previous_stage` is None on the first and equals `stage` where no rung was climbed."""

    day: date
    growth_factor: float
    stage: GrowthStage
    previous_stage: GrowthStage | None
    commits: int  # all until this day
    lines_added: int  # since the point before
    lines_removed: int
    complexity: float  # the value of the complexity factor


def assess(
    tallies: Iterable[DayTally],
    portrait: Portrait,
    *,
    now: datetime,
    previous_stage: GrowthStage | None = None,
    conditions: float = 1.0,
    boost: float = 0.0,
) -> Assessment:
    """Say how grown and how alive a project is on the UTC day of `now`, and why.

    The order of tallies and the way in which a day is split do not matter; days after `now` are ignored.
    `previous_stage` is kept unless the factor is clearly below it. `conditions` (1.0 is neutral) colours vitality and
    momentum within 10 % and leaves growth alone: a winter takes nothing back, and a life can be replayed without
    knowing what each day's weather was. `boost` is added to vitality alone. Raises `ValueError` for a naive `now`.
    """
    life = Life(tallies, portrait, now=now)
    done = life.trail[-1]
    values = factor_values(life, done, life.today)
    growth = _growth(values)
    stage = stage_for(growth, previous_stage)
    return Assessment(
        growth_factor=growth,
        stage=stage,
        vitality=min(1.0, vitality_on(life, done, life.today) * _within_range(conditions) + boost),
        momentum=_coloured(_momentum(life), _within_range(conditions)),
        complexity=values[1],
        factors=tuple(
            Factor(key, label, value, weight, value * weight, sentence)
            for (key, label, weight), value, sentence in zip(FACTORS, values, reasons.sentences(life), strict=True)
        ),
        progress=progress_in(stage, growth),
        lines_of_code=round(life.lines(done, 1.0)),
    )


def history(
    tallies: Iterable[DayTally], portrait: Portrait, *, until: datetime, step_days: int | None = None
) -> tuple[HistoryPoint, ...]:
    """Replay a life day by day and return the points worth a log row, oldest first.

    They are the first day, every rung climbed, a snapshot at most every `step_days` (default: a month, more for very
    old projects) where work was done since, and the day of `until`, which says what `assess` says. Facts without a date
    (stars, languages, topics) are scaled by the part of today's work that was done by then, so a later replay may place
    a rung some days elsewhere. Raises `ValueError` for a naive `until` and for a step below one day.
    """
    life = Life(tallies, portrait, now=until)
    step = step_days if step_days is not None else max(SNAPSHOT_DAYS, (life.today - life.planted) // MAX_SNAPSHOTS + 1)
    if step < 1:
        raise ValueError("a step is at least one day")
    points: list[HistoryPoint] = []
    logged, logged_on, logged_commits = life.trail[0], life.planted, 0
    position = 0
    stage: GrowthStage | None = None
    for day in range(life.planted, life.today + 1):
        while position + 1 < len(life.trail) and life.trail[position + 1].day <= day:
            position += 1
        done = life.trail[position]
        commits = int(done.commits) + life.earlier_by(day)
        values = factor_values(life, done, day)
        growth = _growth(values)
        previous, stage = stage, stage_for(growth, stage)
        due = day - logged_on >= step and (done is not logged or commits != logged_commits)
        if stage is previous and not due and day != life.today:
            continue
        lines = int(done.lines_added - logged.lines_added), int(done.lines_removed - logged.lines_removed)
        points.append(HistoryPoint(date.fromordinal(day), growth, stage, previous, commits, *lines, values[1]))
        logged, logged_on, logged_commits = done, day, commits
    return tuple(points)


def factor_values(life: Life, done: Totals, day: int) -> tuple[float, ...]:
    """The six factors on `day`, 0-1, in the order of `FACTORS`. None falls when `done` or `day` grows."""
    earlier = life.earlier_by(day)
    share = life.share_of(done, earlier)
    weeks = life.weeks(done, day)
    hours = life.hours(done, earlier)
    years = (day - life.planted) / DAYS_PER_YEAR
    grown_here = rooted(hours)
    known = NOVELTY_OF_LANGUAGE * max(done.languages, life.language_count * share) + life.topics * share
    shipped = done.releases + done.deployments / DEPLOYMENTS_PER_RELEASE
    size = SIZE_OF_COMPLEXITY * _curve(life.size(done, share), LINES_CURVE)
    diversity = (1 - SIZE_OF_COMPLEXITY) * min(1.0, life.diversity * share / LANGUAGES_AT_FULL)
    return (
        WEEKS_OF_CONSISTENCY * _curve(weeks, WEEKS_CURVE)
        + (1 - WEEKS_OF_CONSISTENCY) * _curve(done.commits + earlier, COMMITS_CURVE),
        (size + diversity) * grown_here,
        _curve(hours, HOURS_CURVE),
        _curve(life.attention * share + done.discussions, ATTENTION_CURVE),
        _curve(years, YEARS_CURVE) * matured(weeks),
        _curve(shipped + known * grown_here, NOVELTY_CURVE),
    )


def growth_on(life: Life, done: Totals, day: int) -> float:
    """The growth factor on `day`, 0-1."""
    return _growth(factor_values(life, done, day))


def stage_for(growth: float, previous: GrowthStage | None = None) -> GrowthStage:
    """The rung for a growth factor. A rung once climbed is kept until the factor is `HYSTERESIS` below its floor."""
    earned = bisect_right(FLOORS, growth) - 1
    if previous is None:
        return LADDER[earned]
    kept = bisect_right(FLOORS, growth + HYSTERESIS) - 1
    return LADDER[max(earned, min(LADDER.index(previous), kept))]


def progress_in(stage: GrowthStage, growth: float) -> float:
    """How far a growth factor has come within a stage towards the next rung, 0-1; 1 for an ancient plant."""
    rung = LADDER.index(stage)
    if rung + 1 == len(LADDER):
        return 1.0
    return max(0.0, min(1.0, (growth - FLOORS[rung]) / (FLOORS[rung + 1] - FLOORS[rung])))


def vitality_on(life: Life, done: Totals, day: int) -> float:
    """The vitality on `day`, 0-1: half for how recent the last work is (planting counts), half for how much of it."""
    tended = max(life.planted, done.last_worked)
    recency = faded(day - tended, RECENCY_HALF_LIFE)
    lately = done.brisk * faded(day - done.day, BRISK_HALF_LIFE)
    return 0.5 * recency + 0.5 * (1 - exp(-lately / EFFORT_OF_FULL_LIFE))


def boost_of(activity: float) -> float:
    """What work at a terminal adds to vitality for `BOOST_LASTS`, by how intense it was, 0–1."""
    return MOST_BOOST * max(0.0, min(1.0, activity))


def may_climb(growth: float, stage: GrowthStage, *, engagement: float, interactions: int) -> bool:
    """Whether so many visitors' interactions since the last assessment can have lifted a plant to its next rung.

    `growth`, `stage` and the value of the engagement factor are that assessment's. Nothing else is looked at, so it
    costs the same for every plant; only an assessment says for sure.
    """
    rung = LADDER.index(stage)
    if rung + 1 == len(LADDER):
        return False
    scale, full = ATTENTION_CURVE
    attention = scale * expm1(engagement * log1p(full / scale))  # the curve read backwards
    gained = _curve(attention + ATTENTION_OF_INTERACTION * interactions, ATTENTION_CURVE) - engagement
    return growth + WEIGHTS["engagement"] * gained >= FLOORS[rung + 1] - 1e-9  # of a float sum


def _growth(values: Iterable[float]) -> float:
    return min(1.0, sum(value * weight for value, (_, _, weight) in zip(values, FACTORS, strict=True)))


def _curve(x: float, shape: tuple[float, float]) -> float:
    """0 at nothing, 1 from `full` on, logarithmic beyond `scale`: log(1 + x/scale) / log(1 + full/scale)."""
    scale, full = shape
    return log1p(x / scale) / log1p(full / scale) if x < full else 1.0


def _momentum(life: Life) -> float:
    """(recent - own) / (recent + own), both in effort a day, each corrected for a life shorter than its half-life."""
    done = life.trail[-1]
    age = life.today - life.first_seen + 1
    recent, own = (
        effort * faded(life.today - done.day, half_life) * (1 - faded(1, half_life)) / (1 - faded(age, half_life))
        for effort, half_life in ((done.brisk, BRISK_HALF_LIFE), (done.steady, STEADY_HALF_LIFE))
    )
    return (recent - own) / (recent + own) if recent + own > 0 else 0.0


def _within_range(conditions: float) -> float:
    return max(1 - CONDITIONS_RANGE, min(1 + CONDITIONS_RANGE, conditions))


def _coloured(momentum: float, conditions: float) -> float:
    """Good conditions speed a rise and soften a fall."""
    return max(-1.0, min(1.0, momentum * (conditions if momentum > 0 else 2 - conditions)))
