from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from garden.tests.factories import ProjectFactory
from garden.vocabulary import ProjectStatus
from visitors.figures.counting import Sums
from visitors.figures.dashboard import FiltersRefused, figures
from visitors.figures.growth import growth_trends
from visitors.figures.rollups import roll_up
from visitors.figures.tests.made_up import NOW, walk, walks
from visitors.figures.windows import DAY, HOUR, DateRange, Window
from visitors.models import DayCount
from visitors.vocabulary import Channel, Dimension

if TYPE_CHECKING:
    from datetime import datetime

    from pytest_django import DjangoAssertNumQueries

    from visitors.figures.dashboard import Figures

pytestmark = pytest.mark.django_db

WEEK = Window.of(DateRange.WEEK, NOW)


def top(found: Figures, dimension: Dimension) -> dict[str, int]:
    return {row.value: int(row.sums.sessions) for row in found.top[dimension]}


def test_a_week_is_today_and_six_days_and_the_week_before_ends_at_the_same_hour() -> None:
    assert (WEEK.since.isoformat(), WEEK.until) == ("2026-06-11T00:00:00+00:00", NOW)
    assert WEEK.before.since.isoformat() == "2026-06-04T00:00:00+00:00"
    assert WEEK.before.until == NOW - 7 * DAY
    day = Window.of(DateRange.DAY, NOW)
    assert (len(day.moments), day.moments[-1], day.before.until) == (24, NOW.replace(minute=0), NOW - DAY)


def test_counted_days_and_the_running_hour_make_one_sum() -> None:
    walks(NOW - 2 * DAY, ["gate pond", "gate"])
    walk(NOW - 3 * HOUR, "gate")
    roll_up(NOW)
    walk(NOW - timedelta(minutes=5), "gate", "pond!", channel=Channel.AI)
    found = figures(WEEK)
    assert found.totals == Sums(steps=6, page_views=5, sessions=4, visitors=4, seconds=60.0, bounces=2, interactions=1)
    assert [int(point.sums.sessions) for point in found.series] == [0, 0, 0, 0, 2, 0, 2]
    assert top(found, Dimension.AREA) == {"gate": 4, "pond": 2}
    assert top(found, Dimension.CHANNEL) == {"direct": 3, "ai": 1}


def test_a_garden_that_nobody_counted_yet_shows_its_last_day() -> None:
    walk(NOW - timedelta(minutes=5), "gate")
    assert figures(WEEK).totals.sessions == 1
    assert figures(Window.of(DateRange.DAY, NOW)).totals.sessions == 1


def test_the_period_before_is_compared_up_to_the_same_hour() -> None:
    roll_up(NOW - 30 * DAY)
    walk(NOW - 7 * DAY - 2 * HOUR, "gate")
    walk(NOW - 7 * DAY + 2 * HOUR, "gate")
    walk(NOW - 10 * DAY, "gate")
    roll_up(NOW)
    assert figures(WEEK).before.sessions == 2
    assert figures(Window.of(DateRange.DAY, NOW - 6 * DAY)).before.sessions == 1


@pytest.mark.parametrize("date_range", list(DateRange))
def test_one_value_narrows_everything(date_range: DateRange) -> None:
    walk(NOW - 3 * HOUR, "gate", "pond!", channel=Channel.SEARCH, country_code="DE")
    walk(NOW - 3 * HOUR, "gate", channel=Channel.DIRECT, country_code="DE")
    roll_up(NOW)
    walk(NOW - timedelta(minutes=5), "bench", channel=Channel.SEARCH, country_code="FR")
    found = figures(Window.of(date_range, NOW), {Dimension.CHANNEL: "search"})
    assert (found.totals.sessions, found.totals.steps, found.totals.interactions) == (2, 3, 1)
    assert top(found, Dimension.COUNTRY) == {"DE": 1, "FR": 1}
    assert top(found, Dimension.AREA) == {"bench": 1, "gate": 1, "pond": 1}
    assert Dimension.CHANNEL not in found.top


@pytest.mark.parametrize("date_range", [DateRange.DAY, DateRange.WEEK])
def test_narrowed_to_a_plant_it_tells_what_was_done_there(date_range: DateRange) -> None:
    plant = uuid4()
    walk(NOW - 3 * HOUR, "gate", channel=Channel.SEARCH)
    walk(NOW - 3 * HOUR, "pond", "pond!", project=plant, channel=Channel.SEARCH, country_code="DE")
    roll_up(NOW)
    found = figures(Window.of(date_range, NOW), {Dimension.PROJECT: str(plant)})
    assert (found.totals.sessions, found.totals.steps, found.totals.seconds) == (1, 2, 20.0)
    assert top(found, Dimension.AREA) == {"pond": 1}
    assert top(found, Dimension.COUNTRY) == {"DE": 1}


