"""Every public answer, asked about a project that nobody may see: nothing of it stands anywhere.

The walk follows the urlconf. A new route has to say here how it is asked, or why it is left out; a new feed, drawing or
picture is one line of `ROUTES`. A further state in which a project hides is one line of `HIDDEN`.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re
import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from garden import growth_log, planting, reactions, recording, selectors, services
from garden.drafts import ActivityDraft
from garden.models import Project, ProjectMedia
from garden.tests.factories import ProjectFactory, work
from garden.tests.hub import HubInHand
from garden.vocabulary import ActivityKind, DeploymentStatus, LinesFrom, ProjectStatus, Visibility
from integrations import tasks
from integrations.models import CodingName
from integrations.tests.coding import KEY, send
from integrations.tests.github_stub import repository
from owner.services import set_site
from skills.models import Skill
from skills.services import sync_from_projects
from weather.services import update_mood

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from django.http import HttpResponse
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOOK, HOOK_SECRET = "/api/v1/integrations/github/webhook/", "for the tests"

# --- What a project has, in words and numbers that stand nowhere else ------------------------------------------------

WORDS: Final = "Quagmire"  # every text of the project begins with it: QuagmireName, QuagmireTopic, …
SHA: Final = "c0ffee5ec2e7"  # so begins every commit's
NUMBERS: Final = {
    "stars": 735_173_511,
    "forks": 735_173_512,
    "lines_of_code": 735_173_513,
    "visitor_interactions": 735_173_514,
}
MARKER: Final = re.compile(rf"{WORDS}\w*|{SHA}|735,?173,?51\d", re.IGNORECASE)
SHOWN_WHILE_PUBLIC: Final = {
    *(
        "quagmirestory",
        "quagmirerelease",
        "quagmirename",
        "quagmireslug",
        "quagmiredescription",
        "quagmirehome",
        "quagmiredemo",
        "quagmiretechnology",
    ),
    *("quagmirelanguage", "quagmirealt", "quagmiremedia", "quagmirepicture", "quagmirecommit", "quagmireauthor"),
    *("quagmireurl", "quagmiresource", "quagmiretopic", "735173511", "735173512", "735173513", "735173514", SHA),
}
# Besides the plant itself, by an id and an address that tell nothing; whoever waters it learns how many did.
SHOWN_WHILE_ANONYMOUS: Final = {"quagmirelanguage", *(str(735_173_514 + times) for times in range(6))}


@dataclass(frozen=True, slots=True)
class Secret:
    """A project that may show nowhere."""

    id: uuid.UUID
    slug: str
    was_public: bool  # browsers that show it are told by its id to take it off

    def shown_in(self, answer: str) -> set[str]:
        """What of it stands in an answer, in lower case."""
        ids = {str(self.id), self.id.hex, f"p{self.id.hex[:8]}"}  # the last in drawings
        return {marker.lower().replace(",", "") for marker in MARKER.findall(answer)} | {
            one for one in ids if one in answer
        }


def filled(project: Project) -> Project:
    """Give a project something of everything that can be known of one."""
    now = timezone.now()
    Project.objects.filter(pk=project.pk).update(
        description="QuagmireDescription",
        story="QuagmireStory",
        readme="QuagmireReadme",
        homepage_url="https://quagmirehome.example/",
        demo_url="https://quagmiredemo.example/",
        technologies=["QuagmireTechnology", "Python"],
        languages={"QuagmireLanguage": 900, "Python": 100},
        lines_from=LinesFrom.FILES,
        lines_by_language={"QuagmireLanguage": 900, "Python": 100},
        source_values={"name": "QuagmireOldName"},
        topics=["quagmiretopic"],
        **NUMBERS,
    )
    project.refresh_from_db()
    picture = ProjectMedia(project=project, alt="QuagmireAlt", order=1)
    picture.image.save("quagmirepicture.png", ContentFile(b"not a picture"))
    ProjectMedia.objects.create(project=project, alt="QuagmireFilm", url="https://quagmiremedia.example/", order=2)
    recording.record_activities(project=project, drafts=facts(now), source="QuagmireSource", now=now)
    deployment = fact(ActivityKind.DEPLOYMENT, "QuagmireDeployment", now - timedelta(minutes=2))
    failed = replace(deployment, data={"status": DeploymentStatus.FAILURE})
    recording.record_activities(project=project, drafts=[failed], source="QuagmireSource", now=now)
    services.catch_up(project=project, now=now, source="QuagmireSource")
    CodingName.objects.create(name="QuagmireCoding", key="quagmirecoding", project=project)
    beats = [
        {"time": (now - timedelta(minutes=minutes)).timestamp(), "entity": "/q.py", "type": "file"}
        | {"project": "QuagmireCoding", "language": "QuagmireLanguage"}
        for minutes in range(0, 60, 5)
    ]
    assert send(Client(), beats).status_code == 202
    looked_at()
    return project


def facts(now: datetime) -> Iterator[ActivityDraft]:
    """A past of half a year, and seven commits of the last hour."""
    for draft in work(150, a_day=1, until=now - timedelta(days=2)):
        yield fact(ActivityKind.COMMIT, f"{SHA}{draft.external_id[-28:]}", draft.occurred_at)
    for number in range(7):
        yield fact(ActivityKind.COMMIT, f"{SHA}{1000 + number:028x}", now - timedelta(minutes=5 + number))
    for kind in (ActivityKind.RELEASE, ActivityKind.ISSUE, ActivityKind.PULL_REQUEST):
        yield fact(kind, f"Quagmire{kind}", now - timedelta(minutes=30))


def fact(kind: ActivityKind, external_id: str, at: datetime) -> ActivityDraft:
    """Something that happened to the project."""
    return ActivityDraft(
        kind=kind,
        external_id=external_id,
        occurred_at=at,
        title=f"Quagmire{kind} title",
        author="QuagmireAuthor",
        url=f"https://quagmireurl.example/{external_id}",
        lines_added=10,
        data={"QuagmireKey": "QuagmireValue"},
    )


def looked_at() -> None:
    """What the schedule does: deliveries, coding time, growth, skills, the mood."""
    now = timezone.now()
    tasks.sweep()
    tasks.settle_coding()
    reactions.run(now=timezone.now())
    services.grow_all(now=now, source="schedule")
    sync_from_projects(now=now)
    update_mood(now=now)


# --- How a project comes to hide --------------------------------------------------------------------------------------


def owner() -> Client:
    """A browser in which the owner is signed in."""
    client = Client()
    client.force_login(User.objects.filter(is_staff=True).first() or User.objects.create_superuser("owner"))
    return client


def secret(project: Project, *, was_public: bool) -> Secret:
    return Secret(project.pk, project.slug, was_public)


def private_from_the_first() -> Secret:
    fields = {"name": "QuagmireName", "description": "QuagmireDescription", "visibility": "private"}
    planted = owner().post("/api/v1/projects/", fields, content_type="application/json")
    assert planted.status_code == 201
    return secret(filled(Project.objects.get(name="QuagmireName")), was_public=False)


def proposed_by_a_visitor() -> Secret:
    seed = {"name": "QuagmireName", "description": "QuagmireDescription", "position": {"x": 2.0, "z": 1.0}}
    proposed = Client().post("/api/v1/garden/plant-seed/", seed, content_type="application/json")
    assert proposed.status_code == 202
    return secret(filled(Project.objects.get(status=ProjectStatus.PROPOSED)), was_public=False)


def hidden_from_the_first() -> Secret:
    project = ProjectFactory.create(name="QuagmireName", slug="quagmireslug", hidden_by_source=True)
    return secret(filled(project), was_public=False)


def pushed() -> Project:
    """A public project that a push planted, with a storm over it."""
    deliver("push", commits=7)
    return filled(Project.objects.get(slug="quagmirename"))


def made_private() -> Secret:
    project = pushed()
    made = owner().patch(f"/api/v1/projects/{project.pk}/", {"visibility": "private"}, content_type="application/json")
    assert made.status_code == 200
    return secret(project, was_public=True)


def made_private_and_pushed_to() -> Secret:
    hidden = made_private()
    deliver("push", commits=8, first=100)
    looked_at()
    return hidden


def hidden_by_its_source() -> Secret:
    project = pushed()
    deliver("repository", action="privatized", private=True, updated_at="2026-06-15T11:59:00Z")
    return secret(project, was_public=True)


def removed_by_its_owner() -> Secret:
    project = pushed()
    assert owner().delete(f"/api/v1/projects/{project.pk}/").status_code == 204
    return secret(project, was_public=True)


def removed_with_the_demonstration() -> Secret:
    project = filled(ProjectFactory.create(name="QuagmireName", slug="quagmireslug", is_demo=True))
    assert planting.remove_demo(now=timezone.now()) == 1
    return secret(project, was_public=True)


def anonymous_from_the_first() -> Secret:
    fields = {"name": "QuagmireName", "description": "QuagmireDescription", "visibility": "anonymous"}
    planted = owner().post("/api/v1/projects/", fields, content_type="application/json")
    assert planted.status_code == 201
    return secret(filled(Project.objects.get(name="QuagmireName")), was_public=False)


def made_anonymous() -> Secret:
    project = pushed()
    assert patched(project, {"visibility": "anonymous"}) == 200
    project.refresh_from_db()
    return secret(project, was_public=True)


def anonymous_and_pushed_to() -> Secret:
    hidden = anonymous_from_the_first()
    assert patched(Project.objects.get(pk=hidden.id), {"github_repo": "QuagmireOwner/QuagmireName"}) == 200
    deliver("push", commits=8, first=100)
    deliver("repository", action="privatized", private=True, updated_at="2026-06-15T11:59:00Z")
    deliver("push", commits=8, first=200, private=True, updated_at="2026-06-15T11:59:30Z")
    assert Project.objects.get(pk=hidden.id).commit_count == 157 + 8 + 8  # it grows like any other
    visited = Client().post(f"/api/v1/projects/{hidden.id}/interact/", {"kind": "water"}, "application/json")
    assert visited.status_code == 200
    return hidden


def unlisted_from_the_first() -> Secret:
    project = ProjectFactory.create(name="QuagmireName", slug="quagmireslug", visibility="unlisted")
    return secret(filled(project), was_public=False)


def made_unlisted() -> Secret:
    project = pushed()
    assert patched(project, {"visibility": "unlisted"}) == 200
    return secret(project, was_public=True)


def patched(project: Project, changes: dict[str, Any]) -> int:
    """The status of the owner's change by the API; of the repository, which it cannot set yet, by the console."""
    if "github_repo" in changes:
        planting.curate(project=project, changes=changes, now=timezone.now())
        return 200
    answer = owner().patch(f"/api/v1/projects/{project.pk}/", changes, content_type="application/json")
    return answer.status_code


