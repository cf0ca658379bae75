"""Keys of the API: what each scope opens, what is said to one that opens nothing, and who may make them."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from common.permissions import Anyone, IsOwner, Scope, scope_of
from garden.models import Project
from garden.tests.factories import ProjectFactory
from greenhouse.web.openapi import schema
from integrations import keys
from integrations.key_rotation import rotate_stored, sealed_columns
from integrations.models import Account, ApiKey, Intake

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
PROJECTS, SUMMARY = "/api/v1/projects/", "/api/v1/summary/"


def key(*scopes: Scope, **more: Any) -> dict[str, str]:
    _, text = keys.make(label="script", scopes=scopes, now=timezone.now(), **more)
    return {"Authorization": f"Api-Key {text}"}


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "/api/v1/integrations/status/", Scope.READ),
        ("get", PROJECTS, Scope.READ),
        ("get", SUMMARY, Scope.READ),
        ("post", PROJECTS, Scope.WRITE),
        ("post", "/api/v1/garden/plant-seed/", Scope.WRITE),
        ("post", "/api/v1/announcements/", Scope.WRITE),
        ("delete", "/api/v1/weather/mood-update/", Scope.WRITE),
        ("post", "/api/v1/integrations/github/sync/", Scope.SYNC),
        ("get", "/api/v1/analytics/realtime/", Scope.ANALYTICS),
        ("get", "/api/v1/users/current/summaries?range=today", Scope.INTAKE),
        ("post", "/1/submit-listens", Scope.INTAKE),
    ],
)
def test_a_key_opens_its_scope_and_is_told_which_one_it_lacks(
    client: Client, method: str, path: str, scope: Scope
) -> None:
    ask = getattr(client, method)
    opened = ask(path, {} if method == "get" else "{}", content_type="application/json", headers=key(scope))
    assert opened.status_code not in (401, 403)
    others = [one for one in Scope if one is not scope]
    refused = ask(path, headers=key(*others))
    assert refused.status_code == 403
    assert f"`{scope}`" in refused.content.decode()


def test_a_key_with_read_sees_what_is_hidden_and_changes_nothing(client: Client) -> None:
    hidden = ProjectFactory.create(visibility="private", name="Secret moss")
    shown = client.get(PROJECTS, headers=key(Scope.READ)).content.decode()
    assert "Secret moss" in shown
    assert "Secret moss" not in client.get(PROJECTS).content.decode()
    gone = client.delete(f"{PROJECTS}{hidden.pk}/", headers=key(Scope.READ, Scope.SYNC))
    assert (gone.status_code, gone.json()["error"]["code"]) == (403, "missing_scope")
    assert Project.objects.filter(pk=hidden.pk).exists()


def test_a_key_that_is_revoked_ended_or_unknown_is_refused_in_words_also_where_everyone_may(client: Client) -> None:
    made, text = keys.make(label="script", scopes=[Scope.READ], now=timezone.now())
    headers = {"Authorization": f"api-key {text}"}
    assert client.get(SUMMARY, headers=headers).status_code == 200
    keys.revoke(key=made, now=timezone.now())
    ended, past = keys.make(label="old", scopes=[Scope.READ], now=timezone.now())
    ApiKey.objects.filter(pk=ended.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    for shown, words in ((text, "revoked"), (past, "ended"), ("x\x80", "nothing"), ("", "behind it")):
        answer = client.get("/api/v1/weather/mood/", headers={"Authorization": f"Api-Key {shown}"})
        assert answer.status_code == 401
        assert words in answer.json()["error"]["message"]


def test_the_last_use_is_written_once_a_minute(client: Client) -> None:
    headers = key(Scope.READ)
    client.get(SUMMARY, headers=headers)
    with CaptureQueriesContext(connection) as queries:
        client.get(SUMMARY, headers=headers)
    assert not any("UPDATE" in query["sql"] and "apikey" in query["sql"] for query in queries)
    assert ApiKey.objects.get().last_used_at


def test_every_route_that_knows_the_owner_says_which_scope_opens_it_and_so_does_its_description() -> None:
    described = schema().plain.decode()
    assert '"apiKey"' in described
    views = {one for one in _views(get_resolver().url_patterns) if hasattr(one, "cls")}
    for view in views:
        actions = getattr(view, "actions", None) or {}
        made = view.cls()
        made.request, made.action = None, next(iter(actions.values()), None)
        if any(isinstance(one, (IsOwner, Anyone)) for one in made.get_permissions()):
            assert scope_of(made), view.cls
    assert described.count('"x-key-scope"') >= 25


def _views(patterns: Any) -> Any:
    for one in patterns:
        yield from _views(one.url_patterns) if hasattr(one, "url_patterns") else [one.callback]


def test_the_summary_is_eight_plain_values_and_a_key_adds_the_owners(client: Client) -> None:
    ProjectFactory(visibility="private")
    ProjectFactory(commit_count=12)
    everyones = client.get(SUMMARY).json()
    assert len(everyones) == 8
    assert (everyones["plants"], everyones["commits"]) == (1, 12)
    assert all(isinstance(value, (int, str, type(None))) for value in everyones.values())
    answer = client.get(SUMMARY, headers=key(Scope.READ))
    assert "no-store" in answer["Cache-Control"]
    assert answer.json()["projects_hidden"] == 1
    assert answer.json().items() >= everyones.items()


def test_an_announcement_stands_and_is_taken_back(client: Client) -> None:
    said = {"message": "Back at noon.", "level": "warning"}
    made = client.post("/api/v1/announcements/", said, content_type="application/json", headers=key(Scope.WRITE))
    assert made.status_code == 201, made.content
    assert client.get("/api/v1/garden/").json()["announcement"]["message"] == "Back at noon."
    past = {**said, "until": "2001-01-01T00:00:00Z"}
    late = client.post("/api/v1/announcements/", past, content_type="application/json", headers=key(Scope.WRITE))
    assert "past" in late.content.decode()
    assert late.status_code == 400
    assert client.delete("/api/v1/announcements/", headers=key(Scope.WRITE)).status_code == 204
    assert client.post("/api/v1/announcements/", said, content_type="application/json").status_code == 401


def test_a_key_is_made_in_the_console_with_its_scopes_and_its_end(admin_client: Client, client: Client) -> None:
    make = reverse("admin:integrations_apikey_make")
    said = {"label": "Homepage", "scope": ["read", "sync"], "expires": "2999-01-31"}
    page = admin_client.post(make, said)
    found = re.search(r"dg_[\w-]{43}", page.content.decode())
    assert found
    made = ApiKey.objects.get()
    assert (made.scopes, made.expires_at and made.expires_at.date().isoformat()) == (["read", "sync"], "2999-01-31")
    assert found[0] not in admin_client.get("/admin/integrations/apikey/").content.decode()
    assert client.get(SUMMARY, headers={"Authorization": f"Api-Key {found[0]}"}).status_code == 200
    wrong: dict[str, Any]
    for wrong in (
        {"scope": []},
        {"scope": ["all"]},
        {"expires": "2001-01-01"},
        {"expires": "soon"},
        {"expires": "9999-12-31"},
        {"label": " "},
    ):
        assert admin_client.post(make, said | wrong).status_code == 302
    assert ApiKey.objects.count() == 1


def test_the_command_prints_the_key_alone_on_its_last_line(client: Client) -> None:
    out = StringIO()
    call_command("api_key", "glance", "--scope", "read", "--scope", "sync", "--expires", "2999-01-31", stdout=out)
    text = out.getvalue().splitlines()[-1]
    assert client.get(SUMMARY, headers={"Authorization": f"Api-Key {text}"}).json()["seeds_waiting"] == 0
    with pytest.raises(CommandError, match="past"):
        call_command("api_key", "glance", "--scope", "read", "--expires", "2001-01-31")


def test_a_key_for_one_kind_of_report_is_not_for_the_other(client: Client) -> None:
    _, text = keys.make(label="phone", intake=Intake.LISTENS, now=timezone.now())
    answer = client.get("/api/v1/users/current", headers={"Authorization": f"Api-Key {text}"})
    assert answer.status_code == 401
    taken = client.post("/1/submit-listens", "{}", "application/json", headers={"Authorization": f"Token {text}"})
    assert taken.status_code == 400  # the key is right, the body is not


def test_rotated_credentials_open_without_the_old_key_and_one_that_none_opens_is_named(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    account = Account(provider="github", username="ada")
    account.token, account.refresh_token = "first", "second"
    account.save()
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert out.getvalue().startswith("2 credentials sealed")
    settings.FIELD_ENCRYPTION_KEYS = [new]
    account = Account.objects.get()
    assert (account.token, account.refresh_token) == ("first", "second")
    settings.FIELD_ENCRYPTION_KEYS = [old]
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("rotate_keys", stdout=StringIO(), stderr=err)
    assert "github ada: token" in err.getvalue()


def test_whatever_is_sealed_is_rotated_second_steps_and_messages_as_well(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    owner = User.objects.create_superuser("ada")
    seal = get_adapter().encrypt
    Authenticator.objects.create(user=owner, type="totp", data={"secret": seal("JBSWY3DP")})
    Authenticator.objects.create(user=owner, type="recovery_codes", data={"seed": seal("0123"), "used_mask": 5})
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert rotate_stored().sealed == 2
    settings.FIELD_ENCRYPTION_KEYS = [new]
    code, recovery = Authenticator.objects.order_by("pk")
    assert get_adapter().decrypt(code.data["secret"]) == "JBSWY3DP"
    assert (get_adapter().decrypt(recovery.data["seed"]), recovery.data["used_mask"]) == ("0123", 5)
    settings.FIELD_ENCRYPTION_KEYS = [old]
    assert len(rotate_stored().unreadable) == 2
    assert {f"{model.__name__}.{column}" for model, column in sealed_columns()} >= {
        "Account.token_encrypted",
        "Account.refresh_token_encrypted",
        "MessageSettings.hook_encrypted",
    }
