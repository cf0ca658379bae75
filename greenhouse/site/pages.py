"""The public pages beside the front page, as HTML that needs no JavaScript: a plant, its pictures, the skills."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from garden import selectors
from garden.models import Project, ProjectMedia
from garden.vocabulary import Visibility
from greenhouse.site.metadata import share_of_project
from greenhouse.site.project_page import project_context
from greenhouse.site.skill_page import skill_context, skills_context
from greenhouse.sky import sky_now
from greenhouse.web.page_cache import CachedPage, keep_out_of_indexes, page_context, page_response
from greenhouse.web.static_files import media_response
from owner.models import Site

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase


@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """A plant's own page. Unlisted ones open to those who know the address, and are kept out of indexes."""
    found = Project.objects.reachable().filter(slug=slug).prefetch_related("media", "sources").first()
    if found is None:
        raise Http404("no such plant")
    now, version = timezone.now(), selectors.state_version()
    sky = sky_now(now, version)
    page = page_context(sky, now)
    context = (
        page
        | project_context(found, sky, now)
        | {
            "share": share_of_project(found, page),
            "version": version,
            "listed": found.visibility == Visibility.PUBLIC,
        }
    )
    response = page_response(request, CachedPage.of(render_to_string("project.html", context)))
    return response if context["listed"] else keep_out_of_indexes(response)


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture of the owner, or of a project that the asker may see: on its page, or in the console."""
    may_see = Q(project__in=Project.objects.reachable())
    if request.user.has_perm("garden.view_project"):
        may_see = Q() if request.user.is_superuser else Q(project__in=Project.objects.open_to_helpers())
    shown = ProjectMedia.objects.filter(may_see, image=path).first()
    portrait = None if shown else Site.objects.filter(portrait=path).first()
    file = shown.image if shown else portrait.portrait if portrait else None
    response = media_response(Path(file.path), request) if file else None
    if response is None:
        raise Http404("no such picture")
    response.headers["Cache-Control"] = "private, no-cache"  # the project may be hidden tomorrow
    return response


# --- Skills -----------------------------------------------------------------------------------------------------------


@require_safe
def skills(request: HttpRequest) -> HttpResponse:
    """The sky of skills: a star map, and the same as a list. Three queries."""
    now = timezone.now()
    context = page_context(sky_now(now), now) | skills_context(now)
    return page_response(request, CachedPage.of(render_to_string("skills.html", context)))


@require_safe
def skill(request: HttpRequest, slug: str) -> HttpResponse:
    """A skill's own page: where it is used, how it was practised, where its level comes from. Four queries."""
    now = timezone.now()
    sky = sky_now(now)
    found = skill_context(slug, sky, now)
    if found is None:
        raise Http404("no such skill")
    return page_response(request, CachedPage.of(render_to_string("skill.html", page_context(sky, now) | found)))
