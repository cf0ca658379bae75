from django.apps import AppConfig


class GardenConfig(AppConfig):
    name = "garden"
    default_auto_field = "django.db.models.BigAutoField"
