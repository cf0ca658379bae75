"""Connecting an account in the console: PKCE, the state, the way back, and what is stored."""

from __future__ import annotations

import base64
import hashlib
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from integrations import oauth, registry
from integrations.models import Account, SyncRun
from integrations.problems import Problem
from integrations.providers.base import OAuthProvider
from integrations.tests.github_stub import Reply
from integrations.tests.music_stub import listening_on, token

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db

CONNECT = "/admin/integrations/account/connect/spotify/"
BACK = "/admin/integrations/account/connected/spotify/"
HERE = "127.0.0.1:8000"


@pytest.fixture(autouse=True)
def spotify(stub: Stub, settings: Settings) -> None:
    listening_on(stub, settings)
    settings.SITE_URL = f"http://{HERE}"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "garden.example", "testserver"]


def sent_to(client: Client) -> dict[str, str]:
    """Press connect; returns what the service is asked."""
    answer = client.get(CONNECT, headers={"host": HERE})
    assert answer.status_code == 302
    return {key: values[0] for key, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def back(client: Client, **query: str) -> str:
    return client.get(BACK, query, follow=True, headers={"host": HERE}).content.decode()


def test_the_owner_is_sent_to_the_service_with_a_challenge(admin_client: Client, stub: Stub) -> None:
    answer = admin_client.get(CONNECT, headers={"host": HERE})
    asked = sent_to(admin_client)

    assert answer.headers["Location"].startswith(f"{stub.url}/authorize?")
    assert asked["response_type"] == "code"
    assert asked["client_id"] == "the-garden"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"http://{HERE}{BACK}"
    assert asked["scope"] == "user-read-currently-playing user-read-recently-played"
    assert len(asked["state"]) >= 32
    assert not stub.requests


def test_the_way_back_connects_the_account_and_stores_tokens_sealed(admin_client: Client, stub: Stub) -> None:
    stub.on("/api/token", token("access-1", refresh_token="refresh-1"))
    asked = sent_to(admin_client)

    page = back(admin_client, code="the-code", state=asked["state"])

    form = stub.asked("/api/token")[0].form
    challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
    assert challenge.decode() == asked["code_challenge"]
    assert (form["grant_type"], form["code"]) == ("authorization_code", "the-code")
    assert form["redirect_uri"] == asked["redirect_uri"]
    account = Account.objects.get()
    assert (account.username, account.token, account.refresh_token) == ("ada", "access-1", "refresh-1")
    assert account.token_expires_at is not None
    assert b"access-1" not in bytes(account.token_encrypted or b"")
    assert b"refresh-1" not in bytes(account.refresh_token_encrypted or b"")
    assert "Connected as ada" in page
    assert "access-1" not in page
    assert SyncRun.objects.filter(provider="spotify", status="queued").count() == 1


@pytest.mark.parametrize("state", ["", "another", "é"])
def test_a_return_that_was_not_begun_here_is_refused(admin_client: Client, stub: Stub, state: str) -> None:
    sent_to(admin_client)

    page = back(admin_client, code="the-code", state=state)

    assert "was not begun here" in page
    assert not stub.requests
    assert not Account.objects.exists()


def test_a_return_is_good_once(admin_client: Client, stub: Stub) -> None:
    stub.on("/api/token", token())
    state = sent_to(admin_client)["state"]
    back(admin_client, code="the-code", state=state)

    assert "used already" in back(admin_client, code="the-code", state=state)
    assert len(stub.asked("/api/token")) == 1


def test_an_owner_who_says_no_there_is_not_connected(admin_client: Client, stub: Stub) -> None:
    state = sent_to(admin_client)["state"]

    page = back(admin_client, error="access_denied<script>", state=state)

    assert "it was not allowed there" in page
    assert "<script>access" not in page
    assert not stub.requests


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply({"error": "invalid_grant", "error_description": "Invalid authorization code"}, 400), "Invalid authoriz"),
        (Reply({"token_type": "Bearer"}), "without a token"),
        (Reply({"access_token": "bad\nheader"}), "without a token"),
        (Reply([]), "not the documented one"),
        (Reply({}, 400), "not the documented one"),
        (Reply({}, 302, {"Location": "https://elsewhere.example/"}), "points elsewhere"),
    ],
)
def test_a_sign_in_that_fails_is_told_and_stores_nothing(
    admin_client: Client, stub: Stub, reply: Reply, words: str
) -> None:
    stub.on("/api/token", reply)

    page = back(admin_client, code="the-code", state=sent_to(admin_client)["state"])

    assert words in page
    assert not Account.objects.exists()


