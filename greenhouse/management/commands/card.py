"""`manage.py card`: README cards as files to commit, which no image proxy keeps and no server has to answer for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from garden.models import Project
from greenhouse.site.sharing import THEMES, card_of_garden, card_of_plant, card_of_week
from greenhouse.site.snippets import twin
from greenhouse.sky import sky_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.management.base import CommandParser

    from greenhouse.site.readme_cards import Theme

GARDEN, WEEK = "garden", "week"


class Command(BaseCommand):
    """Write a card and its dark twin."""

    help = "Write README cards: manage.py card garden | week | PROJECT's address; two files each, light and dark."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", help="garden, week, or the name in a project's address")
        parser.add_argument("--to", type=Path, default=Path(), metavar="FOLDER", help="where to write; by default here")

    def handle(self, *args: Any, **options: Any) -> None:
        what, folder = options["what"], options["to"]
        draw = self._drawing(what)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for theme, colours in THEMES.items():
                file = folder / twin(f"{what}.svg", theme)
                file.write_text(draw(colours), encoding="utf-8")
                self.stdout.write(f"Wrote {file}")
        except OSError as error:
            raise CommandError(f"Cannot write there: {error}") from error

    def _drawing(self, what: str) -> Callable[[Theme], str]:
        now = timezone.now()
        sky = sky_now(now)
        if what == GARDEN:
            return lambda theme: card_of_garden(theme, sky, now)
        if what == WEEK:
            return lambda theme: card_of_week(theme, sky, now)
        project = Project.objects.listed().filter(slug=what).first()
        if project is None:
            raise CommandError(f"No public project has the address “{what}”. Or ask for garden, or week.")
        return lambda theme: card_of_plant(project, theme, sky, now)
