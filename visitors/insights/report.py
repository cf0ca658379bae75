"""The report: what was found in five sources over a while, in sentences, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from garden.models import Project
from garden.vocabulary import ProjectStatus
from skills.models import Skill
from social.models import Post, PostVisibility
from visitors.figures.comparing import NO_EARLIER
from visitors.figures.dashboard import figures
from visitors.figures.growth import GrowthTrend, growth_trends
from visitors.figures.journeys import ways
from visitors.figures.rollups import counted_until
from visitors.figures.times import times
from visitors.figures.vitals import speeds
from visitors.insights.correlations import Finding, Study, study
from visitors.insights.recommendations import Known, PlantSeen, Recommendation, recommend
from visitors.insights.sources import Sources, sources
from visitors.models import Goal
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from visitors.figures.counting import Sums
    from visitors.figures.dashboard import Figures
    from visitors.figures.journeys import Ways
    from visitors.figures.windows import Window

FEWEST_DAYS: Final = 5  # of rain, and without
SKILLS: Final = 20
PLANTS: Final = 100  # that were seen
WEEKDAYS: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
WET: Final = 0.25  # of a day's looks at the sky
NOTE: Final = (
    "What goes together need not follow from each other. Days are compared with their weekday's mean, every lag counts "
    "as tried, and what is told would come by chance in one report of a hundred."
)


@dataclass(frozen=True, slots=True)
class VisitorEngagement:
    """How visitors came and stayed, and what went with it."""

    sentences: Sequence[str]
    totals: Sums
    before: Sums
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class GrowthTrends:
    """How plants grew."""

    sentences: Sequence[str]
    trends: Sequence[GrowthTrend]


@dataclass(frozen=True, slots=True)
class Sky:
    """Visits on days of one kind of sky."""

    condition: str  # wet or dry
    days: int
    visits_a_day: float


@dataclass(frozen=True, slots=True)
class WeatherImpact:
    """What the weather went with."""

    sentences: Sequence[str]
    by_sky: Sequence[Sky]
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class SkillProgress:
    """A skill, and where it goes."""

    name: str
    level: int | None
    hours: int
    velocity: float  # levels in a quarter
    last_used: date | None
    is_new: bool  # first used in the while


@dataclass(frozen=True, slots=True)
class SkillDevelopment:
    """How the skills went."""

    sentences: Sequence[str]
    skills: Sequence[SkillProgress]
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Insights:
    """The report; its names are those of the interface."""

    visitor_engagement: VisitorEngagement
    project_growth_trends: GrowthTrends
    weather_impact: WeatherImpact
    skill_development: SkillDevelopment
    recommendations: Sequence[Recommendation]
    tried: int
    told: str  # what was tried, in a sentence
    note: str = NOTE


def insights(window: Window) -> Insights:
    """Everything that five sources tell of a while. Some forty queries, whatever the garden."""
    found = sources(window)
    tried = study(found.pairs)
    seen = figures(window, most=PLANTS)
    walked = ways(window)
    return Insights(
        visitor_engagement=_engagement(window, seen, walked, tried),
        project_growth_trends=_growth(growth_trends(window, seen.plants)),
        weather_impact=_weather(found, tried),
        skill_development=_skills(window, tried),
        recommendations=recommend(_known(window, seen, walked, tried)),
        tried=tried.tried,
        told=tried.told,
    )


def _engagement(window: Window, seen: Figures, walked: Ways, tried: Study) -> VisitorEngagement:
    now, before = seen.totals, seen.before
    then = f"{before.sessions:,} in the period before" if seen.earlier.is_known else NO_EARLIER
    sentences = [f"{now.sessions:,} visits, {then}."]
    when = times(window)
    if sum(when.by_weekday):
        busiest = max(range(len(WEEKDAYS)), key=lambda at: when.by_weekday[at])
        hour = max(range(24), key=lambda at: when.by_hour[at])
        sentences.append(f"Most come on {WEEKDAYS[busiest]}, and between {hour:02}:00 and {(hour + 1) % 24:02}:00 UTC.")
    if walked.common_navigation_patterns:
        path = walked.common_navigation_patterns[0]
        sentences.append(f"The most common way is {' → '.join(path.areas)} ({path.count:,} times).")
    findings = [one for one in tried.findings if one.cause in WORK and one.effect in VISITS]
    return VisitorEngagement([*sentences, *(one.sentence for one in findings)], now, before, findings)


WORK: Final = frozenset({"commits", "coding_hours", "shipped", "posts"})
VISITS: Final = frozenset({"visits", "interactions", "stay"})
SEEN_TO_GROW: Final = 0.0005  # a twentieth of a percent: less is shown as nothing
SKY: Final = frozenset({"temperature", "rain", "mood_energy"})


def _growth(trends: Sequence[GrowthTrend]) -> GrowthTrends:
    grown = [one for one in trends if one.growth_change >= SEEN_TO_GROW]
    climbed = [one for one in trends if one.rungs > 0]
    sentences = [f"{one.name} became {one.stage}." for one in climbed[:3]]
    if grown:
        sentences.append(f"{len(grown)} of {len(trends)} plants grew, {grown[0].name} most.")
    elif trends:
        sentences.append("No plant grew.")
    return GrowthTrends(sentences, trends)


def _weather(found: Sources, tried: Study) -> WeatherImpact:
    rain = next(one.by_day for one in found.weather if one.name == "rain")
    visits = next(one.by_day for one in found.visits if one.name == "visits")
    wet = [visits[day] for day, share in rain.items() if share >= WET and day in visits]
    dry = [visits[day] for day, share in rain.items() if share < WET and day in visits]
    findings = [one for one in tried.findings if one.cause in SKY]
    sentences = [one.sentence for one in findings]
    if min(len(wet), len(dry)) < FEWEST_DAYS:
        sentences.append(f"Too few data to compare wet days ({len(wet)}) with dry ones ({len(dry)}).")
        return WeatherImpact(sentences, [], findings)
    by_sky = [Sky("wet", len(wet), fmean(wet)), Sky("dry", len(dry), fmean(dry))]
    sentences.append(
        f"{fmean(wet):.1f} visits a day on {len(wet)} wet days, {fmean(dry):.1f} on {len(dry)} dry ones."
        + ("" if any(one.cause == "rain" for one in findings) else " That may be chance.")
    )
    return WeatherImpact(sentences, by_sky, findings)


def _skills(window: Window, tried: Study) -> SkillDevelopment:
    rows = [
        SkillProgress(
            name=skill.name,
            level=skill.proficiency_level,
            hours=skill.hours_practiced,
            velocity=skill.learning_velocity,
            last_used=skill.last_used_date,
            is_new=skill.first_used_date is not None and skill.first_used_date >= window.since.date(),
        )
        for skill in Skill.objects.filter(is_hidden=False).order_by("-learning_velocity", "-hours_practiced", "name")
    ]
    findings = [one for one in tried.findings if one.cause == "languages"]
    sentences = [one.sentence for one in findings]
    if new := [one.name for one in rows if one.is_new]:
        sentences.append(f"New: {', '.join(new[:5])}.")
    if rows and rows[0].velocity > 0:
        sentences.append(f"{rows[0].name} goes fastest: {rows[0].velocity:+.1f} levels in a quarter.")
    return SkillDevelopment(sentences or ["No skill moved."], rows[:SKILLS], findings)


def _known(window: Window, seen: Figures, walked: Ways, tried: Study) -> Known:
    by_plant = {row.value: row.sums for row in seen.top.get(Dimension.PROJECT, ())}
    plants = Project.objects.filter(pk__in=list(by_plant), is_demo=False)
    return Known(
        visits=int(seen.totals.sessions),
        set_aside=sum(row.sessions for row in seen.set_aside),
        plants=[
            PlantSeen(
                name=one.name,
                link=reverse("admin:garden_project_change", args=[one.pk]),
                sessions=int(by_plant[str(one.pk)].sessions),
                interactions=int(by_plant[str(one.pk)].interactions),
                vitality=one.vitality,
                says_something=bool(one.description or one.story),
                featured=one.status == ProjectStatus.FEATURED,
            )
            for one in plants
        ],
        drop_offs=walked.high_drop_off_areas,
        speeds=speeds(window, since_raw=counted_until() or window.since),
        findings=tried.findings,
        days_since_post=_days_since_post(window.until),
        goals=Goal.objects.count(),
        links={
            "post": reverse("admin:social_post_add"),
            "goal": reverse("admin:visitors_goal_add"),
            "ledger": reverse("admin:visitors_session_changelist"),
            "figures": reverse("admin:visits"),
            "journeys": reverse("admin:visits-journeys"),
        },
    )


def _days_since_post(now: datetime) -> int | None:
    posts = Post.objects.filter(visibility=PostVisibility.PUBLIC, published_at__lte=now).order_by("-published_at")
    newest = posts.values_list("published_at", flat=True).first()
    return (now - newest).days if newest else None
