from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IntegrationsConfig(AppConfig):
    name = "integrations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from garden.signals import demo_removed
        from integrations import cors

        cors.connect()
        demo_removed.connect(_remove_demo, dispatch_uid="integrations.demo")
        post_migrate.connect(_create_schedules, sender=self, dispatch_uid="integrations.schedule")


def _remove_demo(*, now: datetime, **_signal: Any) -> None:
    from integrations.coding import services

    services.remove_demo(now=now)


def _create_schedules(**signal: Any) -> None:
    from integrations.schedule import create_missing

    create_missing(**signal)
