"""The console's page of README cards: each as it looks now, and the lines to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.response import TemplateResponse
from django.urls import reverse

from garden.models import Project
from greenhouse.site.snippets import Snippet, twin

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def share(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The cards of the garden, of the week and of one public plant. One query."""
    plants = list(Project.objects.listed().order_by("name").only("slug", "name"))
    chosen = next((plant for plant in plants if plant.slug == request.GET.get("plant")), plants[0] if plants else None)
    garden = reverse("garden")
    snippets = [
        _snippet("The garden", reverse("garden-card"), garden),
        _snippet("The week", reverse("week-card"), garden),
    ]
    if chosen:
        address = reverse("plant-card", args=[chosen.slug])
        snippets.append(_snippet(chosen.name, address, chosen.get_absolute_url()))
    return TemplateResponse(
        request,
        "admin/share.html",
        context | {"title": "Cards", "snippets": snippets, "plants": plants, "chosen": chosen},
    )


def _snippet(name: str, card: str, page: str) -> Snippet:
    site = settings.SITE_URL
    return Snippet(name, card=site + card, dark_card=site + twin(card, "dark"), page=site + page)
