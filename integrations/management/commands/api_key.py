"""`manage.py api_key`: a key of the API for a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.permissions import Scope
from integrations import keys

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Make a key and print it, alone on the last line."""

    help = "Make a key of the API: manage.py api_key NAME --scope read --scope sync --expires 2027-01-31"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what the key is for")
        parser.add_argument("--scope", action="append", choices=list(Scope), required=True, help="may be given again")
        parser.add_argument("--expires", default="", metavar="DAY", help="its last day (UTC); without it, none")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            key, text = keys.make(
                label=options["name"],
                scopes=[Scope(scope) for scope in options["scope"]],
                expires_at=keys.end_of(options["expires"]),
                now=now,
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        until = f" until {key.expires_at:%Y-%m-%d}" if key.expires_at else ""
        self.stdout.write(f"{key.label} opens {', '.join(key.scopes)}{until}. Send it as `Authorization: Api-Key KEY`.")
        self.stdout.write("It is shown this once:")
        self.stdout.write(text)
