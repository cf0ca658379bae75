"""The OpenAPI says what is really answered: Schemathesis asks every operation of a real server, as the owner."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import fuzzing
from tests.running import ROOT, Greenhouse, greenhouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.conformance, pytest.mark.processes, pytest.mark.fuzz]

# A token for longer than the minutes of an ordinary one: a busy machine takes its time.
OWNER_TOKEN = """
import datetime, django
django.setup()
from django.contrib.auth.models import User
from rest_framework_simplejwt.tokens import AccessToken
token = AccessToken.for_user(User.objects.create_superuser("owner"))
token.set_exp(lifetime=datetime.timedelta(hours=2))
print(token)
"""
EXAMPLES = 8  # of an operation and a phase
SETTINGS = {
    "ENABLE_RATE_LIMITING": "false",
    "ENABLE_OPENMETEO_INTEGRATION": "false",
    "GITHUB_API_URL": "http://127.0.0.1:9",  # nobody listens there
    "CICD_WEBHOOK_SECRET": "a secret of the tests",
    "GITHUB_WEBHOOK_SECRET": "a secret of the tests",
    "HEARTBEAT_API_KEY": "a key of the tests",
    "LISTENBRAINZ_INTAKE_KEY": "a key of the tests",
}


@pytest.fixture(params=["sqlite", "postgresql"] if fuzzing.TIMES > 1 else ["sqlite"])
def garden(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Greenhouse]:
    """The demonstration garden, served without limits and without a way out."""
    database = {}
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("migrated_sqlite"), tmp_path, dirs_exist_ok=True)
    else:
        database["DATABASE_URL"] = request.getfixturevalue("database_url")
    with greenhouse(tmp_path, **SETTINGS, **database) as site:
        site.manage("demo")
        site.serve("manage.py", "runweb")
        yield site


def test_every_operation_answers_as_it_is_described(garden: Greenhouse) -> None:
    token = garden.run(sys.executable, "-c", OWNER_TOKEN).stdout.strip()
    config = ROOT / "tests" / "schemathesis.toml"
    schemathesis = (sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", "--no-color")
    told = subprocess.run(
        [
            *schemathesis,
            "--max-examples",
            str(EXAMPLES * fuzzing.TIMES),
            f"http://127.0.0.1:{garden.port}/openapi.json",
        ],
        cwd=garden.directory,
        env={**garden.environment, "OWNER_TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
    )
    sys.stdout.write(told.stdout)  # how much was asked: pytest shows it with -rP
    assert told.returncode == 0, told.stdout + told.stderr
