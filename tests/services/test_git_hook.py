"""A commit in a repository on this machine is in the open page a moment later: with a real git, and a real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from websockets.sync.client import connect

from tests.running import START_SECONDS, Greenhouse

if TYPE_CHECKING:
    from pathlib import Path

    from websockets.sync.client import ClientConnection

SECONDS = 2
MESSAGES = ("Second", "Third", "Fourth")


def git(path: Path, *arguments: str) -> None:
    ada = {f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "-C", str(path), *arguments], env=os.environ | ada | alone, check=True)


def next_push(socket: ClientConnection) -> dict[str, Any]:
    """The next commits that the page is told of."""
    deadline = time.monotonic() + START_SECONDS
    while (told := json.loads(socket.recv(START_SECONDS))).get("event_type") != "commit_pushed":
        assert time.monotonic() < deadline
    return dict(told["data"])


def told_in(engine: Path, socket: ClientConnection, message: str) -> float:
    """Commit, and wait until the page is told: seconds."""
    committed = time.monotonic()
    git(engine, "commit", "--quiet", "--allow-empty", "--message", message)
    assert next_push(socket)["commit_count"] == 1
    return time.monotonic() - committed


def test_a_commit_is_in_the_open_page_within_two_seconds(either_shape: Greenhouse, tmp_path: Path) -> None:
    engine = tmp_path / "engine"
    engine.mkdir()
    git(engine, "init", "--quiet", "--initial-branch=main")
    git(engine, "commit", "--quiet", "--allow-empty", "--message", "First")
    either_shape.manage("import_git", str(engine))
    either_shape.manage("git_hook", "install", str(engine), "--url", f"http://127.0.0.1:{either_shape.port}")
    if "DATABASE_URL" in either_shape.settings:
        either_shape.start(sys.executable, "-m", "celery", "-A", "greenhouse", "worker", "--concurrency", "1")
        either_shape.serve("manage.py", "runweb")
    else:
        either_shape.serve()
    with connect(either_shape.socket_url) as socket:
        assert json.loads(socket.recv(START_SECONDS))["event_type"] == "hello"
        git(engine, "commit", "--quiet", "--allow-empty", "--message", "The first one finds everything cold")
        next_push(socket)
        assert any(
            told_in(engine, socket, message) < SECONDS for message in MESSAGES
        )  # neighbours may slow one of them
    _, told = either_shape.get("/api/v1/integrations/github/recent-activity/")
    assert {"First", "The first one finds everything cold", MESSAGES[0]} <= {commit["message"] for commit in told}
