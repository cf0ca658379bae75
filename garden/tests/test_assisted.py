"""How much of the owner's work an agent helped with, as the garden shows it."""

from __future__ import annotations

from datetime import date

import pytest

from garden.engine.life import DayTally, assisted_share

DAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("tallies", "share"),
    [
        ([], 0.0),
        ([DayTally(DAY, commits=10)], 0.0),
        ([DayTally(DAY, commits=6, assisted_commits=3), DayTally(DAY, commits=4)], 0.3),
        ([DayTally(DAY, commits=10, others_commits=6, assisted_commits=4)], 1.0),
        ([DayTally(DAY, commits=5, others_commits=5)], 0.0),
    ],
)
def test_the_share_is_of_the_owners_own_commits(tallies: list[DayTally], share: float) -> None:
    assert assisted_share(tallies) == share
