"""Makes a backup while the site runs and writes: the rows of one moment, the pictures they name, the keys they need."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from greenhouse.run import local_secrets
from greenhouse.run.backup import tables
from greenhouse.run.backup.archive import BackupRefused, Manifest, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from greenhouse.run.backup.archive import Writer

    Tell = Callable[[str, int, int], None]  # what it is at, and how far

FOLDERS: Final = ("media", "faces")  # of the data directory; what else lies there can be made again


def fingerprint() -> str:
    """What this garden is known by: nothing of its secret can be read from it."""
    return hashlib.sha256(b"greenhouse backup:" + settings.SECRET_KEY.encode()).hexdigest()[:16]


def make(path: Path, *, tell: Tell) -> Manifest:
    """Write everything of this greenhouse that cannot be made again into one file.

    Raises `BackupRefused` where the database is of a newer release than the code, and `OSError`.
    """
    known = tables.loader()
    applied = sorted(known.applied_migrations or ())
    foreign = (node for node in applied if node[0] in known.migrated_apps and node not in known.graph.nodes)
    if unknown := next(foreign, None):
        raise BackupRefused(
            f"The database is of a newer release than this code (it has seen {'.'.join(unknown)}). Use that release."
        )
    all_models = tables.models_of(known, applied)
    manifest = Manifest(
        made_at=timezone.now().isoformat(timespec="seconds"),
        garden=fingerprint(),
        database=connection.vendor,
        migrations=[node for node in applied if node in known.graph.nodes],
    )
    with written(path, manifest) as writer:
        # Pictures first, then the rows, then what came in between: each picture that a row names is there.
        _copy_folders(writer)
        with tables.snapshot():
            for number, model in enumerate(all_models):
                label = model._meta.label_lower
                tell(label, number, len(all_models))
                rows = -1  # the first line names the columns
                with writer.part(f"tables/{label}.jsonl") as part:
                    for line in tables.dumped(model):
                        part.write(line)
                        rows += 1
                manifest.rows[label] = rows
        _copy_folders(writer)
        for path_of_key in sorted(local_secrets.made_here()):
            with path_of_key.open("rb") as file:
                writer.copy(f"keys/{path_of_key.name}", file)
    return manifest


def _copy_folders(writer: Writer) -> None:
    """The files of the folders that are not in the archive yet. One that is deleted meanwhile is left out."""
    for folder in FOLDERS:
        for path in _files(settings.DATA_DIR / folder):
            name = f"{folder}/{path.relative_to(settings.DATA_DIR / folder).as_posix()}"
            if name in writer.manifest.parts:
                continue
            try:
                file = path.open("rb")
            except FileNotFoundError:
                continue
            with file:
                writer.copy(name, file)


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder; links are not followed, since they may lead anywhere."""
    for above, _, names in os.walk(folder):
        for name in sorted(names):
            path = folder.__class__(above, name)
            if path.is_file() and not path.is_symlink():
                yield path
