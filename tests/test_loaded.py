"""What the web process of the embedded shape carries: nothing that only a broker, a picture or a passkey needs."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Final

import pytest

from tests.running import greenhouse

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes

SELDOM: Final = (
    "PIL",
    "charset_normalizer",
    "fido2",
    "psycopg",
    "redis",
    "rich",
    "structlog.twisted",
    "thorvg_python",
    "tqdm",
    "uharfbuzz",
)
WEB: Final = """
import asyncio, json, sys
from greenhouse import asgi
from greenhouse.management.commands import runweb

runweb.settle()
loaded = set(sys.modules)
statuses = []

async def answer(path):
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)}
    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}
    async def send(message):
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
    await asgi.application(scope, receive, send)

async def answers(*paths):
    for path in paths:
        await answer(path)

asyncio.run(answers("/", "/api/v1/garden/"))
there = lambda names: sorted(name for name in sys.argv[1:] if sys.modules.get(name) and name in names)
print(json.dumps({"statuses": statuses, "loaded": there(loaded), "after": there(set(sys.modules))}))
"""
TASKS: Final = """
import json, sys, django
django.setup()
from django.utils.module_loading import autodiscover_modules
from greenhouse.management.commands import runtasks
autodiscover_modules("tasks")
print(json.dumps(sorted(name for name in sys.argv[1:] if sys.modules.get(name))))
"""


def test_the_web_process_loads_nothing_that_is_seldom_needed(migrated_sqlite: Path, tmp_path: Path) -> None:
    shutil.copytree(migrated_sqlite, tmp_path / "data")
    with greenhouse(tmp_path / "data") as garden:
        answer = json.loads(garden.run(sys.executable, "-c", WEB, *SELDOM).stdout.splitlines()[-1])
    assert answer["statuses"] == [200, 200]
    assert answer["loaded"] == []
    assert answer["after"] == []


def test_nor_does_the_process_of_tasks(migrated_sqlite: Path, tmp_path: Path) -> None:
    shutil.copytree(migrated_sqlite, tmp_path / "data")
    with greenhouse(tmp_path / "data") as garden:
        assert json.loads(garden.run(sys.executable, "-c", TASKS, *SELDOM).stdout.splitlines()[-1]) == []
