"""Visits that tests know everything of."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from visitors.models import Session, Step
from visitors.vocabulary import StepKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

NOW = datetime(2026, 6, 17, 14, 30, tzinfo=UTC)  # a Wednesday
NUMBERS = count(1)


def walk(at: datetime, *areas: str, seconds: float = 10.0, project: UUID | None = None, **facts: Any) -> Session:
    """A visit that goes from area to area; one that ends with `!` is an area where the visitor did something."""
    kinds = [StepKind.INTERACTION if area.endswith("!") else StepKind.PAGE_VIEW for area in areas]
    names = [area.removesuffix("!") for area in areas]
    done = Counter(kinds)
    visit = Session.objects.create(
        id=next(NUMBERS),
        started_at=at,
        last_activity_at=at + timedelta(seconds=seconds * len(areas)),
        entry_point=names[0] if names else "",
        exit_point=names[-1] if names else "",
        **{
            "first_of_day": True,
            "steps": len(areas),
            "page_views": done[StepKind.PAGE_VIEW],
            "interactions": done[StepKind.INTERACTION],
            "total_time_seconds": seconds * len(areas),
            **facts,
        },
    )
    Step.objects.bulk_create(
        Step(
            session_id=visit.pk,
            at=at + timedelta(seconds=seconds * number),
            kind=kind,
            area=area,
            duration=seconds,
            project_id=project,
        )
        for number, (kind, area) in enumerate(zip(kinds, names, strict=True))
    )
    return visit


def walks(at: datetime, paths: Iterable[str]) -> list[Session]:
    """A visit for each of some paths such as `gate pond pond!`, a minute apart."""
    return [walk(at + timedelta(minutes=number), *path.split()) for number, path in enumerate(paths)]
