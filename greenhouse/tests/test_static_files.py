from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

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
