"""`manage.py watch_tmux`: intense work at a terminal is a storm over the garden, and makes its plants livelier."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import libtmux
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations.problems import Problem
from integrations.terminals.activity import INTENSE_ABOVE
from integrations.terminals.panes import Watch
from integrations.terminals.watching import Watching

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from integrations.terminals.activity import Rates


class Command(BaseCommand):
    """Watch the panes of tmux."""

    help = (
        "Watch how intense the work in tmux is: how often commands begin, whether something runs, how many files of "
        "the panes' repositories change. What is typed or shown is never read, and nothing is kept but the "
        "weather that comes of it. Ends with Ctrl-C."
    )

    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="between two looks (5)")
        parser.add_argument("--looks", type=int, default=0, metavar="N", help="end after so many looks")
        parser.add_argument("--socket", default="", metavar="NAME", help="of another tmux server than the usual one")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["every"] <= 0:
            raise CommandError("--every is a time in seconds, such as 5.")
        watching = Watching(Watch(libtmux.Server(socket_name=options["socket"] or None)))
        looks = 0
        try:
            while True:
                self._say(watching.step(timezone.now()))
                looks += 1
                if looks == options["looks"]:
                    return
                time.sleep(options["every"])
        except Problem as problem:
            raise CommandError(f"{problem.message} {problem.fix}") from problem
        except KeyboardInterrupt:
            self.stdout.write("")

    def _say(self, found: dict[str, Rates]) -> None:
        for repository, one in sorted(found.items()):
            word = "  stormy" if one.activity > INTENSE_ABOVE else ""
            self.stdout.write(
                f"{Path(repository).name}: {one.activity:.2f} (commands {one.commands:.2f}, processes "
                f"{one.processes:.2f}, files {one.changes:.2f}){word}"
            )
