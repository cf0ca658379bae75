"""What a visitor can do here, as plain forms: water a plant, plant a seed, and find that seed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from common import validators
from garden import planting, services
from garden.engine.genome import visual_growth
from garden.models import Project
from garden.svg import plant_svg
from garden.vocabulary import InteractionKind, PlantType, ProjectStatus, stage_label
from greenhouse.site.project_page import picture
from greenhouse.site.refusals import over_limit, said
from greenhouse.site.words import stage_words
from greenhouse.sky import sky_now
from greenhouse.web.page_cache import CachedPage, keep_out_of_indexes, page_context, page_response
from greenhouse.web.same_site import form_of, from_this_site
from visitors import seeds
from visitors.selectors import ticket_of, working_days
from visitors.services import plant_seed, visitor_of

if TYPE_CHECKING:
    from visitors.models import SeedTicket

CONFLICT: Final = 409


class SeedForm(forms.Form):
    """An idea for a project."""

    name = forms.CharField(
        max_length=planting.MAX_SEED_NAME,
        validators=[validators.name],
        error_messages={"required": "A seed needs a name."},
    )
    description = forms.CharField(max_length=planting.MAX_SEED_WORDS, required=False, validators=[validators.printable])


# --- Watering ---------------------------------------------------------------------------------------------------------


@form_of("project")
def water(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a plant water, once a day and visitor; who asked not to be counted is thanked all the same."""
    project = get_object_or_404(Project.objects.reachable(), slug=slug)
    if refusal := over_limit(request, "interaction"):
        return refusal
    now = timezone.now()
    visitor = None if request.user.is_staff else visitor_of(request, now=now)
    try:
        services.interact(project=project, kind=InteractionKind.WATER, visitor=visitor, now=now)
    except services.InteractionRefused:
        return said(CONFLICT, "This plant takes no water.", "It rests in the archive, or stands apart.")
    return HttpResponseRedirect(reverse("watered", args=[slug]), status=303)


@require_safe
def watered(request: HttpRequest, slug: str) -> HttpResponse:
    """Thanks, and the way back to the plant."""
    project = get_object_or_404(Project.objects.reachable(), slug=slug)
    now = timezone.now()
    sky = sky_now(now)
    context = page_context(sky, now) | {"project": project, "picture": picture(project, sky)}
    response = page_response(request, CachedPage.of(render_to_string("watered.html", context)))
    return keep_out_of_indexes(response)


# --- Seeds ------------------------------------------------------------------------------------------------------------


@from_this_site
def sow(request: HttpRequest) -> HttpResponse:
    """The form for a seed; sent, it leads to the seed's private address."""
    form = SeedForm(request.POST or None)
    if request.method != "POST":
        return page_response(request, CachedPage.of(_sowing(form)))
    if refusal := over_limit(request, "seeds"):
        return refusal
    if not form.is_valid():
        return HttpResponse(_sowing(form), status=400)
    try:
        key = plant_seed(**form.cleaned_data, now=timezone.now()).key
    except planting.SeedBedFull:
        message = "Many seeds wait for the gardener already. Please come back in some days."
        return said(CONFLICT, "The seed bed is full.", message)
    return HttpResponseRedirect(reverse("seed", args=[key]), status=303)


def _sowing(form: SeedForm) -> str:
    now = timezone.now()
    return render_to_string("sow.html", page_context(sky_now(now), now) | {"form": form})


@require_safe
def seed(request: HttpRequest, key: str) -> HttpResponse:
    """A visitor's own seed, for whoever has its address.

    It says what the visitor said. What the owner made of it stands here only where everyone sees it.
    """
    ticket = ticket_of(key)
    if ticket is None:
        raise Http404("no such seed")
    now = timezone.now()
    context = page_context(sky_now(now), now) | _of_seed(ticket) | {"address": request.build_absolute_uri()}
    response = HttpResponse(render_to_string("seed.html", context))
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _of_seed(ticket: SeedTicket) -> dict[str, Any]:
    days = working_days(ticket.planted_at)
    kind = PlantType(ticket.plant_type)
    stage, progress = seeds.grown(days)
    label = stage_words(stage_label(kind, stage))
    drawing = plant_svg(
        ticket.genome, visual_growth(stage, progress, kind), title=f"{ticket.name}: {label}", prefix=f"s{ticket.pk}"
    )
    project = ticket.project
    return {
        "ticket": ticket,
        "days": days,
        "stage": label,
        "picture": mark_safe(drawing),  # noqa: S308 – drawn here; the name in it is escaped by garden.svg
        "waiting": project is not None and project.status == ProjectStatus.PROPOSED,
        "plant": project if project is not None and project.listed and project.shown else None,
    }
