from django.apps import AppConfig, apps

from greenhouse import schedule


class GreenhouseConfig(AppConfig):
    name = "greenhouse"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        schedule.install(apps.get_app_config("django_celery_beat"))
