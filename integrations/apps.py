from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IntegrationsConfig(AppConfig):
    name = "integrations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from integrations.coding import cors

        cors.connect()
        post_migrate.connect(_create_schedules, sender=self, dispatch_uid="integrations.schedule")


def _create_schedules(**signal: Any) -> None:
    from integrations.schedule import create_missing

    create_missing(**signal)
