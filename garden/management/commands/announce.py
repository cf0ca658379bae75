"""`manage.py announce`: a note on every page, for a while."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from common.clock import local_words
from garden.announcements import announce, end_announcement
from garden.vocabulary import AnnouncementLevel

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Announce something to everybody, or take it back."""

    help = (
        'Show a note on every page: manage.py announce "Back at noon." --until 2026-06-15T12:00; --end takes it back.'
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("message", nargs="?", default="", help="what to say, in one or two sentences")
        parser.add_argument("--level", choices=list(AnnouncementLevel), default=AnnouncementLevel.INFO.value)
        parser.add_argument(
            "--until", type=_moment, metavar="TIME", help="when it ends, as ISO 8601; without an offset in TIME_ZONE"
        )
        parser.add_argument("--end", action="store_true", help="take the announcement back")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["end"]:
            if options["message"]:
                raise CommandError("Either a message, or --end.")
            self.stdout.write("Taken back." if end_announcement(now=now) else "Nothing is announced.")
            return
        level = AnnouncementLevel(options["level"])
        try:
            said = announce(message=options["message"], level=level, until=options["until"], now=now)
        except ValueError as error:
            raise CommandError(str(error)) from error
        end = f"until {local_words(said.until)}" if said.until else "until `manage.py announce --end`"
        self.stdout.write(f"Announced {end}: {said.message}")


def _moment(text: str) -> datetime:
    """A moment as the owner writes it. Raises `ArgumentTypeError` for what is none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise ArgumentTypeError(f"{text} is no time such as 2026-06-15T12:00")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
