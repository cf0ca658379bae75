"""Everything that a project's page says, with where each number is from and of when it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

from common.markdown import as_html
from common.words import ago, listed
from garden import ownership, selectors
from garden.engine.growth import STAGE_FROM
from garden.engine.reasons import LINES_WORDS, whose_commits
from garden.models import Activity, GrowthLog, Project
from garden.portfolio import STEADY
from garden.svg import plant_svg
from garden.vocabulary import RESTING_BELOW, LinesFrom, ProjectStatus, stage_label
from greenhouse.site.cards import drawn, vitality_of
from greenhouse.site.charts import GrowthChart, Point, Slice, growth_chart, language_bar, sparkline
from greenhouse.site.words import percent, stage_words
from integrations.histories.readme import CODE_INDENT
from integrations.registry import label_of_source, slug_of_source
from skills.selectors import addresses_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from greenhouse.sky import Sky

SOURCE_NAMES = {  # how a visitor reads where facts came from; a source without a name here is shown by its own
    "git": "its git history",
    "demo": "made-up demonstration data",
}
MOMENTUM_WORDS = (  # from -1 to 1: the recent pace against the project's own pace
    (0.33, "much faster than its own pace"),
    (STEADY, "faster than its own pace"),
    (-STEADY, "at its own pace"),
    (-0.33, "slower than its own pace"),
    (-1.0, "much slower than its own pace"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A rung that was reached (or lost)."""

    stage: str
    at: datetime
    rising: bool
    is_estimated: bool = False  # its day is about right at best


@dataclass(frozen=True, slots=True)
class Reason:
    """One of the six factors behind the size. Points add up to the growth in percent."""

    label: str
    sentence: str
    points: str
    points_at_most: str
    width: float  # of 100: how much of its points it has


@dataclass(frozen=True, slots=True)
class ReadmePart:
    """A paragraph of a README, or code in it."""

    text: str
    is_code: bool


def project_context(project: Project, sky: Sky, now: datetime) -> dict[str, Any]:
    """The template's context. The number of queries does not depend on the project."""
    log = list(GrowthLog.objects.filter(project=project))
    today = now.astimezone(UTC).date()
    pages, whose = addresses_of(project), _whose(project, now)
    first = whose["totals"]["first"]
    return {
        "project": project,
        "picture": picture(project, sky),
        "stage": stage_words(project.stage_label),
        "growth": percent(project.growth_factor),
        "vitality": vitality_of(project),
        "vitality_percent": percent(project.vitality) if project.last_activity_at else "",
        "momentum": momentum_words(project.momentum),
        "last_activity_words": ago(project.last_activity_at, now) if project.last_activity_at else "",
        "archived": project.status == ProjectStatus.ARCHIVED,
        "reasons": [reason(factor) for factor in project.growth_reasons],
        "chart": _chart(project, log, today, first),
        "log": [
            (row, _stage_name(project, row.new_stage), percent(row.growth_factor), row.is_estimated(first))
            for row in reversed(log)
        ],
        "some_estimated": any(row.is_estimated(first) for row in log),
        "timeline": timeline(project, log, first),
        "sparkline": sparkline(selectors.commits_by_week(project, now=now), today=today),
        "languages": [
            (language, _part(project, language), pages.get(language.name, ""))
            for language in language_bar(project.code_by_language)
        ],
        "lines_are_counted": project.lines_from == LinesFrom.FILES,
        "lines_words": LINES_WORDS[LinesFrom(project.lines_from)],
        "technologies": [(name, pages.get(name, "")) for name in project.technologies if name not in project.languages],
        **whose,
        "sources": _sources(project),
        **_forecast(project),
        "story": as_html(project.story, below=2),
        "readme": readme_beyond(project.readme, project.description),
        "latest": selectors.latest_work(project, now=now),
        "related": [(other, picture(other, sky)) for other in selectors.related_projects(project)],
        "media": (media := list(project.media.all())),
        "pictures": [item for item in media if item.image],
    }


def _forecast(project: Project) -> dict[str, Any]:
    """What comes next, and when. Of a plant that rests nobody knows: it waits for work, not for a day."""
    said = selectors.forecast_of(project)
    if not said or project.vitality < RESTING_BELOW:
        return {}
    return {
        "next_stage": _stage_name(project, said["stage"]),
        "forecast_day": _day(said.get("day")),
        "forecast": said.get("sentence", ""),
    }


