"""`manage.py sync PROVIDER`: bring in what a provider knows, now, with its progress on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from garden import reactions
from garden.clock import local_words
from integrations import registry, runs, sync
from integrations.models import SyncStatus, SyncTrigger
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.management.base import CommandParser

    from integrations.models import SyncRun

PARTLY = 3  # exit code: something was brought in, something was not


class Command(BaseCommand):
    """Bring in what a provider knows."""

    help = (
        "Bring in what a provider knows: its projects become plants, what happened in them makes them grow. "
        "Repeating it adds nothing twice. Exit code 0: all of it, 3: some of it, 1: none of it."
    )

    requires_system_checks = []  # they load every page; a browser is waiting to see the plant grow

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("provider", choices=[provider.slug for provider in registry.asked()])
        parser.add_argument("--username", default="", help="whose data; else the connected account's")
        parser.add_argument("--check", action="store_true", help="only see whether the connection works")

    def handle(self, *args: Any, **options: Any) -> None:
        provider = registry.provider(options["provider"])
        try:
            if options["check"]:
                self.stdout.write(sync.check(provider, username=options["username"]))
                return
            run = sync.request(
                provider=provider, trigger=SyncTrigger.COMMAND, now=timezone.now(), username=options["username"]
            )
            with tqdm(unit=" steps", leave=False, file=self.stderr, dynamic_ncols=True, disable=None) as bar:
                sync.perform(run, provider=provider, tell=lambda *step: _show(bar, *step))
            reactions.run(now=timezone.now())  # with no other process running, nobody else would
        except Problem as problem:
            fix = provider.fixes.get(problem.code, problem.fix)
            raise CommandError(f"{problem.message}\n{fix}".strip()) from problem
        except runs.AlreadyRunning as error:
            raise CommandError(
                f"Another process is at it: {error}. Wait for it to end; one that was killed is let go of "
                f"after {int(runs.SILENCE.total_seconds() // 60)} minutes."
            ) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was read is kept; the next sync goes on from there.") from None
        self._report(run)

    def _report(self, run: SyncRun) -> None:
        counts = run.counts
        if run.status != SyncStatus.FAILED:
            self.stdout.write(_in_words(counts))
        if run.status == SyncStatus.SUCCEEDED:
            return
        self.stderr.write(self.style.WARNING(run.error))
        if run.fix:
            self.stderr.write(run.fix)
        if run.next_run_at:
            self.stderr.write(f"Goes on from {local_words(run.next_run_at, 'H:i')}.")
        raise SystemExit(PARTLY if run.status == SyncStatus.PARTIAL else 1)


def _in_words(counts: Mapping[str, int]) -> str:
    """What came in: of projects, or of what is about none (the sky, the music)."""
    of_projects = {"planted", "facts", "completed", "hidden", "projects"}
    others = [f"{value:,} {name.replace('_', ' ')}" for name, value in counts.items() if name not in of_projects]
    if others:
        return f"{', '.join(others)} kept."
    return (
        f"{counts['planted']} planted, {counts['facts']:,} new facts, "
        f"{counts['completed']:,} commits got their line counts, {counts['hidden']} left the site."
    )


def _show(bar: tqdm[Any], step: str, done: int, total: int) -> None:
    """Move the bar to where the run is. Output that is no terminal gets none."""
    if total:
        bar.total = total
        bar.n = done
    bar.set_description_str(step)
