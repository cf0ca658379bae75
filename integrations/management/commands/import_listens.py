"""`manage.py import_listens PATH`: years of listening from an export, with no request to anyone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from integrations.listening.importing import import_listens
from integrations.problems import Problem

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Bring in an export of one's listening."""

    help = (
        "Bring in an export of your listening, from Spotify, ListenBrainz or Last.fm (JSON or CSV): a file, the zip as "
        "it came, or a folder. Repeating an import counts nothing twice, and what a player told already counts once."
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
                imported = import_listens(path, now=timezone.now(), on_progress=show)
            except Problem as problem:
                raise CommandError(f"{problem.message}\n{problem.fix}".strip()) from problem
            except KeyboardInterrupt:
                raise CommandError("Stopped. What was read is kept; import it again to go on.") from None
        self.stdout.write(
            f"{imported.new:,} plays from {' and '.join(sorted(imported.labels))}, {imported.known:,} known already, "
            f"{imported.left_out:,} left out (skipped, private, or no music), in {time.monotonic() - started:.1f} s."
        )
        if imported.broken:
            self.stderr.write(self.style.WARNING(f"{imported.broken} could not be read; all others are in."))