ANONYMOUS: Final[tuple[Callable[[], Secret], ...]] = (
    anonymous_from_the_first,
    made_anonymous,
    anonymous_and_pushed_to,
)
HIDDEN: Final[tuple[Callable[[], Secret], ...]] = (
    private_from_the_first,
    proposed_by_a_visitor,
    hidden_from_the_first,
    made_private,
    made_private_and_pushed_to,
    hidden_by_its_source,
    removed_by_its_owner,
    removed_with_the_demonstration,
)


UNLISTED: Final[tuple[Callable[[], Secret], ...]] = (unlisted_from_the_first, made_unlisted)


def deliver(event: str, *, commits: int = 0, first: int = 0, action: str = "", **of_repository: Any) -> None:
    """A delivery of GitHub's about the project, and the work on it."""
    payload = {
        "repository": repository(7, "QuagmireOwner/QuagmireName", created_at="2026-01-01T10:00:00Z")
        | {
            "description": "QuagmireDescription",
            "topics": ["quagmiretopic"],
            "homepage": "https://quagmirehome.example",
        }
        | of_repository,
        "action": action,
        "ref": "refs/heads/main",
        "pusher": {"name": "QuagmireAuthor"},
        "sender": {"login": "QuagmireAuthor", "id": 5},
        "commits": [
            {
                "id": f"{SHA}{5000 + number:028x}",
                "message": "QuagmireCommit title\n\nQuagmireBody",
                "timestamp": (timezone.now() - timedelta(minutes=1)).isoformat(),
                "author": {"name": "QuagmireAuthor", "email": "quagmire@example.org"},
                "url": f"https://quagmireurl.example/{number}",
                "distinct": True,
            }
            for number in range(first, first + commits)
        ],
    }
    body = json.dumps(payload).encode()
    signature = "sha256=" + hmac.new(HOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signature, "X-GitHub-Event": event, "X-GitHub-Delivery": str(uuid.uuid4())}
    answer = Client().generic("POST", HOOK, body, content_type="application/json", headers=headers)
    assert answer.status_code == 202
    tasks.sweep()
    reactions.run(now=timezone.now())


