"""The pages of words: about the owner, and their CV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.markdown import as_html
from garden.models import Project
from garden.vocabulary import ProjectStatus
from greenhouse.site.metadata import share_of_owner
from greenhouse.site.project_page import picture
from greenhouse.site.skill_page import skills_context
from greenhouse.sky import Sky, sky_now
from greenhouse.web.page_cache import CachedPage, page_context, page_response

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECTS_SHOWN: Final = 6  # on either page; the garden has them all


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The owner: in their own words, and by what they make. Two queries."""
    now = timezone.now()
    sky = _sky_with_owner(now)
    page = page_context(sky, now)
    context = page | {
        "share": share_of_owner(page),
        "story": as_html(sky.site.about),
        "projects": [(project, picture(project, sky)) for project in _projects()],
    }
    return page_response(request, CachedPage.of(render_to_string("about.html", context)))


@require_safe
def cv(request: HttpRequest) -> HttpResponse:
    """The owner's CV, made to be printed: their own words, then skills and projects as the garden knows them."""
    now = timezone.now()
    sky = _sky_with_owner(now)
    context = page_context(sky, now) | skills_context(now) | {"story": as_html(sky.site.cv), "projects": _projects()}
    return page_response(request, CachedPage.of(render_to_string("cv.html", context)))


def _sky_with_owner(now: Any) -> Sky:
    """The sky over a page that is about the owner. 404 where nobody said who that is."""
    sky = sky_now(now)
    if not sky.site.owner_name:
        raise Http404("nobody said who the owner is")
    return sky


def _projects() -> Sequence[Project]:
    """What the owner wants to be known for, else of their own work what has grown most.

    One query; the repositories are a second.
    """
    standing = Project.objects.in_garden().filter(is_demo=False)
    theirs = (standing.filter(status=ProjectStatus.FEATURED) | standing.own_work()).prefetch_related("sources")
    featured = [project for project in theirs if project.status == ProjectStatus.FEATURED]
    return (featured or list(theirs))[:PROJECTS_SHOWN]
