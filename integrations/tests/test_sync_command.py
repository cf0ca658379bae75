"""`manage.py sync`: what it says and how it ends."""

from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from garden import ownership
from integrations import registry, runs, sync, watching
from integrations.management.commands.sync import PARTLY
from integrations.models import SyncTrigger
from integrations.tests.github_stub import Account, Reply, commits
from integrations.tests.test_histories import commit, git

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db


def ran(*arguments: str, of: str = "github") -> tuple[str, str]:
    """What the command wrote to its two streams."""
    out, err = StringIO(), StringIO()
    call_command("sync", of, *arguments, stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def test_it_says_what_it_brought_in(ada: Account) -> None:
    ada.add("engine", commits(2))
    assert ran() == ("1 planted, 2 new facts, 0 commits got their line counts, 0 left the site.\n", "")


def test_the_name_on_the_command_line_counts(ada: Account, stub: Stub) -> None:
    Account(stub, "grace").add("compiler", commits(1))
    assert "1 planted" in ran("--username", "grace")[0]


def test_what_waits_for_the_owners_word_is_told_with_where_to_give_it(tmp_path: Path, settings: Settings) -> None:
    settings.OWNER_NAME = ""
    (tmp_path / "loom").mkdir()
    git(tmp_path / "loom", "init", "--quiet")
    commit(tmp_path / "loom", "First", a_dot_py="1")
    watching.watch(tmp_path, now=timezone.now())
    said = ran(of="git")[0]
    assert said.startswith("1 commit in 1 repository waits for a word from you: nobody said yet whose work is yours.")
    assert "first steps" in said
    assert "owner add NAME" in said
    assert "nothing new" not in said
    outcome = json.loads(ran("--json", of="git")[0])["sources"][0]
    assert outcome["waiting"] == {"commits": 1, "repositories": 1, "not_counted": 0}

    ownership.add(said="Grace", now=timezone.now())
    assert ran(of="git") == ("nothing new.\n", "")


def test_a_failure_is_told_with_its_fix_and_without_a_traceback(ada: Account, stub: Stub) -> None:
    stub.on("/users/ada/repos", Reply({"message": "Bad credentials"}, 401))
    err = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("sync", "github", stdout=StringIO(), stderr=err, no_color=True)
    assert caught.value.code == 1
    assert "does not accept the token" in err.getvalue()
    assert "Make a new token" in err.getvalue()
    assert "Traceback" not in err.getvalue()


def test_a_sync_that_came_half_way_has_an_exit_code_of_its_own(ada: Account, stub: Stub) -> None:
    ada.add("engine", commits(2))
    stub.allowance, stub.reset = 2, int(timezone.now().timestamp()) + 3600
    err = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("sync", "github", stdout=StringIO(), stderr=err, no_color=True)
    assert caught.value.code == PARTLY
    assert "60 requests at a time" in err.getvalue()
    assert "Goes on from" in err.getvalue()


def test_an_account_that_nobody_named_is_a_clear_error(ada: Account, settings: Settings) -> None:
    settings.GITHUB_USERNAME = ""
    with pytest.raises(CommandError, match="GITHUB_USERNAME or GITHUB_TOKEN"):
        ran()


def test_a_sync_that_runs_elsewhere_is_not_run_twice(ada: Account) -> None:
    provider = registry.provider("github")
    run = sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=timezone.now())
    runs.claim(run, now=timezone.now())
    with pytest.raises(CommandError, match="Another process is at it"):
        ran()


def test_the_connection_can_be_checked_without_changing_anything(ada: Account, stub: Stub, settings: Settings) -> None:
    stub.on("/rate_limit", Reply({"resources": {"core": {"limit": 60, "remaining": 58}}}))
    said = "ada has 1 public repositories; 58 of 60 requests an hour left, without a token.\n"
    assert ran("--check") == (said, "")
    stub.on("/rate_limit", Reply({"message": "Bad credentials"}, 401))
    with pytest.raises(CommandError, match="Make a new token"):
        ran("--check")
    stub.on("/rate_limit", Reply({"surprise": True}))
    with pytest.raises(CommandError, match="documented"):
        ran("--check")
    settings.GITHUB_USERNAME = ""
    with pytest.raises(CommandError, match="not connected"):
        ran("--check")
