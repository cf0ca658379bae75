"""The garden for feed readers: Atom (RFC 4287) and JSON Feed 1.1, and a page that says how to follow it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from common.markdown import as_html
from garden import selectors
from garden.vocabulary import ActivityKind
from greenhouse.site.stories import Fact, Plant, Story, Written, stories
from greenhouse.sky import sky_now
from greenhouse.web.page_cache import CachedPage, DatedPage, cached_page, freshness_key, page_context, page_response
from social.models import Post

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from garden.models import Project

ATOM, JSON_FEED = "application/atom+xml; charset=utf-8", "application/feed+json"
STORIES: Final = 50
FACTS_READ: Final = 1500  # newest ones; a day's commits are one story
TAGS: Final = 6
TASTE: Final = 5  # of the newest stories, for those who wonder what they would get


@require_safe
def follow(request: HttpRequest) -> HttpResponse:
    """What a feed is, its address to copy, and what it told last: for people, whom a feed itself greets with XML."""
    now, version = timezone.now(), selectors.state_version()
    sky = sky_now(now, version)

    def page() -> CachedPage:
        context = page_context(sky, now)
        return CachedPage.of(render_to_string("follow.html", context | {"stories": told(now)[:TASTE]}))

    return page_response(request, cached_page(f"follow:{version}:{freshness_key(sky, now)}", page))


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """The feed as Atom. Kept: one query; else five."""
    return _feed(request, "atom", ATOM, _atom)


@require_safe
def json_feed(request: HttpRequest) -> HttpResponse:
    """The same as JSON Feed."""
    return _feed(request, "json", JSON_FEED, _json)


def told(now: datetime) -> list[Story]:
    """What the feeds tell. Three queries."""
    named = (project for project in selectors.garden_projects() if not (project.is_demo or project.anonymous))
    plants = {project.pk: _plant(project) for project in named}
    facts = [
        Fact(
            plant=plants[fact.project_id],
            kind=ActivityKind(fact.kind),
            external_id=fact.external_id,
            at=fact.occurred_at,
            title=fact.title,
            status=fact.data.get("status", ""),
        )
        for fact in selectors.newest_work(FACTS_READ)
        if fact.project_id in plants
    ]
    posts = [_written(post) for post in Post.objects.listed(now)[:STORIES]]
    return stories(facts, plants.values(), posts, limit=STORIES)


def _plant(project: Project) -> Plant:
    return Plant(
        id=project.pk,
        name=project.name,
        url=settings.SITE_URL + project.get_absolute_url(),
        description=project.description,
        planted_at=project.created_at,
        technologies=project.technologies[:TAGS],
    )


def _written(post: Post) -> Written:
    return Written(
        id=post.pk,
        title=post.title,
        words=post.words,
        html=absolute(as_html(post.text)),
        url=settings.SITE_URL + post.get_absolute_url(),
        link=post.link,
        published=post.published_at,
        updated=post.updated_at,
    )


def absolute(html: SafeString) -> SafeString:
    """Links of the site's own with the site before them, since feeds are read elsewhere."""
    return mark_safe(html.replace('href="/', f'href="{settings.SITE_URL}/'))  # noqa: S308 – it was safe before


def _feed(
    request: HttpRequest,
    name: str,
    content_type: str,
    write: Callable[[Sequence[Story], datetime, dict[str, Any]], str],
) -> HttpResponse:
    now, version = timezone.now(), selectors.state_version()
    sky = sky_now(now, version)

    def dated() -> DatedPage:
        news = told(now)
        modified = max((story.updated for story in news), default=datetime.fromtimestamp(0, UTC))
        page = CachedPage.of(write(news, modified, page_context(sky, now)))
        return DatedPage(page.plain, page.etag, modified)

    page = cached_page(f"feed:{name}:{version}:{freshness_key(sky, now)}", dated)
    return page_response(request, page, content_type)


# --- The two formats --------------------------------------------------------------------------------------------------


class _Atom(Atom1Feed):
    """Django's, with the garden's signs, and content where the others' have summaries."""

    def __init__(self, *, modified: datetime, logo: str, icon: str, **of_the_feed: Any) -> None:
        super().__init__(**of_the_feed)
        self._modified, self._logo, self._icon = modified, logo, icon

    def latest_post_date(self) -> datetime:
        return self._modified

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("icon", self._icon)
        handler.addQuickElement("logo", self._logo)

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item | {"description": None})  # the content says it all
        handler.addQuickElement("content", item["html"], {"type": "html"})


def _atom(news: Sequence[Story], modified: datetime, context: dict[str, Any]) -> str:
    feed = _Atom(
        title=_title(context),
        link=context["site_url"] + reverse("garden"),
        description=_about(context),
        subtitle=_about(context),
        language="en",
        feed_url=context["site_url"] + reverse("feed-atom"),
        feed_guid=context["site_url"] + reverse("feed-atom"),
        author_name=context["owner_name"] or context["site_name"],
        author_link=context["site_url"] + reverse("garden"),
        modified=modified,
        logo=context["site_url"] + reverse("garden-picture"),
        icon=context["site_url"] + reverse("favicon"),
    )
    for story in news:
        feed.add_item(
            title=story.title,
            link=story.url,
            description="",
            unique_id=story.id.urn,
            pubdate=story.published,
            updateddate=story.updated,
            categories=story.tags,
            html=str(story.html),
        )
    return str(feed.writeString("utf-8"))


def _json(news: Sequence[Story], _modified: datetime, context: dict[str, Any]) -> str:
    home = context["site_url"] + reverse("garden")
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(context),
        "description": _about(context),
        "home_page_url": home,
        "feed_url": context["site_url"] + reverse("feed-json"),
        "icon": context["site_url"] + reverse("icon", args=[512]),
        "favicon": context["site_url"] + reverse("icon", args=[192]),
        "language": "en",
        "authors": [{"name": context["owner_name"] or context["site_name"], "url": home}],
        "items": [
            {
                "id": story.id.urn,
                "url": story.url,
                "title": story.title,
                "content_html": str(story.html),
                "date_published": story.published.isoformat(),
                "date_modified": story.updated.isoformat(),
                **({"tags": list(story.tags)} if story.tags else {}),
            }
            for story in news
        ],
    }
    return json.dumps(feed, ensure_ascii=False)


def _title(context: dict[str, Any]) -> str:
    owner, site = context["owner_name"], context["site_name"]
    return f"{owner} · {site}" if owner else str(site)


def _about(context: dict[str, Any]) -> str:
    return (
        f"What happens in {context['site_name']}: work by the day, releases, deployments, new plants and short posts."
    )
