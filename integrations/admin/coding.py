"""Coding time in the console: one page that shows it, asks which plants names are, and helps to point editors here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from garden.admin.base import ConsoleAdmin, way_back
from garden.models import Project
from garden.vocabulary import ProjectStatus
from integrations.admin.keys import HOMES
from integrations.coding import selectors, services
from integrations.coding.shapes import UNSAID, in_words
from integrations.models import CodingName, Intake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from integrations.coding.selectors import Share

DAYS_SHOWN = 30
WEEK = 7
LINES_SHOWN = 12  # of a list; what is below is minutes


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list, and its part of the longest."""

    name: str
    time: str
    part: float  # 0–1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the picture, 100 high."""

    day: date
    time: str
    height: int

    @property
    def top(self) -> int:
        """Where it begins, from above."""
        return 100 - self.height


@admin.register(CodingName)
class CodingNameAdmin(ConsoleAdmin):
    """Coding time. Its list is a page of its own: numbers, names without a plant, help."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Names come from editors."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Their time would go with them."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The page's own doors."""

        def guarded(view: Any) -> Any:
            return self.admin_site.admin_view(require_POST(view))

        return [
            path("<int:pk>/decide/", guarded(self.decide), name="integrations_codingname_decide"),
            path("", self.admin_site.admin_view(self.changelist_view), name="integrations_codingname_changelist"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page. A fixed number of queries, however much was coded."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request)

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say which plant a name is, make one of it, or that it is none."""
        self._may_change(request)
        name = get_object_or_404(CodingName, pk=pk)
        now, what = timezone.now(), request.POST.get("do", "")
        if what in ("plant", "plant_privately"):
            if name.project is None:
                plant = services.plant(name=name, public=what == "plant", now=now)
                seen = "" if what == "plant" else ", for your eyes only"
                messages.success(request, f"“{name}” is planted{seen}, a {plant.stage_label} already.")
        elif what == "none":
            services.assign(names=[name], project=None, now=now)
            messages.success(request, f"“{name}” is no plant. Its time still counts in your days.")
        elif plant_id := request.POST.get("project"):
            project = Project.objects.filter(pk__in=_uuids(plant_id), is_demo=False).first()
            if project is None:
                messages.error(request, "That plant is no longer there.")
            else:
                services.assign(names=[name], project=project, now=now)
                messages.success(request, f"“{name}” is {project.name} from now on, its past included.")
        else:
            messages.warning(request, "Choose a plant first.")
        return HttpResponseRedirect(way_back(request, reverse("admin:integrations_codingname_changelist")))

    def _may_change(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        found = selectors.shares(today - timedelta(days=DAYS_SHOWN - 1), today)
        week = [share for share in found if share.day > today - timedelta(days=WEEK)]
        named = CodingName.objects.exclude(key="").exclude(project=None, decided=False)
        context = {
            **self.admin_site.each_context(request),
            "title": "Coding time",
            "today": in_words(sum(share.seconds for share in found if share.day == today)),
            "week": in_words(sum(share.seconds for share in week)),
            "month": in_words(sum(share.seconds for share in found)),
            "days": DAYS_SHOWN,
            "bars": _bars(found, today),
            "projects": _lines(found, "name"),
            "languages": _lines(found, "language"),
            "editors": _lines(found, "editor"),
            "waiting": [(name, in_words(name.seconds or 0)) for name in selectors.unassigned()],
            "named": [
                (name, in_words(name.seconds or 0))
                for name in named.select_related("project").annotate(seconds=Sum("times__seconds")).order_by("name")
            ],
            "plants": Project.objects.filter(is_demo=False)
            .exclude(status=ProjectStatus.PROPOSED)
            .order_by("name")
            .only("pk", "name"),
            "api_url": f"{settings.SITE_URL}{HOMES[Intake.HEARTBEATS]}",
            "kept_days": settings.HEARTBEATS_KEPT_DAYS,
        }
        return TemplateResponse(request, "admin/console/coding.html", context)


def _uuids(text: str) -> list[str]:
    """The id in a form, in a list; nothing where it is none."""
    try:
        return [str(UUID(text))]
    except ValueError:
        return []


def _bars(found: Sequence[Share], today: date) -> list[Bar]:
    days = selectors.by_day(found, today - timedelta(days=DAYS_SHOWN - 1), today)
    highest = max(seconds for _, seconds in days) or 1.0
    return [Bar(day, in_words(seconds), round(100 * seconds / highest)) for day, seconds in days]


def _lines(found: Sequence[Share], by: str) -> list[Line]:
    plants: defaultdict[str, set[bool]] = defaultdict(set)
    for share in found:
        plants[getattr(share, by)].add(share.plant is not None)
    rows = selectors.totals(found, by)[:LINES_SHOWN]
    longest = rows[0][1] if rows else 1.0
    return [
        Line(
            name or UNSAID[by],
            in_words(seconds),
            seconds / longest,
            "no plant" if by == "name" and True not in plants[name] else "",
        )
        for name, seconds in rows
    ]
