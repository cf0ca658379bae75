"""`manage.py restore FILE`: what a backup holds, in place of what is here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.db import DatabaseError

from common.telling import TellingCommand
from greenhouse.run.backup.archive import BackupRefused
from greenhouse.run.backup.restoring import restore

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(TellingCommand):
    """Restore a backup."""

    help = (
        "Put the database, pictures and keys of a backup in place of what is here, of SQLite or PostgreSQL, whichever "
        "it was made of. The site has to be stopped. An older backup is brought up to date, a newer one refused; what "
        "is here is kept aside. Until the last moment nothing is touched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--another-garden", action="store_true", help="even where another garden grows here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with self.progress() as tell:
                manifest, kept = restore(
                    options["file"].expanduser(), another_garden=options["another_garden"], tell=tell
                )
        except BackupRefused as error:
            raise CommandError(str(error)) from error
        except (OSError, DatabaseError) as error:
            raise CommandError(f"Nothing was restored: {error}") from error
        rows = sum(manifest.rows.values())
        self.result({"made_at": manifest.made_at, "rows": rows, "kept_aside": kept})
        self.say(f"Restored {rows:,} rows as of {manifest.made_at}. People sign in again.")
        if kept:
            self.say(f"What was here is kept: {kept}. Delete it when you miss nothing.")