# --- Every public address ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """How a route is asked. Values of `argument` fill its place in the route; `body` makes it a POST."""

    queries: tuple[str, ...] = ("",)
    argument: Callable[[Secret], Iterable[str]] | None = None
    body: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """Only the owner, or who has a key, is answered."""

    method: str = "get"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Not asked."""

    why: str


def plants(hidden: Secret) -> list[str]:
    return [*map(str, Project.objects.values_list("pk", flat=True)), str(hidden.id)]


def plant_names(hidden: Secret) -> list[str]:
    return [*Project.objects.values_list("slug", flat=True), hidden.slug]


def stars(_: Secret) -> list[str]:
    return [*map(str, Skill.objects.values_list("pk", flat=True))]


def star_names(_: Secret) -> list[str]:
    return [*Skill.objects.values_list("slug", flat=True), "quagmiretechnology", "quagmirelanguage"]


def pictures(_: Secret) -> list[str]:
    return [*ProjectMedia.objects.exclude(image="").values_list("image", flat=True), "projects/quagmirepicture.png"]


SEARCHES: Final = ("?q=quagmirename", "?q=quagmiredescription+python", "?q=python", "?stage=seed", "?plant=generic")
OF_THE_PAST: Final = tuple(f"?at={(NOW - timedelta(days=days)).date()}" for days in (0, 1, 30, 150))
FROM_THE_FIRST: Final = "?since=first"  # event that is kept
FROM_EACH: Final = "?since=each"  # of the events that are kept
OF_THE_GARDEN: Final = ("project_interactions", "growth_stage_changes", "weather_changes")


ROUTES: Final[dict[str, Asked | Closed | LeftOut]] = {
    # Pages
    "": Asked(("", "?page=2", *SEARCHES)),
    "projects/<slug:slug>": Asked(argument=plant_names),
    "about": Asked(),
    "follow": Asked(),
    "cv": Asked(),
    "privacy": Asked(),
    "privacy/choice": Asked(body={"answer": "yes"}),
    "privacy/known": Asked(),
    "privacy/erase": Asked(body={}),
    "privacy/requests": Asked(body={"type": "access"}),
    "privacy/salts.json": Asked(),
    "privacy.json": Asked(),
    "projects/<slug:slug>/water": Asked(argument=plant_names, body={}),
    "projects/<slug:slug>/watered": Asked(argument=plant_names),
    "figures/<str:key>": Asked(argument=lambda _: ["a-key-that-nobody-has"]),
    "seeds": Asked(),
    "seeds/<str:key>": Asked(argument=lambda _: ["a-key-that-nobody-has"]),
    "skills": Asked(),
    "skills/<slug:slug>": Asked(argument=star_names),
    "posts": Asked(),
    "posts/<slug:slug>": Asked(argument=lambda hidden: ["a-post", *plant_names(hidden)]),
    # Feeds
    "feed.atom": Asked(),
    "feed.json": Asked(),
    # Pictures and cards
    "og.png": Asked(),
    "projects/<slug:slug>/og.png": Asked(argument=plant_names),
    "garden.svg": Asked(),
    "cards/garden.svg": Asked(),
    "cards/garden-dark.svg": Asked(),
    "cards/week.svg": Asked(),
    "cards/week-dark.svg": Asked(),
    "cards/projects/<slug:slug>.svg": Asked(
        argument=lambda hidden: [name + twin for name in plant_names(hidden) for twin in ("", "-dark")]
    ),
    "fragments/changes": Asked((FROM_EACH,)),
    "fragments/news": Asked((FROM_EACH,)),
    "fragments/plants": Asked(("", "?page=2", *SEARCHES)),
    "media/<path:path>": Asked(argument=pictures),
    # What machines read
    "favicon.ico": Asked(),
    "apple-touch-icon.png": Asked(),
    "icons/<int:side>.png": Asked(argument=lambda _: ["192", "512"]),
    "icons/maskable.png": Asked(),
    "robots.txt": Asked(),
    "sitemap.xml": Asked(),
    "site.webmanifest": Asked(),
    "health": Asked(),
    "health/live": Asked(),
    "health/ready": Asked(),
    "metrics": Asked(),
    "openapi.json": LeftOut("made from the code alone"),
    "docs": LeftOut("a page around openapi.json"),
    "redoc": LeftOut("a page around openapi.json"),
    "admin": LeftOut("the owner's console; greenhouse/tests/test_console_rights.py keeps others out"),
    # REST
    "^api(?:/.*)?$": Asked(argument=lambda _: ["api/v1/nothing"]),
    "api/v1/analytics/dashboard": Closed(),
    "api/v1/analytics/export": Closed(),
    "api/v1/analytics/funnels": Closed(),
    "api/v1/analytics/funnels/<slug:slug>": Closed(),
    "api/v1/analytics/journeys": Closed(),
    "api/v1/analytics/realtime": Closed(),
    "api/v1/analytics/shared/<str:key>": Asked(argument=lambda _: ["nothing"]),
    "api/v1/analytics/unified-insights": Closed(),
    "api/v1/announcements": Closed("post"),
    "api/v1/auth/token": Asked(body={"username": "owner", "password": "wrong"}),
    "api/v1/auth/token/refresh": Asked(body={"refresh": "wrong"}),
    "api/v1/events": Asked(("", FROM_THE_FIRST)),
    "api/v1/garden": Asked(("", "?season=winter", "?weather_type=stormy", *OF_THE_PAST)),
    "api/v1/garden/health": Asked(),
    "api/v1/garden/portfolio": Asked(),
    "api/v1/garden/plant-seed": Asked(body={"name": "Moss", "position": {"x": 1.0, "z": 1.0}}),
    "api/v1/garden/weather": Asked(),
    "api/v1/integrations/cicd/deployment": Closed("post"),
    "api/v1/integrations/github/activity": Asked(("", "?days=365")),
    "api/v1/integrations/github/recent-activity": Asked(("", "?days=365&limit=200")),
    "api/v1/integrations/social/trends": Asked(("", "?days=365")),
    "api/v1/integrations/spotify/current": Asked(),
    "api/v1/integrations/spotify/trends": Asked(("", "?days=90")),
    "api/v1/integrations/status": Closed(),
    "api/v1/integrations/<slug:provider>/sync": Closed("post"),
    "api/v1/integrations/<slug:provider>/webhook": Closed("post"),
    "api/v1/projects": Asked(
        ("", "?search=quagmirename", "?technology=QuagmireTechnology", "?is_demo=true", "?status=proposed", "?page=2")
    ),
    "api/v1/projects/<uuid:pk>": Asked(argument=plants),
    "api/v1/projects/<uuid:pk>/interact": Asked(argument=plants, body={"kind": "view"}),
    "api/v1/summary": Asked(),
    "api/v1/visitors/consent": Asked(body={"categories": {}}),
    "api/v1/visitors/light": Asked(),
    "api/v1/visitors/me": Asked(),
    "api/v1/visitors/requests": Asked(body={"type": "access"}),
    "api/v1/skills": Asked(("", "?search=quagmiretechnology", "?group=other")),
    "api/v1/skills/<uuid:pk>": Asked(argument=stars),
    "api/v1/skills/constellation": Asked(),
    "api/v1/visitors/analytics": Closed(),
    "api/v1/visitors/beacon": Asked(body={"path": "/projects/quagmireslug/"}),
    "api/v1/visitors/journey": Asked(body={"step_type": "navigation", "area": "/projects/quagmireslug/"}),
    "api/v1/weather/forecast": Asked(),
    "api/v1/weather/mood": Asked(),
    "api/v1/weather/mood-update": Closed("post"),
    "api/v1/weather/trends": Asked(),
    # ListenBrainz's addresses, below its own and at the root
    **{f"{home}1/submit-listens": Closed("post") for home in ("api/v1/integrations/listenbrainz/", "")},
    **{f"{home}1/validate-token": Asked() for home in ("api/v1/integrations/listenbrainz/", "")},
    # WakaTime's addresses, below its own and below ours
    **{
        f"api/v1/{home}users/current{last}": Closed(method)
        for home in ("integrations/wakatime/", "")
        for last, method in {
            "": "get",
            "/heartbeats": "post",
            "/heartbeats.bulk": "post",
            "/status_bar/today": "get",
            "/statusbar/today": "get",
            "/summaries": "get",
        }.items()
    },
}


def routes(patterns: Iterable[URLPattern | URLResolver] | None = None, above: str = "") -> Iterator[str]:
    """Every route of the site as it is written in `greenhouse/urls.py`; of the console, its first part."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLPattern) or route == "admin/":
            yield route
        else:
            yield from routes(pattern.url_patterns, route)


