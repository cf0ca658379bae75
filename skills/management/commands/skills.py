"""`manage.py skills`: find the skills in the projects, now."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone

from common.telling import TellingCommand
from skills.services import sync_from_projects


class Command(TellingCommand):
    """Find skills in projects."""

    help = "Bring the skills in step with the technologies of the public projects now, as the schedule does each day."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = asdict(sync_from_projects(now=timezone.now()))
        self.result(counts)
        self.say(", ".join(f"{number} {what.replace('_', ' ')}" for what, number in counts.items()) + ".")
