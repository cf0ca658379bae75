"""What a soak calls flat."""

from __future__ import annotations

from collections import Counter

from bench.memory import FLAT_MEGABYTES, Weight, growth


def weights(*megabytes: float, descriptors: int = 20) -> list[Weight]:
    return [Weight(one, one, 10, descriptors, Counter()) for one in megabytes]


def test_what_fills_first_and_then_stays_is_flat() -> None:
    assert growth(weights(120, 140, 148, 148, 149, 148, 148, 148)) == (0, 0)


def test_what_goes_on_growing_is_not() -> None:
    grown, _descriptors = growth(weights(*range(120, 160)))
    assert grown > FLAT_MEGABYTES


def test_descriptors_that_are_never_closed_are_seen() -> None:
    first, last = weights(*[148] * 6), weights(*[148] * 2, descriptors=90)
    assert growth([*first, *last]) == (0, 70)
