from django.apps import AppConfig


class SkillsConfig(AppConfig):
    name = "skills"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from garden.signals import left_public
        from skills.reactions import resync_at_once

        left_public.connect(resync_at_once)
