from datetime import UTC

from django.apps import AppConfig


class GardenConfig(AppConfig):
    name = "garden"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rest_framework.fields import DateTimeField

        # The API speaks UTC whatever TIME_ZONE is. REST framework has no setting for it and would take that zone.
        DateTimeField.timezone = UTC
