from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "visitors.consent"
    label = "consent"
    verbose_name = "Privacy"
    default_auto_field = "django.db.models.BigAutoField"