def test_connecting_again_ends_the_wait_for_the_owner(admin_client: Client, stub: Stub) -> None:
    Account.objects.create(provider="spotify", username="ada", needs_reconnect=True)
    stub.on("/api/token", token(refresh_token="refresh-2"))
    overview = admin_client.get("/admin/").content.decode()

    back(admin_client, code="the-code", state=sent_to(admin_client)["state"])

    account = Account.objects.get()
    assert "Spotify has ended the connection" in overview
    assert "Connect Spotify again" in overview
    assert not account.needs_reconnect
    assert account.refresh_token == "refresh-2"
    assert "has ended the connection" not in admin_client.get("/admin/").content.decode()


def test_disconnecting_forgets_the_tokens_and_keeps_the_account(admin_client: Client) -> None:
    account = Account(provider="spotify", username="ada")
    account.token, account.refresh_token = "first", "refresh-first"
    account.save()
    listed = reverse("admin:integrations_account_changelist")

    page = admin_client.get(reverse("admin:integrations_account_change", args=[account.pk])).content.decode()
    admin_client.post(listed, {"action": "disconnect", "_selected_action": str(account.pk), "index": "0"})

    assert "Disconnect" in page
    assert "New token" not in page
    account.refresh_from_db()
    assert (account.token, account.refresh_token, account.username) == ("", "", "ada")


@pytest.mark.parametrize(
    ("site", "host", "words"),
    [
        ("http://garden.example", "garden.example", "over HTTPS or on 127.0.0.1"),
        ("http://localhost:8000", "localhost:8000", "over HTTPS or on 127.0.0.1"),
        ("https://garden.example", HERE, "Open the console at https://garden.example"),
    ],
)
def test_a_way_back_that_cannot_work_is_told_before_the_owner_is_sent_away(
    admin_client: Client, settings: Settings, site: str, host: str, words: str
) -> None:
    settings.SITE_URL = site

    answer = admin_client.get(CONNECT, headers={"host": host})

    assert answer.headers["Location"].startswith("/admin/")
    assert words in admin_client.get("/admin/").content.decode()


def test_https_may_be_returned_to(admin_client: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://garden.example"

    answer = admin_client.get(CONNECT, headers={"host": "garden.example"})

    assert "redirect_uri=https%3A%2F%2Fgarden.example%2Fadmin" in answer.headers["Location"]


def test_without_an_app_the_owner_is_told_what_to_set(admin_client: Client, settings: Settings) -> None:
    settings.SPOTIFY_CLIENT_ID = ""

    page = admin_client.get(CONNECT, follow=True, headers={"host": HERE}).content.decode()

    assert "SPOTIFY_CLIENT_ID" in page


def test_samples_need_no_sign_in(admin_client: Client, settings: Settings) -> None:
    settings.ENABLE_MOCK_DATA = True

    page = admin_client.get(CONNECT, follow=True, headers={"host": HERE}).content.decode()

    assert "Built-in samples stand in for Spotify" in page


def test_visitors_and_other_providers_find_no_door(client: Client, admin_client: Client) -> None:
    assert "/admin/login/" in client.get(CONNECT).headers["Location"]
    assert "/admin/login/" in client.get(BACK).headers["Location"]
    assert admin_client.get("/admin/integrations/account/connect/github/").status_code == 404
    assert admin_client.get("/admin/integrations/account/connected/nobody/").status_code == 404


def test_the_connection_is_tested_in_a_sentence(admin_client: Client, stub: Stub) -> None:
    account = Account(provider="spotify", username="ada")
    account.token = "first"
    account.save()
    listed = reverse("admin:integrations_account_changelist")

    sent = {"action": "test_connection", "_selected_action": str(account.pk), "index": "0"}
    page = admin_client.post(listed, sent, follow=True).content.decode()

    assert "Connected as ada. Nothing is playing." in page
    assert registry.provider("spotify").label == "Spotify"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_another_process_renews_at_that_moment_is_not_marked_as_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(provider="spotify", username="ada")
    account.token, account.refresh_token = "first", "refresh-first"
    account.save()
    provider = registry.provider("spotify")
    assert isinstance(provider, OAuthProvider)
    look, looks, stored = oauth._account, [], threading.Event()

    def store() -> None:
        answer = {"access_token": "theirs", "refresh_token": "refresh-theirs", "expires_in": 3600}
        oauth._store(provider, answer, timezone.now())
        connection.close()
        stored.set()

    other = threading.Thread(target=store)

    def looked(*said: Any, **more: Any) -> Account:
        found = look(*said, **more)
        looks.append(found)
        if len(looks) == 2:  # the answer was "invalid grant", and we have just looked again
            other.start()
            stored.wait(2)  # it may not get in between: then it waits for us, and we for nothing
        return found

    monkeypatch.setattr(oauth, "_account", looked)
    monkeypatch.setattr(oauth, "_ask_for_token", lambda *_: {"error": "invalid_grant"})
    with pytest.raises(Problem, match="ended the connection"):
        oauth.renewed_token(provider, spent=account.token, now=timezone.now())
    other.join()
    account.refresh_from_db()
    assert (account.token, account.needs_reconnect) == ("theirs", False)
