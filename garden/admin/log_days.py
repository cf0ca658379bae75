"""What rows of a growth log say, in words: their days as exact as they are, and how they came to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import OuterRef, Subquery

from garden.models import Activity

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from garden.models import GrowthLog


def with_first_work(rows: QuerySet[GrowthLog]) -> QuerySet[GrowthLog]:
    """Rows with the moment of their plants' first known work as `first_work`."""
    work = Activity.objects.filter(project=OuterRef("project")).order_by("occurred_at")
    return rows.annotate(first_work=Subquery(work.values("occurred_at")[:1]))


def day_of_row(row: GrowthLog, exactly: str) -> str:
    """The day of one of these rows: as it is said exactly, or about when it was."""
    is_estimated = row.is_estimated(row.first_work)  # type: ignore[attr-defined]  # annotated above
    return f"about {row.recorded_at:%B %Y}" if is_estimated else exactly


class RowColumns:
    """Columns that the list of all rows and a plant's own rows share."""

    @admin.display(description="Commits since the row before", ordering="commits_delta")
    def commits(self, row: GrowthLog) -> int:
        """How many."""
        return row.commits_delta

    @admin.display(description="Written", ordering="backfilled")
    def written(self, row: GrowthLog) -> str:
        """Whether it was written as it happened."""
        return "from history" if row.backfilled else "live"
