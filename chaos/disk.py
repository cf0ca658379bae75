"""A disk without room: a small file system in memory that is filled to its last byte, under everything that writes."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from chaos.attack import GARDEN, MEGABYTE, NotHere, Outcome, ask, chance_of, wait_until
from chaos.shapes import SERVE
from chaos.traffic import GROWS_WITHIN, Traffic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.running import Greenhouse

SIZE: Final = 96  # megabytes of the disk
LITTLE: Final = 64 * 1024  # bytes that are left for a backup
COMMITS: Final = 20_000


@contextmanager
def small_disk() -> Iterator[Path]:
    """Where a file system of its own is mounted meanwhile. Raises `NotHere` for who may not mount one."""
    with TemporaryDirectory() as directory:
        options = ["-t", "tmpfs", "-o", f"size={SIZE}m,mode=0700", "tmpfs", directory]
        if subprocess.run(["mount", *options], check=False, capture_output=True).returncode:  # noqa: S603, S607
            raise NotHere("only who may mount a file system (root) can fill one")
        try:
            yield Path(directory)
        finally:
            subprocess.run(["umount", "--lazy", directory], check=True)  # noqa: S603, S607


@contextmanager
def filled(disk: Path, *, leave: int = 0) -> Iterator[None]:
    """The disk is full within, but for some bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (MEGABYTE, 4096, 1):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass
    if leave:
        os.truncate(ballast, max(0, ballast.stat().st_size - leave))
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def moved(garden: Greenhouse) -> Iterator[Path]:
    """The greenhouse with its data directory on a small disk; what its processes say goes where there is room."""
    garden.stop()
    with small_disk() as disk:
        data = disk / "var"
        shutil.copytree(garden.directory, data)
        garden.settings["GREENHOUSE_DATA_DIR"] = str(data)
        try:
            yield disk
        finally:
            garden.stop()


def while_serving(garden: Greenhouse) -> Outcome:
    """The disk of SQLite fills up while visitors walk and hooks arrive, and has room again."""
    seed, chance = chance_of("disk-full")
    with moved(garden) as disk:
        garden.wait_until_open(garden.start(*SERVE))
        with Traffic(garden, chance) as traffic:
            goes_on = traffic.goes_on()
            with filled(disk):
                before = traffic.put_off()
                refused = wait_until(
                    lambda: all(times > before[name] for name, times in traffic.put_off().items()), GROWS_WITHIN
                )
                reads = [ask(garden, "GET", GARDEN) for _ in range(20)]
                wait_until(lambda: _health(garden) == "failing", GROWS_WITHIN)
                named = _health(garden)
            goes_on = traffic.goes_on() and goes_on
            tally = traffic.tally()
        garden.stop()
        whole = _integrity(disk / "var" / "greenhouse.sqlite3")
        held = goes_on and refused is not None and set(reads) == {200} and (named, whole) == ("failing", "ok")
        said = f"{reads.count(200)} of {len(reads)} reads × 200, /health says {named}; database {whole}; seed {seed}"
        return tally.outcome(f"a disk of {SIZE} MB, full for a while", said, held=held)


def while_backing_up(garden: Greenhouse) -> Outcome:
    """A backup to a full disk, where an older one lies, and a restore on one; both again with room."""
    garden.stop()
    with small_disk() as disk:
        target = disk / "garden.backup"
        garden.manage("backup", str(target))
        older = _sum(target)
        with filled(disk, leave=LITTLE):
            said = _refused(garden, "backup", str(target))
            kept = _sum(target) == older and sorted(os.listdir(disk)) == ["ballast", target.name]
        garden.manage("backup", str(target))
        data = disk / "var"
        shutil.copytree(garden.directory, data)
        garden.settings["GREENHOUSE_DATA_DIR"] = str(data)
        before = _rows_of(data / "greenhouse.sqlite3")
        with filled(disk, leave=LITTLE):
            restoring = _refused(garden, "restore", str(target), "--another-garden")
            stays = before == _rows_of(data / "greenhouse.sqlite3")
        restored = garden.manage("restore", str(target), "--another-garden")
        return Outcome(
            "backup and restore on a full disk",
            f"“{said[:44]}…”, “{restoring[:44]}…”",
            f"the older backup {'stays' if kept else 'is harmed'}, the garden {'stays' if stays else 'is harmed'}",
            kept and stays and "No space left" in said and "MB free" in restoring and "Restored" in restored,
        )


def while_importing(garden: Greenhouse) -> Outcome:
    """The disk fills up in the middle of an import of a history, which is begun again when there is room."""
    with moved(garden) as disk:
        log = garden.directory / "history.log"
        log.write_text("".join(_history()))
        database = disk / "var" / "greenhouse.sqlite3"
        before = _facts(database)
        importing = garden.start(sys.executable, "manage.py", "import_git", str(log))
        wait_until(lambda: importing.poll() is not None or _facts(database) > before, GROWS_WITHIN)
        with filled(disk):
            status = importing.wait(GROWS_WITHIN)
        broke_off = _facts(database) - before
        said = garden.log.strip().splitlines()[-1]
        wait_until(lambda: _goes_through(garden, "import_git", str(log)), GROWS_WITHIN)
        facts, whole = _facts(database) - before, _integrity(database)
        return Outcome(
            f"an import of {COMMITS:,} commits, the disk full meanwhile",
            f"ended with {status}: “{said[:60]}”",
            f"{broke_off:,} facts then, {facts:,} after it was begun again; database {whole}",
            status == 1 and broke_off < COMMITS == facts and whole == "ok",
        )


def _health(garden: Greenhouse) -> str:
    """What `/health` says of the disk: below 20 MB it fails."""
    return str(garden.get("/health")[1]["components"]["disk"]["status"])


def _goes_through(garden: Greenhouse, *command: str) -> bool:
    """Whether a command does: an import that could not write down its end keeps others out for some seconds."""
    try:
        garden.manage(*command)
    except subprocess.CalledProcessError:
        return False
    return True


def _refused(garden: Greenhouse, *command: str) -> str:
    """What a command says that has to fail."""
    try:
        garden.manage(*command)
    except subprocess.CalledProcessError as error:
        return str(error.stderr).strip().splitlines()[-1].removeprefix("CommandError: ")
    return "it went through"


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _integrity(path: Path) -> str:
    """What SQLite finds of a database that nobody uses."""
    database = sqlite3.connect(path)
    try:
        return str(database.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        database.close()


def _rows_of(path: Path) -> str:
    """A sum over every row of a database that nobody uses: its file may be folded anew."""
    database = sqlite3.connect(path)
    try:
        return hashlib.sha256("\n".join(database.iterdump()).encode()).hexdigest()
    finally:
        database.close()


def _facts(path: Path) -> int:
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
    try:
        return int(database.execute("SELECT count(*) FROM garden_activity").fetchone()[0])
    finally:
        database.close()


def _history() -> Iterator[str]:
    for number in range(COMMITS):
        at = f"20{10 + number % 15}-0{number % 9 + 1}-01T00:00:00Z"
        yield f"commit {number:040x}\tAda\t{at}\tChange\n2\t1\ta.py\n\n"