def _whose(project: Project, now: datetime) -> dict[str, Any]:
    """What is known of its work, and in a sentence whose it is. Two queries."""
    totals = selectors.activity_totals(project, now=now)
    commits = totals["commits"]
    known = commits["owner"] + commits["others"] + commits["bots"]  # of those before an imported history nobody knows
    sentence = whose_commits(commits["owner"], known, commits["assisted"])
    unknown = not ownership.owners().known and bool(commits["owner"]) and not project.is_demo
    return {"totals": totals, "whose": sentence, "owner_unknown": unknown}


def _part(project: Project, language: Slice) -> str:
    """How much of the code is in a language, with its lines where they were counted."""
    if project.code_by_language != project.lines_by_language:
        return percent(language.share)
    return f"{percent(language.share)}, {language.amount:,} line{'' if language.amount == 1 else 's'}"


def picture(project: Project, sky: Sky) -> SafeString:
    """The plant by itself, as it stands now under this sky."""
    plant = drawn(project)
    svg = plant_svg(
        plant.genome,
        plant.growth,
        vitality=plant.vitality,
        season=sky.season,
        time_of_day=sky.time_of_day,
        title=f"{project.name}: {plant.stage_label}",
        prefix=f"p{project.pk.hex[:8]}",
    )
    return mark_safe(svg)  # noqa: S308 – drawn here; the name in it is escaped by garden.svg


def reason(factor: Mapping[str, Any]) -> Reason:
    """One row of "why this size"."""
    return Reason(
        label=factor["label"],
        sentence=factor["sentence"],
        points=f"{factor['share'] * 100:.1f}".removesuffix(".0"),
        points_at_most=f"{factor['weight'] * 100:g}",
        width=round(factor["value"] * 100, 1),
    )


def readme_beyond(readme: str, description: str) -> list[ReadmePart]:
    """The parts of a README that do more than repeat the description."""
    said = description.removesuffix(" …")
    parts = (one for one in readme.split("\n\n") if one and not (said and one.startswith(said)))
    return [ReadmePart(dedent(one), one.startswith(CODE_INDENT)) for one in parts]


def momentum_words(momentum: float) -> str:
    """The recent pace in words."""
    return next(words for floor, words in MOMENTUM_WORDS if momentum >= floor)


def timeline(project: Project, log: Sequence[GrowthLog], first_work: datetime | None) -> list[Step]:
    """The rungs as they were reached, oldest first, from the planting on."""
    rungs = list(STAGE_FROM)
    steps = [Step(_stage_name(project, rungs[0]), project.planted_date, rising=True)]
    for row in log:
        if row.is_stage_change and row.new_stage != (row.previous_stage or rungs[0]):
            rising = rungs.index(row.new_stage) > rungs.index(row.previous_stage or rungs[0])  # type: ignore[arg-type]
            name, is_estimated = _stage_name(project, row.new_stage), row.is_estimated(first_work)
            steps.append(Step(name, row.recorded_at, rising, is_estimated))
    return steps


def _stage_name(project: Project, stage: str) -> str:
    return stage_words(stage_label(project.plant_type, stage))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _chart(project: Project, log: Sequence[GrowthLog], today: date, first_work: datetime | None) -> GrowthChart | None:
    points = [
        Point(
            row.recorded_at.astimezone(UTC).date(),
            row.growth_factor,
            _stage_name(project, row.new_stage) if row.previous_stage and row.is_stage_change else "",
            row.is_estimated(first_work),
        )
        for row in log
    ]
    if points and project.grown_at:
        points.append(Point(max(points[-1].day, project.grown_at.astimezone(UTC).date()), project.growth_factor))
    floors = {_stage_name(project, stage): floor for stage, floor in STAGE_FROM.items()}
    return growth_chart(points, floors, planted=project.planted_date.astimezone(UTC).date(), today=today)


def _sources(project: Project) -> str:
    """Where the facts behind the numbers came from. One query."""
    known = Activity.objects.filter(project=project).order_by().values_list("source", flat=True).distinct()
    names = sorted({SOURCE_NAMES.get(slug_of_source(source)) or label_of_source(source) for source in known})
    return listed(names) if names else ""
