"""What the benchmark does inside a greenhouse: plant, import, count queries, publish. Prints one JSON object.

Run by `python -m bench` in a process of its own, with the settings of the installation that is measured.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import django

django.setup()

from django.core.cache import caches  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from garden import events, planting, recording, selectors, services  # noqa: E402
from garden.drafts import ActivityDraft, ProjectDraft  # noqa: E402
from garden.engine.genome import seed_for  # noqa: E402
from garden.engine.layout import Newcomer, place_all  # noqa: E402
from garden.event_types import StateRefreshed  # noqa: E402
from garden.models import Project  # noqa: E402
from garden.sources import SourceRef  # noqa: E402
from garden.vocabulary import ActivityKind, GrowthStage, InteractionKind, PlantType  # noqa: E402
from greenhouse import state  # noqa: E402
from greenhouse.management.commands.runweb import settle  # noqa: E402
from greenhouse.site import front_page  # noqa: E402
from skills.services import sync_from_projects  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FEW = 10
FIRST = ("copper", "paper", "quiet", "northern", "second", "tidal", "broken", "early", "hollow", "amber", "still")
SECOND = ("kettle", "press", "lantern", "compass", "ledger", "orchard", "signal", "harbour", "thimble")
LANGUAGES = ("Python", "TypeScript", "Rust", "Go", "C", "Haskell", "Shell", "CSS")
# One word for each kind of plant; the last speaks for none. Flowers are the many, as in a usual garden.
TOPICS = ("library", "frontend", "cli", "dataset", "docker", "design", "compiler", "docs", "game", "garden")


def commits(count: int, project: int = 0) -> Iterator[ActivityDraft]:
    """A history, oldest first, made as it is read."""
    now = timezone.now()
    for number in range(count):
        yield ActivityDraft(
            kind=ActivityKind.COMMIT,
            external_id=f"{project:08x}{number:032x}",
            occurred_at=now - timedelta(minutes=30 * (count - number)),
            title=f"Change number {number} of a history that has some length to it",
            author=f"Gardener {number % 7}",
            lines_added=number % 200,
            lines_removed=number % 90,
        )


def plant(count: int) -> dict[str, Any]:
    """Projects of every kind with a few weeks of work each."""
    now = timezone.now()
    for number in range(Project.objects.count(), count):
        draft = ProjectDraft(
            name=f"Project number {number}",
            description="A project that stands here to be counted, with a description of the usual length.",
            sources=[SourceRef("bench", str(number))],
            languages={LANGUAGES[(number + step) % len(LANGUAGES)]: 50_000 // (step + 1) for step in range(4)},
            topics=(TOPICS[number % len(TOPICS)], "bench"),
            created_at=now - timedelta(days=30 + number),
        )
        project, _ = planting.plant(draft=draft, source="bench", now=now)
        recording.record_activities(project=project, drafts=commits(20, number + 1), source="bench", now=now)
        services.grow(project=project, now=now, source="bench")
    return {"projects": Project.objects.count()}


def grown(count: int) -> dict[str, Any]:
    """So many plants of every kind at every stage, put there without a history: only to be looked at."""
    now, kinds, stages = timezone.now(), list(PlantType), list(GrowthStage)
    projects = []
    for number in range(count):
        slug = f"{FIRST[number % len(FIRST)]}-{SECOND[number % len(SECOND)]}-{number}"
        technologies = [LANGUAGES[(number * 3 + step) % len(LANGUAGES)] for step in range(1 + number % 4)]
        project = Project(
            slug=slug,
            name=slug.replace("-", " ").capitalize(),
            description=f"A {SECOND[number * 5 % len(SECOND)]} for each {FIRST[number * 3 % len(FIRST)]} day.",
            plant_type=kinds[number % len(kinds)],
            genome_seed=seed_for(slug),
            growth_stage=stages[number * 5 % len(stages)],
            growth_factor=round((number * 7919 % 997) / 997, 4),
            stage_progress=round((number * 104729 % 991) / 991, 4),
            vitality=round((number * 1299709 % 983) / 983, 4),
            technologies=technologies,
            languages={name: 50_000 // (step + 1) for step, name in enumerate(technologies)},
            planted_date=now - timedelta(days=1 + number),
            last_activity_at=now - timedelta(hours=number),
        )
        projects.append(project)
    places = place_all([Newcomer(project.genome_seed, project.genome.variant) for project in projects])
    for project, place in zip(projects, places, strict=True):
        project.position_x, project.position_z = place.x, place.z
    with transaction.atomic():
        Project.objects.all().delete()
        Project.objects.bulk_create(projects)
        events.publish(StateRefreshed(component="plants"), source="bench", now=now)
    return {"projects": count}


def import_history(count: int) -> dict[str, Any]:
    """Commits a second through the one way in, and how much memory the history took at its peak."""
    now = timezone.now()
    draft = ProjectDraft(name="Long history", sources=[SourceRef("bench", f"history-{count}")])
    project, _ = planting.plant(draft=draft, source="bench", now=now)
    recording.record_activities(project=project, drafts=commits(1000, 10**6), source="bench", now=now)  # warm
    before, began = _peak_megabytes(), time.perf_counter()
    recording.record_activities(project=project, drafts=commits(count, 10**6 + count), source="bench", now=now)
    seconds = time.perf_counter() - began
    return {"commits_per_second": count / seconds, "megabytes": _peak_megabytes() - before}


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def queries(_count: int) -> dict[str, Any]:
    """Queries of the garden's state when it has to be assembled, and when it is kept."""
    with CaptureQueriesContext(connection) as cold:
        kept = state.current()
    with CaptureQueriesContext(connection) as hot:
        if state.cached() is None:
            raise RuntimeError("the state was not kept")
    return {"cold": len(cold), "hot": len(hot), "raw": len(kept.raw), "gzipped": len(kept.gzipped)}


