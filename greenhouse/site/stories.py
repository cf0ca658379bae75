"""What happened in the garden and is worth telling those who follow it from afar, for the feeds. Pure.

Commits are folded by day and project: a day's work on a plant is one story, which grows while the day lasts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from common.words import count, utc_date
from garden.vocabulary import ActivityKind, DeploymentStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

TITLES_TOLD: Final = 10  # of a day's commits; the others are counted


@dataclass(frozen=True, slots=True)
class Plant:
    """Whom a story is about."""

    id: UUID
    name: str
    url: str  # absolute
    description: str
    planted_at: datetime  # into this garden
    technologies: Sequence[str]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was done for a plant."""

    plant: Plant
    kind: ActivityKind
    external_id: str
    at: datetime  # UTC
    title: str
    status: str = ""  # of a deployment


@dataclass(frozen=True, slots=True)
class Written:
    """A post of the owner's."""

    id: UUID
    title: str  # may be empty
    words: str  # what it is called where it has no title
    html: SafeString
    url: str  # absolute
    link: str
    published: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """One entry of a feed."""

    id: UUID  # the same for as long as it is told
    title: str
    url: str
    html: SafeString
    published: datetime
    updated: datetime
    tags: Sequence[str] = ()


def stories(facts: Iterable[Fact], plants: Iterable[Plant], posts: Iterable[Written], *, limit: int) -> list[Story]:
    """The newest ones, newest first."""
    facts = list(facts)
    told = [*_days(facts), *_shipped(facts), *map(_planted, plants), *map(_written, posts)]
    return sorted(told, key=lambda story: (story.published, str(story.id)), reverse=True)[:limit]


def _days(facts: Iterable[Fact]) -> Iterator[Story]:
    """A story for each plant and UTC day that saw commits."""
    days: dict[tuple[UUID, date], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.kind == ActivityKind.COMMIT:
            days[fact.plant.id, fact.at.date()].append(fact)
    for (plant_id, day), commits in days.items():
        commits.sort(key=lambda fact: (fact.at, fact.external_id))
        plant = commits[0].plant
        titles = [fact.title for fact in reversed(commits) if fact.title]
        further = len(titles) - TITLES_TOLD
        listed = format_html_join("", "<li>{}</li>", ((title,) for title in titles[:TITLES_TOLD]))
        more = format_html("<p>And {} more.</p>", f"{further:,}") if further > 0 else ""
        yield Story(
            id=uuid5(plant_id, f"commits of {day}"),
            title=f"{count(len(commits), 'commit')} to {plant.name}",
            url=plant.url,
            html=format_html(
                "<p>{} to {} on {}.</p>{}{}",
                count(len(commits), "commit"),
                _linked(plant),
                utc_date(commits[0].at),
                format_html("<ul>{}</ul>", listed) if listed else "",
                more,
            ),
            published=commits[0].at,
            updated=commits[-1].at,
            tags=plant.technologies,
        )


def _shipped(facts: Iterable[Fact]) -> Iterator[Story]:
    for fact in facts:
        if fact.kind == ActivityKind.RELEASE:
            title, what = f"{fact.plant.name}: {fact.title or fact.external_id}", "was released"
        elif fact.kind == ActivityKind.DEPLOYMENT and fact.status == DeploymentStatus.SUCCESS:
            title, what = f"{fact.plant.name} was deployed", "was deployed"
        else:
            continue
        named = format_html("{} of ", fact.title) if fact.kind == ActivityKind.RELEASE and fact.title else ""
        yield Story(
            id=uuid5(fact.plant.id, f"{fact.kind} {fact.external_id}"),
            title=title,
            url=fact.plant.url,
            html=format_html("<p>{}{} {}.</p>", named, _linked(fact.plant), what),
            published=fact.at,
            updated=fact.at,
            tags=fact.plant.technologies,
        )


def _planted(plant: Plant) -> Story:
    said = format_html("<p>{}</p>", plant.description) if plant.description else ""
    return Story(
        id=uuid5(plant.id, "planted"),
        title=f"A new plant: {plant.name}",
        url=plant.url,
        html=format_html("<p>{} was planted.</p>{}", _linked(plant), said),
        published=plant.planted_at,
        updated=plant.planted_at,
        tags=plant.technologies,
    )


def _written(post: Written) -> Story:
    about = format_html('<p><a href="{0}">{0}</a></p>', post.link) if post.link else ""
    return Story(
        id=post.id,
        title=post.title or post.words,
        url=post.url,
        html=mark_safe(post.html + about),  # noqa: S308 – both parts are safe
        published=post.published,
        updated=max(post.published, post.updated),
    )


def _linked(plant: Plant) -> SafeString:
    return format_html('<a href="{}">{}</a>', plant.url, plant.name)
