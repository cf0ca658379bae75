"""What helpers may: three roles, as groups of Django's. Everything else is the owner's alone.

Keys, sources, runs, deliveries, figures of visits, their requests, the schedule, the site and accounts are in none.
Nor does any role see a project that is private, anonymous or hidden by its source (`garden.admin.base.ConsoleAdmin`).
"""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connections
from django.db.models import Q
from django.db.models.signals import post_migrate

LOOK: Final = frozenset(
    {
        "garden.view_project",
        "garden.view_growthlog",
        "garden.view_activity",
        "garden.view_interaction",
        "social.view_post",
        "social.view_feeditem",
        "weather.view_weatherstate",
        "weather.view_weatheroverride",
        "weather.view_skyobservation",
    }
)
TEND: Final = LOOK | {
    "garden.change_project",
    "garden.change_projectmedia",
    "garden.view_projectmedia",
    "garden.add_projectmedia",
    "garden.delete_projectmedia",
    "social.change_feeditem",
    "weather.add_weatheroverride",
    "weather.change_weatheroverride",
}
PUBLISH: Final = TEND | {
    "garden.add_project",
    "garden.view_announcement",
    "garden.add_announcement",
    "garden.change_announcement",
    "social.add_post",
    "social.change_post",
    "social.delete_post",
}
ROLES: Final = {"Look": LOOK, "Tend": TEND, "Publish": PUBLISH}


def install() -> None:
    """Make the groups with the migrations, once the rights of every app are there."""
    last = [app for app in apps.get_app_configs() if app.models_module is not None][-1]
    post_migrate.connect(_put_up, sender=last, dispatch_uid="console.roles")


def _put_up(*, using: str, **_signal: Any) -> None:
    if Group._meta.db_table not in connections[using].introspection.table_names():
        return  # another app is being migrated, and the tables of accounts are still to come
    of_apps = Q(content_type__app_label__in={right.partition(".")[0] for right in PUBLISH})
    known = Permission.objects.using(using).filter(of_apps).values_list("content_type__app_label", "codename", "pk")
    by_name = {f"{label}.{codename}": pk for label, codename, pk in known}
    for name, rights in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        has = set(group.permissions.filter(of_apps).values_list("pk", flat=True))
        wanted = {by_name[right] for right in rights if right in by_name}
        group.permissions.remove(*has - wanted)
        group.permissions.add(*wanted - has)
