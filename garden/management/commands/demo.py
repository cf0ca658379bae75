"""`manage.py demo`: the demonstration garden, planted or removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from garden import reactions
from garden.demo import plant_demo
from garden.planting import remove_demo

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Plant or remove the demonstration garden."""

    help = "Plant invented projects of every kind and stage, marked as demonstration; --remove takes them away again."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove every demonstration plant")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            self.stdout.write(f"Removed {remove_demo(now=timezone.now())} demonstration plants.")
            return
        planted = plant_demo(now=timezone.now())
        reactions.run(now=timezone.now())  # with no other process running, nobody else would
        for plant in planted:
            self.stdout.write(f"  {plant.name}: {plant.plant_type}, {plant.stage_label}")
        self.stdout.write(
            f"Planted {len(planted)} demonstration plants; `manage.py demo --remove` takes them away."
            if planted
            else "The demonstration garden is planted already."
        )
