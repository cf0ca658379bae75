"""The search of the list of plants: one name, or several at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Q

from garden.models import Project

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from garden.admin.base import ConsoleAdmin as Base
else:
    Base = object

MOST_NAMES: Final = 8  # each is a search of its own within the one query


class NamesSearch(Base):
    """Finds plants by several names with commas between them, so that these are chosen together."""

    search_help_text = "Several names with commas between them find all of these."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Project], search_term: str
    ) -> tuple[QuerySet[Project], bool]:
        """What fits; of several names what fits any."""
        names = [name for name in search_term.split(",") if name.strip()][:MOST_NAMES]
        if len(names) < 2:
            return super().get_search_results(request, queryset, search_term)
        either = Q()
        for name in names:
            found, _ = super().get_search_results(request, Project.objects.order_by(), name)
            either |= Q(pk__in=found.values("pk"))
        return queryset.filter(either), False
