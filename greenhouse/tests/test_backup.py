"""A backup holds all that cannot be made again, and restored on an empty machine the garden answers the same."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import stat
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from common import pictures
from garden.demo import plant_demo
from garden.models import Activity, GardenEvent, Project, ProjectMedia
from garden.tests.factories import ProjectFactory
from garden.tests.test_pictures import taken_by_a_camera
from greenhouse import state
from greenhouse.models import Lease
from greenhouse.run import local_secrets
from greenhouse.run.backup import archive, restoring, tables
from greenhouse.run.backup.staging import PostgresStaging, SqliteStaging
from integrations.models import Account
from skills.services import sync_from_projects
from visitors.models import DailySalt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True)
IN_ITS_PLACE, BELOW_IT = "keys/greenhouse.sqlite3", "keys/static/a_key"  # what no key is called
ADDRESSES = ("/api/v1/garden/", "/api/v1/projects/", "/api/v1/skills/", "/api/v1/skills/constellation/", "/feed.json")


@pytest.fixture
def machine(tmp_path: Path, settings: Settings) -> Callable[[str], AbstractContextManager[Path]]:
    """Another machine, by name: an empty data directory and an empty database of the tested kind."""
    own = connection.settings_dict

    @contextmanager
    def on(name: str) -> Iterator[Path]:
        data, database, options = tmp_path / name, own["NAME"], dict(own["OPTIONS"])
        scratch = f"{database}_restored"  # each process of tests has its own
        data.mkdir(mode=0o700)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {scratch}")
                cursor.execute(f"CREATE DATABASE {scratch}")
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined] # of this backend alone
        connection.close()
        own["NAME"] = scratch if connection.vendor == "postgresql" else str(data / "greenhouse.sqlite3")
        before = settings.DATA_DIR, settings.SERVED_AT, settings.MEDIA_ROOT
        settings.DATA_DIR, settings.SERVED_AT, settings.MEDIA_ROOT = data, data / "served_at", data / "media"
        state.invalidate()
        try:
            yield data
        finally:
            connection.close()
            own["NAME"] = database
            own["OPTIONS"].clear()
            own["OPTIONS"].update(options)
            settings.DATA_DIR, settings.SERVED_AT, settings.MEDIA_ROOT = before
            state.invalidate()

    return on


@pytest.fixture
def here(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This machine: a data directory with a key and a picture beside the tested database."""
    data = tmp_path / "here"
    (data / "media" / "owner").mkdir(parents=True)
    (data / "media" / "owner" / "me.png").write_bytes(b"a picture")
    (data / "media" / "elsewhere").symlink_to("/etc")
    monkeypatch.setattr(local_secrets, "_made", set())
    key = local_secrets.read_or_make(data / "author_key")
    assert key
    settings.DATA_DIR, settings.SERVED_AT, settings.MEDIA_ROOT = data, data / "served_at", data / "media"
    return data


def _run(command: str, *arguments: object) -> str:
    said = StringIO()
    call_command(command, *map(str, arguments), stdout=said, stderr=StringIO())
    return said.getvalue()


