"""`manage.py git_hook install PATH`: a commit is in the garden a moment after it was made."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from common.text import path_text
from garden import identity
from integrations.git_hooks import installing
from integrations.histories import Repository
from integrations.problems import Problem
from integrations.providers.git import Git

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


SECONDS_TO_ANSWER: Final = 2.0


class Command(BaseCommand):
    """Let repositories tell the garden of commits."""

    help = (
        "Let repositories on this machine tell the garden of commits (post-commit; post-receive in bare ones), or tell "
        "nothing any more. A hook that is there already is kept, and runs first."
    )

    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["install", "remove"])
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--url", default="", help="the garden's address, if it is neither SITE_URL nor served on this machine"
        )
        parser.add_argument(
            "--repository", default="", help="the URL that the garden knows it by, if that is not its remote's"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        hook = (options["url"] or _address()).rstrip("/") + reverse("webhook", args=[Git.slug])
        for path in options["paths"]:
            try:
                if options["what"] == "remove":
                    self._remove(path.expanduser())
                else:
                    self._install(path.expanduser(), hook, options["repository"])
            except Problem as problem:
                raise CommandError(f"{problem.message} {problem.fix}".strip()) from problem

    def _install(self, path: Path, url: str, known_as: str) -> None:
        place = installing.install(path, url=url, secret=settings.GIT_WEBHOOK_SECRET, known_as=known_as)
        self.stdout.write(f"{path_text(place.hook)} tells {url} of every commit from now on.")
        if place.before.exists():
            self.stdout.write(f"The hook that was there runs first; it is {place.before.name} now.")
        if place.shared:
            self.stdout.write(
                "core.hooksPath names it for all your repositories; it tells of those that are installed."
            )
        if not _is_served(url):
            self.stdout.write("Nothing answers there now. A garden at another address is named by --url.")
        if not known_as and not _stands_in_garden(path):
            self.stdout.write(f"It is no plant yet: manage.py import_git {path_text(path)}")

    def _remove(self, path: Path) -> None:
        place = installing.remove(path)
        self.stdout.write(f"{path_text(path)} tells nothing any more.")
        if place.shared and place.is_installed:
            self.stdout.write(f"{path_text(place.hook)} stays for your other repositories.")


def _address() -> str:
    """Where the garden answers: at its own address, else where it was last served on this machine."""
    if not _is_served(settings.SITE_URL):
        with suppress(OSError):
            served = settings.SERVED_AT.read_text().strip()
            if served and _is_served(served):
                return str(served)
    return str(settings.SITE_URL)


def _is_served(url: str) -> bool:
    """Whether somebody listens at the host and port of a URL."""
    there = urlsplit(url)
    try:
        port = there.port or (443 if there.scheme == "https" else 80)
        socket.create_connection((there.hostname or "", port), timeout=SECONDS_TO_ANSWER).close()
    except (OSError, ValueError):
        return False
    return True


def _stands_in_garden(path: Path) -> bool:
    """Whether a plant is known by what the repository is known by."""
    try:
        told = Repository(path).project.sources
    except Problem:
        return False
    return len(identity.unknown(told)) < len(told)
