"""What the commands share that bring in an export from this machine."""

from __future__ import annotations

import time
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from integrations.problems import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.management.base import CommandParser

    from integrations.export_runs import Tell

Imported = TypeVar("Imported")


class ImportCommand(BaseCommand, Generic[Imported]):
    """Reads one path, shows how far it is, and says what came in."""

    requires_system_checks = []  # they load every page, which a long import has no use for

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")

    @abstractmethod
    def bring_in(self, path: Path, *, now: datetime, on_progress: Tell) -> Imported:
        """Read what lies there. Raises `Problem`."""

    @abstractmethod
    def report(self, imported: Imported, seconds: float) -> None:
        """Say what came in."""

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"].expanduser()
        started = time.monotonic()
        with tqdm(desc=path.name, unit="B", unit_scale=True, leave=False, file=self.stderr, disable=None) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                imported = self.bring_in(path, now=timezone.now(), on_progress=show)
            except Problem as problem:
                raise CommandError(f"{problem.message}\n{problem.fix}".strip()) from problem
            except KeyboardInterrupt:
                raise CommandError("Stopped. What was read is kept; import it again to go on.") from None
        self.report(imported, time.monotonic() - started)
