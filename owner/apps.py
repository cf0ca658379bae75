from django.apps import AppConfig


class OwnerConfig(AppConfig):
    name = "owner"
    default_auto_field = "django.db.models.BigAutoField"
