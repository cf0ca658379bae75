"""The front page: the garden in 2D, the list of its plants, and what happened lately."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from garden import plant_views, selectors
from garden.models import GardenEvent, Project, ProjectMedia
from garden.svg import forms, garden_svg
from garden.vocabulary import EventType, GrowthStage, PlantType, ProjectStatus
from greenhouse.site.cards import card, drawn
from greenhouse.site.for_visitor import page_for
from greenhouse.site.happenings import Happening, PageName, PlantName, happenings, wrote
from greenhouse.site.listing import Listing, Search, listing, own_forms
from greenhouse.site.metadata import share_of_garden
from greenhouse.site.skill_page import stars_shown
from greenhouse.site.weather_panel import weather_panel
from greenhouse.site.work import DayOfWork, sentences
from greenhouse.sky import Sky, sky_now
from greenhouse.web.page_cache import (
    KEPT_SECONDS,
    CachedPage,
    cached_page,
    freshness_key,
    page_context,
    page_response,
    pages,
)
from social.models import Post
from social.selectors import elsewhere

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from garden.engine.plants import PlantView
    from greenhouse.site.cards import Card

FEATURED_SHOWN: Final = 3
HAPPENINGS_SHOWN: Final = 8
HAPPENINGS_READ: Final = 120  # events
LATELY: Final = timedelta(days=90)
NEWS: Final = (  # growth and levels are seen in the garden; what is told is what somebody did
    EventType.SEED_PLANTED,
    EventType.COMMIT_PUSHED,
    EventType.DEPLOYMENT,
    EventType.VISITOR_INTERACTION,
)


@require_safe
def garden(request: HttpRequest) -> HttpResponse:
    """The front page. Kept: one query; else a constant number."""
    now, version = timezone.now(), selectors.state_version()
    sky, search = sky_now(now, version), Search.from_query(request.GET)
    key = "" if search else f"page:garden:{version}:{freshness_key(sky, now)}"
    if search:  # anyone can make up searches without end: they are not kept
        page = CachedPage.of(_garden_page(version, sky, now, search))
    else:
        page = cached_page(key, lambda: _garden_page(version, sky, now, search))
    return page_for(request, page, key, sky, now)


def _garden_page(version: int, sky: Sky, now: datetime, search: Search) -> str:
    plants = plant_views.drawn_plants()
    page, posts_elsewhere = page_context(sky, now), elsewhere(now)
    context = (
        page
        | stars_shown()
        | {
            "share": share_of_garden(page, len(plants)),
            "version": version,
            "drawing": _drawing(plants, version, sky, butterflies=len(posts_elsewhere)),
            **_list([plant.id for plant in plants], sky, now, search),
            "plant_types": [kind for kind in PlantType if any(plant.plant_type == kind for plant in plants)],
            "stages": [stage for stage in GrowthStage if any(plant.growth_stage == stage for plant in plants)],
            "featured": featured(plants, now),
            "archive": list(Project.objects.listed().filter(status=ProjectStatus.ARCHIVED).only("slug", "name")),
            "happenings": lately(plants, sky, now),
            "elsewhere": posts_elsewhere,
            "weather": sky.weather,
            "panel": weather_panel(sky.weather),
        }
    )
    return render_to_string("garden.html", context)


def _list(plants: Sequence[UUID], sky: Sky, now: datetime, search: Search) -> dict[str, Any]:
    """What `fragments/plants.html` needs."""
    page = listing(plants, search, now)
    return {"listing": page, "search": page.search, "forms": _forms(page, sky)}


def _forms(page: Listing, sky: Sky) -> str:
    """The forms that the list shows and the garden's picture does not."""
    if not page.forms:
        return ""
    sheet = forms(
        [drawn(project) for project in page.forms],
        season=sky.season,
        time_of_day=sky.time_of_day,
        weather_type=sky.weather_type,
        precipitation=sky.precipitation,
        prefix="f",
    )
    return mark_safe(sheet)  # noqa: S308 – drawn here; slugs in it are escaped by garden.svg


@require_safe
def plants(request: HttpRequest) -> HttpResponse:
    """A page of the list by itself, for open pages of gardens too large to be searched without asking.

    Three queries.
    """
    now, version = timezone.now(), selectors.state_version()
    sky, standing = sky_now(now, version), list(selectors.shown_in_order().values_list("pk", flat=True))
    context = _list(standing, sky, now, Search.from_query(request.GET))
    return page_response(request, CachedPage.of(render_to_string("fragments/plants.html", context)))


