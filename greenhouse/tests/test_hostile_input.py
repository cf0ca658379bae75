"""Every documented operation is given what nobody should send it, in every parameter and field: 4xx, and never 5xx."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from common.text import is_visible
from garden.models import Project
from garden.tests.factories import ProjectFactory
from skills.models import Skill
from visitors.figure_tables import Funnel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import User
    from django.test import Client

pytestmark = pytest.mark.django_db

API = json.loads((Path(settings.BASE_DIR) / "docs" / "openapi.json").read_text())
OPERATIONS = [
    (method, path, operation)
    for path, operations in API["paths"].items()
    for method, operation in operations.items()
    if not path.endswith("/sync/")  # takes neither parameter nor body, and would ask a real service
]
FOREIGN = ("/webhook/", "/cicd/", "/wakatime/", "/listenbrainz/")  # addresses of other people's protocols
OWN = [
    (method, path, operation)
    for path, operations in API["paths"].items()
    for method, operation in operations.items()
    if not any(part in path for part in FOREIGN)
]
QUERIES = ["", "-1", "9" * 40, "1e308", "nan", "²", "x" * 5000, "\x1b[31m", "\u202e", "a'\"%_\\", "[]"]
VALUES = [  # as JSON: some of them no library would write
    "null",
    "true",
    "-1",
    "9" * 19,
    "9" * 40,
    "1e308",
    "1e400",
    "NaN",
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"\\u200b"',
    '"\\u202e"',
    '"\\u001b[31m"',
    json.dumps("x" * 20_000),
    "[]",
    '[[["x"]]]',
    "{}",
    '{"x": {"x": 1e308}}',
]
GOOD = {"name": "A name", "kind": "water", "position": {"x": 1, "z": 1}}  # so that the other field is looked at
OWNERS = [
    one for one in OPERATIONS if {"jwtAuth": []} in (asked := one[2].get("security", [])) and {} not in asked
]  # who shows nothing is refused
BY_KEY = [
    one
    for one in OPERATIONS
    if {"heartbeatKey": []} in one[2].get("security", ()) or {"listenKey": []} in one[2].get("security", ())
]
OPEN = [one for one in OPERATIONS if one not in OWNERS and one not in BY_KEY]
PAGES = {
    "/": ["q", "plant", "stage", "page"],
    "/fragments/plants/": ["q", "page"],
    "/fragments/changes/": ["since"],
    "/fragments/news/": ["since"],
    "/openapi.json": ["version", "format"],
    "/docs": ["version", "lang"],
}


@pytest.fixture
def anyone() -> APIClient:
    return APIClient(raise_request_exception=False)


@pytest.fixture(autouse=True)
def _unlimited(settings: Any) -> None:
    settings.ENABLE_RATE_LIMITING = False
    settings.GITHUB_WEBHOOK_SECRET = settings.CICD_WEBHOOK_SECRET = "for the tests"


@pytest.fixture(params=["visitor", "owner"])
def client_of(request: pytest.FixtureRequest, anyone: APIClient, admin_user: User) -> APIClient:
    if request.param == "owner":
        anyone.force_authenticate(admin_user)
    return anyone


def address(path: str) -> str:
    """The documented path with something real at it, where there is."""
    pk = (Skill if "/skills/" in path else Project).objects.values_list("pk", flat=True).first() or uuid.uuid4()
    if "/funnels/" in path:
        Funnel.objects.get_or_create(slug="away", defaults={"name": "Away", "steps": "view\ninteraction"})
    return path.replace("{id}", str(pk)).replace("{provider}", "github").replace("{slug}", "away")


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    found: dict[str, Any] = API["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema
    return found


def fields(operation: dict[str, Any]) -> Iterator[str]:
    """The names that a body of this operation can have."""
    content = operation.get("requestBody", {}).get("content", {})
    yield from resolved(content.get("application/json", {}).get("schema", {})).get("properties", {})


def by_token(user: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {AccessToken.for_user(user)}")
    return client


def by_session(user: User, *, csrf: bool = False) -> APIClient:
    client = APIClient(enforce_csrf_checks=csrf, raise_request_exception=False)
    client.force_login(user)
    return client


def answers(client: APIClient, operations: list[tuple[str, str, dict[str, Any]]]) -> dict[str, int]:
    """What each operation says to an empty question."""
    return {
        f"{method} {path}": client.generic(method.upper(), address(path), "{}", "application/json").status_code
        for method, path, _ in operations
    }


def test_what_is_the_owners_is_nobody_elses_however_they_come(
    anyone: APIClient, admin_user: User, django_user_model: type[User]
) -> None:
    ProjectFactory.create()
    Skill.objects.create(name="Python", slug="python")
    helper = django_user_model.objects.create_user("helper", password="a long one", is_staff=True)
    helper.user_permissions.set(Permission.objects.all())  # every right of the console, and not the owner
    gone = by_token(django_user_model.objects.create_superuser("gone", password="a long one"))
    django_user_model.objects.get(username="gone").delete()
    anyone_with_a_key = APIClient(raise_request_exception=False)
    anyone_with_a_key.credentials(HTTP_AUTHORIZATION="Token guessed")
    assert len(OWNERS) > 15
    assert set(answers(anyone, OWNERS).values()) == {401}
    assert set(answers(gone, OWNERS).values()) == {401}
    assert set(answers(by_token(helper), OWNERS).values()) == {403}
    assert set(answers(by_session(helper), OWNERS).values()) == {403}
    for stranger in (anyone, anyone_with_a_key, by_session(helper), by_token(helper)):
        assert set(answers(stranger, BY_KEY).values()) <= {401, 403}
    written = [one for one in OWNERS if one[0] != "get"]
    assert set(answers(by_session(admin_user, csrf=True), written).values()) == {403}
    for owner in (by_session(admin_user), by_token(admin_user)):
        assert not set(answers(owner, OWNERS).values()) & {401, 403}


def test_what_is_open_asks_nobody_who_they_are(anyone: APIClient) -> None:
    ProjectFactory.create()
    Skill.objects.create(name="Python", slug="python")
    read = [one for one in OPEN if one[0] == "get"]
    assert len(read) > 15
    assert not set(answers(anyone, read).values()) & {401, 403}


@pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[f"{method} {path}" for method, path, _ in OPERATIONS]
)
def test_no_operation_breaks_on_what_it_is_given(
    client_of: APIClient, method: str, path: str, operation: dict[str, Any]
) -> None:
    ProjectFactory.create()
    Skill.objects.create(name="Python", slug="python")
    broken = []

    def ask(url: str, body: str = "") -> None:
        answer = client_of.generic(method.upper(), url, body, content_type="application/json")
        if answer.status_code >= 500:
            broken.append((url, body[:80], answer.status_code))

    where = address(path)
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query":
            for query in QUERIES:
                ask(f"{where}?{urlencode({parameter['name']: query})}")
    if "requestBody" in operation:
        possible = [*fields(operation), "no_field_of_ours"]
        good = {name: json.dumps(value) for name, value in GOOD.items() if name in possible}
        for name in possible:
            for value in VALUES:
                ask(where, "{" + ", ".join(f'"{key}": {said}' for key, said in {**good, name: value}.items()) + "}")
        for value in VALUES:
            ask(where, value)
    else:
        ask(where)
    assert broken == []


@pytest.mark.parametrize(("method", "path", "operation"), OWN, ids=[f"{method} {path}" for method, path, _ in OWN])
def test_every_operation_of_our_own_refuses_what_it_does_not_know(
    anyone: APIClient, admin_user: User, method: str, path: str, operation: dict[str, Any]
) -> None:
    ProjectFactory.create()
    Skill.objects.create(name="Python", slug="python")
    anyone.force_authenticate(admin_user)
    where = address(path)
    asked = anyone.generic(method.upper(), f"{where}?no_parameter_of_ours=1")
    assert "no_parameter_of_ours" in asked.json()["error"]["fields"]
    if method != "get":
        told = anyone.generic(method.upper(), where, '{"no_field_of_ours": 1}', content_type="application/json")
        assert "no_field_of_ours" in told.json()["error"]["fields"]
    assert Project.objects.count() == Skill.objects.count() == 1


@pytest.mark.parametrize("path", PAGES)
def test_no_page_breaks_on_what_it_is_asked(anyone: APIClient, path: str) -> None:
    ProjectFactory.create()
    answers = {
        (name, query): anyone.get(f"{path}?{urlencode({name: query})}").status_code
        for name in PAGES[path]
        for query in QUERIES
    }
    assert {asked: status for asked, status in answers.items() if status >= 500} == {}


def test_no_list_of_the_console_breaks_on_what_it_is_asked(admin_client: Client) -> None:
    admin_client.raise_request_exception = False
    broken = []
    assert admin.site._registry
    for model, page in admin.site._registry.items():
        listed = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        names = ["q", "p", "o", "pk__exact"]
        names += [f"{one}__exact" for one in page.list_filter if isinstance(one, str)]
        names += [f"{one.name}__exact" for one in model._meta.get_fields() if one.is_relation]
        asked = [f"?{urlencode({name: query})}" for name in names for query in ("-1", "9" * 40, "²", "\u202e")]
        asked += [f"{pk}/change/" for pk in ("0", "9" * 40, "_00", uuid.uuid4())]
        broken += [listed + one for one in asked if admin_client.get(listed + one).status_code >= 500]
    assert broken == []


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters()), description=st.text(st.characters()), x=st.floats() | st.integers())
def test_a_seed_is_planted_or_refused_whatever_is_said_of_it(
    anyone: APIClient, name: str, description: str, x: float
) -> None:
    seed = {"name": name, "description": description, "position": {"x": x, "z": 0}}
    answer = anyone.post("/api/v1/garden/plant-seed/", json.dumps(seed), content_type="application/json")
    assert answer.status_code in (202, 400, 409)
    if answer.status_code == 202:
        assert is_visible(Project.objects.get(pk=answer.json()["id"]).name)
