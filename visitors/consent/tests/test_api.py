"""Consent over the API: a token that only its bearer has, and all that it reaches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from visitors.consent import audit, visits
from visitors.consent.models import AuditEntry, Consent, LinkedSession, SubjectRequest
from visitors.consent.selectors import categories_of, consent_of
from visitors.consent.vocabulary import Category
from visitors.models import Pseudonym, Session, Step
from visitors.vocabulary import StepKind

pytestmark = pytest.mark.django_db

CONSENT, ME, REQUESTS = "/api/v1/visitors/consent/", "/api/v1/visitors/me/", "/api/v1/visitors/requests/"
ALL = {"essential": True, "analytics": True, "personalisation": True, "live_presence": True}
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def agree(categories: dict[str, bool] | None = None, token: str = "") -> Any:
    body = {"categories": ALL if categories is None else categories}
    return APIClient().post(CONSENT, body, format="json", headers=bearer(token))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Visitor {token}"} if token else {}


def a_visit(pk: int, consent: Consent | None = None, area: str = "/") -> Session:
    session = Session.objects.create(
        pk=pk, started_at=NOW, last_activity_at=NOW, first_of_day=True, entry_point=area, steps=1
    )
    Step.objects.create(session_id=pk, at=NOW, kind=StepKind.NAVIGATION, area=area)
    Pseudonym.objects.create(visitor=pk.to_bytes(16, "big"), session_id=pk, last_at=NOW)
    if consent:
        visits.link({pk: consent})
    return session


def test_a_choice_gives_a_token_of_which_only_the_digest_is_kept() -> None:
    answer = agree()
    said = answer.json()
    assert answer.status_code == 201
    assert said["categories"] == ALL
    assert said["expires_at"] == "2026-12-12T12:00:00Z"
    assert categories_of(said["token"]) == frozenset(Category)
    assert said["token"] not in str(Consent.objects.values().get())
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in answer.headers


def test_what_is_left_out_is_a_no() -> None:
    said = agree({"live_presence": True}).json()
    assert said["categories"] == {**dict.fromkeys(ALL, False), "essential": True, "live_presence": True}
    assert categories_of(said["token"]) == frozenset({Category.ESSENTIAL, Category.LIVE_PRESENCE})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"categories": {}, "name": "Ada"},
        {"categories": {"marketing": True}},
        {"categories": {"analytics": "yes"}},
        {"categories": {"analytics": None}},
        {"categories": {"essential": False}},
        {"categories": [True]},
        [],
    ],
)
def test_a_choice_that_is_none_is_refused_and_nothing_is_kept(body: Any) -> None:
    assert APIClient().post(CONSENT, body, format="json").status_code == 400
    assert not Consent.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_choice_with_its_token_changes_what_was_chosen() -> None:
    token = agree().json()["token"]
    consent = consent_of(token)
    assert consent
    a_visit(1, consent)
    answer = agree({"live_presence": True}, token)
    assert (answer.status_code, answer.json()["token"]) == (200, token)
    consent.refresh_from_db()
    assert consent.categories == {Category.ESSENTIAL, Category.LIVE_PRESENCE}
    assert (consent.seen_at, consent.previous_visit_at) == (None, None)
    assert not LinkedSession.objects.exists()  # the visit is anybody's again
    assert Session.objects.exists()


@pytest.mark.parametrize("token", ["", "unknown", "x" * 65, "ü\x00", "Visitor"])
def test_without_a_token_that_is_one_there_is_nothing(token: str) -> None:
    client, headers = APIClient(), bearer(token)
    assert client.get(ME, headers=headers).status_code == 404
    assert client.delete(ME, headers=headers).status_code == 404
    assert client.post(REQUESTS, {"type": "access"}, format="json", headers=headers).status_code == 404
    assert categories_of(token) is None


def test_an_export_holds_every_field_of_the_visits_and_nobody_elses() -> None:
    token = agree().json()["token"]
    a_visit(1, consent_of(token), area="/mine")
    a_visit(2, consent_of(agree().json()["token"]), area="/theirs")
    a_visit(3, area="/anybodys")
    said = APIClient().get(ME, headers=bearer(token)).json()
    assert [visit["id"] for visit in said["visits"]] == [1]
    assert set(said["visits"][0]) == {field.name for field in Session._meta.fields}
    assert [step["area"] for step in said["steps"]] == ["/mine"]
    assert said["consent"]["categories"] == ALL


def test_an_erasure_leaves_nothing_of_the_visitor_and_everything_of_others() -> None:
    token, other = agree().json()["token"], agree().json()["token"]
    a_visit(1, consent_of(token))
    a_visit(2, consent_of(other))
    assert APIClient().delete(ME, headers=bearer(token)).status_code == 204
    assert APIClient().delete(ME, headers=bearer(token)).status_code == 404
    assert categories_of(token) is None
    for model in (Session, Pseudonym, LinkedSession, Step, Consent):
        assert model._default_manager.count() == 1, model
    assert categories_of(other)
    assert AuditEntry.objects.filter(action="erased").values_list("detail", flat=True).get() == {
        "sessions": 1,
        "steps": 1,
    }


def test_a_cookie_reads_and_alters_nothing() -> None:
    client = APIClient()
    client.cookies["visitor"] = agree().json()["token"]
    assert client.get(ME).status_code == 200
    assert client.delete(ME).status_code == 404
    assert client.post(REQUESTS, {"type": "access"}, format="json").status_code == 404


def test_a_consent_expires(time_machine: Any) -> None:
    token = agree().json()["token"]
    time_machine.move_to(NOW + timedelta(days=180), tick=False)
    assert categories_of(token) is None
    assert APIClient().get(ME, headers=bearer(token)).status_code == 404


def test_a_request_is_put_before_the_owner_once_with_its_deadline() -> None:
    token = agree().json()["token"]
    first, again = (
        APIClient().post(REQUESTS, {"type": "access"}, format="json", headers=bearer(token)) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["due_at"] == "2026-07-15T12:00:00Z"
    assert SubjectRequest.objects.count() == 1
    refused = APIClient().post(REQUESTS, {"type": "rectification"}, format="json", headers=bearer(token))
    assert refused.status_code == 400


def test_every_act_stands_in_the_audit_log_which_names_nobody() -> None:
    token = agree().json()["token"]
    agree(ALL, token)
    APIClient().get(ME, headers=bearer(token))
    APIClient().post(REQUESTS, {"type": "deletion"}, format="json", headers=bearer(token))
    APIClient().delete(ME, headers=bearer(token))
    acts = list(AuditEntry.objects.values_list("action", flat=True))
    wanted = ["consent_given", "consent_changed", "exported", "request_opened", "request_done", "erased"]
    assert acts == wanted
    assert audit.fault(AuditEntry) == ""
    assert SubjectRequest.objects.get().consent is None
