"""What a garden is really asked, page by page and task by task, inside of a greenhouse with a big one in its tables.

Each is asked with nothing kept from before. What it wrote is for the caller to undo.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.models import User
from django.core.cache import caches
from django.db.models import Count
from django.test import Client

from bench.garden import commits
from garden import growth_log, recording, selectors, services
from garden import tasks as garden_tasks
from garden.models import Activity, Project
from garden.vocabulary import InteractionKind
from greenhouse import state
from greenhouse import tasks as greenhouse_tasks
from greenhouse.past_days import past_day, past_days
from integrations import tasks as integration_tasks
from integrations.coding import services as coding
from integrations.coding.durations import Beat
from skills import tasks as skills_tasks
from visitors import tasks as visitors_tasks
from visitors.figures.rollups import count_day
from weather import tasks as weather_tasks
from weather.drafts import NowDraft, PlayDraft
from weather.music_history import record_history
from weather.music_services import record_listening, record_past

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

PAGES: Final = (
    "/",
    "/projects/{slug}/",
    "/fragments/plants/",
    "/fragments/news/?since={seq}",
    "/fragments/changes/?since={seq}",
    "/skills/",
    "/posts/",
    "/feed.atom",
    "/sitemap.xml",
    "/cards/week.svg",
    "/cards/projects/{slug}.svg",
    "/metrics",
)
API: Final = (
    "garden/",
    "garden/health/",
    "garden/portfolio/",
    "garden/weather/",
    "projects/",
    "projects/?search=kettle",
    "projects/{id}/",
    "events/?since={seq}",
    "integrations/github/recent-activity/",
    "integrations/github/activity/",
    "integrations/spotify/current/",
    "integrations/spotify/trends/",
    "integrations/status/",
    "summary/",
    "weather/trends/",
    "analytics/realtime/",
    "analytics/dashboard/?date_range=1d",
    "analytics/dashboard/?date_range=30d",
    "analytics/dashboard/?date_range=30d&channel=search&device=mobile",
    "analytics/journeys/?date_range=30d",
    "analytics/dashboard/?date_range=7d&area=pond&device=mobile",
    "analytics/journeys/?date_range=7d&channel=search",
    "analytics/journeys/?date_range=1d&project={id}",
    "analytics/unified-insights/?range=30d",
    "visitors/analytics/?date_range=30d",
)
CONSOLE: Final = (
    "/admin/",
    "/admin/garden/activity/",
    "/admin/garden/activity/?q=number",
    "/admin/garden/activity/?q=nowhere",
    "/admin/garden/activity/?p=400",
    "/admin/garden/activity/?source__exact=github",
    "/admin/garden/activity/{fact}/change/",
    "/admin/garden/growthlog/",
    "/admin/garden/gardenevent/",
    "/admin/garden/interaction/",
    "/admin/garden/project/",
    "/admin/garden/project/?q=kettle",
    "/admin/garden/project/{id}/change/",
    "/admin/visitors/session/",
    "/admin/visitors/session/?p=40",
    "/admin/visitors/session/?set_aside__exact=agent",
    "/admin/weather/musicmoment/",
    "/admin/weather/musicmoment/?q=artist",
    "/admin/weather/musicmoment/?q=nowhere",
    "/admin/integrations/webhookdelivery/",
    "/admin/integrations/webhookdelivery/?q=push",
    "/admin/integrations/syncrun/",
    "/admin/integrations/syncrun/?provider__exact=github",
)
TASKS: Final = (
    garden_tasks.prune,
    garden_tasks.react,
    garden_tasks.recount,
    greenhouse_tasks.refresh_summary,
    greenhouse_tasks.tell_owner,
    greenhouse_tasks.check_health,
    integration_tasks.sweep,
    integration_tasks.run_requested,
    integration_tasks.settle_coding,
    integration_tasks.prune,
    visitors_tasks.forget_old_salts,
    visitors_tasks.forget_visits,
    visitors_tasks.reach_plants,
    weather_tasks.update_mood,
    weather_tasks.prune,
)


def forget_what_is_kept() -> None:
    """Have the next answer made of the tables."""
    state.invalidate()
    past_days.clear()
    caches["pages"].clear()


def questions(now: datetime) -> dict[str, Callable[[], Any]]:
    """By what they are called in the report. Pages raise `RuntimeError` for an answer that is none."""
    busiest = Project.objects.annotate(facts=Count("activities")).order_by("-facts")[0]
    known = {
        "slug": busiest.slug,
        "id": str(busiest.pk),
        "seq": selectors.seq_range()[1] - 10,
        "fact": Activity.objects.order_by("-occurred_at")[0].pk,
    }
    owner = Client(headers={"host": "localhost"})
    owner.force_login(User.objects.create_superuser("a measuring owner"))

    def page(address: str) -> Callable[[], None]:
        def ask() -> None:
            answer = owner.get(address.format(**known))
            b"".join(answer) if answer.streaming else answer.content
            if answer.status_code not in (200, 205):
                raise RuntimeError(f"{address}: {answer.status_code} {answer.content.decode()[:500]}")

        return ask

    addresses = [*PAGES, *(f"/api/v1/{path}" for path in API), *CONSOLE]
    return {
        **{address: page(address) for address in addresses},
        **{f"{task.name.replace('.tasks.', ': ')}": task for task in TASKS},
        **_services(busiest, now),
    }


def of_the_whole_garden(now: datetime) -> dict[str, Callable[[], Any]]:
    """What is done with every plant in turn, as it is with one among the questions, or reads all there ever was."""
    year_ago = now - timedelta(days=365)
    return {
        "grow every plant": lambda: services.grow_all(now=now, source="bench"),
        "garden/?at=, a year ago": lambda: past_day(year_ago.date(), now.date(), selectors.facts_version()),
        "skills of every project": skills_tasks.sync_from_projects,
    }


def _services(busiest: Project, now: datetime) -> dict[str, Callable[[], Any]]:
    """What is written, and what a task does with one plant."""
    yesterday = (now - timedelta(days=1)).date()
    heard = PlayDraft(track_id="track 1", title="track 1", artist="artist 1", played_at=now, duration=200.0)
    earlier = PlayDraft(track_id="track 2", title="track 2", artist="artist 2", played_at=now - timedelta(days=400))
    beat = Beat(at=now, project="project-1", language="Python", category="coding", editor="vscode")
    return {
        "the days of every plant": selectors.disclosed_tallies,
        "grow one plant": lambda: services.grow(project=busiest, now=now, source="bench"),
        "write a plant's past again": lambda: growth_log.backfill(project=busiest, now=now),
        "record a push": lambda: recording.record_activities(
            project=busiest, drafts=commits(20, 10**6), source="github", now=now
        ),
        "water a plant": lambda: services.interact(
            project=busiest, kind=InteractionKind.WATER, visitor="somebody", now=now
        ),
        "a heartbeat": lambda: coding.accept(beats=[beat], now=now),
        "a play": lambda: record_listening(drafts=[NowDraft(heard)], source="listenbrainz", now=now),
        "a play of the past": lambda: record_past(drafts=[earlier], source="listenbrainz", now=now),
        "plays of an export": lambda: record_history(drafts=[earlier], source="spotify", now=now),
        "count a day of visits": lambda: count_day(yesterday, fingerprint="", until=now),
    }
