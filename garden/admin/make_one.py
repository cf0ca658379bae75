"""The page that asks whether two plants shall be one, which nobody can take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from garden import merging
from garden.admin.plant_columns import portrait

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from garden.admin.base import ConsoleAdmin as Base
else:
    Base = object

OFFERED = 8  # plants: each is drawn


class MakeOnePage(Base):
    """Two plants side by side, the likely twin chosen beforehand, and what becomes of both. Of the page of projects."""

    def make_one_urls(self) -> list[URLPattern]:
        """Its address."""
        page = self.admin_site.admin_view(self.make_one_page)
        return [path("<uuid:pk>/make-one/", page, name="garden_project_make_one")]

    def make_one_page(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Ask, with the plants that may be meant; given the other, make one plant of both."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        plant = get_object_or_404(self.get_queryset(request), pk=pk)
        partners = merging.partners(plant, among=self.get_queryset(request))
        asked = (request.POST if request.method == "POST" else request.GET).get("with", "")
        named = [one for one in partners if str(one.project.pk) == asked]
        if request.method == "POST" and named:
            into, other = sorted((plant, named[0].project), key=lambda one: (one.planted_date, one.pk))
            try:
                merging.merge(into=into, other=other, now=timezone.now())
            except merging.MergeRefused as refused:
                messages.warning(request, str(refused))
            else:
                had = f"“{into}” has now all that “{other}” had but its visits"
                messages.success(request, f"{had}, each commit once, and lives where both did.")
                return HttpResponseRedirect(reverse("admin:garden_project_change", args=[into.pk]))
        elif request.method == "POST":
            messages.warning(request, "Choose the plant that is the same project.")
        elif asked and not named:
            messages.warning(request, self._why_not(request, plant, asked))
        offered = [*named, *(one for one in partners if one not in named)][:OFFERED]
        chosen = named[:1] or [one for one in offered[:1] if one.likely]
        context = {
            **self.admin_site.each_context(request),
            "title": "Make one plant of two",
            "opts": self.opts,
            "plant": plant,
            "portrait": portrait(plant),
            "offered": [
                {"partner": one, "portrait": portrait(one.project), "chosen": one in chosen} for one in offered
            ],
            "left_out": len(partners) - len(offered),
        }
        return TemplateResponse(request, "admin/make_one.html", context)

    def _why_not(self, request: HttpRequest, plant: Any, asked: str) -> str:
        """Why the plant that was asked for cannot be made one with this."""
        other = next((one for one in self.get_queryset(request) if str(one.pk) == asked), None)
        return (other and merging.obstacle(plant, other)) or merging.NO_TWO
