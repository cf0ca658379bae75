"""Who may only look at the console changes nothing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from garden import planting, recording, services
from garden.engine.layout import Position
from garden.tests.factories import ProjectFactory, work
from integrations.models import SyncRun, SyncStatus, SyncTrigger

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


def test_no_id_tells_an_address(helper: User, client: Client) -> None:
    secret = ProjectFactory.create(visibility="private")
    client.force_login(helper)
    kind = ContentType.objects.get_for_model(secret).pk
    for address in (f"{kind}/{secret.pk}", f"{kind}/x", "55/1", "x/y"):
        assert client.get(f"/admin/r/{address}/").status_code == 404


def test_who_has_no_right_may_open_add_and_change_nothing(helper: User) -> None:
    asked = asked_by(helper)
    allowed = {model._meta.label: page.get_model_perms(asked) for model, page in admin.site._registry.items()}
    open_to_all = {label for label, rights in allowed.items() if any(rights.values())}
    assert open_to_all == set()


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


@pytest.fixture
def secrets() -> tuple[str, ...]:
    """Words of the garden that only those may read who may look at its pages."""
    now = timezone.now()
    project = ProjectFactory.create(name="Zebrafinch")
    recording.record_activities(project=project, drafts=work(5), source="test", now=now)
    services.grow(project=project, now=now, source="test")
    planting.propose_seed(name="Quagga", description="A seed.", at=Position(1, -3), now=now)
    SyncRun.objects.create(
        provider="github", trigger=SyncTrigger.SCHEDULE, status=SyncStatus.FAILED, error="Okapi", ended_at=now
    )
    return "Zebrafinch", "Quagga", "Okapi"


def test_who_has_no_right_reads_nothing_on_the_first_page(
    helper: User, client: Client, secrets: tuple[str, ...]
) -> None:
    client.force_login(helper)
    page = client.get(reverse("admin:index")).content.decode()
    assert [word for word in secrets if word in page] == []
    assert "What happened" not in page
    assert "Sync now" not in page
    assert reverse("admin:garden_project_changelist") not in page


def test_who_may_look_reads_what_happened_and_not_what_others_have_to_settle(
    helper: User, client: Client, secrets: tuple[str, ...]
) -> None:
    helper.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(helper)
    page = client.get(reverse("admin:index")).content.decode()
    assert [word for word in secrets if word in page] == ["Zebrafinch"]
    assert [button for button in ("Approve", "Sync now", "Try again") if f">{button}<" in page] == []


def test_who_may_tend_projects_finds_their_buttons_and_no_other_page(
    helper: User, client: Client, secrets: tuple[str, ...]
) -> None:
    helper.user_permissions.set(Permission.objects.filter(codename__in=("view_project", "change_project")))
    client.force_login(helper)
    page = client.get(reverse("admin:index")).content.decode()
    assert ">Approve<" in page
    assert "Okapi" not in page
    assert reverse("admin:integrations_syncrun_changelist") not in page
