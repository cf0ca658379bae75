"""When will a plant reach its next rung, and how far off was that forecast on the project's own past?

The forecast continues the running totals of `life.Life` at their recent pace and asks the same growth rules on which
day the next floor is crossed. The same question is then put on days before each rung that the project has climbed
already: the median of those errors is what the forecast is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import TYPE_CHECKING, Final

from garden.engine.growth import LADDER, STAGE_FROM, growth_on, stage_for
from garden.engine.life import DayTally, Life, Portrait, Totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from garden.vocabulary import GrowthStage

PACE_SHARE: Final = 0.5  # the pace is that of the younger half of life: on real histories it erred least
PACE_DAYS: Final = 90  # but at least a quarter of a year: one burst is not a pace
KNOWN_DAYS: Final = 14  # with less past than this there is no pace to speak of
KNOWN_WORKDAYS: Final = 3  # one burst is no pace either
HORIZON_DAYS: Final = 5 * 365  # nobody's pace holds for longer
REPLAYED_AT: Final = (0.25, 0.5, 0.75)  # where between two rungs the past is asked
SAMPLES_NEEDED: Final = 3  # fewer replays say nothing about an error


@dataclass(frozen=True, slots=True)
class Prediction:
    """The next rung: `day` and `days` (from now) are None where none can be named, and then `reason` says why."""

    stage: GrowthStage
    day: date | None
    days: int | None
    error_days: float | None  # median absolute error of this forecast on the project's own past, None if not measurable
    error_share: float | None  # the same as a part of the wait that was forecast: 0.5 is off by half of it
    samples: int  # how many replays the medians stand on
    sentence: str
    reason: str = ""


def predict(
    tallies: Iterable[DayTally], portrait: Portrait, *, now: datetime, previous_stage: GrowthStage | None = None
) -> Prediction | None:
    """Forecast the next rung from the project's recent pace. None for an ancient plant, which has no next.

    `previous_stage` is the rung the plant is known to stand on, as in `assess`. Raises `ValueError` for a naive `now`.
    """
    life = Life(tallies, portrait, now=now)
    stage = stage_for(growth_on(life, life.trail[-1], life.today), previous_stage)
    if stage is LADDER[-1]:
        return None
    coming = LADDER[LADDER.index(stage) + 1]
    asked = list(_past_answers(life))
    known = len(asked) >= SAMPLES_NEEDED
    error = median(error for error, _ in asked) if known else None
    error_share = median(error / wait for error, wait in asked) if known else None
    reason = _too_little(life)
    days = None if reason else _days_until(life, life.today, coming)
    if days is None:
        reason = reason or f"At its present pace it will not be {coming} within {HORIZON_DAYS // 365} years."
        return Prediction(coming, None, None, error, error_share, len(asked), reason, reason)
    day = date.fromordinal(min(life.today + days, date.max.toordinal()))
    pace = _pace_days(life, life.today)
    sentence = f"At the pace of the last {pace:,} days it will be {coming} around {day.day} {day:%B %Y}."
    worth = _worth(error, error_share, len(asked))
    return Prediction(coming, day, days, error, error_share, len(asked), f"{sentence} {worth}")


def _too_little(life: Life) -> str:
    past, workdays = life.today - life.first_seen, sum(done.last_worked == done.day for done in life.trail)
    if past >= KNOWN_DAYS and workdays >= KNOWN_WORKDAYS:
        return ""
    return (
        f"Too few data: a forecast needs {KNOWN_DAYS} days with work on {KNOWN_WORKDAYS} of them; "
        f"so far there are {past} and {workdays}."
    )


def _worth(error: float | None, share: float | None, samples: int) -> str:
    if error is None or share is None:
        return "How good such a forecast is cannot be said yet: too few rungs were climbed before."
    return (
        f"On this project's own past such forecasts were off by {error:,.0f} day{'' if round(error) == 1 else 's'}, "
        f"{share:.0%} of the wait (medians of {samples})."
    )


def _pace_days(life: Life, day: int) -> int:
    past = day - life.first_seen + 1
    return min(past, max(PACE_DAYS, int(past * PACE_SHARE)))


def _days_until(life: Life, day: int, coming: GrowthStage) -> int | None:
    """Days from `day` until the floor of `coming` is crossed at the pace before `day`; None beyond the horizon.

    Growth never falls while totals and days go up, so the first day above the floor is found by bisection.
    """
    done, window = life.totals_on(day), _pace_days(life, day)
    before = life.totals_on(day - window)

    def reached(ahead: int) -> bool:
        further = Totals(*(now + (now - then) * ahead / window for now, then in zip(done, before, strict=True)))
        return growth_on(life, further, day + ahead) >= STAGE_FROM[coming]

    if not reached(HORIZON_DAYS):
        return None
    short, far = 0, HORIZON_DAYS
    while far - short > 1:
        middle = (short + far) // 2
        short, far = (short, middle) if reached(middle) else (middle, far)
    return far


def _past_answers(life: Life) -> Iterator[tuple[int, int]]:
    """What would have been said before each rung climbed: (absolute error, true wait), in days.

    Only what was known on the day of asking is used, but for undated facts, which are scaled as in `growth.history`.
    Where no day could have been named, the horizon stands for it.
    """
    climbed, since = stage_for(growth_on(life, life.trail[0], life.planted)), life.planted
    for day in range(life.planted, life.today + 1):
        stage = stage_for(growth_on(life, life.totals_on(day), day), climbed)
        if stage is climbed:
            continue
        for part in REPLAYED_AT:
            asked = since + int((day - since) * part)
            if asked - life.first_seen >= KNOWN_DAYS and asked < day:
                said = _days_until(life, asked, stage)
                wait = day - asked
                yield abs((HORIZON_DAYS if said is None else said) - wait), wait
        climbed, since = stage, day
