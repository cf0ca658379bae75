"""`manage.py update_weather`: look at the sky, and make the garden's weather of it, now."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from common.telling import TellingCommand
from integrations import runs, schedule, sync
from integrations.models import SyncStatus, SyncTrigger
from integrations.problems import Problem
from weather.services import update_mood


class Command(TellingCommand):
    """Look at the sky and make the weather."""

    help = (
        "Ask for the sky over the garden's place, and make the garden's weather of all that is known. Exit code 3: the "
        "sky could not be asked, and the weather is of what was known before."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        sky = next((provider for provider, _ in schedule.scheduled() if provider.role == "sky"), None)
        trouble = ""
        if sky:
            try:
                run = sync.request(provider=sky, trigger=SyncTrigger.COMMAND, now=timezone.now())
                with self.progress() as tell:
                    sync.perform(run, provider=sky, tell=tell)
                trouble = "" if run.status == SyncStatus.SUCCEEDED else f"{run.error} {run.fix}".strip()
            except (Problem, runs.AlreadyRunning) as error:
                trouble = str(error)
        state = update_mood(now=timezone.now())
        weather = state.weather_type if state else "off"
        self.result({"sky": sky.slug if sky else None, "weather": weather, "error": trouble})
        self.say(f"The garden's weather: {weather}.")
        if trouble:
            self.stderr.write(self.style.WARNING(trouble))
            raise SystemExit(3)
