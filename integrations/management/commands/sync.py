"""`manage.py sync PROVIDER…`: bring in what providers know, now, with its progress on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.utils import timezone

from common.clock import local_words
from common.telling import TellingCommand, as_typed
from common.words import count
from garden import reactions
from integrations import registry, runs, schedule, sync, watching
from integrations.models import SyncStatus, SyncTrigger
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.management.base import CommandParser

    from integrations.models import SyncRun
    from integrations.providers.base import Provider

PARTLY = 3  # exit code: something was brought in, something was not


class Command(TellingCommand):
    """Bring in what providers know."""

    help = (
        "Bring in what providers know: their projects become plants, what happened in them makes them grow. "
        "Repeating it adds nothing twice. Exit code 0: all of it, 3: some of it, 1: none of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        slugs = [provider.slug for provider in registry.asked()]
        parser.add_argument("provider", nargs="*", choices=[*slugs, []], metavar="PROVIDER", help=", ".join(slugs))
        parser.add_argument("--all", action="store_true", help="every provider that is set up")
        parser.add_argument("--username", default="", help="whose data; else the connected account's")
        parser.add_argument("--check", action="store_true", help="only see whether the connection works")

    def handle(self, *args: Any, **options: Any) -> None:
        providers = [registry.provider(slug) for slug in options["provider"]]
        if options["all"] == bool(providers):
            raise CommandError("Name providers, or say --all.")
        if options["username"] and len(providers) != 1:
            raise CommandError("--username is for one provider.")
        providers = providers or [provider for provider, _ in schedule.scheduled()]
        if not providers:
            raise CommandError(f"No provider is set up. {as_typed('test_integrations')} says what each needs.")
        outcomes = [self._outcome(one, len(providers) > 1, options) for one in providers]
        reactions.run(now=timezone.now())  # with no other process running, nobody else would
        self.result({"sources": outcomes})
        statuses = {str(one["status"]) for one in outcomes}
        if statuses != {SyncStatus.SUCCEEDED}:
            raise SystemExit(1 if statuses == {SyncStatus.FAILED} else PARTLY)

    def _outcome(self, provider: Provider, several: bool, options: dict[str, Any]) -> dict[str, Any]:
        """One provider, asked. Of several, one that does not work keeps none of the others from it."""
        try:
            return self._ask(provider, f"{provider.label}: " if several else "", options)
        except CommandError as error:
            if not several and not options["json"]:
                raise
            self.stderr.write(self.style.ERROR(f"{provider.label}: {error}"))
            return {"provider": provider.slug, "status": SyncStatus.FAILED, "error": str(error)}

    def _ask(self, provider: Provider, name: str, options: dict[str, Any]) -> dict[str, Any]:
        try:
            if options["check"]:
                said = sync.check(provider, username=options["username"])
                self.say(name + said)
                return {"provider": provider.slug, "status": SyncStatus.SUCCEEDED, "said": said}
            run = sync.request(
                provider=provider, trigger=SyncTrigger.COMMAND, now=timezone.now(), username=options["username"]
            )
            with self.progress() as tell:
                sync.perform(run, provider=provider, tell=tell)
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
        return self._told(run, name, watching.commits_waiting() if provider.local else watching.Waiting())

    def _told(self, run: SyncRun, name: str, waiting: watching.Waiting) -> dict[str, Any]:
        """What came of a run, and what waits for the owner, in words and for programs."""
        commits, repositories, not_counted = waiting
        if run.status != SyncStatus.FAILED and (any(run.counts.values()) or not commits):
            self.say(name + _in_words(run.counts))
        if commits:
            where = "1 repository" if repositories == 1 else f"{repositories:,} repositories"
            if not_counted:
                where += f", and {not_counted:,} older {'one' if not_counted == 1 else 'ones'}, not counted,"
            wait = "waits" if commits == 1 and not not_counted else "wait"
            self.say(
                f"{name}{count(commits, 'commit')} in {where} {wait} for a word from you: "
                f"nobody said yet whose work is yours. "
                f"Say who you are in the console's first steps, or with {as_typed('owner add NAME')}."
            )
        if run.status != SyncStatus.SUCCEEDED:
            self.stderr.write(self.style.WARNING(name + run.error))
            if run.fix:
                self.stderr.write(run.fix)
            if run.next_run_at:
                self.stderr.write(f"Goes on from {local_words(run.next_run_at, 'H:i')}.")
        told = {"provider": run.provider, "status": run.status, "counts": run.counts}
        if commits:
            told |= {"waiting": waiting._asdict()}
        return told if run.status == SyncStatus.SUCCEEDED else told | {"error": run.error, "fix": run.fix}


def _in_words(counts: Mapping[str, int]) -> str:
    """What came in: of projects, or of what is about none (the sky, the music)."""
    if not any(counts.values()):
        return "nothing new."
    of_projects = {"planted", "facts", "completed", "hidden", "projects"}
    others = [f"{value:,} {name.replace('_', ' ')}" for name, value in counts.items() if name not in of_projects]
    if others:
        return f"{', '.join(others)} kept."
    return (
        f"{counts['planted']} planted, {counts['facts']:,} new facts, "
        f"{counts['completed']:,} commits got their line counts, {counts['hidden']} left the site."
    )
