"""The documented API is the built one: the snapshot in docs/ is compared with what the code says now."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

SNAPSHOT = Path(settings.BASE_DIR) / "docs" / "openapi.json"


def test_the_snapshot_is_what_the_code_says() -> None:
    built = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    assert json.loads(SNAPSHOT.read_text()) == built, "run `make check` and commit docs/openapi.json"


def test_every_documented_path_answers_with_the_slash_and_is_listed_once() -> None:
    paths = list(json.loads(SNAPSHOT.read_text())["paths"])
    assert paths
    assert all(path.endswith("/") for path in paths)