def addresses(route: str, hidden: Secret, asked: Asked) -> Iterator[str]:
    """Every address of a route that is asked."""
    paths = [route]
    if asked.argument:
        before, _, after = re.split(r"(<.*>|\^.*\$)", route)
        paths = [f"{before}{quote(value)}{after}" for value in dict.fromkeys(asked.argument(hidden))]
    oldest, newest = selectors.seq_range()
    for path, query in itertools.product(paths, asked.queries):
        seqs = {FROM_THE_FIRST: [oldest - 1], FROM_EACH: range(oldest - 1, newest + 1)}.get(query)
        yield from [f"/{path}?since={seq}" for seq in seqs] if seqs else [f"/{path}{query}"]


def public_answers(hidden: Secret, *, reads_only: bool) -> Iterator[tuple[str, str]]:
    """What everyone is told: the address, and status, head and body without what the asker said."""
    client = Client()
    for route in routes():
        asked = ROUTES[route.removesuffix("/")]
        if isinstance(asked, LeftOut) or (reads_only and not (isinstance(asked, Asked) and asked.body is None)):
            continue
        if isinstance(asked, Closed):
            path = "/" + route.replace("<slug:provider>", "github").replace("<slug:slug>", "any")
            answer = getattr(client, asked.method)(path, {}, content_type="application/json")
            assert answer.status_code in (401, 403), path
            yield path, without(path, text_of(answer))
            continue
        for address in addresses(route, hidden, asked):
            if asked.body is None:
                answer = client.get(address)
            else:
                answer = client.post(address, asked.body, content_type="application/json")
            assert answer.status_code < 500, address
            yield address, without(address, text_of(answer))


