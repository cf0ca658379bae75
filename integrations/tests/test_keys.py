"""Keys that editors and players show, and their page in the console."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from integrations import keys
from integrations.models import ApiKey, Intake
from integrations.tests.coding import HOME

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
PAGE = "/admin/integrations/apikey/"
VALIDATE = "/api/v1/integrations/listenbrainz/1/validate-token"


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(settings: Settings) -> None:
    settings.HEARTBEAT_API_KEY = settings.LISTENBRAINZ_INTAKE_KEY = ""


def make(client: Client, intake: str, label: str = "Laptop <b>") -> Any:
    return client.post(reverse("admin:integrations_apikey_make"), {"intake": intake, "label": label})


def test_a_key_is_shown_once_and_opens_until_it_is_revoked(admin_client: Client, client: Client) -> None:
    made = make(admin_client, "heartbeats")
    found = re.search(r"api_key = ([0-9a-f-]{36})", made.content.decode())
    assert found
    assert "no-store" in made["Cache-Control"]
    assert "Laptop &lt;b&gt;" in made.content.decode()
    assert client.get(f"{HOME}summaries", {"range": "today", "api_key": found[1]}).status_code == 200
    assert found[1] not in admin_client.get(PAGE).content.decode()
    admin_client.post(reverse("admin:integrations_apikey_revoke", args=[ApiKey.objects.get().pk]))
    assert client.get(f"{HOME}summaries", {"range": "today", "api_key": found[1]}).status_code == 401
    admin_client.get(PAGE)  # says that it was revoked
    assert "Laptop &lt;" not in admin_client.get(PAGE).content.decode()


def test_a_key_for_players_is_shown_with_the_address_that_they_want(admin_client: Client, client: Client) -> None:
    made = make(admin_client, "listens").content.decode()
    found = re.search(r"User token: ([0-9a-f-]{36})", made)
    assert found
    assert "http://127.0.0.1:8000/api/v1/integrations/listenbrainz" in made
    assert client.get(VALIDATE, headers={"Authorization": f"Token {found[1]}"}).json()["valid"]


def test_a_key_opens_what_it_is_for_and_nothing_else() -> None:
    now = timezone.now()
    for intake, other in ((Intake.HEARTBEATS, Intake.LISTENS), (Intake.LISTENS, Intake.HEARTBEATS)):
        _, text = keys.make(intake=intake, label="laptop", now=now)
        assert keys.opens(text, intake=intake, now=now)
        assert not keys.opens(text, intake=other, now=now)


def test_no_key_opens_where_none_is_set_up_whatever_is_shown(client: Client) -> None:
    for shown in ("", "\x00", "\x00\x00", " ", ":"):
        said = f"Basic {b64encode(shown.encode()).decode()}"
        assert (
            client.post(f"{HOME}heartbeats", "[]", "application/json", headers={"Authorization": said}).status_code
            == 401
        )
        assert client.get(f"{HOME}summaries", {"range": "today", "api_key": shown}).status_code in (400, 401)
        assert not client.get(VALIDATE, {"token": shown}).json().get("valid")
        taken = client.post("/1/submit-listens", "{}", "application/json", headers={"Authorization": f"Token {shown}"})
        assert taken.status_code == 401


@pytest.mark.parametrize(("intake", "label"), [("heartbeats", "  "), ("listens", "a\x00b"), ("everything", "x")])
def test_a_key_without_a_label_or_for_nothing_is_not_made(admin_client: Client, intake: str, label: str) -> None:
    assert make(admin_client, intake, label).status_code == 302
    assert not ApiKey.objects.exists()


def test_the_page_asks_as_much_for_many_keys_as_for_one(
    admin_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keys.make(intake=Intake.LISTENS, label="a player", now=timezone.now())
    admin_client.get(PAGE)  # the first request of a test fills caches of the framework
    with CaptureQueriesContext(connection) as for_one:
        admin_client.get(PAGE)
    for number in range(20):
        keys.make(intake=Intake.LISTENS, label=f"player {number}", now=timezone.now())
    with django_assert_num_queries(len(for_one)):
        admin_client.get(PAGE)


def test_only_the_owner_opens_it(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    assert make(client, "listens").status_code == 302
    client.force_login(User.objects.create_user("guest", is_staff=True))
    assert client.get(PAGE).status_code == 403
    assert make(client, "listens").status_code == 403
    assert not ApiKey.objects.exists()


def test_keys_that_were_made_before_there_were_scopes_open_what_they_opened(migrate: Callable[..., Any]) -> None:
    past = migrate(integrations="0010_what_to_plant")
    past.get_model("integrations", "HeartbeatKey").objects.create(label="Old", digest="0" * 64, hint="0000")
    key = migrate(integrations="0013_keys_with_scopes").get_model("integrations", "ApiKey").objects.get()
    assert (key.label, key.intake, key.scopes, key.shown) == ("Old", "heartbeats", ["intake"], "…0000")
