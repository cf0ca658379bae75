"""Backup, restore and migration that are killed at random moments, and then done again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import psycopg

from chaos.attack import Outcome, chance_of
from tests.running import Greenhouse
from tests.servers import PostgresServer

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

MOMENTS: Final = 6
MOST_TRIES: Final = 4 * MOMENTS
SCHEMA: Final = """
import json
from django.db import connection
with connection.cursor() as cursor:
    tables = {
        name: [
            sorted(column.name + " " + str(column.type_code) + " " + str(column.null_ok)
                   for column in connection.introspection.get_table_description(cursor, name)),
            sorted(connection.introspection.get_constraints(cursor, name)),
        ]
        for name in connection.introspection.table_names(cursor)
    }
    cursor.execute("SELECT app, name FROM django_migrations")
    applied = sorted(cursor.fetchall())
from greenhouse.run.backup import tables as of_backups
models = of_backups.models_of(of_backups.loader(), [tuple(node) for node in applied])
rows = {model._meta.label_lower: model._base_manager.count() for model in models}
print(json.dumps({"tables": tables, "applied": applied, "rows": rows}))
"""


class Command:
    """A management command of one greenhouse, to be killed in the middle of its work."""

    def __init__(self, garden: Greenhouse, arguments: Sequence[str], at_work: Callable[[int], bool]) -> None:
        """`at_work` tells by the number of its process whether it is."""
        self._garden, self._arguments, self._at_work = garden, arguments, at_work

    def _start(self) -> subprocess.Popen[bytes]:
        """The process, from when its work began."""
        process = self._garden.start(sys.executable, "manage.py", *self._arguments)
        while process.poll() is None and not self._at_work(process.pid):
            time.sleep(0.001)
        return process

    def takes(self) -> float:
        """Run it to its end. Returns the seconds of its work. Raises `CalledProcessError`."""
        process, began = self._start(), time.monotonic()
        while process.poll() is None and self._at_work(process.pid):
            time.sleep(0.001)
        took = time.monotonic() - began
        if status := process.wait():
            raise subprocess.CalledProcessError(status, list(self._arguments), self._garden.log)
        return took

    def kill(self, seconds: float) -> bool:
        """Kill it so many seconds after its work began. Whether it was still at work."""
        process = self._start()
        time.sleep(seconds)
        was_at_work = self._at_work(process.pid)
        process.kill()
        return process.wait() < 0 and was_at_work


def moments_of(chance: random.Random, longest: float) -> Iterator[float]:
    """Seconds into the work, as many as it takes; sooner and sooner, since a machine may have become quicker."""
    while True:
        yield chance.uniform(0, longest)
        longest *= 0.95


def backups(garden: Greenhouse) -> Outcome:
    """Backups over an older one: whoever is killed leaves that one, and the next leaves nothing else beside it."""
    garden.stop()
    seed, chance = chance_of("killed-backups")
    with TemporaryDirectory() as directory:
        target = Path(directory, "garden.backup")
        command = Command(
            garden, ("backup", str(target)), lambda pid: target.with_name(f".{target.name}.{pid}").exists()
        )
        moments = moments_of(chance, command.takes())
        expected = _content(target)
        kills = whole = tries = 0
        while kills < MOMENTS and tries < MOST_TRIES:
            kills += command.kill(next(moments))
            whole += _content(target) == expected
            tries += 1
        left = len(os.listdir(directory)) - 1
        again = command.takes() > 0 and _content(target) == expected
        stay = len(os.listdir(directory)) - 1
        return Outcome(
            f"kill -9 at {kills} moments of a backup",
            f"{whole} of {tries} times the older one whole, and the new one after another",
            f"{left} drafts, {stay} after the next; seed {seed}",
            kills == MOMENTS and whole == tries and again and not stay,
        )


def restores(garden: Greenhouse) -> Outcome:
    """On SQLite."""
    garden.stop()
    return _restores(garden, "killed-restores", garden.settings)


def restores_of_postgresql(garden: Greenhouse) -> Outcome:
    """On PostgreSQL."""
    garden.stop()
    with PostgresServer() as postgres:
        return _restores(garden, "killed-restores-postgresql", {**garden.settings, "DATABASE_URL": postgres.url})


def _restores(garden: Greenhouse, case: str, settings: dict[str, str]) -> Outcome:
    """Restores over a garden that has grown on: killed, it is the old or the new one; repeated, the new one."""
    seed, chance = chance_of(case)
    with TemporaryDirectory() as directory:
        backup, look = Path(directory, "garden.backup"), Path(directory, "look.backup")
        garden.manage("backup", str(backup))
        there = Greenhouse(Path(directory, "var"), settings)
        shutil.copytree(garden.directory, there.directory)
        there.manage("migrate", "--verbosity", "0")
        draft = there.directory / ".restore-draft"
        command = Command(there, ("restore", str(backup), "--another-garden"), lambda _: draft.exists())
        moments = moments_of(chance, command.takes())
        new = _content(backup)
        kills = either = same = tries = 0
        left: set[str] = set()
        while kills < MOMENTS and tries < MOST_TRIES:
            tries += 1
            there.publish(3).wait()
            old = _looked_at(there, look)
            kills += command.kill(next(moments))
            either += _looked_at(there, look) in (old, new)
            there.manage("restore", str(backup), "--another-garden")
            same += _looked_at(there, look) == new
            left |= {path.name for path in there.directory.iterdir() if "draft" in path.name}
        return Outcome(
            f"kill -9 at {kills} moments of a restore",
            f"{either} of {tries} times the old or the new one, {same} times the new one after another",
            f"{len(left)} drafts after the next; seed {seed}",
            kills == MOMENTS and either == same == tries and not left,
        )


def migrations(garden: Greenhouse) -> Outcome:
    """On SQLite."""
    garden.stop()
    with TemporaryDirectory() as directory:

        @contextmanager
        def empty() -> Iterator[Greenhouse]:
            with TemporaryDirectory(dir=directory) as another:
                yield Greenhouse(Path(another), garden.settings)

        return _migrations("killed-migrations", empty)


def migrations_of_postgresql(garden: Greenhouse) -> Outcome:
    """On PostgreSQL."""
    garden.stop()
    with PostgresServer() as postgres:

        @contextmanager
        def empty() -> Iterator[Greenhouse]:
            with psycopg.connect(postgres.url, autocommit=True) as connection:
                connection.execute("DROP SCHEMA public CASCADE")
                connection.execute("CREATE SCHEMA public")
            with TemporaryDirectory() as another:
                yield Greenhouse(Path(another), {**garden.settings, "DATABASE_URL": postgres.url})

        return _migrations("killed-migrations-postgresql", empty)


def _migrations(case: str, empty: Callable[[], Any]) -> Outcome:
    """Migrations of an empty database: done again, it is as if nobody had been killed."""
    seed, chance = chance_of(case)
    with empty() as garden:
        moments = moments_of(chance, _migrating(garden).takes())
        expected = _schema(garden)
    kills = same = tries = 0
    while kills < MOMENTS and tries < MOST_TRIES:
        tries += 1
        with empty() as garden:
            kills += _migrating(garden).kill(next(moments))
            garden.manage("migrate", "--verbosity", "0")
            same += _schema(garden) == expected
    return Outcome(
        f"kill -9 at {kills} moments of all migrations",
        f"{same} of {tries} times the same tables and rows after another",
        f"{len(expected['applied'])} migrations; seed {seed}",
        kills == MOMENTS and same == tries,
    )


def _migrating(garden: Greenhouse) -> Command:
    return Command(garden, ("migrate", "--verbosity", "1"), lambda _: "Applying" in garden.log)


def _schema(garden: Greenhouse) -> Any:
    return json.loads(garden.manage("shell", "--no-imports", "-c", SCHEMA).strip().splitlines()[-1])


def _content(backup: Path) -> dict[str, str]:
    """What a backup holds, as a checksum by table and file. Raises where it is not whole."""
    found = {}
    with zipfile.ZipFile(backup) as archive:
        for name, part in json.loads(archive.read("manifest.json"))["parts"].items():
            held = archive.read(name)
            if hashlib.sha256(held).hexdigest() != part["sha256"]:
                raise zipfile.BadZipFile(name)
            found[name] = hashlib.sha256(_with_keys_in_order(held) if name.endswith(".jsonl") else held).hexdigest()
    return found


def _with_keys_in_order(table: bytes) -> bytes:
    """The same rows, whatever order the database keeps the keys of a JSON object in: PostgreSQL has one of its own."""
    return b"\n".join(json.dumps(json.loads(row), sort_keys=True).encode() for row in table.splitlines())


def _looked_at(garden: Greenhouse, look: Path) -> dict[str, str]:
    """What a greenhouse holds just now."""
    garden.manage("backup", str(look))
    return _content(look)
