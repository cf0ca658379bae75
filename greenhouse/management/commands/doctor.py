"""`manage.py doctor`: what is wrong with this set-up, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from common.telling import TellingCommand
from greenhouse.console.doctor.checks import examined

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

WIDE = 16  # columns of a name


class Command(TellingCommand):
    """Look for what is wrong."""

    help = (
        "Look for what is wrong: database, data directory, disk, static files, Redis, tasks, webhooks, keys, "
        "the site's own address, every source, the clock. "
        "Each fault is named with its cure. Exit code 0: none, 1: some."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--here", action="store_true", help="ask nobody in the network, this site included")

    def handle(self, *args: Any, **options: Any) -> None:
        with self.progress() as tell:
            found = examined(outside=not options["here"], tell=tell)
        faults = [one for one in found if one.fault]
        self.result({"healthy": not faults, "checks": [asdict(one) for one in found]})
        for one in sorted(found, key=lambda one: one.fault):
            mark = self.style.ERROR("✗") if one.fault else self.style.SUCCESS("✓")
            self.say(f"{mark} {one.what:{WIDE}}{one.said}")
            if one.cure:
                self.say(f"  {'':{WIDE}}{one.cure}")
        if faults:
            raise SystemExit(1)
