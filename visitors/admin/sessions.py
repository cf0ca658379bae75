"""Visits in the console: which of them count, which were set aside and why; the owner's word goes over every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages

from garden.admin.base import Button, ChoiceFilter, ReadOnlyAdmin, sign
from garden.templatetags.console import ago
from visitors import services
from visitors.models import Session
from visitors.vocabulary import SetAside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

REASONS = {
    "": "counts",
    SetAside.AGENT: "says that it is a machine",
    SetAside.NO_AGENT: "says nothing of itself",
    SetAside.SPEED: "faster than a person",
    SetAside.OWNER_SAYS: "set aside by you",
}


class CountedFilter(ChoiceFilter):
    """Whether visits stand in the figures."""

    title = "Counted"
    parameter_name = "counted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Counted"), ("no", "Set aside")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> QuerySet[Session]:
        if self.value() == "yes":
            return queryset.filter(set_aside="")
        return queryset.exclude(set_aside="") if self.value() == "no" else queryset


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """Single visits, for as long as they are kept. Neither address nor pseudonym is in them: nobody is found here."""

    when_empty = "A visit stands here within seconds of somebody coming."
    when_empty_by_query = {"counted=no": "No visit was set aside. Machines stand here, and what you set aside."}
    list_display = ("when", "counted", "name", "page_views", "interactions", "hand")
    list_filter = (CountedFilter, "set_aside", "device_type")
    search_fields = ("entry_point", "referrer_host", "utm_campaign", "agent_family")
    actions = ("count_after_all", "put_aside")

    @admin.display(description="When", ordering="started_at")
    def when(self, visit: Session) -> SafeString | str:
        """When it began."""
        return ago(visit.started_at)

    @sign("In the figures", {"counts": "success", "aside": "warning"}, ordering="set_aside")
    def counted(self, visit: Session) -> tuple[str, str]:
        """Whether it counts, and why not."""
        return ("aside" if visit.set_aside else "counts"), REASONS[visit.set_aside]

    @admin.display(description="Goes by")
    def name(self, visit: Session) -> str:
        """A machine's name, or the browser and the system."""
        return visit.agent_family or " on ".join(filter(None, (visit.browser, visit.os))) or "–"

    @admin.display(description="A hand was seen", boolean=True, ordering="trusted_input")
    def hand(self, visit: Session) -> bool:
        """A pointer, a key or a touch that no script made: evidence for a person."""
        return visit.trusted_input

    def buttons(self, obj: Session) -> Sequence[Button]:
        """The one that changes what is."""
        if obj.set_aside:
            return [Button("count_after_all", "Count it after all", "person", primary=True)]
        return [Button("put_aside", "Set it aside", "smart_toy")]

    @admin.action(description="Count after all: these are people")
    def count_after_all(self, request: HttpRequest, visits: QuerySet[Session]) -> None:
        """Have the figures count them."""
        self._decide(request, visits, None)

    @admin.action(description="Set aside: these are machines")
    def put_aside(self, request: HttpRequest, visits: QuerySet[Session]) -> None:
        """Have the figures leave them out."""
        self._decide(request, visits, SetAside.OWNER_SAYS)

    def _decide(self, request: HttpRequest, visits: QuerySet[Session], set_aside: SetAside | None) -> None:
        moved = services.reclassify(list(visits.values_list("pk", flat=True)), set_aside)
        counted = "set aside" if set_aside else "counted"
        messages.success(
            request, f"{moved} visit{'' if moved == 1 else 's'} {counted}. The figures follow within the hour."
        )
