"""Our commands say what they did, to people or to programs, and what they name works as it is typed."""

from __future__ import annotations

import json
import shlex
import subprocess
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from common.telling import as_typed
from integrations.tests.conftest import ada, stub  # noqa: F401 - fixtures
from integrations.tests.github_stub import Reply, commits
from tests.running import ROOT

if TYPE_CHECKING:
    from pytest_django import Settings

    from integrations.tests.github_stub import Account, Stub

pytestmark = pytest.mark.django_db


def told(*command: str) -> dict[str, object]:
    """The one JSON object that a command answers with."""
    said = StringIO()
    call_command(*command, "--json", stdout=said, stderr=StringIO())
    answer: dict[str, object] = json.loads(said.getvalue())
    return answer


def test_what_the_garden_is_told_to_do_is_answered_for_programs() -> None:
    planted = told("demo")["planted"]
    assert isinstance(planted, list)
    assert told("grow")["stages_changed"] == 0
    assert set(told("skills")) >= {"new", "gone"}
    assert told("demo", "--remove") == {"removed": len(planted)}


def test_of_several_sources_one_that_fails_keeps_none_of_the_others_away(
    ada: Account,  # noqa: F811
    stub: Stub,  # noqa: F811
    settings: Settings,
) -> None:
    ada.add("engine", commits(2))
    settings.RSS_FEEDS, settings.OUTGOING_ALLOWED_NETWORKS = [f"{stub.url}/feed"], []
    stub.on("/feed", Reply({}, 404))
    said = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("sync", "rss", "github", "--json", stdout=said, stderr=StringIO())
    assert caught.value.code == 3
    statuses = {one["provider"]: one["status"] for one in json.loads(said.getvalue())["sources"]}
    assert statuses["github"] == "succeeded"
    assert statuses["rss"] != "succeeded"


def test_a_sync_of_nothing_is_refused() -> None:
    with pytest.raises(CommandError, match="say --all"):
        call_command("sync")


def test_a_command_that_is_named_works_as_it_is_typed() -> None:
    typed = shlex.split(as_typed("demo --help"))
    subprocess.run(typed, cwd=ROOT, check=True, capture_output=True)
