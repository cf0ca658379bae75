"""Every figure beside the period before: what it was, what is new, what came no more, and what nobody knows."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from garden.models import Activity, GrowthLog
from garden.tests.factories import ProjectFactory
from visitors.figures.comparing import changed, changes
from visitors.figures.counting import Sums
from visitors.figures.dashboard import TOP, figures
from visitors.figures.funnels import INTERACTED, funnel
from visitors.figures.growth import growth_trends
from visitors.figures.journeys import journeys
from visitors.figures.patterns import Hotspot
from visitors.figures.rollups import roll_up
from visitors.figures.sharing import shared
from visitors.figures.speeds import FEWEST
from visitors.figures.tests.made_up import NOW, walk, walks
from visitors.figures.times import times
from visitors.figures.vitals import speeds
from visitors.figures.windows import DAY, HOUR, DateRange, Window
from visitors.models import FiguresLink, Funnel, PageSpeed
from visitors.vocabulary import Channel, Dimension, Vital

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visitors.figures.dashboard import Figures

pytestmark = pytest.mark.django_db

WEEK, MONTH = Window.of(DateRange.WEEK, NOW), Window.of(DateRange.MONTH, NOW)
NARROWED: list[Mapping[Dimension, str]] = [
    {},
    {Dimension.CHANNEL: "search"},
    {Dimension.CHANNEL: "search", Dimension.COUNTRY: "DE"},
]


@pytest.fixture
def _counted() -> None:
    """A garden that counts since a year."""
    roll_up(NOW - 365 * DAY)


def told(found: Figures, dimension: Dimension) -> dict[str, tuple[int, str]]:
    return {row.value: (int(row.sums.sessions), row.told) for row in found.top[dimension]}


def came_no_more(found: Figures, dimension: Dimension) -> dict[str, int]:
    return {row.value: int(row.sums.sessions) for row in found.gone[dimension]}


# --- Numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "before", "share"), [(3, 2, 0.5), (0, 4, -1.0), (3, 0, None), (0, 0, None), (3, None, None)]
)
def test_a_share_is_taken_of_what_there_was_and_of_nothing_there_is_none(
    now: float, before: float | None, share: float | None
) -> None:
    assert changed(now, before) == share


def test_less_than_a_minute_of_before_is_said_in_seconds_and_not_as_none() -> None:
    then = Hotspot(Dimension.AREA, "/", Sums(seconds=12), 1.0)
    now = Hotspot(Dimension.AREA, "/", Sums(seconds=168), 1.0, before=then)
    assert now.told == "12 s, +1300%"
    assert now.said == "3 min"


def test_each_sum_changes_by_itself() -> None:
    found = changes(Sums(steps=3, sessions=2), Sums(steps=2, bounces=1))
    assert (found["steps"], found["sessions"], found["bounces"], found["seconds"]) == (0.5, None, -1.0, None)
    assert set(changes(Sums(steps=3), None).values()) == {None}


# --- Rows and curves --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_counted")
@pytest.mark.parametrize("date_range", [DateRange.DAY, DateRange.WEEK])
@pytest.mark.parametrize("filters", NARROWED)
def test_a_row_says_what_it_was_whether_it_is_new_and_what_came_no_more(
    date_range: DateRange, filters: Mapping[Dimension, str]
) -> None:
    window = Window.of(date_range, NOW)
    facts: dict[str, Any] = {"channel": Channel.SEARCH, "country_code": "DE"}
    for area, then, now in (("gate", 2, 3), ("pond", 0, 1), ("bench", 4, 0)):
        for at, often in ((NOW - window.length - 2 * HOUR, then), (NOW - 2 * HOUR, now)):
            for number in range(often):
                walk(at + timedelta(minutes=number), area, browser="Firefox", **facts)
    walk(window.before.until + timedelta(minutes=10), "gate", **facts)  # later than the period before ends
    roll_up(NOW)
    found = figures(window, filters)
    assert told(found, Dimension.AREA) == {"gate": (3, "2, +50%"), "pond": (1, "new")}
    assert came_no_more(found, Dimension.AREA) == {"bench": 4}
    assert told(found, Dimension.BROWSER) == {"Firefox": (4, "6, -33%")}
    assert (found.before.sessions, found.earlier.note) == (6, "")
    assert sum(point.sums.sessions for point in found.series_before) == 6
    for point, before in zip(found.series, found.series_before, strict=False):
        assert point.at - before.at == window.length


@pytest.mark.usefixtures("_counted")
@pytest.mark.parametrize("date_range", [DateRange.MONTH, DateRange.QUARTER])
def test_values_of_long_ago_are_compared_by_their_counts(date_range: DateRange) -> None:
    window = Window.of(date_range, NOW)
    walks(NOW - window.length - 2 * HOUR, ["gate", "gate", "bench"])
    roll_up(NOW - window.length + DAY)
    walks(NOW - 2 * HOUR, ["gate"])
    roll_up(NOW)
    found = figures(window)
    assert told(found, Dimension.AREA) == {"gate": (1, "2, -50%")}
    assert came_no_more(found, Dimension.AREA) == {"bench": 1}


def test_a_garden_younger_than_the_period_before_says_so_and_calls_nothing_new() -> None:
    walk(NOW - 8 * DAY, "gate")
    walk(NOW - HOUR, "gate")
    roll_up(NOW)
    found = figures(WEEK)
    assert found.earlier.note == "No earlier figures: visits are counted since 9 June 2026."
    assert found.earlier.note in found.notes
    assert told(found, Dimension.AREA) == {"gate": (1, "")}
    assert (found.gone, found.series_before, found.before) == ({}, [], Sums())
    assert figures(Window.of(DateRange.DAY, NOW)).earlier.is_known


@pytest.mark.usefixtures("_counted")
def test_where_single_visits_are_gone_what_is_read_from_them_has_no_earlier_figures() -> None:
    walk(NOW - 40 * DAY, "gate", channel=Channel.SEARCH, country_code="DE")
    roll_up(NOW - 39 * DAY)
    walk(NOW - HOUR, "gate", channel=Channel.SEARCH, country_code="DE")
    roll_up(NOW)
    one, two = figures(MONTH, NARROWED[1]), figures(MONTH, NARROWED[2])
    assert (one.before.sessions, one.earlier.is_known) == (1, True)
    assert told(one, Dimension.AREA) == told(two, Dimension.AREA) == {"gate": (1, "")}
    assert any("No earlier figures by value" in note for note in one.notes)
    assert two.earlier.note == "No earlier figures: single visits are kept for 30 days."


@pytest.mark.usefixtures("_counted")
@pytest.mark.parametrize("filters", NARROWED)
@pytest.mark.parametrize("date_range", list(DateRange))
def test_how_many_queries_it_takes_does_not_depend_on_how_many_rows_there_are(
    date_range: DateRange, filters: Mapping[Dimension, str]
) -> None:
    window = Window.of(date_range, NOW)
    if len(filters) > 1 and window.length > 30 * DAY:
        filters = NARROWED[1]

    def asked_with(rows: int) -> int:
        for number in range(rows):
            for at in (NOW - 2 * HOUR, NOW - window.length - 2 * HOUR):
                walk(at, f"area {number}", channel=Channel.SEARCH, country_code="DE")
        roll_up(NOW)
        with CaptureQueriesContext(connection) as queries:
            figures(window, filters)
        return len(queries)

    assert asked_with(1) == asked_with(12) <= 14


# --- What is read beside ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_counted")
@pytest.mark.parametrize("filters", NARROWED[:2])
def test_journeys_goals_and_returns_stand_beside_those_of_the_period_before(filters: Mapping[Dimension, str]) -> None:
    then = walks(NOW - 7 * DAY - 2 * HOUR, ["gate pond!", "gate pond", "shed hut"])
    walks(NOW - 7 * DAY + HOUR, ["gate pond!"])  # later than the hour at which the period before ends
    now = walks(NOW - 2 * HOUR, ["gate pond!", "gate pond!", "gate pond", "gate bench"])
    for visit in [*then, *now]:
        visit.channel = Channel.SEARCH
        visit.save()
    then[0].first_of_day = False
    then[0].save()
    roll_up(NOW)
    found = journeys(WEEK, filters)
    assert {" ".join(one.areas): (one.count, one.told) for one in found.common_navigation_patterns} == {
        "gate pond": (3, "2, +50%"),
        "gate bench": (1, "new"),
    }
    assert {one.area: (one.ended, one.told) for one in found.high_drop_off_areas} == {
        "pond": (3, "2, +50%"),
        "bench": (1, "new"),
    }
    assert {one.value: one.change for one in found.engagement_hotspots} == {"gate": 1.0, "pond": 0.5, "bench": None}
    assert {one.name: (one.count, one.told) for one in found.conversion_points}[INTERACTED] == (2, "1, +100%")
    assert (found.visits, found.visits_before, found.duration_before) == (4, 3, 20.0)
    assert (found.retention.again_on_the_same_day, found.retention.before.again_on_the_same_day) == (0, 1)


@pytest.mark.usefixtures("_counted")
def test_patterns_of_long_ago_are_compared_and_goals_say_that_single_visits_are_gone() -> None:
    walks(NOW - 40 * DAY, ["gate pond!", "gate pond"])
    roll_up(NOW - 39 * DAY)
    walks(NOW - 2 * HOUR, ["gate pond!"])
    roll_up(NOW)
    found = journeys(MONTH)
    assert found.common_navigation_patterns[0].told == "2, -50%"
    assert found.earlier.is_known
    assert found.earlier_raw.note == "No earlier figures: single visits are kept for 30 days."
    assert [one.told for one in found.conversion_points] == ["", ""]
    assert found.retention.before is None


@pytest.mark.usefixtures("_counted")
def test_a_step_of_a_funnel_that_nobody_took_before_has_no_share() -> None:
    walks(NOW - 7 * DAY - 2 * HOUR, ["gate", "gate"])
    walks(NOW - 2 * HOUR, ["gate pond", "gate", "gate"])
    found = funnel(Funnel(name="To the pond", steps="page:gate\narea:pond"), WEEK)
    assert [step.reached.told for step in found.steps] == ["2, +50%", "0"]
    assert (found.visits, found.visits_before) == (3, 2)
    assert funnel(Funnel(name="To the pond", steps="page:gate"), MONTH).visits_before is None


@pytest.mark.usefixtures("_counted")
def test_a_speed_is_compared_where_both_are_of_enough_views() -> None:
    for at, lcp, views in ((NOW - 9 * DAY, 2_000, FEWEST), (NOW - DAY, 1_000, FEWEST)):
        PageSpeed.objects.bulk_create(PageSpeed(at=at, area="/", lcp=lcp) for _ in range(views))
    PageSpeed.objects.bulk_create(PageSpeed(at=NOW - DAY, area="/", inp=90) for _ in range(FEWEST))
    PageSpeed.objects.create(at=NOW - 9 * DAY, area="/", inp=180)
    roll_up(NOW)
    found = {one.vital: one for one in speeds(WEEK, since_raw=NOW, earlier=figures(WEEK).earlier)}
    assert found[Vital.LCP].change == pytest.approx(-0.5, abs=0.1)
    assert found[Vital.LCP].told.endswith("%")
    assert (found[Vital.INP].before.count, found[Vital.INP].change) == (1, None)
    assert found[Vital.CLS].change is None


@pytest.mark.usefixtures("_counted")
def test_what_is_set_aside_and_when_visitors_come_is_compared_too() -> None:
    walk(NOW - 8 * DAY, "gate", set_aside="agent", agent_family="Old bot")
    walk(NOW - 8 * DAY, "gate")
    walk(NOW - DAY, "gate", set_aside="agent", agent_family="New bot")
    roll_up(NOW)
    found = figures(WEEK)
    assert [(row.family, row.told) for row in found.set_aside] == [("New bot", "new")]
    before = times(WEEK, found.earlier).before
    assert before is not None
    assert (sum(before.by_hour), before.by_hour[14]) == (1, 1)
    year = Window.of(DateRange.YEAR, NOW)
    assert times(year, figures(year).earlier).before is None


@pytest.mark.usefixtures("_counted")
def test_a_plant_says_how_it_grew_before_and_one_beyond_the_first_ten_has_its_visits() -> None:
    plants = ProjectFactory.create_batch(TOP + 2, growth_factor=0.5)
    for number, plant in enumerate(plants):
        walks_there = TOP + 2 - number
        for visit in range(walks_there):
            walk(NOW - HOUR - timedelta(seconds=visit), "gate", project=plant.pk)
    last = plants[-1]
    walk(NOW - 8 * DAY, "gate", project=last.pk)
    walk(NOW - 8 * DAY, "pond", project=last.pk)
    for at, factor in ((NOW - 20 * DAY, 0.1), (NOW - 9 * DAY, 0.3)):
        GrowthLog.objects.create(project=last, new_stage="growing", growth_factor=factor, recorded_at=at)
    Activity.objects.create(project=last, kind="commit", external_id="1", occurred_at=NOW - 9 * DAY, source="git")
    roll_up(NOW)
    trend = {one.name: one for one in growth_trends(WEEK, figures(WEEK).plants)}[last.name]
    assert (trend.sessions, trend.before.sessions, trend.commits, trend.before.commits) == (1, 2, 0, 1)
    assert trend.growth_change == pytest.approx(0.2)
    assert trend.before.growth_change == pytest.approx(0.2)
    unknown = growth_trends(MONTH, {})[0].before
    assert (unknown.sessions, unknown.interactions) == (None, None)


# --- What leaves the greenhouse ---------------------------------------------------------------------------------------


@pytest.fixture
def _two_weeks(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    User.objects.create_superuser("owner")
    roll_up(NOW - 12 * DAY)
    for number in range(3):
        walk(NOW - 8 * DAY + timedelta(minutes=number), "/", channel=Channel.MAIL, country_code="DE")
        walk(NOW - DAY + timedelta(minutes=number), "/", channel=Channel.SEARCH, country_code="DE")
    walk(NOW - 8 * DAY, "/", channel=Channel.SEARCH)
    roll_up(NOW)


def export(query: str) -> Any:
    client = APIClient()
    client.force_login(User.objects.get(username="owner"))
    return client.get(f"/api/v1/analytics/export/?date_range=7d&{query}")


@pytest.mark.usefixtures("_two_weeks")
def test_an_export_that_is_compared_has_the_days_of_before_beside() -> None:
    found = list(csv.DictReader(io.StringIO(export("compared=true&dimension=channel").content.decode())))
    columns = ("day", "value", "sessions", "day_before", "sessions_before")
    assert [tuple(row[name] for name in columns) for row in found] == [
        ("2026-06-16", "mail", "0", "2026-06-09", "3"),
        ("2026-06-16", "search", "3", "2026-06-09", "1"),
    ]
    assert "day_before" not in export("dimension=channel").content.decode().splitlines()[0]


@pytest.mark.usefixtures("_two_weeks")
def test_a_day_of_before_that_was_not_counted_yet_is_empty_and_not_zero() -> None:
    walk(NOW - 6 * DAY, "/", channel=Channel.MAIL)
    roll_up(NOW)
    rows = export("compared=true&dimension=channel&file_type=json").json()
    assert [(row["day"], row["sessions_before"]) for row in rows] == [
        ("2026-06-11", None),
        ("2026-06-16", 3),
        ("2026-06-16", 1),
    ]


@pytest.mark.usefixtures("_counted", "_two_weeks")
def test_a_link_compares_and_tells_of_no_value_that_few_stood_behind_then() -> None:
    told = shared(FiguresLink(name="All"), WEEK)
    assert (told["before"].sessions, len(told["series_before"]), told["earlier"].is_known) == (4, 7, True)
    (search,) = told["top"]["channel"]
    assert (search["value"], search["before"], search["change"], search["is_new"]) == ("search", None, None, False)
    (country,) = told["top"]["country"]
    assert (country["before"].sessions, country["change"]) == (3, 0.0)
    assert "mail" not in str(told)
