"""Which technologies the owner reads and writes about, and where that goes (pure), each with what shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

EVIDENCE: Final = 5  # posts that are named for a technology, the newest
FEWEST: Final = 3  # posts before a direction is told; of fewer it would be chance
STEADY: Final = 1.5  # one half of the time needs that many times the other's posts to be another pace


@dataclass(frozen=True, slots=True)
class Said:
    """A post, as far as trends look at it."""

    title: str
    url: str
    source: str
    published_at: datetime
    written: bool
    technologies: Sequence[str]


@dataclass(frozen=True, slots=True)
class TechnologyTrend:
    """One technology over the time."""

    name: str
    read: int
    written: int
    share: float  # of the posts that speak of any technology, 0–1
    direction: str  # rising, falling, steady; unknown where there are too few
    evidence: Sequence[Said]


def technology_trends(posts: Iterable[Said], *, since: datetime, until: datetime) -> list[TechnologyTrend]:
    """What was read and written from `since` to `until`, the most spoken of first."""
    within = sorted(
        (post for post in posts if post.technologies and since <= post.published_at <= until),
        key=lambda post: post.published_at,
        reverse=True,
    )
    by_name: dict[str, list[Said]] = {}
    for post in within:
        for name in dict.fromkeys(post.technologies):
            by_name.setdefault(name, []).append(post)
    middle = since + (until - since) / 2
    found = [
        TechnologyTrend(
            name=name,
            read=sum(not post.written for post in of_it),
            written=sum(post.written for post in of_it),
            share=round(len(of_it) / len(within), 3),
            direction=_direction(of_it, middle),
            evidence=of_it[:EVIDENCE],
        )
        for name, of_it in by_name.items()
    ]
    return sorted(found, key=lambda trend: (-(trend.read + trend.written), trend.name))


def _direction(posts: Sequence[Said], middle: datetime) -> str:
    if len(posts) < FEWEST:
        return "unknown"
    late = sum(post.published_at >= middle for post in posts)
    early = len(posts) - late
    if late >= early * STEADY and late > early:
        return "rising"
    return "falling" if early >= late * STEADY and early > late else "steady"
