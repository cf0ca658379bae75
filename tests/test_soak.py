"""What a soak calls flat."""

from __future__ import annotations

from collections import Counter

import pytest

from bench import memory
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


@pytest.mark.parametrize("arguments", [("--minutes", "3"), ("--minutes", "40", "--every", "601"), ("--every", "0")])
def test_one_too_short_to_be_compared_is_refused_before_it_begins(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(memory, "under_load", lambda *_asked: pytest.fail("it began"))
    with pytest.raises(SystemExit):
        memory.main(arguments)
    assert "--minutes must be long enough for 4 times --every" in capsys.readouterr().err


def test_one_of_four_lines_is_compared(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(memory, "under_load", lambda *_asked: iter(weights(100, 140, 148, 148, 149)))
    assert memory.main(("--minutes", "4")) == 0
    assert "+1.0 MB" in capsys.readouterr().out
