"""What helpers may: three roles, as groups of Django's. Everything else is the owner's alone.

Keys, sources, runs, deliveries, figures of visits, their requests, the schedule, the site and accounts are in none.
Nor does any role see a project that is private, anonymous or hidden by its source (`garden.admin.base.ConsoleAdmin`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.models import Group, Permission
from django.db.models.signals import post_migrate

if TYPE_CHECKING:
    from django.apps import AppConfig

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
PUBLISH: Final = TEND | {"garden.add_project", "social.add_post", "social.change_post", "social.delete_post"}
ROLES: Final = {"Look": LOOK, "Tend": TEND, "Publish": PUBLISH}


def install() -> None:
    """Make the groups with the migrations, each app's rights once they are there."""
    post_migrate.connect(_put_up, dispatch_uid="console.roles")


def _put_up(*, app_config: AppConfig, using: str, **_signal: Any) -> None:
    label = app_config.label
    if not any(right.startswith(f"{label}.") for right in PUBLISH):
        return
    for name, rights in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        wanted = [right.partition(".")[2] for right in rights if right.startswith(f"{label}.")]
        of_app = Permission.objects.using(using).filter(content_type__app_label=label)
        group.permissions.remove(*of_app.exclude(codename__in=wanted))
        group.permissions.add(*of_app.filter(codename__in=wanted))
