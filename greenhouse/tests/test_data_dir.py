"""What lies in the data directory is its owner's alone, however loosely the process was started."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from greenhouse.run import data_dir
from tests.running import ROOT, Greenhouse

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes

WRITE_OF_EVERY_KIND = """
import django; django.setup()
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE kept (word TEXT)")
    cursor.execute("INSERT INTO kept VALUES ('leaf')")
default_storage.save("plants/leaf.png", ContentFile(b"leaf"))
(settings.DATA_DIR / "backups").mkdir()
(settings.DATA_DIR / "backups" / "today.log").write_text("a line")
for path in settings.DATA_DIR.rglob("*"):
    print(oct(path.stat().st_mode & 0o777), path.relative_to(settings.DATA_DIR))
"""


def modes(directory: Path) -> dict[str, int]:
    """The mode of everything that a process with umask 000 leaves, while its database is open."""
    process = subprocess.run(
        [sys.executable, "-c", WRITE_OF_EVERY_KIND],
        cwd=ROOT,
        env=Greenhouse(directory, {}).environment,
        check=True,
        capture_output=True,
        text=True,
        umask=0,
    )
    lines = (line.split(" ", 1) for line in process.stdout.splitlines())
    return {name: int(mode, 8) for mode, name in lines}


def test_everything_written_under_umask_000_is_its_owners_alone(tmp_path: Path) -> None:
    found = modes(tmp_path / "new")
    files = {
        "author_key",
        "git_webhook_secret",
        "secret_key",
        "greenhouse.sqlite3",
        "greenhouse.sqlite3-wal",
        "greenhouse.sqlite3-shm",
    }
    files |= {"media/plants/leaf.png", "backups/today.log"}
    directories = {"media", "media/plants", "backups", "static"}
    assert files | directories == set(found)
    assert {name: oct(found[name]) for name in files} == dict.fromkeys(files, "0o600")
    assert {name: oct(found[name]) for name in directories} == dict.fromkeys(directories, "0o700")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_what_an_older_greenhouse_left_open_is_closed_at_the_next_start(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        (tmp_path / "greenhouse.sqlite3").write_bytes(b"")
        (tmp_path / "media").mkdir()
        data_dir.prepare(tmp_path)
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "greenhouse.sqlite3").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "media").stat().st_mode) == 0o700


@pytest.mark.parametrize(("mode", "ids"), [(0o700, []), (0o755, []), (0o777, ["greenhouse.W001"])])
def test_a_data_directory_that_others_may_write_to_is_reported(
    tmp_path: Path, settings: Any, mode: int, ids: list[str]
) -> None:
    settings.DATA_DIR = tmp_path
    tmp_path.chmod(mode)
    assert [message.id for message in data_dir.closed(None)] == ids
