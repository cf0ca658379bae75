"""What crawlers and home screens ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from garden.models import Project
from greenhouse.state import sky_now
from skills.selectors import sky as skills_seen

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /api/", "Disallow: /fragments/", ""]
    return HttpResponse("\n".join([*lines, f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]), "text/plain")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The front page, every listed project, the sky of skills and every skill in it."""
    context = {
        "site_url": settings.SITE_URL,
        "projects": Project.objects.listed().only("slug", "updated_at"),
        "has_owner": bool(sky_now(timezone.now()).site.owner_name),
        "skills": sorted(skills_seen().skills.values(), key=lambda one: one.slug),
    }
    return HttpResponse(render_to_string("sitemap.xml", context), "application/xml")


@require_safe
def webmanifest(request: HttpRequest) -> JsonResponse:
    """How the site looks on a home screen."""
    site_name = sky_now(timezone.now()).site.site_name
    manifest = {
        "name": site_name,
        "short_name": site_name,
        "start_url": reverse("garden"),
        "display": "minimal-ui",
        "background_color": "#f8f7f0",
        "theme_color": "#2f7fd6",
        "icons": [{"src": static("icon.svg"), "type": "image/svg+xml", "sizes": "any"}],
    }
    return JsonResponse(manifest, content_type="application/manifest+json")
