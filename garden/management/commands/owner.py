"""`manage.py owner add|remove|list`: who the owner is, by whose commits the garden counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils import timezone

from garden import ownership, services
from garden.models import Activity, OwnerIdentity
from garden.vocabulary import ActivityKind, Whose

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Say who the owner is."""

    help = "Names, logins and addresses that the owner's commits carry. Of an address a keyed hash is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        for action, what in (("add", "let the owner be known by these"), ("remove", "no longer by these")):
            one = actions.add_parser(action, help=what)
            one.add_argument("said", nargs="+", metavar="NAME|ADDRESS")
        actions.add_parser("list", help="what the owner is known by, and how many commits are theirs")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for said in options.get("said") or ():
            try:
                if options["action"] == "add":
                    ownership.add(said=said, now=now)
                elif not ownership.remove(identities=_rows(said), now=now):
                    self.stderr.write(f"“{said}” is none that you added. `manage.py owner list` shows them.")
            except ValueError as error:
                raise CommandError(str(error)) from error
        if options["action"] == "list":
            for row in OwnerIdentity.objects.all():
                self.stdout.write(f"{row.kind:<6} {row.hint}" + ("" if row.source == "owner" else f" ({row.source})"))
        elif grown := services.recount_all(now=now, source="owner"):
            self.stdout.write(f"Counted {grown} plant{'' if grown == 1 else 's'} anew.")
        self.stdout.write(self._summary())

    def _summary(self) -> str:
        rows = Activity.objects.filter(kind=ActivityKind.COMMIT, project__is_demo=False).order_by()
        found = dict(rows.values_list("whose").annotate(Count("pk")))
        owner, bots, everything = found.get(Whose.OWNER, 0), found.get(Whose.BOT, 0), sum(found.values())
        if not ownership.owners().known:
            return "Nobody said who the owner is, so every person's commits count as theirs."
        return f"{owner:,} of {everything:,} commits are the owner's; {bots:,} are of bots."


def _rows(said: str) -> list[OwnerIdentity]:
    wanted = ownership.identity(said)
    return list(OwnerIdentity.objects.filter(value=wanted.value, source=ownership.OWNER))
