"""What is shown of the garden elsewhere: pictures for links, cards for READMEs, the drawing itself.

The same for everyone and kept as bytes: hot (`greenhouse/hot_routes.py`), and in the cache for other processes. What
belongs to an unlisted plant is private, as its page is.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.words import ago, count
from garden import plant_views, selectors
from garden.models import Project
from garden.svg import garden_svg
from greenhouse.site.cards import drawn
from greenhouse.site.lettering import known
from greenhouse.site.listing import own_forms
from greenhouse.site.readme_cards import DARK, LIGHT, Tended, Theme, Week, garden_card, plant_card, week_card
from greenhouse.site.share_pictures import HEIGHT, WIDTH, Above, garden_picture, plant_picture
from greenhouse.site.snippets import DARK_TWIN
from greenhouse.site.words import stage_words
from greenhouse.sky import sky_now
from greenhouse.web.page_cache import (
    CachedPage,
    cached_page,
    freshness_key,
    keep_out_of_indexes,
    page_context,
    page_response,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from greenhouse.sky import Sky

PNG, SVG = "image/png", "image/svg+xml"
PROXY_SECONDS: Final = 300  # image proxies and chats keep what they were given for so long, then ask with its ETag
KEPT_ELSEWHERE: Final = f"public, max-age={PROXY_SECONDS}"
WEEK: Final = timedelta(days=6)  # before today
THEMES: Final = {"light": LIGHT, "dark": DARK}


# --- Pictures for links -----------------------------------------------------------------------------------------------


@require_safe
def garden_png(request: HttpRequest) -> HttpResponse:
    """The garden's picture for links. Kept: one query; else a constant number."""
    now, version = timezone.now(), selectors.state_version()
    sky = sky_now(now, version)
    page = _kept("og", version, sky, now, lambda: _garden_png(sky, now))
    return page_response(request, page, PNG, cache_control=KEPT_ELSEWHERE)


def _garden_png(sky: Sky, now: datetime) -> bytes:
    plants = plant_views.drawn_plants()
    context = page_context(sky, now)
    host = urlsplit(context["site_url"]).hostname or ""
    title = next((name for name in (_title(context), context["site_name"], host) if known(name)), "")
    svg = garden_picture(
        [drawn(plant) for plant in plants],
        above(sky),
        title=title,
        facts=_facts(len(plants), sky),
        own_forms=own_forms(len(plants)),
    )
    return _photograph(svg)


@require_safe
def plant_png(request: HttpRequest, slug: str) -> HttpResponse:
    """A plant's picture for links to its page. Two queries."""
    project, now, version = _reachable(slug), timezone.now(), selectors.state_version()
    sky = sky_now(now, version)
    page = _kept(f"og:{project.pk}", version, sky, now, lambda: _plant_png(project, sky, now))
    return _as_its_page(project, page_response(request, page, PNG, cache_control=KEPT_ELSEWHERE))


def _plant_png(project: Project, sky: Sky, now: datetime) -> bytes:
    label = stage_words(project.stage_label)
    svg = plant_picture(
        drawn(project),
        above(sky),
        eyebrow=f"{label[:1].upper()}{label[1:]} · {project.genome.variant}",
        description=project.description,
        facts=_facts_of(project, now),
        whose=f"In {_title(page_context(sky, now))}",
    )
    return _photograph(svg)


def _photograph(svg: str) -> bytes:
    from greenhouse.site import raster  # with the first picture, as it brings Pillow and ThorVG along (4 MB)

    return raster.photograph(svg, WIDTH, HEIGHT)


# --- The drawing ------------------------------------------------------------------------------------------------------


@require_safe
def garden_drawing(request: HttpRequest) -> HttpResponse:
    """The drawing of the garden by itself. Kept: one query; else two."""
    now, version = timezone.now(), selectors.state_version()
    sky = sky_now(now, version)
    page = _kept("drawing-alone", version, sky, now, lambda: _drawing(sky, now))
    return page_response(request, page, SVG, cache_control=KEPT_ELSEWHERE)


def _drawing(sky: Sky, now: datetime) -> str:
    plants, sees = plant_views.drawn_plants(), above(sky)
    return garden_svg(
        [drawn(plant) for plant in plants],
        **sees.parts,
        links=False,
        title=_title(page_context(sky, now)),
        own_forms=own_forms(len(plants)),
    )


# --- Cards ------------------------------------------------------------------------------------------------------------


