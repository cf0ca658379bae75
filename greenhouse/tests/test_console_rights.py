"""Who may only look at the console changes nothing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import RequestFactory
from django.urls import reverse

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.test import Client

pytestmark = pytest.mark.django_db


def asked_by(helper: User) -> HttpRequest:
    """A question of somebody who signed in."""
    request = RequestFactory().get("/admin/")
    request.user = helper
    return request


@pytest.fixture
def helper() -> User:
    """Somebody who works in the console, with no right yet."""
    reverse("admin:index")  # the console's pages are registered with the addresses
    return User.objects.create_user("helper", password="a long one", is_staff=True)


def test_the_right_to_look_at_a_page_brings_none_of_its_actions(helper: User) -> None:
    helper.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    offered = {
        model._meta.label: sorted(page.get_actions(asked_by(helper)))
        for model, page in admin.site._registry.items()
        if page.has_view_permission(asked_by(helper))
    }
    assert len(offered) > 10
    assert {label: actions for label, actions in offered.items() if actions} == {}


def test_the_right_to_change_a_page_brings_its_actions(helper: User) -> None:
    helper.user_permissions.set(Permission.objects.filter(codename__in=("view_project", "change_project")))
    offered = {model._meta.label for model, page in admin.site._registry.items() if page.get_actions(asked_by(helper))}
    assert offered == {"garden.Project"}


def test_who_may_only_look_at_runs_asks_for_none(helper: User, client: Client) -> None:
    helper.user_permissions.set(Permission.objects.filter(codename="view_syncrun"))
    client.force_login(helper)
    assert client.get(reverse("admin:integrations_syncrun_changelist")).status_code == 200
    assert client.post(reverse("admin:integrations_syncrun_request", args=["github"])).status_code == 403
