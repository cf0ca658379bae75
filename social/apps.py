from datetime import datetime
from typing import Any

from django.apps import AppConfig


class SocialConfig(AppConfig):
    name = "social"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Go with the demonstration when it is removed."""
        from garden.signals import demo_removed

        demo_removed.connect(_remove_demo, dispatch_uid="social.demo")


def _remove_demo(*, now: datetime, **_signal: Any) -> None:
    from social import elsewhere

    elsewhere.remove_demo(now=now)