def _asked(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def _answers() -> dict[str, bytes]:
    state.invalidate()
    return {address: Client().get(address).content for address in ADDRESSES}


def _garden() -> None:
    now = timezone.now()
    plant_demo(now=now)
    sync_from_projects(now=now)
    account = Account(provider="github")
    account.token = "a token"
    account.save()
    DailySalt.objects.create(day=now.date(), salt=b"s" * 32)


def test_a_garden_restored_on_an_empty_machine_answers_byte_for_byte_the_same(
    here: Path, machine: Callable[[str], AbstractContextManager[Path]], tmp_path: Path
) -> None:
    with time_machine.travel("2026-11-20 12:00:00Z", tick=False):
        _garden()
        backup = tmp_path / "garden.backup"
        told = json.loads(_run("backup", backup, "--json"))
        assert told["rows"] > Activity.all_told.count()
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
        answers, newest = _answers(), GardenEvent.objects.latest("seq").seq
        with machine("there") as there:
            if connection.vendor == "postgresql":  # as a provider of databases does
                _asked("CREATE EXTENSION pg_stat_statements")
            _run("restore", backup)
            assert _answers() == answers
            assert _asked("SELECT count(*) FROM garden_summary") == [(Project.objects.in_garden().count(),)]
            if connection.vendor == "postgresql":
                assert _asked("SELECT 'public.pg_stat_statements'::regclass::text") == [("pg_stat_statements",)]
            assert Account.objects.get().token == "a token"
            assert not DailySalt.objects.exists()  # of them we say that they are gone after two days
            plant_demo(now=timezone.now())  # the next rows are numbered after those that came
            event = GardenEvent.objects.create(event_type="state_refreshed", source="test")
            assert event.seq > newest
            assert (there / "media" / "owner" / "me.png").read_bytes() == b"a picture"
            assert (there / "author_key").read_text() == (here / "author_key").read_text()
            assert not (there / "media" / "elsewhere").exists()


def test_an_older_backup_is_brought_up_to_date_and_a_newer_one_refused(
    here: Path,
    machine: Callable[[str], AbstractContextManager[Path]],
    migrate: Callable[..., Any],
    tmp_path: Path,
) -> None:
    old = migrate(garden="0014_assisted_share", integrations="0010_what_to_plant")
    old.get_model("garden", "Project").objects.create(name="Kept", slug="kept", genome_seed=7)
    backup, newer = tmp_path / "old.backup", tmp_path / "new.backup"
    _run("backup", backup)
    _tampered(backup, newer, lambda manifest: manifest["migrations"].append(["garden", "9999_not_yet"]))
    with machine("there"):
        with pytest.raises(CommandError, match=r"made by a newer greenhouse \(it knows garden\.9999_not_yet\)"):
            _run("restore", newer)
        _run("restore", backup)
        assert Project.objects.get().slug == "kept"
        call_command("migrate", check_unapplied=True, verbosity=0)


def test_pictures_of_an_older_backup_are_brought_up_to_date_and_those_in_use_are_left(
    here: Path,
    machine: Callable[[str], AbstractContextManager[Path]],
    migrate: Callable[..., Any],
    tmp_path: Path,
) -> None:
    old = migrate(garden="0015_boost_of_vitality")
    project = old.get_model("garden", "Project").objects.create(name="Kept", slug="kept", genome_seed=7)
    old.get_model("garden", "ProjectMedia").objects.create(project=project, image="projects/walk.jpg")
    backup, walk = tmp_path / "old.backup", taken_by_a_camera().read()
    (here / "media" / "projects").mkdir()
    (here / "media" / "projects" / "walk.jpg").write_bytes(walk)
    _run("backup", backup)
    with machine("there") as there:
        (there / "media" / "projects").mkdir(parents=True)
        (there / "media" / "projects" / "walk.jpg").write_bytes(walk)
        _asked("CREATE TABLE of_before (id integer)")
        said = _run("restore", backup)
        assert "of_before" not in connection.introspection.table_names()
        (picture,) = (there / "media" / "projects").iterdir()
        assert picture.name == PurePath(ProjectMedia.objects.get().image.path).name
        with picture.open("rb") as file:
            assert pictures.is_bare(file)
        assert ProjectMedia.objects.get().image.path == str(picture)
        (kept,) = there.glob("before-restore-*/media/projects/*")
        assert (kept.name, kept.read_bytes()) == ("walk.jpg", walk)
        if connection.vendor == "sqlite":
            (database,) = there.glob("before-restore-*-greenhouse.sqlite3")  # beside it: no other disk, no renaming
            assert str(database) in said


def _files_in(folder: Path) -> dict[str, bytes]:
    """What lies there but for the database in use."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "greenhouse.sqlite3"
    }


def _tampered(backup: Path, result: Path, manifest: Callable[[dict[str, Any]], object], **parts: bytes) -> None:
    """A copy of a backup with another manifest and other parts."""
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                said = json.loads(content)
                manifest(said)
                content = json.dumps(said).encode()
            new.writestr(name, content)
        for name, content in parts.items():
            new.writestr(name, content)


def test_what_is_no_whole_backup_is_refused_and_nothing_touched(here: Path, tmp_path: Path) -> None:
    good = tmp_path / "good.backup"
    _run("backup", good)
    cut, foreign, other_archive, damaged = (tmp_path / name for name in ("cut", "foreign", "archive", "damaged"))
    cut.write_bytes(good.read_bytes()[:-200])
    foreign.write_bytes(b"no archive at all")
    with zipfile.ZipFile(other_archive, "w") as other:
        other.writestr("letter.txt", "hello")

    def escape(manifest: dict[str, Any]) -> None:
        manifest["parts"]["media/../../escaped"] = {"size": 4, "sha256": "0"}

    traversal, newer = tmp_path / "traversal", tmp_path / "newer"
    _tampered(good, traversal, escape, **{"media/../../escaped": b"evil"})
    evil = {"size": 4, "sha256": hashlib.sha256(b"evil").hexdigest()}
    database, folder = tmp_path / "database", tmp_path / "folder"
    _tampered(good, database, lambda said: said["parts"].update({IN_ITS_PLACE: evil}), **{IN_ITS_PLACE: b"evil"})
    _tampered(good, folder, lambda said: said["parts"].update({BELOW_IT: evil}), **{BELOW_IT: b"evil"})
    _tampered(good, newer, lambda manifest: manifest.update(format=2))
    _tampered(good, damaged, lambda manifest: manifest["parts"]["keys/author_key"].update(sha256="0" * 64))
    for file, said in (
        (cut, "no backup of a greenhouse, or was cut off"),
        (foreign, "no backup of a greenhouse, or was cut off"),
        (other_archive, "no backup of a greenhouse"),
        (damaged, "is damaged"),
        (traversal, "which no greenhouse writes"),
        (database, "which no greenhouse writes"),
        (folder, "which no greenhouse writes"),
        (newer, "newer greenhouse"),
        (tmp_path / "absent", "cannot be read"),
    ):
        with pytest.raises(CommandError, match=said):
            _run("restore", file)
    assert sorted(path.name for path in here.iterdir()) == ["author_key", "media"]


@pytest.mark.parametrize(
    "odd",
    [
        lambda raw: raw.replace("media/é".encode(), b"media/\xff\xff"),
        lambda raw: raw.replace(b'"size": 4', b'"size": "4"'),
        lambda raw: raw.replace(b'"size": 4', b'"size": []'),
        lambda raw: raw.replace(b'"rows": {}', b'"rows": []'),
        lambda raw: raw.replace(b'"rows": {}', b'"rows": {"a":"b"}'),
    ],
)
def test_an_archive_that_was_made_to_trip_us_is_refused_in_words(odd: Callable[[bytes], bytes], tmp_path: Path) -> None:
    manifest = {"made_at": "", "garden": "", "database": "sqlite", "migrations": [], "rows": {}, "format": 1}
    parts = {"media/é": {"size": 4, "sha256": hashlib.sha256(b"Moss").hexdigest()}}
    whole = tmp_path / "whole.backup"
    with zipfile.ZipFile(whole, "w") as made:
        made.writestr("media/é", b"Moss")
        made.writestr("manifest.json", odd(json.dumps({**manifest, "parts": parts}, ensure_ascii=False).encode()))
    if odd(whole.read_bytes()) != whole.read_bytes():
        whole.write_bytes(odd(whole.read_bytes()))
    with pytest.raises(archive.BackupRefused), archive.opened(whole):
        pass


def test_a_part_that_is_packed_in_a_way_of_its_own_is_refused(tmp_path: Path) -> None:
    odd = tmp_path / "odd.backup"
    with zipfile.ZipFile(odd, "w", zipfile.ZIP_BZIP2) as made:
        made.writestr("manifest.json", b"{}")
    with pytest.raises(archive.BackupRefused, match="a way of its own"), archive.opened(odd):
        pass


def test_a_row_that_nests_without_end_is_refused(tmp_path: Path) -> None:
    deep = tmp_path / "deep.backup"
    with archive.written(deep, archive.Manifest("", "", "sqlite", [])) as made, made.part("tables/a.jsonl") as rows:
        rows.write(b"[" * 100_000)
    with archive.opened(deep) as backup, pytest.raises(archive.BackupRefused, match="no JSON"):
        list(backup.lines("tables/a.jsonl"))


@pytest.mark.parametrize("row", [["moss"], [10**30], [None, None], [{}], 7])
def test_a_row_that_is_none_of_ours_is_unfit(row: Any) -> None:
    with pytest.raises((DatabaseError, *tables.UNFIT)), transaction.atomic():
        tables.load(GardenEvent, iter([["id"], row]))


def test_a_damaged_database_is_restored_over(
    here: Path, machine: Callable[[str], AbstractContextManager[Path]], tmp_path: Path
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's files are not ours to damage")
    _garden()
    backup = tmp_path / "garden.backup"
    _run("backup", backup)
    with machine("there") as there:
        _run("restore", backup)
        connection.close()
        file = there / "greenhouse.sqlite3"
        file.write_bytes(b"\0" * 4096 + file.read_bytes()[4096:])
        _run("restore", backup)
        assert Project.objects.filter(is_demo=True).exists()


def test_another_gardens_backup_and_a_kept_schedule_are_refused(
    here: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "garden.backup"
    _run("backup", backup)
    ProjectFactory.create()
    monkeypatch.setattr(SqliteStaging, "require_nobody", lambda _self: None)  # the tests' own connections
    monkeypatch.setattr(PostgresStaging, "require_nobody", lambda _self: None)
    monkeypatch.setattr(PostgresStaging, "__init__", lambda _self: None)
    settings.SECRET_KEY = "another garden's"
    with pytest.raises(CommandError, match="The backup is of another garden"):
        _run("restore", backup)
    lease = Lease.objects.create(
        name="schedule", holder="box:1", renewed_at=timezone.now(), expires_at=timezone.now() + timedelta(minutes=1)
    )
    with pytest.raises(CommandError, match=r"The schedule is kept by box:1\. Stop the site"):
        _run("restore", backup)
    lease.delete()


def test_a_restore_or_backup_that_breaks_off_leaves_what_was_there(
    here: Path,
    machine: Callable[[str], AbstractContextManager[Path]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backup = tmp_path / "garden.backup"
    _run("backup", backup)
    whole = backup.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("greenhouse.run.backup.archive.json.dumps", full)
    with pytest.raises(CommandError, match="No space left on device"):
        _run("backup", backup)
    monkeypatch.undo()
    assert backup.read_bytes() == whole
    assert [path.name for path in tmp_path.glob("*.backup*")] == ["garden.backup"]
    with machine("there") as there:
        monkeypatch.setattr(restoring, "_build", full)
        with pytest.raises(CommandError, match="Nothing was restored"):
            _run("restore", backup)
        assert [path.name for path in there.iterdir() if not path.name.startswith("greenhouse.sqlite3")] == []
        monkeypatch.undo()
        monkeypatch.setattr(SqliteStaging, "swap", full)
        monkeypatch.setattr(PostgresStaging, "swap", full)
        (there / "media").mkdir()
        for name in ("author_key", "media/mine.png"):
            (there / name).write_text("of this machine")
        with pytest.raises(CommandError, match="Nothing was restored"):
            _run("restore", backup)
        assert _files_in(there) == {"author_key": b"of this machine", "media/mine.png": b"of this machine"}


def test_what_a_killed_backup_left_is_removed_by_the_next_and_what_another_writes_is_left(
    here: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "garden [1].backup"
    killed, at_work = (tmp_path / f".{backup.name}.{number}" for number in ("1", "2"))
    killed.write_bytes(b"half of it")
    other = tmp_path / ".garden.backup.1"
    other.write_bytes(b"of another file")
    with at_work.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _run("backup", backup)
        assert {path.name for path in tmp_path.glob(".*")} == {at_work.name, other.name}
    assert zipfile.is_zipfile(backup)


def test_a_backup_removes_no_file_that_is_called_like_a_draft_and_is_none(here: Path, tmp_path: Path) -> None:
    backup = tmp_path / "garden.backup"
    kept = tmp_path / ".garden.backup.2025-of-last-year"
    kept.write_bytes(b"the owner's own")
    link = tmp_path / ".garden.backup.3"
    link.symlink_to(kept)
    os.mkfifo(tmp_path / ".garden.backup.4")  # nobody writes into it
    _run("backup", backup)
    assert {path.name for path in tmp_path.glob(".*")} == {kept.name, ".garden.backup.3", ".garden.backup.4"}
    assert kept.read_bytes() == b"the owner's own"


def test_a_backup_writes_its_keys_into_no_file_that_lay_there_before(here: Path, tmp_path: Path) -> None:
    backup = tmp_path / "garden.backup"
    with (tmp_path / f".garden.backup.{os.getpid()}").open("w+b") as of_another:
        fcntl.flock(of_another, fcntl.LOCK_EX)
        _run("backup", backup)
        assert of_another.read() == b""
    assert zipfile.is_zipfile(backup)
