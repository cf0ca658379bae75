"""`manage.py import_listens PATH`: years of listening from an export, with no request to anyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrations.listening.importing import Imported, import_listens
from integrations.management.importing import ImportCommand

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from integrations.export_runs import Tell


class Command(ImportCommand[Imported]):
    """Bring in an export of one's listening."""

    help = (
        "Bring in an export of your listening, from Spotify, ListenBrainz or Last.fm (JSON or CSV): a file, the zip as "
        "it came, or a folder. Repeating an import counts nothing twice, and what a player told already counts once."
    )

    def bring_in(self, path: Path, *, now: datetime, on_progress: Tell) -> Imported:
        return import_listens(path, now=now, on_progress=on_progress)

    def report(self, imported: Imported, seconds: float) -> None:
        self.stdout.write(
            f"{imported.new:,} plays from {' and '.join(sorted(imported.labels))}, {imported.known:,} known already, "
            f"{imported.left_out:,} left out (skipped, private, or no music), in {seconds:.1f} s."
        )
        if imported.broken:
            self.stderr.write(self.style.WARNING(f"{imported.broken} could not be read; all others are in."))