def _drawing(plants: Sequence[PlantView], version: int, sky: Sky, *, butterflies: int) -> str:
    """The garden in 2D, kept by version: drawing it is the dearest part of the page."""
    key = f"drawing:{version}:{sky.season}:{sky.time_of_day}:{sky.weather_type}:{sky.precipitation}:{butterflies}"
    svg: str | None = pages.get(key)
    if svg is None:
        svg = garden_svg(
            [drawn(plant) for plant in plants],
            season=sky.season,
            time_of_day=sky.time_of_day,
            weather_type=sky.weather_type,
            precipitation=sky.precipitation,
            own_forms=own_forms(len(plants)),
            butterflies=butterflies,
        )
        pages.set(key, svg, KEPT_SECONDS)
    return mark_safe(svg)  # noqa: S308 – drawn here; names in it are escaped by garden.svg


def featured(plants: Sequence[PlantView], now: datetime) -> list[tuple[Card, ProjectMedia | None]]:
    """What the owner wants to be seen first, each with its first picture if it has one. Two queries, or none."""
    first = [one.id for one in plants if one.featured and not one.anonymous][:FEATURED_SHOWN]
    chosen = selectors.shown_projects(first) if first else []
    if not chosen:
        return []
    pictures: dict[UUID, ProjectMedia] = {}
    for media in ProjectMedia.objects.filter(project__in=chosen).exclude(image=""):
        pictures.setdefault(media.project_id, media)
    pictured = {plant.id for plant in plants[: own_forms(len(plants))]}
    return [(card(one, now, in_picture=one.pk in pictured), pictures.get(one.pk)) for one in chosen]


def lately(plants: Iterable[PlantView], sky: Sky, now: datetime) -> list[Happening]:
    """What was made and planted lately in the plants that stand, and what the owner wrote, the newest first.

    Four queries.
    """
    days = [
        DayOfWork(str(one["project_id"]), one["kind"], one["number"], one["by_owner"], one["at"], one["title"])
        for one in selectors.work_by_day(now - LATELY, HAPPENINGS_SHOWN, until=now)
    ]
    events = list(GardenEvent.objects.filter(event_type=EventType.SEED_PLANTED).order_by("-seq")[:HAPPENINGS_READ])
    names = _names(plants, {*(day.project_id for day in days), *_plants_of(events)})
    planted = happenings(events, names, {}, limit=HAPPENINGS_SHOWN)
    posts = _posts(Post.objects.listed(now)[:HAPPENINGS_SHOWN])
    lines = [*sentences(days, names, sky.site.owner_name), *planted, *posts]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:HAPPENINGS_SHOWN]


def news_since(plants: Iterable[PlantView], seq: int) -> list[Happening]:
    """What the outbox tells of work, plantings and visitors after the event of that `seq`, and posts. Two queries."""
    events = list(GardenEvent.objects.filter(event_type__in=NEWS, seq__gt=seq).order_by("-seq")[:HAPPENINGS_READ])
    posts = _posts(Post.objects.listed(timezone.now()).filter(seq__gt=seq)[:HAPPENINGS_READ])
    return happenings(events, _names(plants, _plants_of(events)), {}, posts, limit=HAPPENINGS_READ)


def _posts(posts: Iterable[Post]) -> list[Happening]:
    return [wrote(post.seq, post.published_at, PageName(post.words, post.get_absolute_url())) for post in posts]


def _plants_of(events: Iterable[GardenEvent]) -> set[str]:
    return {str(event.data.get("project_id")) for event in events}


def _names(plants: Iterable[PlantView], told_of: Collection[str]) -> dict[str, PlantName]:
    """Of those that are told of, by id: the others of a garden of thousands need no address."""
    return {key: _plant_name(plant) for plant in plants if (key := str(plant.id)) in told_of}


def _plant_name(plant: PlantView) -> PlantName:
    if plant.anonymous:
        return PlantName(f"{plant.name[:1].lower()}{plant.name[1:]}", "", plant.plant_type, str(plant.id))
    return PlantName(plant.name, reverse("project", args=[plant.slug]), plant.plant_type)