def cold(count: int) -> dict[str, Any]:
    """Processor time (seconds) and queries of the state and the front page of a garden that is new to this process."""
    visitor, spent = RequestFactory(SERVER_NAME="127.0.0.1"), {}
    ways: dict[str, Callable[[], object]] = {
        "state": lambda: state.assemble_bytes(timezone.now()),
        "page": lambda: front_page.garden(visitor.get("/")),
    }
    for size in (FEW, count):  # the few for what a process does once: imports, routes, templates
        grown(size)
        with transaction.atomic():
            sync_from_projects(now=timezone.now())
        settle()  # as the web process does once it has begun
        for way, make in ways.items():
            caches["pages"].clear()
            state.invalidate()
            with CaptureQueriesContext(connection) as asked:
                began = time.process_time()
                make()
                spent[way] = time.process_time() - began
            spent[f"{way}_queries"] = len(asked)
    return spent


def interact(count: int) -> dict[str, Any]:
    """So many visitors who each water a plant; seconds of each, and whether the garden's version moved."""
    project = Project.objects.in_garden().order_by("slug")[0]
    services.grow(project=project, now=timezone.now(), source="bench")
    version, seconds = selectors.state_version(), []
    for number in range(count):
        began = time.perf_counter()
        visitor = f"bench-{time.time()}-{number}"
        services.interact(project=project, kind=InteractionKind.WATER, visitor=visitor, now=timezone.now())
        seconds.append(time.perf_counter() - began)
    return {"seconds": statistics.median(seconds), "moved": selectors.state_version() != version}


def publish(count: int) -> dict[str, Any]:
    """Events of the usual size as fast as they go, each in its own transaction."""
    began = time.perf_counter()
    for number in range(count):
        now = timezone.now()
        with transaction.atomic():
            usual = StateRefreshed(component=f"{time.time()} {number} {'x' * 120}")
            events.publish(usual, source="bench", now=now)
    return {"seconds": time.perf_counter() - began}


def publish_evenly(count: int) -> dict[str, Any]:
    """The same, five a second."""
    for _ in range(count):
        publish(1)
        time.sleep(0.2)
    return {}


COMMANDS: dict[str, Callable[[int], dict[str, Any]]] = {
    command.__name__: command
    for command in (plant, grown, import_history, queries, cold, interact, publish, publish_evenly)
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(COMMANDS[sys.argv[1]](int(sys.argv[2]))) + "\n")
