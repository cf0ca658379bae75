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
from garden.svg.light import light_for
from garden.vocabulary import Season, TimeOfDay
from greenhouse.site.icons import GROUND, MASKABLE_SIDE, SIDES
from greenhouse.sky import sky_now
from skills.selectors import sky as skills_seen
from social.models import Post

if TYPE_CHECKING:
    from django.http import HttpRequest

POSTS_NAMED = 1000  # in the sitemap


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /api/", "Disallow: /fragments/", ""]
    return HttpResponse("\n".join([*lines, f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]), "text/plain")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The front page, every listed project, the sky of skills and every skill in it, posts, each with its day."""
    projects = list(Project.objects.listed().only("slug", "updated_at", "last_activity_at"))
    skills = sorted(skills_seen().skills.values(), key=lambda one: one.slug)
    posts = list(Post.objects.listed(timezone.now()).only("slug", "updated_at", "published_at")[:POSTS_NAMED])
    context = {
        "site_url": settings.SITE_URL,
        "has_owner": bool(sky_now(timezone.now()).site.owner_name),
        "projects": projects,
        "skills": skills,
        "posts": posts,
        "changed_at": max([one.updated_at for one in projects] + [one.updated_at for one in posts], default=None),
        "skills_changed_at": max((one.updated_at for one in skills), default=None),
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
        "background_color": GROUND,
        "theme_color": light_for(TimeOfDay.DAY, Season.SUMMER).zenith,
        "icons": [
            {"src": static("icon.svg"), "type": "image/svg+xml", "sizes": "any"},
            *({"src": reverse("icon", args=[side]), "type": "image/png", "sizes": f"{side}x{side}"} for side in SIDES),
            {
                "src": reverse("maskable-icon"),
                "type": "image/png",
                "sizes": f"{MASKABLE_SIDE}x{MASKABLE_SIDE}",
                "purpose": "maskable",
            },
        ],
    }
    return JsonResponse(manifest, content_type="application/manifest+json")
