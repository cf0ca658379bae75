"""`manage.py import_git PATH…`: real history with no account at all."""

from __future__ import annotations

import argparse
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils import timezone

from common.telling import TellingCommand, as_typed
from garden import ownership, reactions
from garden.services import recount_all
from garden.vocabulary import Counts, Whose
from integrations import watching
from integrations.histories import at_home, find_histories
from integrations.histories.repository import is_repository
from integrations.imports import Wishes, import_history
from integrations.problems import Problem

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from integrations.histories import History
    from integrations.imports import Imported
    from integrations.models import WatchedPath

PARTLY = 3  # exit code: something was read, something was not


class Command(TellingCommand):
    """Grow plants from git histories."""

    help = (
        "Grow plants from git histories: working repositories, bare ones, saved logs (plain or gzip, described by the "
        ".json of the same stem beside them), or folders of these. Repeating an import adds nothing twice. "
        "Repositories and folders are remembered: what is new in them is read from now on. Exit code 0: all of it was "
        "read, 3: some of it, 1: none of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--name", help="name of the plant, if it is new (with one history only)")
        parser.add_argument("--description", help="description of the project (with one history only)")
        parser.add_argument(
            "--private",
            action=argparse.BooleanOptionalAction,
            help="keep the plant off the site, or bring it back onto it",
        )
        parser.add_argument("--once", action="store_true", help="read this now, and remember no path")
        parser.add_argument("--mine", action="store_true", help="let the plants grow from your own commits alone")
        parser.add_argument(
            "--author",
            action="append",
            default=[],
            metavar="NAME|ADDRESS",
            help="you are known by this as well, from now on (as with `manage.py owner add`); may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        counts = Counts.MINE if options["mine"] else None
        wishes = Wishes(options["name"], options["description"], counts, options["private"])
        self._add_identities(options["author"])
        self._plants: list[dict[str, Any]] = []
        self._failed: list[str] = []
        found: list[tuple[Path, list[History]]] = []
        for path in options["paths"]:
            try:
                found.append((whole := at_home(path), find_histories(whole)))
            except Problem as problem:
                self._complain(problem)
        everything = [history for _, histories in found for history in histories]
        if len(everything) > 1 and (wishes.name or wishes.description):
            raise CommandError("--name and --description are for one history, and several were found.")
        for history in everything:
            try:
                self.say(f"{history.label}: {_whose(history)}")
            except Problem:
                continue  # the import says it
        try:
            for path, histories in found:
                self._import_all(path, histories, wishes, once=options["once"])
        except DatabaseError as error:
            advice = f"Is it in reach, and up to date ({as_typed('migrate')})? What was read is kept."
            raise CommandError(f"The database refused: {error}. {advice}") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was read is kept; the next import goes on from there.") from None
        reactions.run(now=timezone.now())  # with no other process running, nobody else would
        self.result({"plants": self._plants, "failed": self._failed})
        if self._failed:
            raise SystemExit(PARTLY if self._plants else 1)

    def _add_identities(self, authors: list[str]) -> None:
        now = timezone.now()
        for author in authors:
            try:
                ownership.add(said=author, now=now)
            except ValueError as error:
                raise CommandError(str(error)) from error
        recount_all(now=now, source="owner")

    def _import_all(self, path: Path, histories: list[History], wishes: Wishes, *, once: bool) -> None:
        """Import what one path holds, and watch it from now on unless that is not wished."""
        folder = None
        try:
            if not once and path.is_dir() and not is_repository(path):
                folder = watching.watch_folder(path, wishes=wishes, now=timezone.now())
        except Problem as problem:
            self._complain(problem)
        for history in histories:
            try:
                self._import(history, wishes, folder, once=once)
            except Problem as problem:
                self._complain(problem)

    def _import(self, history: History, wishes: Wishes, folder: WatchedPath | None, *, once: bool) -> None:
        started, now = time.monotonic(), timezone.now()
        with self.progress() as tell:
            shown = partial(tell, history.label)
            if once:
                imported = import_history(history, now=now, wishes=wishes, on_progress=shown)
            else:
                imported = watching.import_and_watch(history, folder=folder, wishes=wishes, now=now, on_progress=shown)
        self._tell(history.label, imported, time.monotonic() - started)

    def _tell(self, label: str, imported: Imported, seconds: float) -> None:
        """What came of a history, in words and for programs."""
        plant = imported.project
        self._plants.append(
            {
                "history": label,
                "plant": plant.slug,
                "planted": imported.planted,
                "read": imported.read,
                "new": imported.new,
                "redated": imported.redated,
                "withdrawn": imported.withdrawn,
                "ahead": imported.ahead,
                "left_out": imported.skipped,
                "seconds": round(seconds, 1),
            }
        )
        self.say(
            f"{plant.name}: {imported.new:,} of {imported.read:,} facts are new, in {seconds:.1f} s. "
            f"{'Planted' if imported.planted else 'Tended'} a {plant.plant_type}, now {plant.stage_label} "
            f"(growth {plant.growth_factor:.2f}, vitality {plant.vitality:.2f})."
        )
        if imported.redated:
            self.say(f"{label}: {_commits(imported.redated)} a date that cannot be, and got another.")
        if imported.ahead:
            ahead = f"{imported.ahead:,} {'commit lies' if imported.ahead == 1 else 'commits lie'} ahead of the clock"
            self.say(f"{plant.name}: {ahead}, and count{'s' * (imported.ahead == 1)} when that day comes.")
        if imported.withdrawn:
            self.say(
                f"{label}: its history was rewritten; {imported.withdrawn:,} of what it held before counts no longer."
            )
        if imported.skipped:
            self.stderr.write(f"{label}: left out {imported.skipped}; everything else is in the garden.")

    def _complain(self, problem: Problem) -> None:
        said = f"{problem.message} {problem.fix}".strip()
        self._failed.append(said)
        self.stderr.write(self.style.ERROR(said))


def _commits(number: int) -> str:
    return f"{number:,} {'commit has' if number == 1 else 'commits have'}"


def _whose(history: History) -> str:
    """Whose work a history is, in words."""
    found = ownership.whose_are(history.authors)
    owner, others, bots = (found[whose] for whose in (Whose.OWNER, Whose.OTHER, Whose.BOT))
    told = f"{owner:,} of {owner + others + bots:,} commits are yours, {others:,} other people's, {bots:,} bots'."
    if not ownership.owners().known:
        told += f" Nobody said who you are, so every person's are yours ({as_typed('owner add NAME')})."
    return told
