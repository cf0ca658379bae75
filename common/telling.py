"""What our commands have in common: progress on a terminal, and `--json` for whoever reads with a program."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.core.management.base import CommandParser


class TellingCommand(BaseCommand):
    """A command whose answer is sentences, or one JSON object on standard output with `--json`.

    Progress and complaints go to standard error, in either case. An exit code of 0 means that all of it was done.
    """

    requires_system_checks = []  # they load every page; a person is waiting

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer with one JSON object on standard output")

    def execute(self, *args: Any, **options: Any) -> Any:
        self._as_json = bool(options.get("json"))
        return super().execute(*args, **options)

    def say(self, sentence: str) -> None:
        """A sentence for people."""
        if not self._as_json:
            self.stdout.write(sentence)

    def result(self, answer: Mapping[str, Any]) -> None:
        """The same for programs."""
        if self._as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, default=str))

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int, int], None]]:
        """A bar that is told the step, and how much of it is done. Output that is no terminal gets none."""
        from tqdm import tqdm  # here, as the console has its sentences from this file

        with tqdm(unit=" steps", leave=False, file=self.stderr, dynamic_ncols=True, disable=None) as bar:

            def tell(step: str, done: int, total: int) -> None:
                if total:
                    bar.total, bar.n = total, done
                bar.set_description_str(step)

            yield tell


def as_typed(command: str) -> str:
    """A command of ours as it works where it is read, such as `.venv/bin/python manage.py demo --remove`."""
    return f"{settings.HOME.manage} {command}"
