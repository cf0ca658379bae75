"""An import whose process is killed, in a process of its own with a database of its own."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.processes

COMMITS = 30_000


@pytest.fixture
def house(tmp_path: Path) -> dict[str, str]:
    """The environment of a greenhouse with an empty SQLite database in `tmp_path`."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment = kept | {"GREENHOUSE_DATA_DIR": str(tmp_path / "var")}
    manage(environment, "migrate", "--verbosity=0", "--skip-checks").check_returncode()
    return environment


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def rows(environment: dict[str, str], query: str) -> list[tuple[object, ...]]:
    database = sqlite3.connect(Path(environment["GREENHOUSE_DATA_DIR"]) / "greenhouse.sqlite3", timeout=20)
    try:
        with database:
            return database.execute(query).fetchall()
    finally:
        database.close()


def lines() -> Iterator[str]:
    for number in range(COMMITS):
        yield f"commit {number:040x}\tAda\t20{10 + number % 15}-0{number % 9 + 1}-01T00:00:00Z\tChange\n2\t1\ta.py\n\n"


def test_a_killed_import_goes_on_and_doubles_nothing(tmp_path: Path, house: dict[str, str]) -> None:
    log = tmp_path / "long.log"
    log.write_text("".join(lines()))
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "import_git", str(log)]
    with subprocess.Popen(command, env=house, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as importing:
        while importing.poll() is None and rows(house, "SELECT count(*) FROM garden_activity")[0][0] == 0:
            pass
        importing.send_signal(signal.SIGKILL)
    [(read,)] = rows(house, "SELECT count(*) FROM garden_activity")
    assert 0 < int(str(read)) < COMMITS

    refused = manage(house, "import_git", str(log))
    assert refused.returncode == 1
    assert "try again in" in refused.stderr

    rows(house, "UPDATE integrations_syncrun SET heartbeat_at = '2020-01-01 00:00:00'")  # time passes
    resumed = manage(house, "import_git", str(log))
    assert resumed.returncode == 0, resumed.stderr
    assert f"{COMMITS - int(str(read)):,} of {COMMITS:,} facts are new" in resumed.stdout
    assert rows(house, "SELECT count(*) FROM garden_activity") == [(COMMITS,)]
    assert rows(house, "SELECT commit_count FROM garden_project") == [(COMMITS,)]
    [(past,)] = rows(house, "SELECT count(*) FROM garden_growthlog WHERE backfilled")
    assert int(str(past)) > 1
