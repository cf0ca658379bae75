"""What a page about visitors is asked: which while, narrowed by which values, and the addresses that ask otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from visitors.figures.dashboard import FiltersRefused, check
from visitors.figures.labels import GONE, plant_names
from visitors.figures.visits import LONGEST_VALUE
from visitors.figures.windows import DateRange, Window
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.http import QueryDict

NAMES = {
    DateRange.DAY: "24 hours",
    DateRange.WEEK: "7 days",
    DateRange.MONTH: "30 days",
    DateRange.QUARTER: "90 days",
    DateRange.YEAR: "A year",
}


@dataclass(frozen=True, slots=True)
class Link:
    """An address that asks otherwise."""

    text: str
    query: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that can be answered."""

    date_range: DateRange
    window: Window
    filters: Mapping[Dimension, str]
    refusal: str = ""  # why it was not narrowed as asked

    @property
    def query(self) -> str:
        """As a query string."""
        return self._query(self.date_range, self.filters)

    @property
    def ranges(self) -> list[Link]:
        """The same over other whiles."""
        return [Link(NAMES[one], self._query(one, self.filters), one is self.date_range) for one in DateRange]

    @property
    def narrowed_by(self) -> list[Link]:
        """What it is narrowed by, each with the question without it. One query where that is a plant."""
        plants = plant_names([self.filters[Dimension.PROJECT]]) if Dimension.PROJECT in self.filters else {}
        return [
            Link(
                f"{dimension.value}: {plants.get(value, GONE) if dimension is Dimension.PROJECT else value}",
                self._query(self.date_range, {one: said for one, said in self.filters.items() if one is not dimension}),
            )
            for dimension, value in self.filters.items()
        ]

    def narrow(self, dimension: Dimension, value: str) -> str:
        """The query of the same question, narrowed by one value more."""
        return self._query(self.date_range, {**self.filters, dimension: value})

    def _query(self, date_range: DateRange, filters: Mapping[Dimension, str]) -> str:
        return urlencode({"date_range": date_range.value} | {one.value: value for one, value in filters.items()})


def asked(query: QueryDict, now: datetime, unless_said: DateRange = DateRange.WEEK) -> Asked:
    """What an address asks; what makes no sense is left out, and said."""
    date_range = next((one for one in DateRange if one == query.get("date_range")), unless_said)
    window = Window.of(date_range, now)
    filters: dict[Dimension, str] = {
        one: value
        for one in Dimension
        if one is not Dimension.ALL and (value := query.get(one.value, "")[:LONGEST_VALUE]) and _makes_sense(one, value)
    }
    try:
        check(window, filters)
    except FiltersRefused as refused:
        return Asked(date_range, window, {}, str(refused))
    return Asked(date_range, window, filters)


def _makes_sense(dimension: Dimension, value: str) -> bool:
    if dimension is not Dimension.PROJECT:
        return True
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def context_of(question: Asked) -> dict[str, Any]:
    """What the head of every page says."""
    return {"asked": question, "ranges": question.ranges, "narrowed_by": question.narrowed_by}
