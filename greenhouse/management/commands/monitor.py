"""`manage.py monitor`: the garden in a terminal, looked at again and again."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import timezone

from greenhouse.console.monitor import drawn, look

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

HOME, TO_LINE_END, BELOW, CLEAR = "\x1b[H", "\x1b[K", "\x1b[J", "\x1b[2J"
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
USUAL: Final = (80, 24)  # of a terminal that does not say its size


class Command(BaseCommand):
    """Show the garden in a terminal."""

    help = "Show the garden in this terminal: its weather, its plants, what happened. Ends with Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="between two looks (5)")
        parser.add_argument("--once", action="store_true", help="look once, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["every"] <= 0:
            raise CommandError("--every is a time in seconds, such as 5.")
        if options["once"] or not self.stdout.isatty():
            self.stdout.write("\n".join(self._lines()))
            return
        self.stdout.write(HIDE_CURSOR + CLEAR, ending="")
        try:
            while True:
                self.stdout.write(
                    HOME + "".join(f"{line}{TO_LINE_END}\r\n" for line in self._lines()) + BELOW, ending=""
                )
                self.stdout.flush()
                time.sleep(options["every"])
        except KeyboardInterrupt:
            pass
        finally:
            self.stdout.write(SHOW_CURSOR)

    def _lines(self) -> list[str]:
        """What fits, or a word on why there is nothing to see; the next look tries again."""
        size = shutil.get_terminal_size(USUAL)
        try:
            return drawn(look(timezone.now()), width=size.columns, height=size.lines - 1)
        except OperationalError:
            connection.close()
            return ["The database does not answer, or is not set up yet: manage.py migrate."]
