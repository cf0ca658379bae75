"""The fragments by which open pages follow the garden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from garden import plant_views, selectors
from garden.event_types import EVENTS
from garden.svg import radius_of, redrawn
from garden.vocabulary import EventType
from greenhouse.site.cards import card, drawn
from greenhouse.site.front_page import lately, news_since
from greenhouse.site.listing import own_forms
from greenhouse.site.weather_panel import weather_panel
from greenhouse.sky import Sky, sky_now
from greenhouse.web.page_cache import CachedPage, cached_page, freshness_key, page_response
from owner.services import SITE

if TYPE_CHECKING:
    from datetime import datetime

    from garden.models import GardenEvent, Project

HAPPENINGS_IN_A_NOTE: Final = 4
CHANGES_AT_ONCE: Final = 200  # events; a browser that missed more loads the page again
SAME_FOR_MANY: Final = 20  # events: open pages ask from nearly the same seq, so their answers are worth keeping
MOVES_ISLAND: Final = frozenset(event_type for event_type, event in EVENTS.items() if event.moves_island)


def is_seq(text: str) -> bool:
    """Whether a text is a number that the database can compare."""
    return text.isascii() and text.isdigit() and len(text) < 19


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What an open front page needs to catch up from `since`: cards, drawings, happenings.

    205 where it had better load the page again: it was away too long, or a plant came or went and the island changed.
    """
    asked = request.GET.get("since", "")
    if not is_seq(asked):
        return HttpResponseBadRequest("since must be the seq of an event")
    since, now, version = int(asked), timezone.now(), selectors.state_version()
    sky = sky_now(now, version)
    if since < selectors.seq_range()[0] - 1 or since > version:
        return HttpResponse(status=205)
    if version - since > SAME_FOR_MANY:
        page = CachedPage.of(_changes(since, sky, now))
    else:
        key = f"page:changes:{since}:{version}:{freshness_key(sky, now)}"
        page = cached_page(key, lambda: _changes(since, sky, now))
    return page_response(request, page) if page.plain else HttpResponse(status=205)


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """What a visitor who was here before has missed since, for a note; 204 where there is nothing to tell."""
    asked = request.GET.get("since", "")
    if not is_seq(asked):
        return HttpResponseBadRequest("since must be the seq of an event")
    since, version = int(asked), selectors.state_version()  # as a number: 7 and 007 are one page
    page = cached_page(f"page:news:{since}:{version}", lambda: _news(since))
    return page_response(request, page) if page.plain else HttpResponse(status=204)


def _news(since: int) -> str:
    """The newest lines and how many more there are; empty without any."""
    lines = news_since(plant_views.drawn_plants(), since)
    if not lines:
        return ""
    shown = lines[:HAPPENINGS_IN_A_NOTE]
    return render_to_string("fragments/news.html", {"happenings": shown, "further": len(lines) - len(shown)})


def _changes(since: int, sky: Sky, now: datetime) -> str:
    """The fragment, or nothing where the page had better be loaded again."""
    events = selectors.events_since(since, CHANGES_AT_ONCE + 1, altering=True)
    plants = plant_views.drawn_plants()
    if len(events) > CHANGES_AT_ONCE or any(_alters_the_page(event) for event in events):
        return ""
    touched = {str(event.data.get("project_id")) for event in events}
    own, radius = {plant.id for plant in plants[: own_forms(len(plants))]}, radius_of(map(drawn, plants))
    changed = selectors.shown_projects([plant.id for plant in plants if str(plant.id) in touched])
    version = events[-1].seq if events else since
    context = {
        "version": version,
        "changed": [
            (card(project, now), *_redrawn(project, len(plants), radius, version, sky, own_form=project.pk in own))
            for project in changed
        ],
        "happenings": lately(plants, sky, now),
        "now": now,
        "sky": sky,
        "place": sky.place,
        "announcement": sky.announcement,
        "panel": weather_panel(sky.weather),
    }
    return render_to_string("fragments/changes.html", context)


def _alters_the_page(event: GardenEvent) -> bool:
    """Whether more than what a fragment holds changed: plants came or went, or the owner said who they are."""
    return event.event_type in MOVES_ISLAND or (
        event.event_type == EventType.STATE_REFRESHED and event.data.get("component") == SITE
    )


def _redrawn(
    project: Project, plants: int, radius: float, version: int, sky: Sky, *, own_form: bool
) -> tuple[SafeString, SafeString]:
    """The plant's shadow and form as the garden's picture shows them now."""
    shadow, form = redrawn(
        drawn(project),
        plants=plants,
        radius=radius,
        season=sky.season,
        time_of_day=sky.time_of_day,
        weather_type=sky.weather_type,
        precipitation=sky.precipitation,
        prefix=f"v{version}{project.pk.hex[:6]}",
        own_form=own_form,
    )
    return mark_safe(shadow), mark_safe(form)  # noqa: S308 – drawn here, of numbers and colours alone
