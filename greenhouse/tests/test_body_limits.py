"""How much a request may send, by where it goes and who sends it, and that it is refused before it is read as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from rest_framework.test import APIClient

from common import parsers
from garden.tests.factories import ProjectFactory
from greenhouse.web import body_limits

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KILOBYTE, MEGABYTE = 1024, 1024 * 1024
TOKEN, SESSION = (b"authorization", b"Bearer x"), (b"cookie", b"a=b; sessionid=x")


@pytest.mark.parametrize(
    ("path", "header", "limit"),
    [
        ("/", None, 64 * KILOBYTE),
        ("/nowhere", (b"cookie", b"theme=dark"), 64 * KILOBYTE),
        ("/api/v1/projects/x/interact/", None, 64 * KILOBYTE),
        ("/api/v1/projects/", TOKEN, 3 * MEGABYTE),
        ("/api/v1/projects/", SESSION, 3 * MEGABYTE),
        ("/api/v1/visitors/journey", None, 256 * KILOBYTE),
        ("/api/v1/visitors/journey/", None, 256 * KILOBYTE),
        ("/admin/login/", None, 64 * KILOBYTE),
        ("/admin/garden/project/", SESSION, 25 * MEGABYTE),
        ("/api/v1/integrations/github/webhook/", None, 25 * MEGABYTE),
        ("/api/v1/integrations/wakatime/users/current/heartbeats.bulk", None, 3 * MEGABYTE),
        ("/api/v1/integrations/nope/nothing", None, 64 * 1024),
        ("/api/v1/users/current/heartbeats.bulk", None, 3 * MEGABYTE),
    ],
)
async def test_a_body_may_weigh_what_its_address_and_sender_allow(
    path: str, header: tuple[bytes, bytes] | None, limit: int
) -> None:
    reached: list[str] = []

    async def beyond(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["path"])

    async def unread() -> Any:
        return {"type": "http.disconnect"}

    async def ignored(message: Any) -> None: ...

    gate = body_limits.LimitBodies(beyond)
    for size in (limit, limit + 1):
        headers = [(b"content-length", str(size).encode()), *([header] if header else [])]
        await gate({"type": "http", "path": path, "headers": headers}, unread, ignored)  # type: ignore[typeddict-item]
    assert reached == [path]


async def _said(path: str) -> tuple[str, str]:
    """Kind and body of the answer to a body that is too large."""
    sent: list[Any] = []

    async def beyond(scope: Any, receive: Any, send: Any) -> None: ...

    async def unread() -> Any:
        return {"type": "http.disconnect"}

    async def noted(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-length", str(26 * MEGABYTE).encode()), SESSION]
    gate = body_limits.LimitBodies(beyond)
    await gate({"type": "http", "path": path, "headers": headers}, unread, noted)  # type: ignore[typeddict-item]
    assert dict(sent[0]["headers"])[b"content-length"] == str(len(sent[1]["body"])).encode()
    return dict(sent[0]["headers"])[b"content-type"].decode(), sent[1]["body"].decode()


async def test_a_form_of_the_console_that_is_too_large_is_answered_for_people_and_everything_else_for_programs() -> (
    None
):
    kind, page = await _said("/admin/owner/site/1/change/")
    assert kind == "text/html; charset=utf-8"
    assert "At most 25 MB" in page
    assert "Nothing was saved" in page
    kind, answer = await _said("/api/v1/projects/")
    assert kind == "application/json"
    assert json.loads(answer)["error"]["code"] == "too_large"


def padded(size: int) -> str:
    return json.dumps({"kind": "water"}) + " " * size


@pytest.mark.django_db
def test_a_token_that_opens_nothing_does_not_open_the_larger_limit_either() -> None:
    project = ProjectFactory.create()
    with patch.object(parsers, "load_json", side_effect=AssertionError("it was read")):
        answer = APIClient().post(
            f"/api/v1/projects/{project.pk}/interact/", padded(64 * KILOBYTE), content_type="application/json"
        )
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


@pytest.mark.django_db
def test_the_owner_may_send_more(admin_user: User) -> None:
    project, owner = ProjectFactory.create(), APIClient()
    owner.force_authenticate(admin_user)
    path = f"/api/v1/projects/{project.pk}/interact/"
    assert owner.post(path, padded(MEGABYTE), content_type="application/json").status_code == 200
    assert owner.post(path, padded(3 * MEGABYTE), content_type="application/json").status_code == 413
