"""`manage.py demo`: the demonstration garden, planted or removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from common.telling import TellingCommand, as_typed
from garden import reactions
from garden.demo import plant_demo
from garden.planting import remove_demo

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(TellingCommand):
    """Plant or remove the demonstration garden."""

    help = "Plant invented projects of every kind and stage, marked as demonstration; --remove takes them away again."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--remove", action="store_true", help="remove every demonstration plant")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            removed = remove_demo(now=timezone.now())
            self.result({"removed": removed})
            self.say(f"Removed {removed} demonstration plants.")
            return
        with self.progress() as tell:
            planted = plant_demo(now=timezone.now(), tell=tell)
        reactions.run(now=timezone.now())  # with no other process running, nobody else would
        self.result({"planted": [plant.slug for plant in planted]})
        for plant in planted:
            self.say(f"  {plant.name}: {plant.plant_type}, {plant.stage_label}")
        self.say(
            f"Planted {len(planted)} demonstration plants; {as_typed('demo --remove')} takes them away."
            if planted
            else "The demonstration garden is planted already."
        )
