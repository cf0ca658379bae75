from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from garden.tests.factories import ProjectFactory
from visitors.figures.funnels import INTERACTED, PLANTED, conversions, funnel, reach
from visitors.figures.journeys import journeys
from visitors.figures.realtime import realtime
from visitors.figures.rollups import roll_up
from visitors.figures.tests.made_up import NOW, walk, walks
from visitors.figures.visits import visits
from visitors.figures.windows import DAY, HOUR, DateRange, Window
from visitors.models import Funnel, Goal, Session, Step
from visitors.vocabulary import Channel, Dimension

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

MONTH = Window.of(DateRange.MONTH, NOW)
PATHS = ["gate pond bench"] * 3 + ["gate pond!"] * 4 + ["gate"] * 2 + ["bench gate pond"]


@pytest.fixture(params=["counted", "narrowed", "narrowed, three at a time", "a day"])
def window_and_filters(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> tuple[Window, dict[Dimension, str]]:
    """The same ten visits, told from the counts, from the raw rows, and by the hour."""
    if request.param.endswith("three at a time"):
        monkeypatch.setattr("visitors.figures.visits.AT_ONCE", 3)
    walks(NOW - 3 * HOUR, PATHS)
    roll_up(NOW)
    if request.param.startswith("narrowed"):
        walks(NOW - 2 * HOUR, ["shed hut shed hut"] * 9)
        Session.objects.filter(entry_point="shed").update(channel=Channel.MAIL)
        return MONTH, {Dimension.CHANNEL: "direct"}
    return (Window.of(DateRange.DAY, NOW), {}) if request.param == "a day" else (MONTH, {})


def test_known_journeys_give_exactly_the_known_patterns(
    window_and_filters: tuple[Window, dict[Dimension, str]],
) -> None:
    found = journeys(*window_and_filters)
    assert [(" ".join(path.areas), path.count) for path in found.common_navigation_patterns] == [
        ("gate pond", 8),
        ("gate pond bench", 3),
        ("pond bench", 3),
        ("bench gate pond", 1),
        ("bench gate", 1),
    ]
    assert {one.area: (one.ended, one.left) for one in found.high_drop_off_areas} == {
        "pond": (5, 8),
        "bench": (3, 4),
        "gate": (2, 10),
    }
    spots = {spot.value: (spot.sums.seconds, spot.sums.interactions) for spot in found.engagement_hotspots}
    assert spots == {"gate": (100.0, 0), "pond": (80.0, 4), "bench": (40.0, 0)}
    assert found.average_journey_duration == 22.0
    assert found.visits == 10
    assert [(one.name, one.count, one.rate) for one in found.conversion_points] == [
        (INTERACTED, 4, 0.4),
        (PLANTED, 0, 0.0),
    ]
    assert found.conversion_points[0].places == [("pond", 4)]


def test_returns_are_known_within_a_day_and_across_days_only_by_consent() -> None:
    walk(NOW - HOUR, "gate")
    walk(NOW - HOUR, "gate", first_of_day=False)
    walk(NOW - HOUR, "gate", milestones=["first_visit", "came_back"])
    walk(NOW - HOUR, "gate", milestones=["first_visit"])
    told = journeys(MONTH).retention
    assert (told.visits, told.again_on_the_same_day, told.same_day_share, told.came_back) == (4, 1, 0.25, 1)
    assert "another one each day" in told.note


def test_a_known_funnel_is_told_exactly_with_alternatives_in_its_steps() -> None:
    walks(NOW - 3 * HOUR, PATHS)
    which = Funnel(name="To the pond", steps="area:gate or area:hut\narea:pond\ninteraction or area:bench")
    told = funnel(which, MONTH)
    assert [(step.line, step.reached.count) for step in told.steps] == [
        ("area:gate or area:hut", 10),
        ("area:pond", 8),
        ("interaction or area:bench", 3 + 4 - 4),  # the interaction was how those four came to the pond
    ]
    assert (told.visits, told.steps[1].reached.of_previous, told.steps[2].reached.of_first) == (10, 0.8, 0.3)


def test_the_steps_of_so_many_visits_are_held_at_once_and_of_no_more(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr("visitors.figures.visits.AT_ONCE", 3)
    walks(NOW - 3 * HOUR, PATHS)
    with django_assert_num_queries(1 + 4):  # the visits, and the steps of three, three, three and one of them
        assert len(list(visits(NOW - DAY, NOW))) == len(PATHS)


def test_goals_and_funnels_take_as_many_queries_as_they_say(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for days in (1, 9, 20):
        walks(NOW - days * DAY, PATHS)
    roll_up(NOW)
    ProjectFactory.create(slug="oak")
    Goal.objects.create(name="Oak", mark="plant:oak")
    way, week = Funnel(name="Way", steps="area:gate\nplant:oak"), Window.of(DateRange.WEEK, NOW)
    with django_assert_num_queries(7 + 5):
        assert conversions(week)[0].before is not None
    with django_assert_num_queries(1 + 4):
        reach(list(Goal.objects.all()), week)
    with django_assert_num_queries(8):
        assert funnel(way, week).earlier.is_known


def test_funnels_are_narrowed_by_a_value() -> None:
    walk(NOW - HOUR, "gate", "pond", channel=Channel.MAIL)
    walk(NOW - HOUR, "gate", "pond")
    told = funnel(Funnel(name="x", steps="page:gate\npage:pond"), MONTH, {Dimension.CHANNEL: "mail"})
    assert [step.reached.count for step in told.steps] == [1, 1]


def test_a_goal_may_name_a_plant_and_one_of_a_plant_that_is_gone_is_never_reached() -> None:
    plant = ProjectFactory.create(slug="oak")
    walk(NOW - HOUR, "gate", "pond!", project=plant.pk)
    walk(NOW - HOUR, "gate", seeds_planted=1)
    Goal.objects.create(name="Oak", mark="interaction plant:oak")
    Goal.objects.create(name="Yew", mark="plant:yew")
    counts = {one.name: one.count for one in conversions(MONTH)}
    assert counts == {INTERACTED: 1, PLANTED: 1, "Oak": 1, "Yew": 0}


def test_steps_of_visits_that_are_set_aside_are_in_no_pattern() -> None:
    walk(NOW - HOUR, "gate", "pond!", set_aside="agent")
    found = journeys(MONTH)
    assert not found.common_navigation_patterns
    assert found.conversion_points[0].count == 0


def test_long_ago_patterns_come_from_the_counts_and_conversions_say_since_when_they_are() -> None:
    walks(NOW - 60 * DAY, PATHS)
    roll_up(NOW - 59 * DAY)
    Step.objects.all().delete()
    Session.objects.all().delete()
    roll_up(NOW)
    found = journeys(Window.of(DateRange.QUARTER, NOW))
    assert found.common_navigation_patterns[0].count == 8
    assert found.visits == 10
    assert (found.raw_since, found.conversion_points[0].count) == (MONTH.since.date(), 0)


def test_just_now_is_who_is_there_and_what_they_do(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    plant = ProjectFactory.create(name="Oak")
    walk(NOW - timedelta(minutes=2), "gate", "pond!", project=plant.pk, device_type="mobile")
    walk(NOW - timedelta(minutes=12), "gate")
    walk(NOW - timedelta(minutes=1), "gate", set_aside="agent")
    walk(NOW - timedelta(minutes=50), "gate")
    with django_assert_max_num_queries(6):
        told = realtime(NOW)
    assert (told.active_visitors, told.by_device, told.by_area) == (1, {"mobile": 1}, {"pond": 1})
    assert (len(told.steps_by_minute), sum(told.steps_by_minute)) == (30, 3)
    assert told.steps_by_minute[-3:] == [1, 1, 0]
    assert [(one.area, one.project) for one in told.recent_interactions] == [("pond", "Oak")]
    assert told.seconds_since_last_step == 110
    assert realtime(NOW + DAY).seconds_since_last_step is None