def text_of(answer: Any) -> str:
    """Status, head and body of an answer."""
    body = answer.getvalue() if answer.streaming else answer.content
    return f"{answer.status_code} {dict(answer.items())}\n{body.decode(errors='replace')}"


def without(address: str, answer: str) -> str:
    """An answer without what the asker said: the address, and the words that it searched for."""
    path, _, query = address.partition("?")
    said = [path.strip("/"), *re.split(r"[=&+]", query)]
    return re.sub("|".join(re.escape(one) for one in said if MARKER.search(one) or "-" in one) or r"(?!)", "…", answer)


def errors() -> Iterator[tuple[str, str]]:
    """What is answered when something is wrong, as a page and in the API's shape."""
    for status, path in itertools.product((400, 403, 404, 500), ("/projects/nothing/", "/api/v1/nothing/")):
        handler: Callable[..., HttpResponse] = get_resolver().resolve_error_handler(status)
        request = RequestFactory().get(path)
        answer = handler(request) if status == 500 else handler(request, exception=Exception("wrong"))
        yield f"{status} {path}", text_of(answer)


def everything_public(hidden: Secret, followed: HubInHand, *, reads_only: bool = False) -> Iterator[tuple[str, str]]:
    """Every answer and every event, with what it is."""
    for address, answer in itertools.chain(public_answers(hidden, reads_only=reads_only), errors()):
        yield address, answer if not hidden.was_public else without_removals(answer, hidden)
    followed.look()
    late = HubInHand()
    for name, hub in {"the socket": followed, "a socket opened later": late}.items():
        for message in hub.replayed(since=0).splitlines():
            yield name, without_removals(message, hidden) if hidden.was_public else message


