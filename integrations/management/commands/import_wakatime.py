"""`manage.py import_wakatime PATH`: years of coding time from a data dump, with no request to anyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrations.coding.selectors import unassigned
from integrations.dumps import Imported, import_dump
from integrations.management.importing import ImportCommand

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from integrations.export_runs import Tell


class Command(ImportCommand[Imported]):
    """Bring in a data dump of WakaTime."""

    help = (
        "Bring in a data dump of WakaTime (JSON, of days or of heartbeats). Names that are no plant yet wait in the "
        "admin under Coding time. Repeating an import counts nothing twice."
    )

    def bring_in(self, path: Path, *, now: datetime, on_progress: Tell) -> Imported:
        return import_dump(path, now=now, on_progress=on_progress)

    def report(self, imported: Imported, seconds: float) -> None:
        self.stdout.write(
            f"{imported.days:,} days with {imported.seconds / 3600:,.0f} hours of coding, in {seconds:.1f} s."
        )
        if waiting := unassigned():
            names = ", ".join(str(name) for name in waiting[:5])
            more = f" and {len(waiting) - 5} more" if len(waiting) > 5 else ""
            self.stdout.write(f"No plant of their own yet: {names}{more}. See the admin, under Coding time.")
        if imported.broken:
            self.stderr.write(
                self.style.WARNING(f"{imported.broken} of its days could not be read; all others are in.")
            )
