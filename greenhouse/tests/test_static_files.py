from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import async_to_sync
from channels.testing import HttpCommunicator
from django.test import AsyncClient

from greenhouse.web import hot_static
from greenhouse.web.hot_static import HotStatic

if TYPE_CHECKING:
    from pathlib import Path

CSS = b"a { color: green }\n" * 200


@pytest.fixture
def client(settings: Any, tmp_path: Path) -> AsyncClient:
    """Asks as uvicorn does, of a place with one file, plain and compressed."""
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "leaf.css").write_bytes(CSS)
    (tmp_path / "leaf.css.gz").write_bytes(gzip.compress(CSS))
    return AsyncClient()


def ask(client: AsyncClient, **headers: str) -> Any:
    return async_to_sync(client.get)("/static/leaf.css", headers=headers)


def test_a_file_comes_whole_and_compressed_to_those_who_take_it(client: AsyncClient) -> None:
    plain, packed = ask(client), ask(client, **{"accept-encoding": "gzip"})
    assert not plain.streaming  # a stream would be read through a thread, with a warning each time
    assert plain.content == CSS
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == CSS
    assert plain.headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert plain.headers["X-Content-Type-Options"] == "nosniff"


def test_who_has_the_file_gets_none_and_who_asks_for_a_part_gets_that(client: AsyncClient) -> None:
    known = ask(client, **{"if-none-match": ask(client).headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    part = ask(client, range="bytes=2-6")
    assert (part.status_code, part.content) == (206, CSS[2:7])


@pytest.mark.parametrize(
    ("asked", "status", "got"),
    [("bytes=0-0", 206, CSS[:1]), (f"bytes={len(CSS) - 1}-", 206, CSS[-1:]), (f"bytes={len(CSS)}-", 416, b"")],
)
def test_a_part_may_be_one_byte_and_not_less(client: AsyncClient, asked: str, status: int, got: bytes) -> None:
    part = ask(client, range=asked)
    assert (part.status_code, part.content) == (status, got)
    if status == 206:
        assert part.headers["Content-Length"] == "1"
        assert part.headers["Content-Range"].endswith(f"/{len(CSS)}")


@pytest.mark.django_db(transaction=True)
def test_files_carry_the_security_headers_of_pages(client: AsyncClient) -> None:
    page = async_to_sync(client.get)("/robots.txt")
    for answer in (ask(client), ask(client, range="bytes=0-0"), ask(client, **{"if-none-match": "*"})):
        for name in (
            "Content-Security-Policy",
            "X-Frame-Options",
            "X-Content-Type-Options",
            "Referrer-Policy",
            "Cross-Origin-Opener-Policy",
        ):
            assert answer.headers[name] == page.headers[name]


# --- From memory, before Django ---------------------------------------------------------------------------------------


@pytest.fixture
def door(settings: Any, tmp_path: Path) -> HotStatic:
    """The wrapper over the same place, in front of an application that answers 204 to whatever gets through."""
    settings.STATIC_ROOT = tmp_path
    assets = tmp_path / "dist" / "assets"
    assets.mkdir(parents=True)
    (assets / "main-CdEf1234.css").write_bytes(CSS)
    (tmp_path / "leaf.css").write_bytes(CSS)
    (tmp_path / "leaf.css.gz").write_bytes(gzip.compress(CSS))
    (tmp_path / "large.bin").write_bytes(b"x" * 2048)
    (tmp_path.parent / "secret").write_text("not for everyone")

    async def beyond(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return HotStatic(beyond)


async def asked(door: HotStatic, path: str = "/static/leaf.css", method: str = "GET", **headers: str) -> dict[str, Any]:
    sent = {"host": "testserver", **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()]
    request = HttpCommunicator(door, method, path, headers=raw)
    request.scope["scheme"] = "http"
    answer = await request.get_response(timeout=10)
    return {**answer, "headers": {name.decode(): value.decode() for name, value in answer["headers"]}}


async def test_a_file_is_read_once_and_answered_from_memory(door: HotStatic, tmp_path: Path) -> None:
    first = await asked(door, accept_encoding="br, gzip")
    (tmp_path / "leaf.css").unlink()
    (tmp_path / "leaf.css.gz").unlink()
    again = await asked(door, accept_encoding="br, gzip")
    assert (again["status"], again["body"]) == (200, first["body"])
    assert gzip.decompress(again["body"]) == CSS
    assert again["headers"]["content-encoding"] == "gzip"
    assert "accept-encoding" in again["headers"]["vary"].lower()


@pytest.mark.parametrize("accepted", ["", "gzip;q=0", "identity"])
async def test_who_takes_no_compression_gets_the_file_as_it_is(door: HotStatic, accepted: str) -> None:
    answer = await asked(door, accept_encoding=accepted)
    assert answer["body"] == CSS
    assert "content-encoding" not in answer["headers"]
    assert answer["headers"]["content-length"] == str(len(CSS))


async def test_a_file_from_memory_carries_what_whitenoise_and_the_middlewares_say(
    door: HotStatic, client: AsyncClient
) -> None:
    ordinary = await client.get("/static/leaf.css")
    answer = await asked(door)
    for name, value in ordinary.headers.items():
        if name.lower() not in ("vary", "content-security-policy"):
            assert answer["headers"][name.lower()] == value
    assert answer["headers"]["x-frame-options"] == "DENY"


async def test_who_has_the_file_in_memory_gets_none(door: HotStatic) -> None:
    first = await asked(door)
    for known in (
        {"if_none_match": first["headers"]["etag"]},
        {"if_modified_since": first["headers"]["last-modified"]},
        {"if_none_match": "*"},
    ):
        again = await asked(door, **known)
        assert (again["status"], again["body"]) == (304, b"")
    assert (await asked(door, if_none_match='"another"'))["status"] == 200


async def test_a_file_with_a_hash_in_its_name_is_kept_for_ever(door: HotStatic) -> None:
    named = await asked(door, "/static/dist/assets/main-CdEf1234.css")
    assert "immutable" in named["headers"]["cache-control"]
    assert "immutable" not in (await asked(door))["headers"]["cache-control"]


async def test_head_is_the_same_file_without_its_content(door: HotStatic) -> None:
    get, head = await asked(door), await asked(door, method="HEAD")
    assert (head["body"], head["headers"]) == (b"", get["headers"])


@pytest.mark.parametrize(
    "path",
    [
        "/static/nothing.css",
        "/static/../secret",
        "/static/%2e%2e/secret",
        "/static/",
        "/static/dist",
        "/static/a\0",
        "/",
    ],
)
async def test_what_is_no_file_of_ours_goes_on_to_django(door: HotStatic, path: str) -> None:
    assert (await asked(door, path))["status"] == 204


async def test_parts_and_large_files_go_on_to_whitenoise(door: HotStatic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot_static, "LARGEST_FILE", 2047)
    assert (await asked(door, range="bytes=0-4"))["status"] == 204
    assert (await asked(door, "/static/large.bin"))["status"] == 204
    assert (await asked(door, method="POST"))["status"] == 204
    assert (await asked(door, host="evil.example"))["status"] == 204