@pytest.mark.parametrize("date_range", [DateRange.DAY, DateRange.WEEK, DateRange.MONTH])
def test_two_values_narrow_within_the_raw_days(date_range: DateRange) -> None:
    walk(NOW - HOUR, "gate", "pond", channel=Channel.SEARCH, country_code="DE")
    walk(NOW - HOUR, "gate", channel=Channel.SEARCH, country_code="FR")
    roll_up(NOW)
    found = figures(Window.of(date_range, NOW), {Dimension.CHANNEL: "search", Dimension.COUNTRY: "DE"})
    assert (found.totals.sessions, found.totals.steps) == (1, 2)
    assert top(found, Dimension.AREA) == {"gate": 1, "pond": 1}
    both = figures(Window.of(date_range, NOW), {Dimension.CHANNEL: "search", Dimension.AREA: "pond"})
    assert (both.totals.sessions, both.totals.steps) == (1, 1)


def test_more_than_two_values_and_two_of_long_ago_are_refused() -> None:
    with pytest.raises(FiltersRefused, match="Two values at once only within 30 days"):
        figures(Window.of(DateRange.QUARTER, NOW), {Dimension.OS: "Linux", Dimension.DEVICE: "mobile"})
    with pytest.raises(FiltersRefused, match="At most 2"):
        figures(WEEK, {Dimension.OS: "Linux", Dimension.DEVICE: "mobile", Dimension.COUNTRY: "DE"})


def test_a_breakdown_of_long_ago_goes_by_whole_months_and_says_so() -> None:
    walk(NOW - 85 * DAY, "gate", channel=Channel.MAIL, country_code="DE")  # 24 March
    roll_up(NOW - 84 * DAY)
    roll_up(NOW)
    found = figures(Window.of(DateRange.QUARTER, NOW), {Dimension.CHANNEL: "mail"})
    assert found.totals.sessions == 1
    assert top(found, Dimension.COUNTRY) == {"DE": 1}
    assert found.top_since.isoformat() == "2026-03-01"
    assert any("whole months, from 2026-03-01" in note for note in found.notes)


def test_the_first_ten_are_those_of_most_visits() -> None:
    for number in range(12):
        walks(NOW - HOUR + timedelta(seconds=number), [f"area-{number}"] * (number + 1))
    roll_up(NOW)
    rows = figures(WEEK).top[Dimension.AREA]
    assert [row.value for row in rows] == [f"area-{number}" for number in range(11, 1, -1)]


@pytest.mark.parametrize(
    "filters", [{}, {Dimension.CHANNEL: "direct"}, {Dimension.CHANNEL: "direct", Dimension.OS: "x"}]
)
def test_no_number_of_visits_makes_more_queries(
    filters: dict[Dimension, str], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    walks(NOW - 2 * DAY, ["gate pond bench!"] * 30)
    roll_up(NOW)
    walks(NOW - timedelta(minutes=20), ["gate"] * 10)
    with django_assert_max_num_queries(10):
        figures(WEEK, filters)


def test_the_filtered_are_as_many_by_counts_as_by_raw_visits() -> None:
    def at(number: int) -> datetime:
        return NOW - timedelta(hours=5 * number + 1)

    for number in range(40):
        walk(
            at(number),
            *["gate", "pond", "bench!"][: number % 3 + 1],
            channel=list(Channel)[number % 4],
            country_code=["DE", "FR", ""][number % 3],
            device_type=["mobile", "desktop"][number % 2],
            first_of_day=number % 5 > 0,
        )
    roll_up(NOW)
    wanted: dict[Dimension, Any] = {Dimension.CHANNEL: "search"}
    by_count = figures(Window.of(DateRange.MONTH, NOW), wanted)
    DayCount.objects.all().delete()
    by_raw = figures(Window.of(DateRange.MONTH, NOW), wanted | {Dimension.DEVICE: "desktop"})
    assert by_count.totals == by_raw.totals  # every search came by desktop
    assert by_count.top[Dimension.AREA] == by_raw.top[Dimension.AREA]
    assert by_count.series == by_raw.series


def test_a_seed_that_waits_for_approval_is_no_plant_that_grows() -> None:
    ProjectFactory.create(name="Moss")
    ProjectFactory.create(name="An idea", status=ProjectStatus.PROPOSED)
    assert [one.name for one in growth_trends(WEEK, {})] == ["Moss"]
