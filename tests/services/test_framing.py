"""Bodies in chunks and without a length, as tunnels and some proxies send them all, against real servers."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tests.services.test_shapes import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.running import Greenhouse

MEGABYTE = 1024 * 1024
PASSWORD, KEY, SECRET = "a-password-of-the-test", "6b1ad5e0-0f3c-4c1a-9a60-4f2d7f6f9a10", "a-secret-of-the-test"
JSON = "application/json"
API = "/api/v1"


@pytest.fixture
def garden(either_shape: Greenhouse) -> Greenhouse:
    """An installation with an owner, a heartbeat key and a hook's secret."""
    either_shape.settings |= {
        "ADMIN_PASSWORD": PASSWORD,
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "HEARTBEAT_API_KEY": KEY,
        "GITHUB_WEBHOOK_SECRET": SECRET,
    }
    either_shape.manage("createsuperuser", "--no-input", "--username", "owner", "--email", "owner@example.com")
    return either_shape


def in_chunks(body: bytes) -> Iterator[bytes]:
    """Pieces that do not end where anything of the body does; `http.client` sends an iterator in chunks."""
    for start in range(0, len(body), 7):
        yield body[start : start + 7]


def post(
    garden: Greenhouse, path: str, body: bytes | Iterator[bytes], kind: str = JSON, **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", garden.port, timeout=20)
    try:
        pieces = in_chunks(body) if isinstance(body, bytes) else body
        said = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", path, pieces, said, encode_chunked=True)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def post_json(garden: Greenhouse, path: str, value: Any, **headers: str) -> tuple[int, Any]:
    status, _, content = post(garden, path, json.dumps(value).encode(), **headers)
    return status, json.loads(content)


def check_every_kind_of_body(garden: Greenhouse) -> None:
    """Sign in, plant, interact, report, deliver, and sign in to the console: each with its body in chunks."""
    status, tokens = post_json(garden, f"{API}/auth/token/", {"username": "owner", "password": PASSWORD})
    assert status == 200, tokens
    bearer = {"Authorization": f"Bearer {tokens['access']}"}
    status, project = post_json(garden, f"{API}/projects/", {"name": "Chunks"}, **bearer)
    assert (status, project["name"]) == (201, "Chunks")
    seed = {"name": "A seed", "description": "in parts", "position": {"x": 3.0, "z": 4.0}}
    status, seed = post_json(garden, f"{API}/garden/plant-seed/", seed)
    assert (status, seed["status"]) == (202, "proposed")
    status, refusal = post_json(garden, f"{API}/projects/{project['id']}/interact/", {"kind": "no such kind"})
    assert (status, list(refusal["error"]["fields"])) == (400, ["kind"])
    status, beat = post_json(
        garden, f"{API}/users/current/heartbeats?api_key={KEY}", {"time": time.time(), "project": "Chunks"}
    )
    assert (status, beat["data"]["project"]) == (202, "Chunks")

    delivery = json.dumps({"zen": "Practicality beats purity.", "hook_id": 1}).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), delivery, hashlib.sha256).hexdigest()
    hook = {"X_Hub_Signature_256": signature, "X_GitHub_Event": "ping", "X_GitHub_Delivery": "chunks-1"}
    assert post(garden, f"{API}/integrations/github/webhook/", delivery, **hook)[0] in (200, 202)

    csrf = "c" * 32
    form = {"username": "owner", "password": PASSWORD, "csrfmiddlewaretoken": csrf, "next": "/admin/cards/"}
    boundary = "greenhouse"
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form.items()
    )
    for kind, body in (
        ("application/x-www-form-urlencoded", urlencode(form)),
        (f"multipart/form-data; boundary={boundary}", f"{parts}--{boundary}--\r\n"),
    ):
        status, headers, _ = post(garden, "/admin/login/", body.encode(), kind, Cookie=f"csrftoken={csrf}")
        assert (status, headers["Location"]) == (302, "/admin/cards/"), kind


def check_limits(garden: Greenhouse) -> None:
    """A body in chunks may weigh no more than one whose length is announced."""
    too_large = (b" " * MEGABYTE for _ in range(2))
    assert post(garden, f"{API}/garden/plant-seed/", too_large)[0] == 413
    within = b'{"username": "owner", "password": ' + json.dumps("x" * (MEGABYTE // 32)).encode() + b"}"
    assert post(garden, f"{API}/auth/token/", iter([within]))[0] in (400, 401)


def test_bodies_in_chunks_are_read_in_either_shape(garden: Greenhouse) -> None:
    serve(garden)
    check_every_kind_of_body(garden)
    check_limits(garden)
    assert "Traceback" not in garden.log


@pytest.mark.parametrize("either_shape", ["embedded"], indirect=True)
def test_bodies_in_chunks_are_read_by_daphne_too(garden: Greenhouse) -> None:
    garden.serve("-m", "daphne", "greenhouse.asgi:application", "-b", "127.0.0.1", "-p", str(garden.port))
    check_every_kind_of_body(garden)
    assert "Traceback" not in garden.log