def without_removals(answer: str, hidden: Secret) -> str:
    """An answer without the events that tell browsers to take the plant off: the id, and nothing else of it."""
    data = rf'"data": ?\{{"project_id": ?"{hidden.id}"\}}'
    for event in re.findall(r'\{"seq"[^{]*"event_type": ?"project_removed"[^{]*' + data + r"\}", answer):
        answer = answer.replace(event, "…")
    return answer


# --- The tests --------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _greenhouse(settings: Settings, time_machine: TimeMachineFixture, tmp_path: Path) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.MEDIA_ROOT = tmp_path
    settings.ENABLE_RATE_LIMITING = False
    settings.GITHUB_WEBHOOK_SECRET = settings.CICD_WEBHOOK_SECRET = HOOK_SECRET
    settings.GITHUB_USERNAME = "QuagmireOwner"
    settings.HEARTBEAT_API_KEY = KEY
    settings.REDIS_URL = ""


@pytest.fixture
def followed(_greenhouse: None) -> HubInHand:
    """A hub that follows the outbox of a garden in which another plant stands already, and whose owner has a page."""
    hub = HubInHand()
    set_site(changes={"owner_name": "Ada"}, now=NOW)
    neighbour = ProjectFactory.create(name="Neighbour", slug="neighbour", technologies=["Python", "Moss"])
    recording.record_activities(
        project=neighbour, drafts=work(90, until=NOW - timedelta(days=3)), source="git", now=NOW
    )
    growth_log.backfill(project=neighbour, now=NOW)
    looked_at()
    return hub


