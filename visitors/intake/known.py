"""Which plants and pages a step may name: those that everyone may see at this moment, asked once a group.

Not kept from one group to the next: a plant that its owner hides gets no row from then on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.urls import Resolver404, resolve
from django.utils import timezone

from garden.models import Project
from skills.models import Skill
from social.models import Post
from visitors.intake.checks import LONGEST_AREA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from django.db.models import QuerySet

    from visitors.intake.checks import Step

ValueT = TypeVar("ValueT")

# Pages by their names in urls.py. Of one whose address is a key only what stands before the key is kept.
PLAIN: Final = frozenset({"garden", "about", "cv", "privacy", "skills", "posts"})
WITH_SLUG: Final = frozenset({"project", "skill", "post"})
WITH_KEY: Final = {"seed": "/seeds/"}
AT_ONCE: Final = 500  # values of one query: SQLite takes no more than a thousand everywhere
_SEED: Final = re.compile(r"/seeds/[^/]+/?")
NO_PLANT: Final = "project_id is no plant that everyone may see"
NO_PAGE: Final = "area is no page that everyone may see"


@dataclass(frozen=True, slots=True)
class Known:
    """The plants and pages of a group that are there for everyone."""

    plants: dict[UUID, str]  # their pages' slugs; empty for one without a page
    slugs: dict[str, dict[str, UUID]]  # by the kind of page

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Known:
        """What of the steps is there. At most one query for each kind of thing that they name, and 500 of a kind."""
        said = list(steps)
        wanted: dict[str, set[str]] = {name: set() for name in WITH_SLUG}
        for step in said:
            page = page_of(step.area)
            if page and page[0] in WITH_SLUG:
                wanted[page[0]].add(page[1])
        ids = {step.project_id for step in said if step.project_id is not None}
        open_to_all = Project.objects.reachable() | Project.objects.shown()
        plants = {
            one.pk: "" if one.anonymous else one.slug
            for some in _parts(ids)
            for one in open_to_all.filter(pk__in=some).only("id", "slug", "visibility")
        }
        return cls(
            plants,
            {
                "project": _there(Project.objects.reachable(), wanted["project"]),
                "skill": _there(Skill.objects.all(), wanted["skill"]),
                "post": _there(Post.objects.reachable(timezone.now()), wanted["post"]),
            },
        )

    def objection(self, step: Step) -> str:
        """Why a step cannot be taken; empty where it can."""
        if step.project_id is not None and step.project_id not in self.plants:
            return NO_PLANT
        if step.area.startswith("/"):
            page = page_of(step.area)
            if page is None or (page[0] in WITH_SLUG and page[1] not in self.slugs[page[0]]):
                return NO_PAGE
        return ""

    def placed(self, step: Step) -> Step:
        """The step with both its plant and its place, where one tells the other."""
        page = page_of(step.area)
        if page is not None:
            name, slug = page
            project_id = step.project_id or (self.slugs["project"][slug] if name == "project" else None)
            area = WITH_KEY.get(name, step.area if step.area.endswith("/") else f"{step.area}/")
            return replace(step, area=area[:LONGEST_AREA], project_id=project_id)
        if step.project_id is not None and not step.area and (slug := self.plants[step.project_id]):
            return replace(step, area=f"/projects/{slug}/"[:LONGEST_AREA])
        return step


def page_of(path: str) -> tuple[str, str] | None:
    """The name of a page in urls.py and its slug, or `None` for what is no page of ours."""
    if not path.startswith("/"):
        return None
    # What stands behind this is a key: no memory of the process keeps one.
    return ("seed", "") if _SEED.fullmatch(path) else _resolved(path)


@lru_cache(maxsize=1024)
def _resolved(path: str) -> tuple[str, str] | None:
    try:
        match = resolve(path if path.endswith("/") else f"{path}/")
    except Resolver404:
        return None
    name = match.url_name or ""
    if match.namespace or name not in PLAIN | WITH_SLUG | WITH_KEY.keys():
        return None
    return name, str(match.kwargs.get("slug", ""))


def _there(rows: QuerySet[Any], slugs: set[str]) -> dict[str, UUID]:
    return {slug: pk for some in _parts(slugs) for slug, pk in rows.filter(slug__in=some).values_list("slug", "pk")}


def _parts(values: Iterable[ValueT]) -> Iterator[list[ValueT]]:
    rest = iter(values)
    while some := list(islice(rest, AT_ONCE)):
        yield some
