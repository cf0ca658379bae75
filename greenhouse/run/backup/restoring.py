"""Restores a backup: a new database beside the old one, brought up to date, and then all of it swapped at once."""

from __future__ import annotations

import os
import shutil
import socket
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.signals import setting_changed
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from greenhouse.models import Lease
from greenhouse.run.backup import tables
from greenhouse.run.backup.archive import BackupRefused, opened
from greenhouse.run.backup.making import FOLDERS, fingerprint
from greenhouse.run.backup.staging import STOP_IT, staging

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from greenhouse.run.backup.archive import Manifest, Reader
    from greenhouse.run.backup.making import Tell

DRAFT: Final = ".restore-draft"  # in the data directory
TIMES_THE_SIZE: Final = 3  # of what is unpacked: the database with its indexes, its WAL, and pictures


def restore(path: Path, *, another_garden: bool, tell: Tell) -> tuple[Manifest, str]:
    """Put what a backup holds in place of what is here. Returns its manifest, and where the old things are kept.

    Raises `BackupRefused`, before anything was touched, and `OSError`.
    """
    with opened(path) as backup:
        _require_known(backup.manifest)
        stage = staging()
        _require_stopped()
        stage.require_nobody()
        if not another_garden and backup.manifest.garden != fingerprint() and _has_plants():
            raise BackupRefused(
                "The backup is of another garden, and this one has plants. To replace it all the same, keys and "
                "account included, add --another-garden; what is here is kept aside."
            )
        _require_room(backup.size)
        draft = settings.DATA_DIR / DRAFT
        shutil.rmtree(draft, ignore_errors=True)
        try:
            for room in (*FOLDERS, "keys"):
                backup.unpack(room, draft / room)
            with stage.building(), _pictures_in(draft / "media"):
                try:
                    _build(backup, tell)
                except tables.UNFIT as error:
                    raise BackupRefused(f"The backup has rows of another shape ({error}). Nothing was done.") from error
            _require_stopped()
            stage.require_nobody()
            aside = settings.DATA_DIR / f"before-restore-{timezone.now():%Y%m%d-%H%M%S}"
            aside.mkdir()
            try:
                with ExitStack() as back:  # files go back where the database cannot be put in place
                    kept = _swap_files(draft, aside, back)
                    kept += filter(None, [stage.swap(aside)])
                    back.pop_all()
            finally:
                if not any(aside.iterdir()):
                    aside.rmdir()
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            stage.clean_up()
        return backup.manifest, ", ".join(kept)


def _require_known(manifest: Manifest) -> None:
    known = MigrationLoader(None, ignore_no_migrations=True).graph.nodes  # the database may be damaged
    if unknown := [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]:
        raise BackupRefused(
            f"The backup was made by a newer greenhouse (it knows {unknown[0]}). Update this one first."
        )


def _require_stopped() -> None:
    """Neither a web process that answers, nor one that keeps the schedule."""
    try:
        where = urlsplit(settings.SERVED_AT.read_text().strip())
        socket.create_connection((where.hostname or "127.0.0.1", where.port or 80), timeout=1.0).close()
    except (OSError, ValueError):
        pass
    else:
        raise BackupRefused(f"The site is running, at {where.geturl()}. {STOP_IT}")
    try:
        keeper = Lease.objects.filter(expires_at__gt=timezone.now()).first()
    except DatabaseError:
        return  # no tables yet, or a damaged file
    if keeper:
        raise BackupRefused(
            f"The schedule is kept by {keeper.holder}. {STOP_IT} One that was killed is let go of soon."
        )


def _has_plants() -> bool:
    from garden.models import Project

    try:
        return Project.objects.filter(is_demo=False).exists()
    except DatabaseError:
        return False


def _require_room(size: int) -> None:
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < size * TIMES_THE_SIZE:
        raise BackupRefused(
            f"The backup needs some {size * TIMES_THE_SIZE // 1_000_000} MB beside what is there, and the disk has "
            f"{free // 1_000_000} MB free. Make room first."
        )


@contextmanager
def _pictures_in(folder: Path) -> Iterator[None]:
    """Migrations that write pictures anew work on those of the backup within, not on those that are in use."""
    in_use = settings.MEDIA_ROOT
    _lay_pictures(folder)
    try:
        yield
    finally:
        _lay_pictures(in_use)


def _lay_pictures(folder: Path) -> None:
    settings.MEDIA_ROOT = folder
    setting_changed.send(sender=None, setting="MEDIA_ROOT", value=folder, enter=True)  # storages remember where it is


def _build(backup: Reader, tell: Tell) -> None:
    """Tables of the backup's own time, its rows, and then the migrations that came since."""
    tell("making tables", 0, 1)
    executor = MigrationExecutor(connection)
    executor.migrate(tables.newest(executor.loader, backup.manifest.migrations))
    all_models = tables.models_of(tables.loader(), backup.manifest.migrations)
    labels = {model._meta.label_lower for model in all_models}
    if odd := labels ^ set(backup.manifest.rows):
        raise BackupRefused(f"The backup and its migrations disagree about {min(odd)}. Nothing was done.")
    with transaction.atomic():
        tables.empty(all_models)
        for number, model in enumerate(all_models):
            label = model._meta.label_lower
            tell(label, number, len(all_models))
            loaded = tables.load(model, backup.lines(f"tables/{label}.jsonl"))
            if loaded != backup.manifest.rows[label]:
                raise BackupRefused(f"{label} has {loaded} rows, not {backup.manifest.rows[label]}. Nothing was done.")
        tables.set_sequences(all_models)
    connection.check_constraints()
    tell("bringing it up to date", 0, 1)
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


def _swap_files(draft: Path, aside: Path, back: ExitStack) -> list[str]:
    """Put pictures and keys in place; what was there lies in `aside` from then on, until `back` is unwound."""
    kept = []
    for name in FOLDERS:
        there = settings.DATA_DIR / name
        if there.exists():
            _move(there, aside / name, back)
            kept.append(str(aside / name))
        if (draft / name).exists():
            _move(draft / name, there, back)
    for key in sorted((draft / "keys").iterdir()) if (draft / "keys").exists() else []:
        there = settings.DATA_DIR / key.name
        if there.exists():  # replaced in one step: whoever is killed in between must not find a garden without a key
            shutil.copy2(there, aside / there.name)
            back.callback(os.replace, aside / there.name, there)
            os.replace(key, there)
        else:
            _move(key, there, back)
    return kept


def _move(source: Path, target: Path, back: ExitStack) -> None:
    os.replace(source, target)
    back.callback(os.replace, target, source)
