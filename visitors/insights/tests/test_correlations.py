from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitors.insights.correlations import FEWEST_DAYS, Measure, study
from visitors.insights.statistics import correlate, holm, pearson, ranks

FIRST = date(2026, 1, 1)


def measure(name: str, values: list[float], *, start: date = FIRST) -> Measure:
    by_day = {start + timedelta(days=at): value for at, value in enumerate(values)}
    return Measure(name, f"there was more {name}", f"there was less {name}", by_day)


def noise(dice: random.Random, days: int = 90) -> list[float]:
    return [dice.gauss(0, 1) for _ in range(days)]


def walk_of(dice: random.Random, days: int = 90) -> list[float]:
    """A series that drifts, as visits and temperatures do."""
    values, at = [], 0.0
    for step in noise(dice, days):
        at = 0.9 * at + step
        values.append(at)
    return values


def test_equal_values_share_their_rank() -> None:
    assert ranks([10, 20, 20, 5]) == [2, 3.5, 3.5, 1]


@given(st.permutations(range(10)))
def test_the_coefficient_is_spearmans(order: list[int]) -> None:
    found = correlate(range(10), order)
    assert found
    squares = sum((one - other) ** 2 for one, other in enumerate(order))
    assert found.coefficient == pytest.approx(1 - 6 * squares / (10 * (10**2 - 1)))  # of ranks without ties
    assert found.low - 0.001 <= found.coefficient <= found.high + 0.001  # one itself has no interval
    assert 0 <= found.p <= 1


def test_a_series_that_never_changes_goes_with_nothing() -> None:
    assert correlate([1, 1, 1], [1, 2, 3]) is None
    assert pearson([1], [1]) is None


def test_days_that_are_like_the_day_before_count_for_less() -> None:
    steady = correlate(list(range(60)), [one * one for one in range(60)])
    assert steady
    assert steady.independent < 10
    dice = random.Random(1)
    loose = correlate(noise(dice, 60), noise(dice, 60))
    assert loose
    assert loose.independent > 50


def test_holms_correction_is_the_textbooks() -> None:
    assert [round(one, 3) for one in holm([0.01, 0.04, 0.03, 0.005])] == [0.03, 0.06, 0.06, 0.02]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=20))
def test_corrected_probabilities_are_never_smaller_and_keep_their_order(found: list[float]) -> None:
    corrected = holm(found)
    assert all(one >= before for one, before in zip(corrected, found, strict=True))
    assert [corrected[at] for at in sorted(range(len(found)), key=lambda at: found[at])] == sorted(corrected)


@pytest.mark.parametrize("drifting", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_a_planted_correlation_is_found_and_fifty_random_ones_are_not(seed: int, drifting: bool) -> None:
    dice = random.Random(seed)
    series = walk_of if drifting else noise
    commits = noise(dice)
    visits = [0.0, 0.0, *(one + dice.gauss(0, 0.7) for one in commits)][:90]  # two days after
    planted = (measure("commits", commits), measure("visits", visits))
    random_ones = [(measure(f"a{at}", series(dice)), measure(f"b{at}", series(dice))) for at in range(50)]
    found = study([planted, *random_ones])
    assert [(one.cause, one.effect, one.lag) for one in found.findings] == [("commits", "visits", 2)]
    assert found.tried == 51 * 4
    (one,) = found.findings
    assert one.correlation.coefficient > 0.5
    assert "two days later there was more visits" in one.sentence


def test_fewer_is_said_where_it_is_fewer() -> None:
    dice = random.Random(3)
    rain = noise(dice)
    (one,) = study([(measure("rain", rain), measure("visits", [-one for one in rain]))], lags=(0,)).findings
    assert "there was less visits" in one.sentence
    assert "−" in one.sentence


def test_a_weekly_rhythm_that_both_have_is_no_correlation() -> None:
    dice = random.Random(4)
    week = [0, 0, 0, 0, 0, 9, 9]
    both = [[week[at % 7] + dice.random() for at in range(90)] for _ in range(2)]
    assert not study([(measure("a", both[0]), measure("b", both[1]))]).findings


def test_too_few_days_in_common_are_said_to_be_too_few() -> None:
    dice = random.Random(5)
    short = measure("a", noise(dice, FEWEST_DAYS - 1))
    found = study([(short, short), (measure("b", noise(dice)), short)])
    assert (found.tried, found.too_few) == (0, [("a", "a"), ("b", "a")])
    assert found.told.startswith("Too few data")
    assert "were tried" in study([(measure("b", noise(dice)), measure("c", noise(dice)))]).told
