"""The hook in real repositories: what it tells, what it leaves alone, and what it never does to a commit."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from integrations.git_hooks import installing, tell_garden
from integrations.providers.git import hooks
from integrations.providers.signatures import SIGNATURE_HEADER, verify
from integrations.tests.test_histories import commit, git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "for the tests"
SECONDS = 20.0  # on a busy machine


class Garden:
    """Stands where the garden would, and keeps what it is told."""

    def __init__(self) -> None:
        self.told: Queue[tuple[bytes, dict[str, str]]] = Queue()
        self.status = 202
        garden = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                garden.told.put((body, dict(self.headers)))
                self.send_response(garden.status)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def next(self) -> dict[str, Any]:
        """The next delivery, its signature checked."""
        body, headers = self.told.get(timeout=SECONDS)
        verify(body, {SIGNATURE_HEADER: headers[SIGNATURE_HEADER]}, SECRET)
        return dict(json.loads(body))

    def subjects(self) -> list[str]:
        """Those of the next delivery."""
        return [commit["subject"] for commit in self.next()["commits"]]


@contextmanager
def opened() -> Iterator[Garden]:
    garden = Garden()
    thread = threading.Thread(target=garden.server.serve_forever)
    thread.start()
    try:
        yield garden
    finally:
        garden.server.shutdown()
        thread.join()
        garden.server.server_close()


@pytest.fixture
def garden() -> Iterator[Garden]:
    with opened() as garden:
        yield garden


@pytest.fixture(autouse=True)
def _own_settings_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`core.hooksPath` of whoever runs the tests is none of theirs."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    path = tmp_path / "my engine"
    path.mkdir()
    git(path, "init", "--quiet", "--initial-branch=main")
    commit(path, "First", a_dot_py="one\n")
    return path


def wait_for(path: Path, words: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not (path.exists() and words in path.read_text()):
        assert time.monotonic() < deadline, path.read_text() if path.exists() else f"no {path}"
        time.sleep(0.02)


@pytest.mark.parametrize(
    "url", ["https://ada:p@ss@forge.example/ada/engine", "https://ada:p@ss@w:rd@forge.example/ada/engine"]
)
def test_a_password_is_not_told_whatever_letters_it_has(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tell_garden, "git", lambda *_arguments: url)
    assert tell_garden.address() == "https://forge.example/ada/engine"


@pytest.mark.parametrize(
    "settings", ['{"url": "http://127.0.0.1:PORT/", "secret": "s"}', "[]", '{"url": "http://a b/"}']
)
def test_that_something_else_answers_or_is_written_down_is_said_in_the_log(
    settings: str, engine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer() -> None:
            with suppress(OSError):
                caller, _ = other.accept()
                with caller:
                    caller.recv(65536)
                    caller.sendall(b"-ERR unknown command\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        home = engine / ".git" / "greenhouse"
        home.mkdir()
        monkeypatch.setattr(tell_garden, "HOME", home)
        (home / "hook.json").write_text(settings.replace("PORT", str(other.getsockname()[1])))
        assert tell_garden.run() == 1
        assert (home / "hook.log").read_text().strip()
        other.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_commit_is_told_with_its_lines_and_what_it_tells_can_be_read(engine: Path, garden: Garden) -> None:
    installing.install(engine, url=garden.url, secret=SECRET)
    sha = commit(engine, 'Say "two\tthings"\n\nCo-authored-by: Claude <noreply@anthropic.com>', a_dot_py="two\nthree\n")
    told = garden.next()
    assert told["repository"] == git(engine, "rev-list", "--max-parents=0", "HEAD")
    assert told["ref"] == "refs/heads/main"
    found = hooks.parse_event(told)
    [fact] = found.activities
    assert (fact.external_id, fact.title, fact.author, fact.email) == (
        sha,
        'Say "two\tthings"',
        "Ada",
        "ada@example.org",
    )
    assert (fact.lines_added, fact.lines_removed, list(fact.co_authors)) == (2, 1, ["Claude <noreply@anthropic.com>"])


def test_what_was_committed_while_the_garden_was_away_is_told_with_the_next_one(engine: Path) -> None:
    with opened() as garden:
        installing.install(engine, url=garden.url, secret=SECRET)
    home = engine / ".git" / "greenhouse"
    commit(engine, "Second")
    wait_for(home / "hook.log", "refused")
    with opened() as garden:
        installing.install(engine, url=garden.url, secret=SECRET)
        commit(engine, "Third")
        assert garden.subjects() == ["Second", "Third"]


def test_a_garden_that_says_no_is_told_again_and_its_words_are_kept(engine: Path, garden: Garden) -> None:
    installing.install(engine, url=garden.url, secret=SECRET)
    garden.status = 403
    commit(engine, "Second")
    assert garden.subjects() == ["Second"]
    wait_for(engine / ".git" / "greenhouse" / "hook.log", "403")
    garden.status = 202
    commit(engine, "Third")
    assert garden.subjects() == ["Second", "Third"]


def test_a_commit_does_not_wait_for_a_garden_that_does_not_answer(engine: Path) -> None:
    silent = Garden()  # takes connections, and never reads
    installing.install(engine, url=silent.url, secret=SECRET)
    before = time.monotonic()
    commit(engine, "Second")
    assert time.monotonic() - before < installing.SECONDS  # that the script itself would wait
    silent.server.server_close()


def test_the_branch_of_the_remote_is_told_and_no_other(engine: Path, tmp_path: Path, garden: Garden) -> None:
    git(tmp_path, "clone", "--quiet", str(engine), str(tmp_path / "clone"))
    clone = tmp_path / "clone"
    git(clone, "remote", "set-url", "origin", "https://ada:token@git.example.org/ada/engine.git")
    installing.install(clone, url=garden.url, secret=SECRET)
    git(clone, "checkout", "--quiet", "-b", "side")
    commit(clone, "On the side")
    git(clone, "checkout", "--quiet", "main")
    commit(clone, "On main")
    told = garden.next()
    assert [one["subject"] for one in told["commits"]] == ["On main"]
    assert told["repository"] == "https://git.example.org/ada/engine.git"


def test_a_rebase_tells_nothing_of_what_it_stands_in(engine: Path, garden: Garden) -> None:
    git(engine, "checkout", "--quiet", "-b", "side")
    commit(engine, "Theirs", b_dot_py="b\n")
    git(engine, "checkout", "--quiet", "main")
    commit(engine, "Mine", c_dot_py="c\n")
    installing.install(engine, url=garden.url, secret=SECRET)
    git(engine, "rebase", "--quiet", "side")
    commit(engine, "After it")
    assert garden.subjects() == ["After it"]


def test_a_push_to_a_bare_repository_is_told_and_its_own_hook_gets_what_git_says(
    engine: Path, tmp_path: Path, garden: Garden
) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(engine), str(tmp_path / "engine.git"))
    bare, heard = tmp_path / "engine.git", tmp_path / "heard"
    own = bare / "hooks" / "post-receive"
    own.write_text(f'#!/bin/sh\ncat > "{heard}"\n')
    own.chmod(0o755)
    installing.install(bare, url=garden.url, secret=SECRET, known_as="ssh://git@example.org/engine.git")
    git(engine, "remote", "add", "origin", str(bare))
    commit(engine, "Second")
    sha = commit(engine, "Third")
    git(engine, "push", "--quiet", "origin", "main")
    told = garden.next()
    assert [one["subject"] for one in told["commits"]] == ["Second", "Third"]
    assert told["repository"] == "ssh://git@example.org/engine.git"
    assert f"{sha} refs/heads/main" in heard.read_text()


def test_a_hook_that_was_there_runs_first_and_comes_back(engine: Path, garden: Garden) -> None:
    own = engine / ".git" / "hooks" / "post-commit"
    own.parent.mkdir(exist_ok=True)
    own.write_text("#!/bin/sh\necho ran >> ran\n")
    own.chmod(0o755)
    for _ in range(2):  # a second time changes nothing
        installing.install(engine, url=garden.url, secret=SECRET)
    commit(engine, "Second")
    assert garden.subjects() == ["Second"]
    assert (engine / "ran").read_text() == "ran\n"
    installing.remove(engine)
    assert own.read_text() == "#!/bin/sh\necho ran >> ran\n"
    assert not own.with_name("post-commit.before-greenhouse").exists()
    assert not (engine / ".git" / "greenhouse").exists()


def test_a_hook_that_fails_still_tells(engine: Path, garden: Garden) -> None:
    own = engine / ".git" / "hooks" / "post-commit"
    own.parent.mkdir(exist_ok=True)
    own.write_text("#!/bin/sh\nexit 3\n")
    own.chmod(0o755)
    place = installing.install(engine, url=garden.url, secret=SECRET)
    commit(engine, "Second")
    assert garden.subjects() == ["Second"]
    ran = subprocess.run([str(place.hook)], cwd=engine, check=False)
    assert ran.returncode == 3


def test_hooks_in_a_place_of_their_own_are_found_and_a_shared_one_stays_for_the_others(
    engine: Path, tmp_path: Path, garden: Garden
) -> None:
    shared = tmp_path / "all hooks"
    (tmp_path / "gitconfig").write_text(f'[core]\n\thooksPath = "{shared}"\n')
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet", "--initial-branch=main")
    place = installing.install(engine, url=garden.url, secret=SECRET)
    assert (place.hook.parent, place.shared) == (shared, True)
    environment = os.environ | {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "Ada"}
    environment |= {"GIT_COMMITTER_EMAIL": "a@b.c"}
    for path, subject in ((other, "Elsewhere"), (engine, "Here")):
        said = ["git", "-C", str(path), "commit", "--quiet", "--allow-empty", "--message", subject]
        subprocess.run(said, env=environment, check=True)
    assert garden.subjects() == ["Here"]
    installing.remove(engine)
    assert place.hook.exists()
    git(engine, "config", "core.hooksPath", "hooks of its own")
    place = installing.install(engine, url=garden.url, secret=SECRET)
    assert (place.hook.parent, place.shared) == (engine / "hooks of its own", False)
    installing.remove(engine)
    assert not place.hook.exists()


def test_the_secret_is_its_owners_alone_and_not_in_the_script(engine: Path, garden: Garden) -> None:
    place = installing.install(engine, url=garden.url, secret=SECRET)
    assert stat.S_IMODE((place.home / "hook.json").stat().st_mode) == 0o600
    with_secret = [
        path for path in (engine / ".git").rglob("*") if path.is_file() and SECRET in path.read_text("latin-1")
    ]
    assert with_secret == [place.home / "hook.json"]
    assert "django" not in (place.hook.read_text() + (place.home / "tell_garden.py").read_text()).lower()


@pytest.mark.django_db
def test_the_command_says_what_it_did_and_what_is_to_do(
    engine: Path, garden: Garden, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("git_hook", "install", str(engine), "--url", garden.url)
    said = capsys.readouterr().out
    assert f"{garden.url}api/v1/integrations/git/webhook/" in said
    assert "It is no plant yet" in said
    call_command("import_git", str(engine))
    call_command("git_hook", "install", str(engine), "--url", garden.url)
    assert "It is no plant yet" not in capsys.readouterr().out.splitlines()[-1]
    call_command("git_hook", "remove", str(engine))
    assert "tells nothing any more" in capsys.readouterr().out
    assert not (engine / ".git" / "hooks" / "post-commit").exists()


@pytest.mark.django_db
def test_an_address_at_which_nothing_answers_is_said(
    engine: Path, garden: Garden, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("git_hook", "install", str(engine), "--url", garden.url)
    assert "Nothing answers there" not in capsys.readouterr().out
    with socket.socket() as taken:  # bound, so that nobody else listens there; not listening itself
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        call_command("git_hook", "install", str(engine), "--url", f"http://127.0.0.1:{port}")
    assert "Nothing answers there now" in capsys.readouterr().out


def test_what_is_no_repository_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="git finds no repository"):
        call_command("git_hook", "install", str(tmp_path))
