"""The demonstration garden: invented projects with a plausible past, grown by the same rules as real ones.

Only the projects and the rhythm of their work are made up here. Sizes, stages and pasts are worked out from the facts,
as with any history. A demonstration is a picture: it stays as it was on the day it was planted.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from garden import growth_log, planting, recording, services
from garden.drafts import ActivityDraft, ProjectDraft
from garden.models import ProjectSource
from garden.sources import DEMO, SourceRef
from garden.vocabulary import ActivityKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from garden.models import Project

AUTHOR: Final = "Demonstration"
WORKING_HOURS: Final = range(8, 22)
ENTHUSIASM: Final = 6  # weeks in which a new project gets twice the work
COMMIT_LINES: Final = 28  # lines a usual commit adds
BYTES_PER_LINE: Final = 34
_SUBJECTS: Final = (
    "Make the first run quicker",
    "Explain the error instead of the code",
    "Read settings from the environment",
    "Test what happens without a network",
    "Take out what nobody uses",
    "Say in the README what this is for",
    "Keep the order of entries",
    "Handle names with spaces",
    "Draw the small screen first",
    "Cache the answer for a minute",
    "Give the command a progress bar",
    "Fix the date in other time zones",
)


@dataclass(frozen=True, slots=True)
class Invention:
    """One invented project and the rhythm of its work."""

    slug: str
    name: str
    description: str
    languages: Mapping[str, int]  # per cent of its lines
    topics: Sequence[str]
    age: int  # days since the first commit
    weekly: float  # commits in a week with work
    diligence: float  # share of weeks with work, 0–1
    rest: int = 0  # days since the last commit
    releases: int = 0
    pull_requests: int = 0
    stars: int = 0
    forks: int = 0
    technologies: Sequence[str] = field(default=())


INVENTIONS: Final = (
    Invention(
        "lantern", "Lantern", "A small web framework that lights the way from a request to a page.",
        {"Python": 88, "HTML": 8, "CSS": 4}, ("framework", "web", "python", "library", "templates", "async"),
        age=3900, weekly=2.6, diligence=0.8, releases=48, pull_requests=120, stars=1900, forks=180,
        technologies=("Python", "HTML", "CSS", "WebSocket"),
    ),
    Invention(
        "copper-kettle", "Copper Kettle", "An emulator for a home computer that nobody owns any more.",
        {"Rust": 79, "C": 12, "Assembly": 9}, ("emulator", "embedded", "low-level", "rust", "retro"),
        age=3500, weekly=2.8, diligence=0.76, rest=2, releases=38, pull_requests=40, stars=1500, forks=90,
        technologies=("Rust", "C", "Assembly", "WebAssembly"),
    ),
    Invention(
        "tide-table", "Tide Table", "A client library for tide and harbour data, with the moon taken into account.",
        {"Kotlin": 84, "Java": 16}, ("library", "sdk", "maps"),
        age=1500, weekly=3.1, diligence=0.66, rest=4, releases=22, pull_requests=18, stars=140, forks=12,
        technologies=("Kotlin", "Java", "Gradle"),
    ),
    Invention(
        "thimble", "Thimble", "A command-line tool that mends file names.",
        {"Python": 93, "Shell": 7}, ("cli", "tool", "terminal"),
        age=1250, weekly=2.6, diligence=0.7, rest=9, releases=31, pull_requests=14, stars=420, forks=21,
        technologies=("Python", "Shell", "Click"),
    ),
    Invention(
        "night-library", "Night Library", "Notes, essays and a guide to reading in the dark.",
        {"TeX": 62, "HTML": 38}, ("notes", "writing", "book", "docs"),
        age=1650, weekly=2.9, diligence=0.72, rest=80, releases=9, stars=60, forks=5,
        technologies=("TeX", "HTML", "Markdown"),
    ),
    Invention(
        "apiary", "Apiary", "Notebooks that count bees: data, statistics and a little machine learning.",
        {"Jupyter Notebook": 60, "Python": 34, "SQL": 6}, ("data-science", "notebooks", "statistics"),
        age=520, weekly=3.4, diligence=0.68, rest=1, releases=5, pull_requests=6, stars=38, forks=7,
        technologies=("Python", "pandas", "Jupyter Notebook", "SQL"),
    ),
    Invention(
        "paper-boat", "Paper Boat", "A design system whose components fold and float.",
        {"TypeScript": 71, "CSS": 21, "HTML": 8}, ("design-system", "components", "ui"),
        age=430, weekly=4.6, diligence=0.74, releases=14, pull_requests=22, stars=86, forks=9,
        technologies=("TypeScript", "React", "CSS"),
    ),
    Invention(
        "windfall", "Windfall", "A package that keeps recipes and shopping lists in step.",
        {"Swift": 82, "C#": 18}, ("library", "package"),
        age=400, weekly=3.6, diligence=0.66, rest=3, releases=8, pull_requests=4, stars=17, forks=2,
        technologies=("Swift", "C#"),
    ),
    Invention(
        "rope-ladder", "Rope Ladder", "Infrastructure as code for a server under the stairs.",
        {"HCL": 64, "Shell": 24, "Dockerfile": 12}, ("infrastructure", "terraform", "deployment"),
        age=120, weekly=4.0, diligence=0.72, rest=2, releases=2, stars=4, forks=1,
        technologies=("Terraform", "Docker", "Shell"),
    ),
    Invention(
        "kite-string", "Kite String", "A toolkit for maps that are drawn by hand.",
        {"Scala": 90, "Java": 10}, ("toolkit", "engine"),
        age=75, weekly=4.5, diligence=0.8, rest=1, releases=1, stars=3,
        technologies=("Scala",),
    ),
    Invention(
        "glow-worm", "Glow Worm", "A game in the browser: find the other light.",
        {"JavaScript": 68, "HTML": 18, "CSS": 14}, ("game", "webgl", "animation"),
        age=16, weekly=9.0, diligence=1.0, stars=1,
        technologies=("JavaScript", "WebGL"),
    ),
    Invention(
        "moss-map", "Moss Map", "A field guide to the mosses between here and the station.",
        {"HTML": 100}, ("guide", "docs"),
        age=11, weekly=7.0, diligence=1.0, rest=1,
        technologies=("HTML", "Markdown"),
    ),
    Invention(
        "sapling-press", "Sapling Press", "A plugin system for very small printing presses.",
        {"Ruby": 100}, ("plugin-system", "middleware"),
        age=4, weekly=4.0, diligence=1.0,
        technologies=("Ruby",),
    ),
    Invention(
        "unnamed-idea", "An Unnamed Idea", "Something to do with clouds. It is not clear yet.",
        {}, (),
        age=1, weekly=1.0, diligence=1.0,
    ),
)  # fmt: skip


def plant_demo(*, now: datetime, tell: Callable[[str, int, int], None] = lambda *_: None) -> list[Project]:
    """Plant those demonstration plants that are not there yet, with their past. Returns the new ones."""
    there = set(ProjectSource.objects.filter(provider=DEMO).values_list("external_id", flat=True))
    missing = [invention for invention in INVENTIONS if invention.slug not in there]
    planted = []
    for place, invention in enumerate(missing):
        tell(invention.name, place, len(missing))
        planted.append(_plant(invention, now))
    return planted


@transaction.atomic
def _plant(invention: Invention, now: datetime) -> Project:
    facts = list(_facts(invention, now))
    kept = sum(fact.lines_added or 0 for fact in facts) * 2 // 3  # lines; the rest was rewritten since
    draft = ProjectDraft(
        name=invention.name,
        description=invention.description,
        sources=[SourceRef(DEMO, invention.slug)],
        languages={name: kept * BYTES_PER_LINE * share // 100 for name, share in invention.languages.items()},
        lines={name: kept * share // 100 for name, share in invention.languages.items()},
        technologies=invention.technologies,
        topics=invention.topics,
        stars=invention.stars,
        forks=invention.forks,
        created_at=min((fact.occurred_at for fact in facts), default=now),
    )
    project, _ = planting.plant(draft=draft, source=DEMO, now=now, is_demo=True)
    recording.record_activities(project=project, drafts=facts, source=DEMO, now=now)
    growth_log.backfill(project=project, now=now)
    services.grow(project=project, now=now, source=DEMO)
    return project


def _facts(invention: Invention, now: datetime) -> Iterator[ActivityDraft]:
    """Everything that happened to an invented project, the same for everybody but for the day it is told on."""
    rng = random.Random(invention.slug)
    unseen = [name for name, _ in sorted(invention.languages.items(), key=lambda item: -item[1])]
    for number, at in enumerate(_moments_of_work(invention, rng, now)):
        new_language = unseen and (number == 0 or rng.random() < 0.1)
        added = max(1, round(rng.expovariate(1 / COMMIT_LINES)))
        yield ActivityDraft(
            kind=ActivityKind.COMMIT,
            external_id=_id(invention, "commit", number),
            occurred_at=at,
            title=rng.choice(_SUBJECTS),
            author=AUTHOR,
            lines_added=added,
            lines_removed=round(added * rng.random() * 0.7),
            amount=1.0 if new_language else 0.0,
        )
        if new_language:
            unseen.pop(0)
    yield from _milestones(invention, ActivityKind.RELEASE, invention.releases, now)
    yield from _milestones(invention, ActivityKind.PULL_REQUEST, invention.pull_requests, now)


def _milestones(invention: Invention, kind: ActivityKind, count: int, now: datetime) -> Iterator[ActivityDraft]:
    """Releases or pull requests, spread over the project's working life."""
    for number in range(1, count + 1):
        days_ago = invention.rest + (invention.age - invention.rest) * (1 - number / count)
        yield ActivityDraft(
            kind=kind,
            external_id=_id(invention, kind, number),
            occurred_at=now - timedelta(days=days_ago),
            title=f"{number // 10}.{number % 10}"
            if kind is ActivityKind.RELEASE
            else _SUBJECTS[number % len(_SUBJECTS)],
            author=AUTHOR,
        )


def _moments_of_work(invention: Invention, rng: random.Random, now: datetime) -> Iterator[datetime]:
    """When the commits were made, oldest first: busy at first, then in the rhythm of the project."""
    for week in range((invention.age - invention.rest) // 7 + 1):
        if week and rng.random() > invention.diligence:
            continue
        pace = invention.weekly * (2 if week < ENTHUSIASM and invention.age > 60 else 1)
        days = [invention.age - week * 7 - rng.randrange(7) for _ in range(max(1, round(rng.gauss(pace, pace / 3))))]
        for day in sorted((day for day in days if day >= invention.rest), reverse=True):
            at = now - timedelta(days=day)
            moment = at.replace(hour=rng.choice(WORKING_HOURS), minute=rng.randrange(60), second=rng.randrange(60))
            if moment <= now:
                yield moment


def _id(invention: Invention, kind: str, number: int) -> str:
    """An id in the form of a commit's SHA, the same at every planting."""
    return hashlib.sha1(f"{invention.slug} {kind} {number}".encode(), usedforsecurity=False).hexdigest()
