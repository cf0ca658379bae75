"""Questions that the list of projects answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from garden.admin.base import ChoiceFilter
from garden.models import GrowthLog, Project
from garden.vocabulary import RESTING_BELOW, THRIVING_FROM, ProjectStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest


def vitality_name(vitality: float) -> str:
    """Vitality (0–1) in a word."""
    if vitality >= THRIVING_FROM:
        return "thriving"
    return "resting" if vitality < RESTING_BELOW else "quiet"


class NeedsMeFilter(ChoiceFilter):
    """Plants that wait for a decision of the owner."""

    title = "what it needs"
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """The decisions there are to take."""
        return (("approval", "My approval"), ("source", "A source: it is hidden"), ("words", "A description"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Project]) -> QuerySet[Project]:
        """The plants that wait for the chosen one."""
        match self.value():
            case "approval":
                return queryset.filter(status=ProjectStatus.PROPOSED)
            case "source":
                return queryset.filter(hidden_by_source=True)
            case "words":
                return queryset.filter(description="").exclude(status=ProjectStatus.ARCHIVED)
        return queryset


class VitalityFilter(ChoiceFilter):
    """How alive plants are, by the words the pages use."""

    title = "vitality"
    parameter_name = "vitality"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """The words."""
        return (("thriving", "Thriving"), ("quiet", "Quiet"), ("resting", "Resting"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Project]) -> QuerySet[Project]:
        """The plants of one word."""
        match self.value():
            case "thriving":
                return queryset.filter(vitality__gte=THRIVING_FROM)
            case "quiet":
                return queryset.filter(vitality__gte=RESTING_BELOW, vitality__lt=THRIVING_FROM)
            case "resting":
                return queryset.filter(vitality__lt=RESTING_BELOW)
        return queryset


class StandingFilter(ChoiceFilter):
    """The plants that everyone sees, or the others."""

    title = "in the garden"
    parameter_name = "garden"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """There or not."""
        return (("yes", "Everyone sees it"), ("no", "Not there"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Project]) -> QuerySet[Project]:
        """One kind of them."""
        if not self.value():
            return queryset
        standing = Project.objects.shown()
        return queryset.filter(pk__in=standing) if self.value() == "yes" else queryset.exclude(pk__in=standing)


class DemoFilter(ChoiceFilter):
    """The owner's own plants, or those that came for show."""

    title = "demo plants"
    parameter_name = "demo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Own or demo."""
        return (("no", "Only mine"), ("yes", "Only demo"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Project]) -> QuerySet[Project]:
        """One kind of them."""
        return queryset.filter(is_demo=self.value() == "yes") if self.value() else queryset


class WrittenFilter(ChoiceFilter):
    """Rows of the growth log by how they came to be."""

    title = "how it was written"
    parameter_name = "written"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """The two ways."""
        return (("live", "Live, as it happened"), ("history", "From history, at an import"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[GrowthLog]) -> QuerySet[GrowthLog]:
        """The rows that were written the chosen way."""
        return queryset.filter(backfilled=self.value() == "history") if self.value() else queryset
