from django.apps import AppConfig


class SkillsConfig(AppConfig):
    name = "skills"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the skills of a project leave the site together with it."""
        from garden import planting
        from skills.services import sync_from_projects

        planting.after_unlisting(sync_from_projects)
