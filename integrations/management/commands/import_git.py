"""`manage.py import_git PATH…`: real history with no account at all."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from tqdm import tqdm

from garden import ownership, reactions
from garden.services import recount_all
from garden.vocabulary import Counts, Whose
from integrations import watching
from integrations.histories import find_histories
from integrations.histories.repository import is_repository
from integrations.imports import Wishes, import_history
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.core.management.base import CommandParser, OutputWrapper

    from integrations.histories import History
    from integrations.models import WatchedPath

SECONDS_BETWEEN_LINES = 5.0


class Command(BaseCommand):
    """Grow plants from git histories."""

    help = (
        "Grow plants from git histories: working repositories, bare ones, saved logs (plain or gzip, described by the "
        ".json of the same stem beside them), or folders of these. Repeating an import adds nothing twice. "
        "Repositories and folders are remembered: what is new in them is read from now on."
    )

    requires_system_checks = []  # they load every page; a browser is waiting to see the plant grow

    def add_arguments(self, parser: CommandParser) -> None:
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
        failures = 0
        found: list[tuple[Path, list[History]]] = []
        for path in options["paths"]:
            try:
                found.append((path.expanduser(), find_histories(path.expanduser())))
            except Problem as problem:
                failures += self._complain(problem)
        everything = [history for _, histories in found for history in histories]
        if len(everything) > 1 and (wishes.name or wishes.description):
            raise CommandError("--name and --description are for one history, and several were found.")
        for history in everything:
            try:
                self.stdout.write(f"{history.label}: {_whose(history)}")
            except Problem:
                continue  # the import says it
        try:
            for path, histories in found:
                failures += self._import_all(path, histories, wishes, once=options["once"])
        except DatabaseError as error:
            advice = "Is it in reach, and up to date (manage.py migrate)? What was read is kept."
            raise CommandError(f"The database refused: {error}. {advice}") from error
        reactions.run(now=timezone.now())  # with no other process running, nobody else would
        if failures:
            sys.exit(1)

    def _add_identities(self, authors: list[str]) -> None:
        now = timezone.now()
        for author in authors:
            try:
                ownership.add(said=author, now=now)
            except ValueError as error:
                raise CommandError(str(error)) from error
        recount_all(now=now, source="owner")

    def _import_all(self, path: Path, histories: list[History], wishes: Wishes, *, once: bool) -> int:
        """Import what one path holds, and watch it from now on unless that is not wished. Returns failures."""
        failures, folder = 0, None
        try:
            if not once and path.is_dir() and not is_repository(path):
                folder = watching.watch_folder(path, wishes=wishes, now=timezone.now())
        except Problem as problem:
            failures += self._complain(problem)
        for history in histories:
            try:
                self._import(history, wishes, folder, once=once)
            except Problem as problem:
                failures += self._complain(problem)
        return failures

    def _import(self, history: History, wishes: Wishes, folder: WatchedPath | None, *, once: bool) -> None:
        started, now = time.monotonic(), timezone.now()
        with _progress_bar(history.label, self.stderr) as bar:
            if once:
                imported = import_history(history, now=now, wishes=wishes, on_progress=bar)
            else:
                imported = watching.import_and_watch(history, folder=folder, wishes=wishes, now=now, on_progress=bar)
        seconds = time.monotonic() - started
        plant = imported.project
        self.stdout.write(
            f"{plant.name}: {imported.new:,} of {imported.read:,} facts are new, in {seconds:.1f} s. "
            f"{'Planted' if imported.planted else 'Tended'} a {plant.plant_type}, now {plant.stage_label} "
            f"(growth {plant.growth_factor:.2f}, vitality {plant.vitality:.2f})."
        )
        if imported.redated:
            self.stdout.write(f"{history.label}: {_commits(imported.redated)} a date that cannot be, and got another.")
        if imported.withdrawn:
            self.stdout.write(
                f"{history.label}: its history was rewritten; {imported.withdrawn:,} of what it held before counts no "
                "longer."
            )
        if imported.skipped:
            self.stderr.write(f"{history.label}: left out {imported.skipped}; everything else is in the garden.")

    def _complain(self, problem: Problem) -> int:
        self.stderr.write(self.style.ERROR(f"{problem.message} {problem.fix}".strip()))
        return 1


def _commits(number: int) -> str:
    return f"{number:,} {'commit has' if number == 1 else 'commits have'}"


def _whose(history: History) -> str:
    """Whose work a history is, in words."""
    found = ownership.whose_are(history.authors)
    owner, others, bots = (found[whose] for whose in (Whose.OWNER, Whose.OTHER, Whose.BOT))
    told = f"{owner:,} of {owner + others + bots:,} commits are yours, {others:,} other people's, {bots:,} bots'."
    if not ownership.owners().known:
        told += " Nobody said who you are, so every person's are yours (manage.py owner add NAME)."
    return told


@contextmanager
def _progress_bar(label: str, stderr: OutputWrapper) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, and a plain line every few seconds elsewhere."""
    if not stderr.isatty():
        yield _PlainLines(label, stderr)
        return
    with tqdm(desc=label, unit=" facts", file=sys.stderr, dynamic_ncols=True, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = max(total, done)
            bar.update(done - bar.n)

        yield show


class _PlainLines:
    """Progress where no bar can be drawn."""

    def __init__(self, label: str, stderr: OutputWrapper) -> None:
        self.label, self.stderr = label, stderr
        self.said_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self.said_at >= SECONDS_BETWEEN_LINES:
            self.said_at = time.monotonic()
            self.stderr.write(f"{self.label}: {done:,} of {max(total, done):,}")
