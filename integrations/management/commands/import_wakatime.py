"""`manage.py import_wakatime PATH`: years of coding time from a data dump, with no request to anyone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from integrations.coding.selectors import unassigned
from integrations.dumps import import_dump
from integrations.problems import Problem

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Bring in a data dump of WakaTime."""

    help = (
        "Bring in a data dump of WakaTime (JSON, of days or of heartbeats). Names that are no plant yet wait in the "
        "admin under Coding time. Repeating an import counts nothing twice."
    )

    requires_system_checks = []  # they load every page, which a long import has no use for

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"].expanduser()
        started = time.monotonic()
        with tqdm(desc=path.name, unit="B", unit_scale=True, leave=False, file=self.stderr, disable=None) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                imported = import_dump(path, now=timezone.now(), on_progress=show)
            except Problem as problem:
                raise CommandError(f"{problem.message}\n{problem.fix}".strip()) from problem
            except KeyboardInterrupt:
                raise CommandError("Stopped. What was read is kept; import it again to go on.") from None
        self.stdout.write(
            f"{imported.days:,} days with {imported.seconds / 3600:,.0f} hours of coding, "
            f"in {time.monotonic() - started:.1f} s."
        )
        if waiting := unassigned():
            names = ", ".join(str(name) for name in waiting[:5])
            more = f" and {len(waiting) - 5} more" if len(waiting) > 5 else ""
            self.stdout.write(f"No plant of their own yet: {names}{more}. See the admin, under Coding time.")
        if imported.broken:
            self.stderr.write(
                self.style.WARNING(f"{imported.broken} of its days could not be read; all others are in.")
            )
