from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from garden.models import Activity
from garden.tests.factories import ProjectFactory
from skills.models import Skill
from visitors.figures.patterns import DropOff
from visitors.figures.rollups import roll_up
from visitors.figures.speeds import Speed
from visitors.figures.tests.made_up import NOW, walk
from visitors.figures.windows import DAY, DateRange, Window
from visitors.insights.correlations import Finding
from visitors.insights.recommendations import Known, PlantSeen, recommend
from visitors.insights.report import insights
from visitors.insights.statistics import Correlation
from visitors.models import DayCount
from visitors.vocabulary import Vital
from weather.models import SkyObservation

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

QUARTER = Window.of(DateRange.QUARTER, NOW)
LINKS = {name: f"/{name}" for name in ("post", "goal", "ledger", "figures", "journeys")}


def a_quarter(*, planted: bool) -> None:
    """Ninety days of work and visits; with `planted`, more visits the day after more commits."""
    dice = random.Random(7)
    plant = ProjectFactory.create(name="Oak", languages={"Python": 9})
    worked = [dice.randrange(12) for _ in range(90)]
    visits = [dice.randrange(40) for _ in range(90)]
    if planted:
        visits = [10, *(10 + 3 * commits + dice.randrange(6) for commits in worked[:-1])]
    days = [NOW - (90 - at) * DAY for at in range(90)]
    Activity.objects.bulk_create(
        Activity(project=plant, kind="commit", external_id=f"{at}-{one}", occurred_at=day, source="git")
        for at, day in enumerate(days)
        for one in range(worked[at])
    )
    DayCount.objects.bulk_create(
        DayCount(dimension="all", value="", day=day.date(), sessions=number, seconds=60.0 * number, interactions=3)
        for day, number in zip(days, visits, strict=True)
    )
    SkyObservation.objects.bulk_create(
        SkyObservation(
            source="made up",
            observed_at=day,
            condition="rain" if dice.random() < 0.3 else "clear",
            precipitation="rain" if dice.random() < 0.3 else "clear",
            temperature=15 + dice.gauss(0, 4),
        )
        for day in days
    )


@pytest.mark.django_db
def test_what_the_owner_does_is_found_behind_the_visits() -> None:
    a_quarter(planted=True)
    found = insights(QUARTER)
    (finding,) = found.visitor_engagement.findings
    assert (finding.cause, finding.effect, finding.lag) == ("commits", "visits", 1)
    assert finding.sentence.startswith("When you commit more, a day later more visits come: +0.")
    assert finding.sentence in found.visitor_engagement.sentences
    assert not found.weather_impact.findings
    assert {sky.condition for sky in found.weather_impact.by_sky} == {"wet", "dry"}
    assert "may be chance" in found.weather_impact.sentences[-1]
    assert found.told == f"{found.tried} combinations were tried, and 1 held against chance."


@pytest.mark.django_db
def test_where_nothing_goes_together_nothing_is_told() -> None:
    a_quarter(planted=False)
    found = insights(QUARTER)
    assert not found.visitor_engagement.findings
    assert found.tried == 24  # six pairs that move, four lags


@pytest.mark.django_db
def test_a_young_garden_has_too_few_data_and_says_so() -> None:
    walk(NOW - DAY, "gate")
    roll_up(NOW)
    for date_range in DateRange:
        found = insights(Window.of(date_range, NOW))
        assert (found.tried, found.told[:12]) == (0, "Too few data")
        assert found.weather_impact.sentences[-1].startswith("Too few data")


@pytest.mark.django_db
def test_skills_are_told_with_where_they_go() -> None:
    Skill.objects.create(name="Rust", slug="rust", learning_velocity=1.5, first_used_date=(NOW - 5 * DAY).date())
    Skill.objects.create(name="Hidden", slug="hidden", learning_velocity=9, is_hidden=True)
    told = insights(QUARTER).skill_development
    assert [(one.name, one.is_new) for one in told.skills] == [("Rust", True)]
    assert told.sentences == ["New: Rust.", "Rust goes fastest: +1.5 levels in a quarter."]


@pytest.mark.django_db
def test_the_report_has_the_names_of_the_specification_and_costs_no_more_in_a_larger_garden(
    time_machine: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    time_machine.move_to(NOW, tick=False)
    a_quarter(planted=True)
    plant = ProjectFactory.create(name="Elm", description="")
    for minute in range(12):
        walk(NOW - timedelta(hours=20, minutes=minute), "gate", "pond!", project=plant.pk)
    roll_up(NOW)
    client = APIClient()
    client.force_login(User.objects.create_superuser("owner"))
    with django_assert_max_num_queries(60):
        told = client.get("/api/v1/analytics/unified-insights/?range=90d").json()
    assert {
        "visitor_engagement",
        "project_growth_trends",
        "weather_impact",
        "skill_development",
        "recommendations",
    } <= told.keys()
    first = told["recommendations"][0]
    assert (first["what"], first["link_label"]) == ("Say what Elm is.", "Write")
    assert client.get(first["link"]).status_code == 200
    assert client.get("/api/v1/analytics/unified-insights/?range=1y").status_code == 400
    week = client.get("/api/v1/analytics/unified-insights/?range=7d").json()
    assert (week["range"], week["tried"]) == ("7d", 0)  # seven days are too few to correlate: why it is not the default
    assert client.get("/api/v1/analytics/unified-insights/").json()["range"] == "90d"


def test_a_dead_end_and_slow_pages_are_things_to_do() -> None:
    slow = Speed(Vital.LCP, 40, 5000.0, "poor")
    known = Known(
        visits=40, set_aside=0, drop_offs=[DropOff("shed", 30, 31), DropOff("hut", 1, 1)], speeds=[slow], links=LINKS
    )
    assert [(one.what, one.link) for one in recommend(known)] == [
        ("Make the pages quicker.", "/figures"),
        ("Show a way on from shed.", "/journeys"),
    ]
    assert recommend(known)[0].why == "For one of four page views LCP is 5,000 ms or more (40 views)."


def test_recommendations_follow_from_what_is_known() -> None:
    sure = Correlation(0.6, 88, 80, 0.4, 0.7, 1e-8)
    posts = Finding("posts", "visits", 1, sure, 1e-6, "When you post more, a day later more visits come.")
    oak = PlantSeen("Oak", "/oak", 30, 9, 0.9, says_something=True, featured=False)
    elm = PlantSeen("Elm", "/elm", 20, 0, 0.1, says_something=True, featured=False)
    known = Known(visits=60, set_aside=90, plants=[elm, oak], findings=[posts], days_since_post=20, links=LINKS)
    assert [one.what for one in recommend(known)] == [
        "Let Oak stand in front.",
        "Look after Elm.",
        "Write a post.",
        "Say what you hope that visitors do.",
        "Look at what was set aside.",
    ]
    assert recommend(Known(visits=3, set_aside=0, links=LINKS)) == []
