"""`manage.py test_integrations`: ask every source once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand

from integrations import registry
from integrations.trial import Outcome, trials

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from integrations.trial import Trial

WIDE = 16  # columns of a name


class Command(BaseCommand):
    """Ask every source once."""

    help = (
        "Ask every source once, and say what it answers and what it brings, or would bring if it were set up. Nothing "
        "is written down. Exit code 0: all that is set up works, 1: some of it does not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        slugs = [provider.slug for provider in registry.PROVIDERS]
        parser.add_argument("source", nargs="*", choices=[*slugs, []], help="only these", metavar="SOURCE")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENABLE_MOCK_DATA:
            self.stdout.write("Built-in samples answer in the place of every service (ENABLE_MOCK_DATA).\n")
        failed = False
        for trial in trials(*options["source"]):
            self._show(trial)
            failed |= trial.outcome is Outcome.FAILS
        if failed:
            raise SystemExit(1)

    def _show(self, trial: Trial) -> None:
        style = {Outcome.WORKS: self.style.SUCCESS, Outcome.FAILS: self.style.ERROR}.get(trial.outcome, str)
        works, provider = trial.outcome is Outcome.WORKS, trial.provider
        self.stdout.write(f"{provider.label:{WIDE}}{style(f'{trial.outcome:9}')}{trial.said}")
        for line in (
            trial.fix,
            f"It {'brings' if works else 'would bring'} {provider.gives}.",
            "" if trial.hook is None else f"Its deliveries are {'let in' if trial.hook else 'turned away: no secret'}.",
        ):
            if line:
                self.stdout.write(f"{'':{WIDE + 9}}{line}")
