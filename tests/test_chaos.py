"""A taste of `make chaos`: a process that is killed while much is sent, and a count that finds what is missing."""

from __future__ import annotations

import random
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from chaos.__main__ import SETTINGS, mistake_in
from chaos.shapes import SERVE, Embedded
from chaos.traffic import Traffic
from tests.running import greenhouse

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes


def test_what_was_accepted_is_stored_once_although_the_web_process_is_killed(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    shutil.copytree(migrated_sqlite, tmp_path, dirs_exist_ok=True)
    with greenhouse(tmp_path, **SETTINGS) as garden:
        garden.wait_until_open(garden.start(*SERVE))
        with Traffic(garden, random.Random(5)) as traffic:
            assert traffic.goes_on(more=1), garden.log
            Embedded(garden).kill("web")
            assert traffic.goes_on(more=1), garden.log
            tally = traffic.tally()
        assert tally.held, tally
        assert not mistake_in(garden.log)
        garden.stop()
        with sqlite3.connect(tmp_path / "greenhouse.sqlite3") as database:
            database.execute("DELETE FROM visitors_step WHERE id = (SELECT min(id) FROM visitors_step)")
            # Another spelling of its identity, as a mistake in telling plays apart would leave it.
            database.execute(
                "UPDATE weather_musicmoment SET title = (SELECT min(title) FROM weather_musicmoment) "
                "WHERE title = (SELECT max(title) FROM weather_musicmoment)"
            )
        database.close()
        again = traffic.tally()
        assert (again.lost, again.doubled) == (2, 1)


@pytest.mark.parametrize(
    ("logger", "mistake"),
    [("django.request", True), ("celery.app.trace", False)],
)
def test_a_traceback_is_a_mistake_unless_a_task_left_it(logger: str, mistake: bool) -> None:
    log = f"2026-06-15T12:00:00.1Z [error    ] It broke. [{logger}]\nTraceback (most recent call last):\nOSError\n"
    assert bool(mistake_in(log)) is mistake
