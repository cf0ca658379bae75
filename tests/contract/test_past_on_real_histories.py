"""The past of four real repositories: would a developer believe what their garden looked like?

Their logs lie beside the project, in `../shared/data/git`; where they are not, these tests are skipped.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from greenhouse import state
from integrations.histories import SavedLog
from integrations.imports import import_history
from skills.services import sync_from_projects
from tests.effort import counted

HISTORIES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "git"
NOW = datetime(2026, 9, 1, tzinfo=UTC)  # shortly after the last commit of the logs
LOGS = sorted(HISTORIES.glob("*.log.gz"))

pytestmark = [
    pytest.mark.contract,
    pytest.mark.django_db,
    pytest.mark.skipif(not LOGS, reason="the git histories are not beside the project"),
]


def garden(year: int) -> dict[str, Any]:
    return state.assemble(NOW, at=datetime(year, 7, 1, tzinfo=UTC))


def test_the_garden_fills_plant_by_plant_and_a_year_is_little_work() -> None:
    for log in LOGS:
        import_history(SavedLog(log), now=NOW)
    sync_from_projects(now=NOW)
    years, calls = counted(lambda: {year: garden(year) for year in range(2013, 2027)})
    assert calls < 14 * 600_000  # half of that
    assert [len(body["projects"]) for body in years.values()] == [0, 1, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4]
    python = [
        node["proficiency"] for body in years.values() for node in body["skills"]["nodes"] if node["name"] == "Python"
    ]
    assert python[0] < python[-1]
