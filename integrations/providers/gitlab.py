"""GitLab: projects on gitlab.com or on a server of one's own, their commits and releases, and its webhooks."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import quote

from django.conf import settings

from garden.vocabulary import ActivityKind, DeploymentStatus
from integrations.histories.branches import BRANCH
from integrations.items import moment, number_id, text
from integrations.problems import ASKED_AGAIN
from integrations.providers import signatures
from integrations.providers.base import HookEvent
from integrations.providers.forges import Forge, facts, items_of
from integrations.providers.forges.samples import small_account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from integrations.http import Http
    from integrations.providers.base import Connection
    from integrations.providers.forges.repositories import Repository

PUBLIC: Final = "public"  # the visibility,
PUBLIC_LEVEL: Final = 20  # and the number that deliveries say it with
ACTIVITY_LAG: Final = timedelta(hours=1)
ENDED: Final = {"success": DeploymentStatus.SUCCESS, "failed": DeploymentStatus.FAILURE}
# What a pipeline that ships is started by; merge requests and schedules start those that only look.
SHIPS: Final = frozenset({"push", "web", "api", "trigger", "pipeline", "parent_pipeline"})
SAMPLES: Final = (
    ("weather-vane", "Says where the wind of a log file blows."),
    ("seed-packet", "A template for small tools."),
)
_ZONE: Final = re.compile(r" (?:UTC|(?P<offset>[+-]\d\d:?\d\d))$")  # as deliveries write it


class GitLab(Forge):
    """The owner's account on gitlab.com, or on the server at `GITLAB_API_URL`."""

    slug = "gitlab"
    label = "GitLab"
    gives = "plants, commits with their lines, releases, stars; by its webhook all of it at once, and pipelines"
    docs = "docs/forges.md"
    a_page = 100
    name_key = "username"
    commit_path = "/-"
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_GITLAB_INTEGRATION",
        "GITLAB_TOKEN",
        "GITLAB_USERNAME",
        "GITLAB_WEBHOOK_SECRET",
        "GITLAB_API_URL",
        "GITLAB_RATE_LIMIT",
        "GITLAB_BURST",
    )
    brings = (
        "A token (read_api) offers the projects of your groups in the list of what to plant, private ones if you ask "
        "for them there, and says which projects are forks. Of these, what you choose is read."
    )
    sample_name = "tanuki"
    hook_settings = "GITLAB_WEBHOOK_SECRET"
    event_header, delivery_header, signature_header = "X-Gitlab-Event", "Idempotency-Key", "X-Gitlab-Token"
    fixes: ClassVar[Mapping[str, str]] = {
        "unauthorized": "Make a new token with the scope read_api and put it into GITLAB_TOKEN, or into the account "
        "in the admin.",
        "forbidden": "The token needs the scope read_api, and its account has to be a member of the project.",
        "unexpected_answer": "Check GITLAB_API_URL: it ends with /api/v4. Nothing was changed.",
        "unreachable": f"Check that this machine is online, and GITLAB_API_URL. {ASKED_AGAIN}",
    }

    @property
    def base_url(self) -> str:
        return str(settings.GITLAB_API_URL)

    def headers(self, connection: Connection) -> dict[str, str]:
        return {"Authorization": f"Bearer {connection.token}"} if connection.token else {}

    def check(self, http: Http, connection: Connection) -> str:
        name = connection.username or self.own_name(http)
        answer = http.get(f"/users/{quote(name, safe='')}/projects", params={"per_page": 1})
        return (
            f"{name} has {answer.headers.get('X-Total', 'some')} projects that can be seen "
            f"{'with' if connection.token else 'without'} a token."
        )

    def listed(self, http: Http, username: str) -> Iterator[Repository]:
        params = {"per_page": self.a_page, "order_by": "last_activity_at"}
        return self.of_account(http, username, f"/users/{quote(username, safe='')}/projects", params)

    def reached(self, http: Http, connection: Connection, *, private: bool) -> Iterator[Repository]:
        if connection.token:
            reach = {"membership": "true", "per_page": self.a_page, "order_by": "last_activity_at"}
            yield from self.each(http, "/projects", reach if private else {**reach, "visibility": PUBLIC})
        if connection.username:
            yield from self.listed(http, connection.username)

    def address_of(self, *, number: int | None, name: str = "") -> str:
        return f"/projects/{quote(name, safe='') if number is None else number}"

    def one(self, said: Any) -> Repository:
        """A project in GitHub's words. Who asks without a token is not told of its visibility: it is public."""
        return {
            "id": said["id"],
            "name": said["name"],
            "full_name": said["path_with_namespace"],
            "html_url": said["web_url"],
            "description": said.get("description"),
            "private": said.get("visibility", PUBLIC) != PUBLIC,
            "topics": said.get("topics") or (),
            "stargazers_count": said.get("star_count"),
            "forks_count": said.get("forks_count"),
            "default_branch": said.get("default_branch"),
            "created_at": said["created_at"],
            "updated_at": said["last_activity_at"],
            "pushed_at": said["last_activity_at"],
            "readme_url": said.get("readme_url"),
            **({"archived": said["archived"]} if "archived" in said else {}),
            **({"fork": True} if said.get("forked_from_project") else {}),
        }

    def stamp_of(self, repository: Repository, *, now: datetime) -> str:
        """GitLab does not say when a project was made public: what it answers holds since it answered."""
        return now.isoformat()

    def is_settled(self, repository: Repository, *, now: datetime) -> bool:
        """GitLab moves the time of the last activity once an hour at most."""
        said = moment(repository["pushed_at"])
        return said is None or now - said >= ACTIVITY_LAG

    def commits_at(self, repository: Repository, *, at: str, page: int) -> tuple[str, Mapping[str, Any]]:
        params = {"ref_name": at, "with_stats": "true", "per_page": self.a_page}
        return f"/projects/{repository['id']}/repository/commits", params

    def one_commit(self, said: Any) -> Any:
        """A commit in GitHub's words."""
        return {
            "sha": said["id"],
            "commit": {
                "message": said.get("message") or said.get("title"),
                "author": {
                    "name": said.get("author_name"),
                    "email": said.get("author_email"),
                    "date": said.get("authored_date") or said.get("created_at"),
                },
                "committer": {"date": said.get("committed_date")},
            },
            "parents": [{"sha": sha} for sha in said.get("parent_ids") or ()],
            "stats": said.get("stats"),
        }

    def details(self, http: Http, repository: Repository) -> Iterator[tuple[str, Any]]:
        root = f"/projects/{repository['id']}"
        percent = http.get(f"{root}/languages", keep=True).data or {}
        yield "shares", {name: part / 100 for name, part in percent.items()}
        branch = str(repository["default_branch"])
        if path := str(repository.get("readme_url") or "").partition(f"/-/blob/{branch}/")[2]:
            yield from self.readme(http, f"{root}/repository/files/{quote(path, safe='')}/raw", ref=branch)
        releases = http.get(f"{root}/releases", params={"per_page": self.a_page}, also=(403,), keep=True)
        if releases.status == 200:  # a project may keep them from others
            yield "releases", [_release(item) for item in items_of(releases, label=self.label)]

    def samples(self, now: datetime) -> Mapping[str, Any]:
        found: dict[str, Any] = {"/user": {"username": self.sample_name}, f"/users/{self.sample_name}/projects": []}
        for one in small_account(self.sample_name, now, *SAMPLES):
            root = f"/projects/{one.number}"
            found[f"/users/{self.sample_name}/projects"].append(
                {
                    "id": one.number,
                    "name": one.name,
                    "path_with_namespace": one.full_name,
                    "web_url": f"https://{self.home}/{one.full_name}",
                    "description": one.description,
                    "default_branch": "main",
                    "star_count": one.stars,
                    "created_at": one.created_at,
                    "last_activity_at": one.pushed_at,
                }
            )
            found[f"{root}/languages"] = one.percent
            found[f"{root}/releases"] = []
            found[f"{root}/repository/commits"] = [
                {
                    "id": commit.sha,
                    "message": commit.message,
                    "author_name": self.sample_name,
                    "authored_date": commit.at,
                    "committed_date": commit.at,
                    "parent_ids": ["0" * 40],
                    "stats": {"additions": commit.added, "deletions": commit.removed},
                }
                for commit in one.commits
            ]
        return found

    # --- Its webhooks ---

    def verify(self, body: bytes, headers: Mapping[str, str], secret: str) -> None:
        """GitLab signs nothing: it sends the secret along."""
        signatures.compare(headers.get(self.signature_header, ""), secret, header=self.signature_header)

    def name_of(self, body: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
        """Before GitLab 17.4 no header told deliveries apart; the body of one that is sent again is the same."""
        told = headers.get(self.delivery_header, "")
        return headers.get(self.event_header, ""), told or hashlib.sha256(body).hexdigest()

    def parse_event(self, event: str, payload: Mapping[str, Any], *, arrived_at: datetime) -> HookEvent:
        kind = text(payload.get("object_kind"))
        readers = {
            "push": self._push,
            "merge_request": self._merge_request,
            "issue": self._issue,
            "release": self._released,
            "deployment": self._deployment,
            "pipeline": self._pipeline,
        }
        read = readers.get(kind)
        if read is None or "project" not in payload:
            return HookEvent(ignored=f"the garden has no use for {kind or event!r} events")
        project = payload["project"]
        repository = self.one(
            {
                **project,
                "id": project.get("id") or payload.get("project_id"),
                "created_at": None,
                "last_activity_at": arrived_at.isoformat(),
            }
        )
        told = HookEvent(
            project=self.project(repository),
            owner=text(repository["full_name"]).rpartition("/")[0],
            stamp=arrived_at.isoformat(),
            gone=project.get("visibility_level", PUBLIC_LEVEL) != PUBLIC_LEVEL,
        )
        return read(told, payload)

    def _push(self, told: HookEvent, payload: Mapping[str, Any]) -> HookEvent:
        project = payload["project"]
        if payload["ref"] != f"{BRANCH}{project['default_branch']}":
            return replace(told, ignored="it is not about the default branch")
        page = f"{project['web_url']}{self.commit_path}"
        commits = facts.pushed_commits(payload.get("commits") or (), page=page, pushed_at=told.stamp)
        return replace(told, activities=commits, author=text(payload.get("user_username")))

    def _merge_request(self, told: HookEvent, payload: Mapping[str, Any]) -> HookEvent:
        return self._numbered(told, payload, ActivityKind.PULL_REQUEST)

    def _issue(self, told: HookEvent, payload: Mapping[str, Any]) -> HookEvent:
        if payload["object_attributes"].get("confidential"):
            return replace(told, ignored="it is confidential")
        return self._numbered(told, payload, ActivityKind.ISSUE)

    def _numbered(self, told: HookEvent, payload: Mapping[str, Any], kind: ActivityKind) -> HookEvent:
        item, user = payload["object_attributes"], payload.get("user") or {}
        by_author = item.get("action") == "open" or (user.get("id") and user["id"] == item.get("author_id"))
        fact = facts.numbered(
            {**item, "created_at": _moment(item["created_at"]).isoformat()},
            kind=kind,
            external_id=f"{self.home}:{number_id(item['iid'])}",
            login=user.get("username") if by_author else "",
            url=item.get("url"),
        )
        return replace(told, activities=[fact])

    def _released(self, told: HookEvent, payload: Mapping[str, Any]) -> HookEvent:
        if payload.get("action") == "delete":
            return replace(told, ignored="what was released stays a fact of the past")
        released = _moment(payload.get("released_at") or payload["created_at"]).isoformat()
        said = {**payload, "tag_name": payload["tag"], "released_at": released}
        return replace(told, activities=facts.releases([_release({**said, "_links": {"self": payload.get("url")}})]))

    def _deployment(self, told: HookEvent, payload: Mapping[str, Any]) -> HookEvent:
        ended = ENDED.get(payload["status"])
        if ended is None:
            return replace(told, ignored="the deployment has not ended, or did neither succeed nor fail")
        job = payload.get("deployable_id")  # a pipeline tells of it as well: one deployment
        fact = facts.deployment(
            f"{self.home}:job:{number_id(job)}" if job else f"{self.home}:{number_id(payload['deployment_id'])}",
            ended,
            at=_moment(payload["status_changed_at"]),
            title=f"Deployment to {text(payload.get('environment')) or 'production'}",
            login=(payload.get("user") or {}).get("username"),
            url=payload.get("environment_external_url") or payload.get("deployable_url"),
        )
        return replace(told, activities=[fact])

    def _pipeline(self, told: HookEvent, payload: Mapping[str, Any]) -> HookEvent:
        run, project = payload["object_attributes"], payload["project"]
        ended = ENDED.get(run["status"])
        if ended is None:
            return replace(told, ignored="the pipeline has not ended, or did neither succeed nor fail")
        on_default = run.get("ref") == project["default_branch"]
        if run.get("source", "push") not in SHIPS or not (run.get("tag") or on_default):
            return replace(told, ignored="it is a pipeline that does not ship what is on the default branch")
        at = _moment(run.get("finished_at") or run["created_at"])
        login = (payload.get("user") or {}).get("username")
        shipped = [
            facts.deployment(
                f"{self.home}:job:{number_id(job['id'])}",
                ENDED[job["status"]],
                at=at,
                title=f"Deployment to {text(job['environment'].get('name')) or 'production'}",
                login=login,
                url=run.get("url"),
            )
            for job in payload.get("builds") or ()
            if job.get("environment") and job.get("status") in ENDED
        ]
        whole = facts.deployment(
            f"{self.home}:pipeline:{number_id(run['id'])}",
            ended,
            at=at,
            title=f"Pipeline {text(run.get('name'))}".strip(),
            login=login,
            url=run.get("url"),
        )
        return replace(told, activities=shipped or [whole])


def _release(said: Mapping[str, Any]) -> dict[str, Any]:
    """A release in GitHub's words. One whose day is still to come is a draft."""
    return {
        "tag_name": said["tag_name"],
        "name": said.get("name"),
        "draft": bool(said.get("upcoming_release")),
        "published_at": said.get("released_at"),
        "author": {"login": (said.get("author") or {}).get("username")},
        "html_url": (said.get("_links") or {}).get("self"),
    }


def _moment(value: object) -> datetime:
    """A time as deliveries write it: ISO, or as `2016-08-12 15:23:28 UTC`."""
    if isinstance(value, str):
        value = _ZONE.sub(lambda zone: zone["offset"] or "+00:00", value)
    return moment(value)