def test_every_route_is_walked_or_left_out_for_a_reason() -> None:
    assert {route.removesuffix("/") for route in routes()} == set(ROUTES)


@pytest.mark.parametrize("come_to_hide", HIDDEN, ids=lambda state: state.__name__.replace("_", "-"))
def test_nothing_of_a_project_that_nobody_may_see_is_public(
    followed: HubInHand, come_to_hide: Callable[[], Secret]
) -> None:
    hidden = come_to_hide()
    for scheduled in (False, True):
        if scheduled:
            looked_at()
        shown = [(where, hidden.shown_in(answer)) for where, answer in everything_public(hidden, followed)]
        assert [one for one in shown if one[1]] == []


@pytest.mark.parametrize("become_anonymous", ANONYMOUS, ids=lambda state: state.__name__.replace("_", "-"))
def test_of_an_anonymous_project_nothing_is_public_but_what_its_owner_released(
    followed: HubInHand, become_anonymous: Callable[[], Secret]
) -> None:
    hidden = become_anonymous()
    ids = {hidden.slug, str(hidden.id), hidden.id.hex, f"p{hidden.id.hex[:8]}"}
    assert not MARKER.search(hidden.slug)
    for scheduled in (False, True):
        if scheduled:
            looked_at()
        shown: dict[str, set[str]] = defaultdict(set)
        for where, answer in everything_public(hidden, followed):
            shown[where] |= hidden.shown_in(answer) - ids
        assert {where: words for where, words in shown.items() if words - SHOWN_WHILE_ANONYMOUS} == {}
    assert Client().get(f"/projects/{hidden.slug}/").status_code == 404
    assert Client().get(f"/api/v1/projects/{hidden.id}/").status_code == 404
    state = Client().get("/api/v1/garden/").json()["projects"]
    plant = next(one for one in state if one["id"] == str(hidden.id))
    assert (plant["name"], plant["anonymous"]) == ("A private project", True)
    commits = Project.objects.get(pk=hidden.id).commit_count
    assert f"{commits} commits, QuagmireLanguage" in Client().get("/").content.decode()


