"""The list of plants: what is searched for in it, and which page of it is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from garden import selectors
from garden.vocabulary import GrowthStage, PlantType
from greenhouse.site.cards import card, haystack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from garden.models import Project
    from greenhouse.site.cards import Card

CARDS_ON_A_PAGE = 30  # whole rows of two and of three columns
OWN_FORMS_UP_TO = 150  # plants: in a larger garden only those of the first page are drawn each in its own form


@dataclass(frozen=True, slots=True)
class Search:
    """What a visitor looks for in the list, and the page they are on."""

    text: str = ""
    plant_type: str = ""
    stage: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Search:
        """From an address. What is no word of the garden is left out."""
        plant_type, stage, page = query.get("plant", ""), query.get("stage", ""), query.get("page", "")
        return cls(
            text=query.get("q", "").strip()[:100],
            plant_type=plant_type if plant_type in set(PlantType) else "",
            stage=stage if stage in set(GrowthStage) else "",
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    @property
    def narrows(self) -> bool:
        """Whether it leaves plants out."""
        return bool(self.text or self.plant_type or self.stage)

    def __bool__(self) -> bool:
        return self.narrows or self.page > 1

    def finds(self, project: Project) -> bool:
        """Whether every word of the text is somewhere in the project, and type and stage are the ones asked for."""
        if self.plant_type not in ("", project.plant_type) or self.stage not in ("", project.growth_stage):
            return False
        words = self.text.casefold().split()
        return not words or all(word in haystack(project) for word in words)

    def address(self, page: int) -> str:
        """Where another page of the same search is."""
        asked = {"q": self.text, "plant": self.plant_type, "stage": self.stage, "page": page if page > 1 else ""}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('garden')}?{query}" if query else reverse("garden")


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of what was found."""

    search: Search
    plant_count: int  # of the whole garden
    found: Sequence[UUID]
    cards: list[Card]
    forms: list[Project]  # those on it whose own form the garden's picture does not show

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.found) // CARDS_ON_A_PAGE))

    @property
    def first(self) -> int:
        """The number of the first plant on the page, among those found."""
        return (self.search.page - 1) * CARDS_ON_A_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.cards) - 1

    @property
    def previous_address(self) -> str:
        """Where the page before this one is; empty on the first."""
        return self.search.address(self.search.page - 1) if self.search.page > 1 else ""

    @property
    def next_address(self) -> str:
        """Where the page after this one is; empty on the last."""
        return self.search.address(self.search.page + 1) if self.search.page < self.pages else ""

    @property
    def found_ids(self) -> str:
        """What the scene lets stand out: the ids of all that was found, where something was searched for."""
        return " ".join(map(str, self.found)) if self.search.narrows else ""


def listing(plants: Sequence[UUID], search: Search, now: datetime) -> Listing:
    """The page of the list that a search asks for, or the last one where it asks for more. One query.

    `plants` are all that everyone sees, in their order. Only a search reads every one of them whole.
    """
    matches = [one for one in selectors.garden_projects() if search.finds(one)] if search.narrows else []
    found = [one.pk for one in matches] if search.narrows else plants
    search = replace(search, page=min(search.page, max(1, -(-len(found) // CARDS_ON_A_PAGE))))
    on_page = slice((search.page - 1) * CARDS_ON_A_PAGE, search.page * CARDS_ON_A_PAGE)
    shown = matches[on_page] if search.narrows else selectors.shown_projects(found[on_page])
    pictured = set(plants[: own_forms(len(plants))])
    return Listing(
        search=search,
        plant_count=len(plants),
        found=found,
        cards=[card(project, now, in_picture=project.pk in pictured) for project in shown],
        forms=[project for project in shown if project.pk not in pictured],
    )


def own_forms(plants: int) -> int:
    """How many of so many plants the garden's picture draws each in its own form: the first ones of the list."""
    return plants if plants <= OWN_FORMS_UP_TO else CARDS_ON_A_PAGE
