"""`manage.py grow`: work out every plant's growth, now."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from common.telling import TellingCommand
from garden import reactions, services


class Command(TellingCommand):
    """Grow the garden."""

    help = "Work out every plant's growth and vitality now, as the schedule does each hour."

    def handle(self, *args: Any, **options: Any) -> None:
        with self.progress() as tell:
            growths = services.grow_all(now=timezone.now(), source="command", tell=tell)
        reactions.run(now=timezone.now())  # with no other process running, nobody else would
        changed = sum(growth.stage_changed for growth in growths)
        self.result({"plants": len(growths), "stages_changed": changed})
        self.say(f"Looked at {len(growths)} plants; {changed} changed their stage.")