@pytest.mark.parametrize("become_unlisted", UNLISTED, ids=lambda state: state.__name__.replace("_", "-"))
def test_an_unlisted_project_stands_at_its_own_addresses_alone_and_nobody_keeps_what_they_tell(
    followed: HubInHand, become_unlisted: Callable[[], Secret]
) -> None:
    hidden = become_unlisted()
    looked_at()
    shown = {where: answer for where, answer in everything_public(hidden, followed) if hidden.shown_in(answer)}
    assert {where for where in shown if hidden.slug not in where and str(hidden.id) not in where} == set()
    pages = {where: answer for where, answer in shown.items() if not where.startswith("/api/")}
    assert f"/projects/{hidden.slug}/" in pages
    kept_out = ("'X-Robots-Tag': 'noindex'", "'Cache-Control': 'private")
    assert {where for where, answer in pages.items() if not all(one in answer for one in kept_out)} == set()


def test_the_walk_finds_a_project_while_it_is_public(followed: HubInHand) -> None:
    project = filled(ProjectFactory.create(name="QuagmireName", slug="quagmireslug"))
    public = secret(project, was_public=False)
    shown: dict[str, set[str]] = defaultdict(set)
    for where, answer in everything_public(public, followed):
        shown[where.partition("?")[0]] |= public.shown_in(answer)
    assert set().union(*shown.values()) >= {*SHOWN_WHILE_PUBLIC, str(project.pk)}
    pages = ("/", "/about/", "/cv/", "/skills/", "/sitemap.xml", "/feed.atom", "/feed.json")
    for where in (*pages, "/cards/garden.svg", "/metrics", "/api/v1/garden/", "/api/v1/events/", "the socket"):
        assert shown[where], where


def test_what_happens_to_a_project_that_nobody_may_see_changes_no_public_answer(followed: HubInHand) -> None:
    deliver("push", commits=1)
    project = Project.objects.get(slug="quagmirename")
    planting.curate(project=project, changes={"visibility": Visibility.PRIVATE}, now=NOW)
    looked_at()
    before = told_to_everyone(project, followed)
    filled(project)
    deliver("push", commits=8, first=100)
    looked_at()
    assert Project.objects.get(pk=project.pk).commit_count == 1 + 157 + 8
    after = told_to_everyone(project, followed)
    assert {where for where in before | after if before.get(where) != after.get(where)} == set()


def told_to_everyone(project: Project, followed: HubInHand) -> dict[str, str]:
    """Every answer to those who only read; of the metrics, what they say of the garden."""
    told: dict[str, str] = defaultdict(str)
    for where, answer in everything_public(secret(project, was_public=True), followed, reads_only=True):
        if where == "/metrics":
            answer = "\n".join(line for line in answer.splitlines() if line.startswith(OF_THE_GARDEN))
        if where != "/health":
            told[where] += answer
    return told


def test_the_owner_sees_it(followed: HubInHand) -> None:
    hidden = private_from_the_first()
    for path in (f"/admin/garden/project/{hidden.id}/change/", f"/api/v1/projects/{hidden.id}/", "/api/v1/projects/"):
        assert "quagmirename" in hidden.shown_in(text_of(owner().get(path)))
