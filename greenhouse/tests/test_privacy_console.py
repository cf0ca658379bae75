"""What visitors ask for stands before the owner with its deadline, and the dossier says how it really is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from common.words import utc_date
from visitors.consent import services
from visitors.consent.models import AuditEntry, Consent, SubjectRequest
from visitors.consent.vocabulary import Category, RequestType
from visitors.models import Session

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def asked(kind: RequestType, at: datetime = NOW) -> SubjectRequest:
    _, consent = services.give(categories=[Category.ANALYTICS], now=at)
    return services.ask(consent, kind=kind, now=at)


def press(client: Client, model: str, action: str, pk: object) -> Any:
    url = reverse(f"admin:consent_{model}_changelist")
    return client.post(url, {"action": action, "_selected_action": str(pk), "index": "0"})


def test_a_request_stands_on_the_overview_until_it_is_done(admin_client: Client) -> None:
    request = asked(RequestType.DELETION, NOW - timedelta(days=28))
    overview = admin_client.get(reverse("admin:index")).content.decode()
    assert "A visitor asks you to erase what you know of them" in overview
    assert "until 17 June 2026" in overview
    press(admin_client, "subjectrequest", "fulfil", request.pk)
    assert not Consent.objects.exists()
    request.refresh_from_db()
    assert (request.status, request.closed_at) == ("done", NOW)
    assert "A visitor asks" not in admin_client.get(reverse("admin:index")).content.decode()


def test_what_is_kept_of_a_visitor_is_looked_at_in_the_sight_of_the_audit_log(admin_client: Client) -> None:
    request = asked(RequestType.ACCESS)
    answer = press(admin_client, "consent", "look_at", request.consent_id)
    assert answer.json()["consent"]["reference"] == str(request.consent)
    assert AuditEntry.objects.order_by("-number").values_list("action", flat=True)[0] == "looked_at"
    press(admin_client, "subjectrequest", "fulfil", request.pk)
    assert Consent.objects.exists()
    assert SubjectRequest.objects.get().status == "done"


@pytest.mark.parametrize("model", ["subjectrequest", "consent", "auditentry", "saltdeletion"])
def test_every_record_can_be_read_and_none_written(admin_client: Client, model: str) -> None:
    request = asked(RequestType.ACCESS)
    assert admin_client.get(reverse(f"admin:consent_{model}_changelist")).status_code == 200
    assert admin_client.get(reverse(f"admin:consent_{model}_add")).status_code == 403
    if model == "subjectrequest":
        page = admin_client.get(reverse("admin:consent_subjectrequest_change", args=[request.pk]))
        assert "It is answered" in page.content.decode()


def test_the_dossier_says_how_it_is_and_not_how_it_should_be(admin_client: Client, client: Client) -> None:
    page = admin_client.get(reverse("admin:dossier")).content.decode()
    assert "No table holds an older row." in page
    old = NOW - timedelta(days=50)
    Session.objects.create(pk=1, started_at=old, last_activity_at=old, first_of_day=True)
    page = admin_client.get(reverse("admin:dossier")).content.decode()
    assert "Overdue: sessions." in page
    assert utc_date(old) in page
    client.logout()
    assert client.get(reverse("admin:dossier")).status_code == 302
