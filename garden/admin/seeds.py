"""The seeds that visitors proposed, each with its answer beside it, and one button for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from common.words import count
from garden import planting
from garden.models import Project
from garden.vocabulary import ProjectStatus

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from garden.admin.base import ConsoleAdmin as Base
else:
    Base = object

SEEDS_SHOWN: Final = 100  # at a time, the newest first
YES, NO, LATER = "yes", "no", "later"


class SeedsPage(Base):
    """Every seed that waits, with yes, no and later. Of the page of projects."""

    def seeds_urls(self) -> list[URLPattern]:
        """Its address."""
        return [path("seeds/", self.admin_site.admin_view(self.seeds_page), name="garden_project_seeds")]

    def seeds_page(self, request: HttpRequest) -> HttpResponse:
        """The seeds; given answers, let in, let go and leave. Only who may delete lets go."""
        if not self.may_act(request):
            raise PermissionDenied
        may_decline = self.has_delete_permission(request)
        waiting = self.get_queryset(request).filter(status=ProjectStatus.PROPOSED).order_by("-created_at", "-pk")
        if request.method == "POST":
            # What the page did not show has no answer.
            answers = {str(pk): request.POST.get(f"seed-{pk}", "") for pk in waiting.values_list("pk", flat=True)}
            if "decline_rest" in request.POST:
                answers = {pk: NO if answer == LATER else answer for pk, answer in answers.items()}
            if NO in answers.values() and not may_decline:
                raise PermissionDenied
            self._decide(request, answers)
            left = waiting.exists()
            return HttpResponseRedirect(reverse("admin:garden_project_seeds" if left else "admin:index"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Seeds to decide on",
            "opts": self.opts,
            "seeds": waiting[:SEEDS_SHOWN],
            "more": max(0, waiting.count() - SEEDS_SHOWN),
            "may_decline": may_decline,
        }
        return TemplateResponse(request, "admin/seeds.html", context)

    def _decide(self, request: HttpRequest, answers: dict[str, str]) -> None:
        now = timezone.now()
        of = {
            answer: Project.objects.filter(
                pk__in=[pk for pk, said in answers.items() if said == answer], status=ProjectStatus.PROPOSED
            )
            for answer in (YES, NO)
        }
        with transaction.atomic():
            approved = planting.approve(projects=of[YES], now=now)
            declined = planting.remove(projects=of[NO], source="owner", now=now)
        said = [f"{count(approved, 'seed')} let in"] * bool(approved)
        said += [f"{count(declined, 'seed')} declined, and gone"] * bool(declined)
        if said:
            messages.success(request, f"{'; '.join(said)}.")
        else:
            messages.info(request, "Nothing was decided: all of them wait on.")
