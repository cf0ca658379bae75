"""A forge on loopback with one account: pages, validators, moved repositories, refusals. Each forge in its own words.

The bodies are written by hand after the documentation of GitLab 18 and of Forgejo 13 and Gitea 1.25, no more of each
than is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from integrations import registry, sync
from integrations.models import SyncTrigger
from integrations.tests.github_stub import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from integrations.models import SyncRun
    from integrations.tests.github_stub import Request, Stub

PUSHED = "2026-01-10T10:00:00Z"


@dataclass
class StubForge:
    """What answers. `commit` and `repository` put things into the forge's words."""

    stub: Stub
    root: str
    repositories: dict[int, dict[str, Any]] = field(default_factory=dict)
    commits: dict[int, list[dict[str, Any]]] = field(default_factory=dict)  # newest first

    def page(self, found: list[Any], size: str) -> Callable[[Request], Reply]:
        """A list in pages, whose next one its `Link` names."""

        def reply(request: Request) -> Reply:
            number, many = int(request.query.get("page", 1)), int(request.query[size])
            query = "&".join(f"{key}={value}" for key, value in request.query.items() if key != "page")
            link = f'<{self.stub.url}{request.path}?{query}&page={number + 1}>; rel="next"'
            headers = {"Link": link} if number * many < len(found) else {}
            return Reply(found[(number - 1) * many : number * many], headers={"X-Total": str(len(found)), **headers})

        return reply


class StubGitLab(StubForge):
    """GitLab with ada's projects."""

    def add(self, number: int, name: str, commits: list[dict[str, Any]], **more: Any) -> None:
        """A project with its newest commit first."""
        self.commits[number] = commits
        self.repositories[number] = gitlab_project(number, f"ada/{name}", self.stub.url, **more)
        at = f"{self.root}/projects/{number}"
        self.stub.routes[f"{self.root}/users/ada/projects"] = lambda request: self.page(
            list(self.repositories.values()), "per_page"
        )(request)
        self.stub.routes[at] = lambda _request: Reply(self.repositories[number])
        self.stub.on(f"{at}/languages", Reply({"Go": 75.0, "Shell": 25.0}))
        self.stub.on(f"{at}/releases", Reply([]))
        self.stub.on(f"{at}/repository/files/README.md/raw", Reply(b"# It\n\nIt counts all spores.\n"))

        def listed(request: Request) -> Reply:
            all_of_it = self.commits[number]
            start = next((n for n, one in enumerate(all_of_it) if one["id"] == request.query["ref_name"]), 0)
            return self.page(all_of_it[start:], "per_page")(request)

        self.stub.routes[f"{at}/repository/commits"] = listed


class StubForgejo(StubForge):
    """Forgejo with ada's repositories."""

    def add(self, number: int, name: str, commits: list[dict[str, Any]], **more: Any) -> None:
        """A repository with its newest commit first."""
        self.commits[number] = commits
        self.repositories[number] = forgejo_repository(number, f"ada/{name}", self.stub.url, **more)
        self.stub.routes[f"{self.root}/users/ada/repos"] = lambda request: self.page(
            list(self.repositories.values()), "limit"
        )(request)
        self.stub.routes[f"{self.root}/repositories/{number}"] = lambda _request: Reply(self.repositories[number])
        at = f"{self.root}/repos/ada/{name}"
        self.stub.routes[at] = lambda _request: Reply(self.repositories[number])
        self.stub.on(f"{at}/languages", Reply({"Go": 7500, "Shell": 2500}))
        self.stub.on(f"{at}/releases", Reply([]))
        self.stub.on(f"{at}/raw/README.md", Reply(b"# It\n\nIt counts all spores.\n"))

        def listed(request: Request) -> Reply:
            all_of_it = self.commits[number]
            if not all_of_it:
                return Reply({"message": "Git Repository is empty."}, 409)
            start = next((n for n, one in enumerate(all_of_it) if one["sha"] == request.query["sha"]), 0)
            return self.page(all_of_it[start:], "limit")(request)

        self.stub.routes[f"{at}/commits"] = listed


def gitlab_project(number: int, name: str, url: str, **more: Any) -> dict[str, Any]:
    """A project as `GET /users/:id/projects` shows it without a token."""
    return {
        "id": number,
        "name": name.rpartition("/")[2],
        "path_with_namespace": name,
        "web_url": f"{url}/{name}",
        "readme_url": f"{url}/{name}/-/blob/main/README.md",
        "description": "",
        "default_branch": "main",
        "topics": ["tools"],
        "star_count": 5,
        "forks_count": 1,
        "created_at": "2024-01-01T10:00:00.000Z",
        "last_activity_at": PUSHED,
        **more,
    }


def gitlab_commit(number: int, date: str = "2026-01-10T09:00:00.000+00:00") -> dict[str, Any]:
    """A commit as `GET /projects/:id/repository/commits?with_stats=true` shows it."""
    return {
        "id": f"{number:040x}",
        "message": f"Change number {number}\n\nWith a reason.",
        "author_name": "Ada",
        "author_email": "ada@example.invalid",
        "authored_date": date,
        "committed_date": date,
        "parent_ids": [f"{number - 1:040x}"],
        "stats": {"additions": 10, "deletions": 2, "total": 12},
    }


def forgejo_repository(number: int, name: str, url: str, **more: Any) -> dict[str, Any]:
    """A repository as `GET /users/{username}/repos` shows it."""
    return {
        "id": number,
        "owner": {"login": name.partition("/")[0]},
        "name": name.partition("/")[2],
        "full_name": name,
        "html_url": f"{url}/{name}",
        "description": "",
        "website": "https://example.org",
        "private": False,
        "internal": False,
        "fork": False,
        "empty": False,
        "archived": False,
        "language": "Go",
        "stars_count": 5,
        "forks_count": 1,
        "default_branch": "main",
        "created_at": "2024-01-01T10:00:00Z",
        "updated_at": PUSHED,
        **more,
    }


def forgejo_commit(number: int, date: str = "2026-01-10T09:00:00Z") -> dict[str, Any]:
    """A commit as `GET /repos/{owner}/{repo}/commits?stat=true` shows it."""
    person = {"name": "Ada", "email": "ada@example.invalid", "date": date}
    return {
        "sha": f"{number:040x}",
        "commit": {"message": f"Change number {number}\n\nWith a reason.", "author": person, "committer": person},
        "author": {"login": "ada"},
        "parents": [{"sha": f"{number - 1:040x}"}],
        "stats": {"total": 12, "additions": 10, "deletions": 2},
    }


def synced(slug: str) -> SyncRun:
    """A run, done."""
    provider = registry.provider(slug)
    run = sync.request(provider=provider, trigger=SyncTrigger.COMMAND, now=timezone.now())
    return sync.perform(run, provider=provider)