@require_safe
def garden_card_svg(request: HttpRequest, theme: str = "light") -> HttpResponse:
    """The garden's card. Kept: one query; else two."""
    return _card(request, f"garden:{theme}", lambda sky, now: card_of_garden(THEMES[theme], sky, now))


@require_safe
def week_card_svg(request: HttpRequest, theme: str = "light") -> HttpResponse:
    """The card of the last seven days. Kept: one query; else three."""
    return _card(request, f"week:{theme}", lambda sky, now: card_of_week(THEMES[theme], sky, now))


@require_safe
def plant_card_svg(request: HttpRequest, slug: str) -> HttpResponse:
    """A plant's card, or its dark twin where the name ends so. Two queries, or three."""
    project, theme = Project.objects.reachable().filter(slug=slug).first(), "light"
    if project is None:
        project, theme = _reachable(slug.removesuffix(DARK_TWIN)), "dark"
    return _as_its_page(
        project,
        _card(request, f"{project.pk}:{theme}", lambda sky, now: card_of_plant(project, THEMES[theme], sky, now)),
    )


def card_of_garden(theme: Theme, sky: Sky, now: datetime) -> str:
    """The garden as it is now. One query."""
    plants = plant_views.drawn_plants()
    return garden_card(
        [drawn(plant) for plant in plants],
        above(sky),
        theme,
        title=_title(page_context(sky, now)),
        facts=_facts(len(plants), sky),
        own_forms=own_forms(len(plants)),
    )


def card_of_week(theme: Theme, sky: Sky, now: datetime) -> str:
    """The last seven UTC days. Two queries."""
    return week_card(week(now), above(sky), theme, title=f"This week in {_title(page_context(sky, now))}")


def card_of_plant(project: Project, theme: Theme, sky: Sky, now: datetime) -> str:
    """A plant as it is now. No query."""
    return plant_card(
        drawn(project),
        above(sky),
        theme,
        growth=project.growth_factor,
        description=project.description,
        facts=_facts_of(project, now),
    )


def week(now: datetime) -> Week:
    """What was committed on the last seven UTC days. Two queries."""
    today = now.astimezone(UTC).date()
    by_day: Counter[Any] = Counter()
    by_plant: Counter[Any] = Counter()
    for plant, day, commits in selectors.commits_by_day(today - WEEK, today):
        by_day[day] += commits
        by_plant[plant] += commits
    projects = Project.objects.in_garden().in_bulk(list(by_plant))
    tended = [Tended(drawn(projects[pk]), commits) for pk, commits in by_plant.items() if pk in projects]
    days = [today - WEEK + timedelta(days=passed) for passed in range(WEEK.days + 1)]
    return Week([(day, by_day[day]) for day in days], sorted(tended, key=lambda one: (-one.commits, one.plant.slug)))


# --- What they share --------------------------------------------------------------------------------------------------


def above(sky: Sky) -> Above:
    """The sky as the pictures take it."""
    return Above(sky.season, sky.time_of_day, sky.weather_type, sky.precipitation)


def _title(context: dict[str, Any]) -> str:
    """Whose garden it is: "Ada’s garden", or the site's name where nobody said."""
    owner: str = context["owner_name"]
    return f"{owner}’s garden" if owner else str(context["site_name"])


def _facts(standing: int, sky: Sky) -> str:
    plants = count(standing, "plant") if standing else "nothing planted yet"
    place = f" in {sky.place}" if sky.place else ""
    return f"{plants} · {above(sky).words}{place}"


def _facts_of(project: Project, now: datetime) -> str:
    tended = f"tended {ago(project.last_activity_at, now)}" if project.last_activity_at else "not tended yet"
    return f"{count(project.commit_count, 'commit')} · {tended}"


def _reachable(slug: str) -> Project:
    project = Project.objects.reachable().filter(slug=slug).first()
    if project is None:
        raise Http404("no such plant")
    return project


def _as_its_page(project: Project, response: HttpResponse) -> HttpResponse:
    """What shows an unlisted plant is kept by nobody and out of indexes."""
    return response if project.listed else keep_out_of_indexes(response)


def _card(request: HttpRequest, name: str, write: Callable[[Sky, datetime], str]) -> HttpResponse:
    now, version = timezone.now(), selectors.state_version()
    sky = sky_now(now, version)
    page = _kept(f"card:{name}", version, sky, now, lambda: write(sky, now))
    return page_response(request, page, SVG, cache_control=KEPT_ELSEWHERE)


def _kept(name: str, version: int, sky: Sky, now: datetime, write: Callable[[], str | bytes]) -> CachedPage:
    return cached_page(f"{name}:{version}:{freshness_key(sky, now)}", write)
