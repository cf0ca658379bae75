"""A server on loopback that answers as GitHub does, so that tests speak real HTTP and nothing leaves the machine."""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import encodebytes
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


@dataclass
class Reply:
    """One answer. `body` is sent as JSON unless it is bytes."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stall: bool = False  # sends the head and half of the body, then nothing more
    drip: bool = False  # sends a byte now and then, always just before the reader loses patience
    drip_head: bool = False  # the same with a header of 500 bytes, before the body


@dataclass
class Request:
    """What was asked."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    status: int = 0
    form: dict[str, str] = field(default_factory=dict)  # what was posted


class Stub:
    """Routes by path, every request that came, and the switch that lets stalled answers go."""

    def __init__(self) -> None:
        self.routes: dict[str, Callable[[Request], Reply]] = {}
        self.requests: list[Request] = []
        self.released = threading.Event()
        self.allowance: int | None = None  # requests left in the hour; `None` for no limit
        self.reset = 0  # when the allowance is filled again, in seconds since 1970
        self.url = ""

    def on(self, path: str, *replies: Reply) -> None:
        """Answer `path` with each reply in turn, the last one for ever."""
        waiting = deque(replies)
        self.routes[path] = lambda _request: waiting.popleft() if len(waiting) > 1 else waiting[0]

    def asked(self, path: str) -> list[Request]:
        """The requests that came for `path`."""
        return [request for request in self.requests if request.path == path]

    def reply_to(self, request: Request) -> Reply:
        """The answer, with limits and validators as GitHub keeps them."""
        limit = {}
        if self.allowance is not None:
            limit = {"X-RateLimit-Limit": "60", "X-RateLimit-Reset": str(self.reset)}
            if self.allowance == 0:
                said = {"message": "API rate limit exceeded"}
                return Reply(said, 403, {**limit, "X-RateLimit-Remaining": "0"})
            self.allowance -= 1
            limit["X-RateLimit-Remaining"] = str(self.allowance)
        route = self.routes.get(request.path)
        reply = route(request) if route else Reply({"message": "Not Found"}, 404)
        headers = {**limit, **reply.headers}
        if reply.status == 200 and not isinstance(reply.body, bytes):
            headers.setdefault("ETag", f'"{hashlib.sha256(json.dumps(reply.body).encode()).hexdigest()}"')
            if request.headers.get("if-none-match") == headers["ETag"]:
                return Reply(b"", 304, headers)
        return replace(reply, headers=headers)


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else every answer waits 40 ms for an acknowledgement

        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({key: values[0] for key, values in parse_qs(sent).items()})

        def _answer(self, form: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            request = Request(parts.path, query, {key.lower(): value for key, value in self.headers.items()})
            request.form = form
            stub.requests.append(request)
            reply = stub.reply_to(request)
            request.status = reply.status
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json; charset=utf-8", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            try:
                if reply.drip_head:
                    self.flush_headers()
                    self._drip(b"X-Slow: " + b"a" * 500 + b"\r\n")
                self.end_headers()
                if reply.stall:
                    self.wfile.write(body[: len(body) // 2])
                    self.wfile.flush()
                    stub.released.wait(10)
                    return
                if reply.drip:
                    self._drip(body)
                else:
                    self.wfile.write(body)
            except ConnectionError:
                self.close_connection = True  # the client had enough, which some tests are about

        def _drip(self, sent: bytes) -> None:
            for byte in sent:
                self.wfile.write(bytes([byte]))
                stub.released.wait(0.02)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def serving() -> Iterator[Stub]:
    """A stub that serves until the block ends."""
    stub = Stub()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub)) as server:
        server.daemon_threads = True
        stub.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield stub
        finally:
            stub.released.set()
            server.shutdown()
            thread.join()


class Account:
    """A GitHub account on a stub: repositories that can be pushed to, renamed, hidden and emptied."""

    def __init__(self, stub: Stub, login: str, *, first: int = 1000) -> None:
        self.stub, self.login, self.first = stub, login, first
        self.repositories: dict[int, dict[str, Any]] = {}
        self.commits: dict[int, list[dict[str, Any]]] = {}  # newest first
        stub.routes[f"/users/{login}/repos"] = self._listing
        stub.routes.setdefault("/user", lambda _request: Reply({"login": login}))  # the token is the first one's
        stub.on(f"/users/{login}", Reply({"login": login, "public_repos": 1}))
        stub.on(f"/users/{login}/orgs", Reply([]))
        stub.routes[f"/orgs/{login}/repos"] = self._listing

    def add(self, name: str, commits: list[dict[str, Any]] | None = None, **more: Any) -> int:
        """A repository with its newest commit first. Returns its number."""
        number = self.first + len(self.repositories)
        self.repositories[number] = repository(number, f"{self.login}/{name}", **more)
        self.commits[number] = list(commits or [])
        self.route(number)
        return number

    def route(self, number: int) -> None:
        """Answer under the repository's present name and under its number."""
        for root in (f"/repos/{self.repositories[number]['full_name']}", f"/repositories/{number}"):
            self.stub.routes[root] = lambda _request: Reply(self.repositories[number])
            self.stub.routes[f"{root}/commits"] = lambda request: self._commits(number, request)
            self.stub.on(f"{root}/languages", Reply({"Python": 9000, "Shell": 100}))
            self.stub.on(f"{root}/releases", Reply([]))

    def push(self, number: int, *new: dict[str, Any], pushed_at: str) -> None:
        """Put commits, newest first, on top of the others."""
        head = self.commits[number][0]["sha"]
        self.commits[number][:0] = new
        self.repositories[number] |= {"pushed_at": pushed_at, "updated_at": pushed_at}
        root = f"/repos/{self.repositories[number]['full_name']}"
        self.stub.on(f"{root}/compare/{head}...main", Reply({"commits": list(reversed(new)), "status": "ahead"}))

    def force(self, number: int, *new: dict[str, Any], lost: int, pushed_at: str) -> None:
        """Put commits, newest first, in the place of the `lost` newest ones, as `git push --force` does."""
        head, gone = self.commits[number][0]["sha"], self.commits[number][:lost]
        self.commits[number][:lost] = new
        self.repositories[number] |= {"pushed_at": pushed_at, "updated_at": pushed_at}
        root, base = f"/repos/{self.repositories[number]['full_name']}/compare", self.commits[number][len(new)]
        told = {"merge_base_commit": base, "status": "diverged" if new else "behind"}
        self.stub.on(f"{root}/{head}...main", Reply({**told, "commits": list(reversed(new))}))
        self.stub.on(f"{root}/main...{head}", Reply({**told, "commits": list(reversed(gone))}))

    def detail(self, number: int, sha: str, added: int, removed: int) -> None:
        """Let one commit be asked for by its SHA, with line counts."""
        found = next(one for one in self.commits[number] if one["sha"] == sha)
        root = f"/repos/{self.repositories[number]['full_name']}"
        self.stub.on(f"{root}/commits/{sha}", Reply({**found, "stats": {"additions": added, "deletions": removed}}))

    def vanish(self, number: int) -> None:
        """Delete a repository, or make it private: to the world it is the same."""
        name = self.repositories.pop(number)["full_name"]
        for root in (f"/repos/{name}", f"/repositories/{number}"):
            self.stub.on(root, Reply({"message": "Not Found"}, 404))

    def reaches(self, *others: Account) -> None:
        """Let a token of this account reach what others have, the private ones too; everybody sees it as a member."""
        self.stub.on(f"/users/{self.login}/orgs", Reply([{"login": other.login} for other in others]))

        def reached(request: Request) -> Reply:
            found = [one for account in (self, *others) for one in account.repositories.values()]
            seen = [one for one in found if request.query["visibility"] == "all" or not one["private"]]
            return self._page(_newest_first(seen), request, "/user/repos")

        self.stub.routes["/user/repos"] = reached

    def _listing(self, request: Request) -> Reply:
        found = [one for one in self.repositories.values() if not one["private"]]
        return self._page(_newest_first(found), request, request.path)

    def _commits(self, number: int, request: Request) -> Reply:
        if not self.commits[number]:
            return Reply({"message": "Git Repository is empty."}, 409)
        author = request.query.get("author")
        found = [one for one in self.commits[number] if not author or (one["author"] or {}).get("login") == author]
        return self._page(found, request, f"/repositories/{number}/commits")

    def _page(self, found: list[Any], request: Request, path: str) -> Reply:
        page, size = int(request.query.get("page", 1)), int(request.query.get("per_page", 30))
        last = max(1, -(-len(found) // size))

        def link(number: int, rel: str) -> str:
            return f'<{self.stub.url}{path}?per_page={size}&page={number}>; rel="{rel}"'

        links = [link(page + 1, "next"), link(last, "last")] if page < last else []
        return Reply(found[(page - 1) * size : page * size], headers={"Link": ", ".join(links)} if links else {})


def _newest_first(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda one: str(one["pushed_at"]), reverse=True)


def repository(number: int, full_name: str, **more: Any) -> dict[str, Any]:
    """A repository as `GET /users/{username}/repos` shows it, after GitHub's documentation."""
    owner, name = full_name.split("/")
    return {
        "id": number,
        "name": name,
        "full_name": full_name,
        "owner": {"login": owner, "id": 1},
        "private": False,
        "html_url": f"https://github.com/{full_name}",
        "description": f"What {name} does",
        "fork": False,
        "homepage": "https://example.org",
        "language": "Python",
        "size": 12,
        "topics": ["tools"],
        "stargazers_count": 3,
        "forks_count": 1,
        "archived": False,
        "default_branch": "main",
        "created_at": "2024-01-01T10:00:00Z",
        "updated_at": "2026-01-10T10:00:00Z",
        "pushed_at": "2026-01-10T10:00:00Z",
    } | more


def commit(number: int, date: str = "2026-01-10T09:00:00Z", login: str = "ada", **more: Any) -> dict[str, Any]:
    """A commit as `GET /repos/{owner}/{repo}/commits` shows it: without line counts."""
    person = {"name": "Ada", "email": "ada@example.invalid", "date": date}
    return {
        "sha": f"{number:040x}",
        "commit": {"author": person, "committer": person, "message": f"Change number {number}\n\nWith a reason."},
        "author": {"login": login},
        "parents": [{"sha": f"{number - 1:040x}"}],
    } | more


def readme(text: str) -> dict[str, Any]:
    """A README as `GET /repos/{owner}/{repo}/readme` shows it: in lines of base64."""
    content = encodebytes(text.encode()).decode()
    return {"type": "file", "encoding": "base64", "name": "README.md", "path": "README.md", "content": content}


def commits(count: int, date: str = "2026-01-10T09:00:00Z") -> list[dict[str, Any]]:
    """So many commits, newest first."""
    return [commit(number, date) for number in range(count, 0, -1)]


def replayed(stub: Stub, exchanges: Sequence[Mapping[str, Any]], host: str = "https://api.github.com") -> None:
    """Let a stub answer recorded exchanges, their links pointing at itself. Several of one path come in their order."""
    by_path: dict[str, dict[str, Reply]] = {}
    for exchange in exchanges:
        parts = urlsplit(exchange["request"]["url"])
        told, headers = exchange["response"], {}
        for name in ("Link", "Location", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"):
            if name in told["headers"]:
                headers[name] = told["headers"][name].replace(host, stub.url)
        page = parse_qs(parts.query).get("page", ["1"])[0]
        by_path.setdefault(parts.path, {})[page] = Reply(told["body"], told["status"], headers)
    for path, replies in by_path.items():
        stub.routes[path] = lambda request, replies=replies: replies[request.query.get("page", "1")]  # type: ignore[misc]
