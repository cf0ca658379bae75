"""What the hook of a repository makes of what git prints, what the garden reads of that, and what it answers."""

from __future__ import annotations

import json
import re
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from integrations.git_hooks import tell_garden
from integrations.histories.reading import iso_moment, without_addresses
from integrations.providers.git import hooks
from tests.fuzz.mutations import changed_text
from tests.fuzzing import examples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.fuzz
ODD = (
    "commit ",
    "\n1\t2\tx",
    "-\t-\t",
    "a => b",
    "",
    "é\u202e",
    "\ufffd",
    "Fern <fern@example.org>",
    "1\t1\t",
    "'\"\\ ",
)
names = st.sampled_from(ODD) | st.text(st.characters(exclude_characters="\0\n", exclude_categories=["Cs"]), max_size=20)
counts = st.integers(0, 10**7) | st.none()
files = st.tuples(counts, counts, names.map(lambda name: f"x{name}"), st.none() | names.map(lambda name: f"y{name}"))
shas = st.integers(0, 2**160 - 1).map(lambda number: f"{number:040x}")
commits = st.lists(
    st.tuples(shas, names, names, names, st.lists(names.filter(bool), max_size=2), st.lists(files, max_size=3)),
    max_size=4,
)
AT = "2026-01-15T10:30:00+05:45"


def printed(told: list[Any]) -> str:
    """What `git log -z --numstat` prints of them, the newest first."""
    parts = []
    for sha, author, email, subject, helpers, touched in told:
        parts += [f"commit {sha}", author, email, AT, subject, "\n".join(helpers)]
        for number, (added, removed, path, renamed) in enumerate(touched):
            counted = "\t".join("-" if one is None else str(one) for one in (added, removed))
            line = f"{'' if number else chr(10)}{counted}\t"
            parts += [f"{line}{path}"] if renamed is None else [line, path, renamed]
    return "\0".join([*parts, ""])


def read(monkeypatch: pytest.MonkeyPatch, output: str) -> list[dict[str, Any]]:
    monkeypatch.setattr(tell_garden, "git", lambda *_arguments, **_options: output)
    return tell_garden.commits_until("tip", "")


one_patch = [HealthCheck.function_scoped_fixture]


@examples(60, suppress_health_check=one_patch)
@given(told=commits)
def test_what_git_prints_is_told_and_read_as_it_was(monkeypatch: pytest.MonkeyPatch, told: list[Any]) -> None:
    found = read(monkeypatch, printed(told))
    assert [one["sha"] for one in found] == [sha for sha, *_ in told[::-1]]
    body = {"repository": "https://forge.example/ada/engine", "ref": "refs/heads/main", "commits": found}
    facts = hooks.parse_event(json.loads(json.dumps(body))).activities
    assert len(facts) == len(told)
    for fact, (sha, author, email, subject, _helpers, touched) in zip(facts, told[::-1], strict=True):
        assert (fact.external_id, fact.email) == (sha, email)
        assert (fact.title, fact.author) == (without_addresses(subject), without_addresses(author))
        assert fact.occurred_at == iso_moment(AT)
        lines = [(added or 0, removed or 0) for added, removed, *_ in touched]
        assert fact.lines_added == sum(added for added, _ in lines)
        assert fact.lines_removed == sum(removed for _, removed in lines)


WHOLE = printed(
    [("0" * 40, "Ada", "ada@example.org", "Begin", ["Fern <f@x.y>"], [(1, 2, "a", None), (3, None, "b", "c")])]
)


@examples(60, suppress_health_check=one_patch)
@given(output=changed_text([WHOLE * 2]))
def test_output_of_any_shape_is_commits(monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    for one in read(monkeypatch, output):
        json.dumps(one).encode()
        assert isinstance(one["added"], int) and one["added"] >= 0  # noqa: PT018 - of what type, and then how many


@examples(60, suppress_health_check=one_patch)
@given(
    user=st.text("ab:@.%", min_size=1, max_size=6),
    password=st.text("pq@:%?#", max_size=6).map(lambda text: f"hidden{text}"),
    scheme=st.sampled_from(["https", "ssh", "git+ssh", "http"]),
)
def test_no_password_is_told(monkeypatch: pytest.MonkeyPatch, user: str, password: str, scheme: str) -> None:
    url = f"{scheme}://{user}:{password}@forge.example/ada/engine.git"
    monkeypatch.setattr(tell_garden, "git", lambda *_arguments, **_options: url)
    told = tell_garden.address()
    assert "hidden" not in told
    assert re.fullmatch(rf"{re.escape(scheme)}://forge\.example/ada/engine\.git", told)


ANSWERS = (
    b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 9\r\n\r\nno secret",
    b"HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    b"-ERR unknown command\r\n",
    b"\x15\x03\x01\x00\x02\x02F",
    b"HTTP/1.1 301 Moved\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 " + b"x" * 70_000 + b"\r\n\r\n",
    b"HTTP/9.9 abc\r\n\r\n",
    b"",
)


@pytest.fixture(scope="module")
def wrong_door() -> Iterator[tuple[str, list[bytes]]]:
    """Something that listens, and answers to whatever comes with these bytes."""
    says = [b""]
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    caller, _ = server.accept()
                    with caller, suppress(OSError):
                        caller.recv(65536)
                        caller.sendall(says[0])
                        caller.shutdown(socket.SHUT_WR)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", says
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@examples(25, suppress_health_check=one_patch)
@given(data=st.data())
def test_whatever_answers_what_came_of_it_is_written_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrong_door: tuple[str, list[bytes]], data: st.DataObject
) -> None:
    url, says = wrong_door
    says[0] = data.draw(st.sampled_from(ANSWERS))
    monkeypatch.setattr(tell_garden, "HOME", tmp_path)
    monkeypatch.setattr(tell_garden, "git", lambda *_arguments, **_options: WHOLE)
    odd: Any = data.draw(
        st.sampled_from([None, None, None, [], {"url": url}, {"url": "x y", "secret": "s"}, {"url": 7}, "{"])
    )
    settings = {"url": url, "secret": "s", "repository": "https://forge.example/a/b"} if odd is None else odd
    (tmp_path / "hook.json").write_text(settings if isinstance(settings, str) else json.dumps(settings))
    for name in ("told", "hook.log"):
        (tmp_path / name).unlink(missing_ok=True)
    status = tell_garden.run()
    is_taken = odd is None and says[0].startswith(b"HTTP/1.1 202")
    assert (tmp_path / "hook.log").read_text()
    assert (status == 0, (tmp_path / "told").exists()) == (is_taken, is_taken)
