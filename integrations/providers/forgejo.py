"""Forgejo, and with it Codeberg and Gitea, from which it came: repositories, commits and releases, and its webhooks.

Codeberg is asked unless `FORGEJO_API_URL` names another server. Forgejo and Gitea answer in GitHub's words, with few of
their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import quote

from django.conf import settings

from garden.vocabulary import ActivityKind
from integrations.histories.branches import BRANCH
from integrations.items import moment, number_id, text
from integrations.problems import ASKED_AGAIN
from integrations.providers import signatures
from integrations.providers.base import HookEvent
from integrations.providers.forges import Forge, deliveries, facts, items_of
from integrations.providers.forges.samples import small_account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from integrations.http import Http
    from integrations.providers.base import Connection
    from integrations.providers.forges.repositories import Repository

    Reader = Callable[[HookEvent, Mapping[str, Any]], HookEvent]


SAMPLES: Final = (("tide-table", "When the water comes, as a calendar."), ("lichen", "Grows fonts from seeds."))


class Forgejo(Forge):
    """The owner's account on Codeberg, or on the Forgejo or Gitea at `FORGEJO_API_URL`."""

    slug = "forgejo"
    label = "Forgejo"
    gives = "plants, commits with their lines, releases, stars; by its webhook all of it at once, and workflows"
    docs = "docs/forges.md"
    a_page = 50
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_FORGEJO_INTEGRATION",
        "FORGEJO_TOKEN",
        "FORGEJO_USERNAME",
        "FORGEJO_WEBHOOK_SECRET",
        "FORGEJO_API_URL",
        "FORGEJO_RATE_LIMIT",
        "FORGEJO_BURST",
    )
    brings = (
        "This is Codeberg, or the Forgejo or Gitea that FORGEJO_API_URL names. A token (read:repository, read:user) "
        "offers the repositories of your organisations in the list of what to plant; private ones too, if you ask for "
        "them there. Of these, what you choose is read."
    )
    sample_name = "berry"
    hook_settings = "FORGEJO_WEBHOOK_SECRET"
    event_header, delivery_header, signature_header = "X-Gitea-Event", "X-Gitea-Delivery", "X-Gitea-Signature"
    fixes: ClassVar[Mapping[str, str]] = {
        "unauthorized": "Make a new token under Settings, Applications, and put it into FORGEJO_TOKEN, or into the "
        "account in the admin.",
        "forbidden": "The token needs read:repository and read:user.",
        "unexpected_answer": "Check FORGEJO_API_URL: it ends with /api/v1. Nothing was changed.",
        "unreachable": f"Check that this machine is online, and FORGEJO_API_URL. {ASKED_AGAIN}",
    }

    @property
    def base_url(self) -> str:
        return str(settings.FORGEJO_API_URL)

    def headers(self, connection: Connection) -> dict[str, str]:
        return {"Authorization": f"token {connection.token}"} if connection.token else {}

    def check(self, http: Http, connection: Connection) -> str:
        name = connection.username or self.own_name(http)
        answer = http.get(f"/users/{quote(name, safe='')}/repos", params={"limit": 1})
        return (
            f"{name} has {answer.headers.get('X-Total-Count', 'some')} repositories on {self.home} that can be seen "
            f"{'with' if connection.token else 'without'} a token."
        )

    def listed(self, http: Http, username: str) -> Iterator[Repository]:
        address = f"/users/{quote(username, safe='')}/repos"
        return self.of_account(http, username, address, {"limit": self.a_page})

    def reached(self, http: Http, connection: Connection, *, private: bool) -> Iterator[Repository]:
        if connection.token:
            yield from self.each(http, "/user/repos", {"limit": self.a_page})
        if connection.username:
            yield from self.listed(http, connection.username)

    def address_of(self, *, number: int | None, name: str = "") -> str:
        return f"/repos/{quote(name)}" if number is None else f"/repositories/{number}"

    def one(self, said: Any) -> Repository:
        """A repository in GitHub's words. It does not say when it was pushed to, but a push changes it."""
        return {
            **said,
            "private": bool(said.get("private") or said.get("internal")),
            "stargazers_count": said.get("stars_count"),
            "homepage": said.get("website"),
            "topics": said.get("topics") or (),
            "default_branch": None if said.get("empty") else said.get("default_branch"),
            "pushed_at": said["updated_at"],
        }

    def commits_at(self, repository: Repository, *, at: str, page: int) -> tuple[str, Mapping[str, Any]]:
        params = {"sha": at, "stat": "true", "verification": "false", "files": "false", "limit": self.a_page}
        return f"/repos/{quote(repository['full_name'])}/commits", params

    def details(self, http: Http, repository: Repository) -> Iterator[tuple[str, Any]]:
        root = f"/repos/{quote(repository['full_name'])}"
        yield "languages", http.get(f"{root}/languages", keep=True).data or {}
        yield from self.readme(http, f"{root}/raw/README.md")
        releases = http.get(f"{root}/releases", params={"limit": self.a_page}, also=(404,), keep=True)
        if releases.status == 200:  # a repository may have none at all
            yield "releases", items_of(releases, label=self.label)

    def samples(self, now: datetime) -> Mapping[str, Any]:
        owner = self.sample_name
        found: dict[str, Any] = {"/user": {"login": owner}, f"/users/{owner}/repos": []}
        for one in small_account(owner, now, *SAMPLES):
            root = f"/repos/{one.full_name}"
            found[f"/users/{owner}/repos"].append(
                {
                    "id": one.number,
                    "name": one.name,
                    "full_name": one.full_name,
                    "owner": {"login": owner},
                    "html_url": f"https://{self.home}/{one.full_name}",
                    "description": one.description,
                    "default_branch": "main",
                    "fork": False,
                    "stars_count": one.stars,
                    "created_at": one.created_at,
                    "updated_at": one.pushed_at,
                }
            )
            found[f"{root}/languages"] = {name: round(part * 900) for name, part in one.percent.items()}
            found[f"{root}/releases"] = []
            found[f"{root}/commits"] = [
                {
                    "sha": commit.sha,
                    "commit": {"message": commit.message, "author": {"name": owner, "date": commit.at}},
                    "parents": [{"sha": "0" * 40}],
                    "stats": {"additions": commit.added, "deletions": commit.removed},
                }
                for commit in one.commits
            ]
        return found

    # --- Its webhooks: Forgejo names its headers twice, Gitea once ---

    def verify(self, body: bytes, headers: Mapping[str, str], secret: str) -> None:
        told = _either(headers, self.signature_header)
        signatures.compare(told, signatures.digest(body, secret), header=self.signature_header)

    def name_of(self, body: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
        return _either(headers, self.event_header), _either(headers, self.delivery_header)

    def parse_event(self, event: str, payload: Mapping[str, Any], *, arrived_at: datetime) -> HookEvent:
        if event.startswith("action_run"):  # Forgejo's word for a workflow that ended, one for each way it did
            return self._action_run(payload)
        readers: dict[str, Reader] = {
            "push": self._push,
            "pull_request": lambda told, said: deliveries.numbered(
                told, said["pull_request"], kind=ActivityKind.PULL_REQUEST, at=f"{self.home}:"
            ),
            "issues": lambda told, said: deliveries.numbered(
                told, said["issue"], kind=ActivityKind.ISSUE, at=f"{self.home}:"
            ),
            "release": deliveries.release,
            "repository": lambda told, said: replace(told, gone=told.gone or said.get("action") == "deleted"),
            "workflow_run": lambda told, said: deliveries.workflow_run(told, said, at=f"{self.home}:"),
        }
        read = readers.get(event)
        if read is None or not payload.get("repository"):
            return HookEvent(ignored=f"the garden has no use for {event!r} events")
        return read(self._about(payload["repository"]), payload)

    def _about(self, said: Mapping[str, Any]) -> HookEvent:
        """The repository of a delivery as it was when the delivery was made."""
        repository = self.one(said)
        return HookEvent(
            project=self.project(repository),
            owner=text(said["owner"]["login"]),
            stamp=moment(said["updated_at"]).isoformat(),
            gone=bool(repository["private"]),
            plantable=not said.get("fork"),
        )

    def _push(self, told: HookEvent, payload: Mapping[str, Any]) -> HookEvent:
        repository = payload["repository"]
        if payload["ref"] != f"{BRANCH}{repository['default_branch']}":
            return replace(told, ignored="it is not about the default branch")
        commits = facts.pushed_commits(
            payload.get("commits") or (), page=repository["html_url"], pushed_at=repository["updated_at"]
        )
        return replace(told, activities=commits, author=text((payload.get("pusher") or {}).get("login")))

    def _action_run(self, payload: Mapping[str, Any]) -> HookEvent:
        run = payload["run"]
        said = run.get("repository") or payload["repository"]
        return deliveries.shipped(
            self._about(said),
            deliveries.CONCLUDED.get(text(run.get("status"))),
            number=f"{self.home}:run:{number_id(run['id'])}",
            by=text(run.get("trigger_event")) or text(run.get("event")),
            on_default=(run.get("prettyref") or run.get("head_branch")) == said["default_branch"],
            ended_at=run.get("stopped") or run.get("updated") or run["updated_at"],
            name=text(run.get("workflow_id")),
            login=(run.get("trigger_user") or {}).get("login"),
            url=run.get("html_url"),
        )


def _either(headers: Mapping[str, str], name: str) -> str:
    """A header by Gitea's name, or by Forgejo's."""
    return headers.get(name) or headers.get(name.replace("Gitea", "Forgejo"), "")
