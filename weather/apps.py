from datetime import datetime
from typing import Any

from django.apps import AppConfig


class WeatherConfig(AppConfig):
    name = "weather"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the garden how season and weather suit the plants."""
        from garden import climate
        from garden.signals import demo_removed
        from weather import selectors

        climate.set_provider(lambda now: selectors.growing_conditions(now).factor)
        demo_removed.connect(_remove_demo, dispatch_uid="weather.demo")


def _remove_demo(*, now: datetime, **_signal: Any) -> None:
    from weather import services

    services.remove_demo(now=now)
