from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import register
from django.db import connections
from django.db.models.signals import post_migrate, pre_save

from greenhouse.run import schedule


class GreenhouseConfig(AppConfig):
    name = "greenhouse"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from garden import reactions
        from garden.tasks import dispatch_reactions
        from greenhouse.console.people import roles
        from greenhouse.console.signin import sessions
        from greenhouse.reactions import REACTIONS
        from greenhouse.run import data_dir, summary, task_health
        from greenhouse.web import signin_ways

        task_health.connect()
        reactions.install(REACTIONS, dispatch=dispatch_reactions)
        post_migrate.connect(_create_cursors, sender=apps.get_app_config("garden"), dispatch_uid="garden.reactions")
        pre_save.connect(sessions.coarsen, sender="usersessions.UserSession", dispatch_uid="greenhouse.signed_in")
        register(data_dir.closed)
        register(signin_ways.checked)
        schedule.install(apps.get_app_config("django_celery_beat"))
        summary.install(self)
        roles.install()


def _create_cursors(*, using: str, **_signal: Any) -> None:
    from garden import reactions
    from garden.models import ReactionCursor

    if ReactionCursor._meta.db_table in connections[using].introspection.table_names():  # else we go back in time
        reactions.create_cursors(using=using)
