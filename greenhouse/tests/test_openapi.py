"""The documented API is the built one: the snapshot in docs/ is compared with what the code says now."""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from greenhouse.web import openapi

if TYPE_CHECKING:
    from django.test import Client

SNAPSHOT = Path(settings.BASE_DIR) / "docs" / "openapi.json"


def test_the_snapshot_is_what_the_code_says() -> None:
    built = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    assert json.loads(SNAPSHOT.read_text()) == built, "run `make check` and commit docs/openapi.json"


def test_every_documented_path_answers_with_the_slash_and_is_listed_once() -> None:
    paths = list(json.loads(SNAPSHOT.read_text())["paths"])
    assert paths
    assert all(path.endswith("/") for path in paths)


def test_a_body_has_to_be_there_unless_nothing_in_it_has_to() -> None:
    operations = [one for path in json.loads(SNAPSHOT.read_text())["paths"].values() for one in path.values()]
    may_be_left_out = {
        one["operationId"] for one in operations if "requestBody" in one and not one["requestBody"].get("required")
    }
    assert may_be_left_out == {
        "projects_partial_update",
        "projects_interact_create",
        "skills_partial_update",
        "weather_mood_update_create",
    }


def test_the_description_is_built_once_and_sent_compressed_or_not_at_all(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    monkeypatch.setattr(SchemaGenerator, "get_schema", lambda *_args, **_options: pytest.fail("built again"))
    assert gzip.decompress(first.content) == client.get("/openapi.json").content
    assert json.loads(client.get("/openapi.json").content) == json.loads(SNAPSHOT.read_text())
    assert client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_eighty_who_ask_at_once_have_it_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []
    monkeypatch.setattr(openapi, "_built", None)

    def build(*_args: object, **_options: object) -> dict[str, str]:
        built.append(1)
        return {}

    monkeypatch.setattr(SchemaGenerator, "get_schema", build)
    with ThreadPoolExecutor(80) as threads:
        pages = {page.etag for page in threads.map(lambda _: openapi.schema(), range(80))}
    assert len(pages) == len(built) == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("format=json", 200),
        ("format=openapi-json&version=1", 200),
        ("format=yaml", 400),
        ("version=2", 400),
        ("version=1%0d%0aX-Made:up", 400),
        ("version=%0a", 400),
        ("lang=de", 400),
    ],
)
def test_only_what_is_there_may_be_asked_for(client: Client, query: str, status: int) -> None:
    response = client.get(f"/openapi.json?{query}")
    assert response.status_code == status
    assert "X-Made" not in response.headers
    assert json.loads(response.content).get("error", {"code": "invalid"})["code"] == "invalid"


def test_every_operation_says_how_it_can_be_refused() -> None:
    described = json.loads(SNAPSHOT.read_text())
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            expected = {"400", "429"} | ({"413"} if "requestBody" in operation else set())
            assert expected <= set(operation["responses"]), (method, path)
