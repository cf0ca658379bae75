"""`manage.py backup FILE`: everything that cannot be made again, in one file, while the site runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError

from common.telling import TellingCommand
from greenhouse.run.backup.archive import BackupRefused
from greenhouse.run.backup.making import make

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(TellingCommand):
    """Make a backup."""

    help = (
        "Write the database, pictures and keys into one file, at one moment, while the site runs. Who has the file has "
        "the keys: it is readable by you alone. A file that is there is replaced once the new one is whole."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"].expanduser().absolute()
        if path.is_dir():
            raise CommandError(f"{path} is a folder. Name a file, such as {path / 'greenhouse.backup'}.")
        try:
            with self.progress() as tell:
                manifest = make(path, tell=tell)
        except BackupRefused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"The backup was not written: {error.strerror or error}. Is there room, and may you write there?"
            ) from error
        except DatabaseError as error:
            raise CommandError(f"The database does not do its part: {error}") from error
        rows, size = sum(manifest.rows.values()), path.stat().st_size
        elsewhere = [name for name in ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS") if self._is_elsewhere(name)]
        self.result({"file": str(path), "bytes": size, "rows": rows, "keys_kept_elsewhere": elsewhere})
        self.say(f"{path}: {rows:,} rows and {len(manifest.parts) - len(manifest.rows)} files, {size / 1e6:.1f} MB.")
        if elsewhere:
            self.say(f"Not in it, since the environment has it: {', '.join(elsewhere)}. Keep a copy of that too.")

    def _is_elsewhere(self, name: str) -> bool:
        if name == "SECRET_KEY":
            kept = settings.DATA_DIR / "secret_key"
            return not kept.exists() or kept.read_text().strip() != settings.SECRET_KEY
        return bool(getattr(settings, name))
