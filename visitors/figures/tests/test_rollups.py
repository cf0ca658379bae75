from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from visitors.figures import heat
from visitors.figures.rollups import counted_until, open_since, roll_up
from visitors.figures.tests.made_up import NOW, walk, walks
from visitors.figures.windows import DAY, HOUR, DateRange, Window, begin_of
from visitors.models import (
    BotCount,
    ChangedDay,
    CountedDay,
    DayCount,
    HeatCount,
    HourCount,
    PairCount,
    PathCount,
    SequenceCount,
    Session,
    Step,
)
from visitors.vocabulary import Channel, SetAside

if TYPE_CHECKING:
    from django.db.models import Model
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

YESTERDAY = NOW - DAY
COUNTS: list[type[Model]] = [HourCount, DayCount, PairCount, PathCount, SequenceCount, BotCount]


def everything() -> list[list[tuple[Any, ...]]]:
    return [sorted(model._default_manager.values_list(), key=str) for model in COUNTS]


def total(day: date) -> DayCount:
    return DayCount.objects.get(dimension="all", day=day)


def test_a_day_is_what_its_visits_were() -> None:
    plant = uuid4()
    walk(YESTERDAY, "gate", "pond", "pond!", channel=Channel.SEARCH, country_code="DE", project=plant)
    walk(YESTERDAY, "gate", channel=Channel.SEARCH, country_code="FR", first_of_day=False)
    roll_up(NOW)
    day = YESTERDAY.date()
    whole = total(day)
    assert (whole.steps, whole.page_views, whole.sessions, whole.visitors) == (4, 3, 2, 1)
    assert (whole.seconds, whole.bounces, whole.interactions) == (40.0, 1, 1)
    search = DayCount.objects.get(dimension="channel", value="search", day=day)
    assert (search.sessions, search.visitors, search.interactions) == (2, 1, 1)
    pond = DayCount.objects.get(dimension="area", value="pond", day=day)
    assert (pond.steps, pond.page_views, pond.sessions, pond.seconds, pond.interactions) == (2, 1, 1, 20.0, 1)
    assert DayCount.objects.get(dimension="project", day=day).value == str(plant)
    pair = PairCount.objects.get(dimension="country", value="DE", by="area", by_value="pond", since=day)
    assert (pair.steps, pair.sessions) == (2, 1)
    mirrored = PairCount.objects.get(dimension="area", value="pond", by="country", by_value="DE", since=day)
    assert (mirrored.steps, mirrored.sessions) == (2, 1)
    assert HourCount.objects.get(dimension="all").hour == YESTERDAY.replace(minute=0)
    assert dict(PathCount.objects.values_list("source", "count").filter(target="")) == {"gate": 1, "pond": 1}
    assert dict(SequenceCount.objects.values_list("areas", "count")) == {"gate\npond": 1}


def test_counting_twice_changes_nothing_and_the_second_time_has_nothing_to_count() -> None:
    walks(YESTERDAY, ["gate pond", "gate", "bench pond!"])
    assert roll_up(NOW) == 1
    once = everything()
    assert roll_up(NOW) == 0
    CountedDay.objects.update(fingerprint="another")
    assert roll_up(NOW) >= 1
    assert everything() == once


def test_late_steps_are_counted_with_the_day_of_their_visit() -> None:
    visit = walk(YESTERDAY, "gate")
    roll_up(NOW)
    Step.objects.create(session_id=visit.pk, at=YESTERDAY + HOUR, kind=2, area="pond", duration=5)
    Session.objects.filter(pk=visit.pk).update(steps=2, interactions=1, total_time_seconds=15)
    assert roll_up(NOW + HOUR) == 1
    whole = total(YESTERDAY.date())
    assert (whole.steps, whole.interactions, whole.bounces) == (2, 1, 0)


def test_a_visit_across_midnight_belongs_whole_to_the_day_on_which_it_began() -> None:
    walk(begin_of(NOW.date()) - timedelta(seconds=5), "gate", "pond", "bench")
    roll_up(NOW)
    assert total(YESTERDAY.date()).steps == 3
    assert not DayCount.objects.filter(day=NOW.date()).exists()
    assert set(PathCount.objects.values_list("source", "target")) == {
        ("", "gate"), ("gate", "pond"), ("pond", "bench"), ("bench", "")
    }  # fmt: skip


def test_what_is_set_aside_counts_nowhere_but_in_the_ledger_until_it_is_taken_back() -> None:
    visit = walk(YESTERDAY, "gate", "pond", set_aside=SetAside.AGENT, agent_family="Some bot")
    roll_up(NOW)
    (bots,) = BotCount.objects.all()
    assert (bots.reason, bots.family, bots.sessions, bots.steps) == ("agent", "Some bot", 1, 2)
    assert not DayCount.objects.exists()
    Session.objects.filter(pk=visit.pk).update(set_aside="")
    roll_up(NOW)
    assert total(YESTERDAY.date()).sessions == 1
    assert not BotCount.objects.exists()


def test_what_a_visitor_had_erased_is_counted_no_longer() -> None:
    visit = walk(YESTERDAY, "gate")
    roll_up(NOW)
    Step.objects.all().delete()
    visit.delete()
    ChangedDay.objects.create(day=YESTERDAY.date())
    roll_up(NOW)
    assert not any(model._default_manager.exists() for model in COUNTS)


def test_a_day_that_is_named_as_changed_is_counted_anew_once() -> None:
    visit = walk(YESTERDAY, "gate", country_code="DE")
    roll_up(NOW)
    Session.objects.filter(pk=visit.pk).update(country_code="FR")  # nothing that adds up
    ChangedDay.objects.create(day=YESTERDAY.date())
    assert [roll_up(NOW), roll_up(NOW)] == [1, 0]
    assert DayCount.objects.get(dimension="country").value == "FR"
    assert not ChangedDay.objects.exists()


def test_of_the_running_day_the_full_hours_are_counted() -> None:
    walk(NOW - timedelta(minutes=40), "gate")
    walk(NOW - timedelta(minutes=10), "gate")
    roll_up(NOW)
    assert total(NOW.date()).sessions == 1
    assert counted_until() == NOW.replace(minute=0)
    roll_up(NOW + HOUR)
    assert total(NOW.date()).sessions == 2


def test_a_day_whose_raw_rows_go_stays_as_it_was_counted_and_gives_its_heat_to_its_month_once() -> None:
    began = NOW - 25 * DAY
    visit = walk(began, "gate")
    Step.objects.update(x=1.2, z=-0.1)
    roll_up(NOW)
    assert not HeatCount.objects.exists()
    later = NOW + 6 * DAY  # the visit is 31 days old
    roll_up(later)
    roll_up(later + HOUR)
    (cell,) = HeatCount.objects.all()
    assert (cell.month, cell.cell_x, cell.cell_z, cell.steps, cell.seconds) == (date(2026, 5, 1), 2, -1, 1, 10.0)
    Step.objects.all().delete()
    visit.delete()
    assert roll_up(later + DAY) == 0
    assert total(began.date()).sessions == 1
    cells, since = heat.heat(Window.of(DateRange.QUARTER, later))
    assert cells == {(2, -1): heat.Warmth(1, 10.0)}
    assert since == date(2026, 3, 1)


def test_rows_that_went_while_nobody_counted_take_no_counts_with_them() -> None:
    visit = walk(YESTERDAY, "gate")
    roll_up(NOW)
    Step.objects.all().delete()
    visit.delete()
    assert roll_up(NOW + 40 * DAY) == 0
    assert total(YESTERDAY.date()).sessions == 1


def test_a_day_that_was_counted_in_part_is_counted_whole_after_a_long_pause() -> None:
    walk(NOW - HOUR, "gate")
    roll_up(NOW)
    walk(NOW + HOUR, "gate")
    roll_up(NOW + 40 * DAY)
    assert total(NOW.date()).sessions == 2


def test_pairs_are_folded_into_months_once_their_raw_rows_are_gone() -> None:
    for day in (1, 2, 30):
        walk(datetime(2026, 4, day, 12, tzinfo=UTC), "gate", channel=Channel.MAIL, country_code="DE")
    walk(datetime(2026, 5, 20, tzinfo=UTC), "gate", channel=Channel.MAIL, country_code="DE")
    roll_up(datetime(2026, 5, 20, 1, tzinfo=UTC))
    assert not PairCount.objects.filter(span="month").exists()
    roll_up(NOW)
    pairs = PairCount.objects.filter(dimension="channel", value="mail", by="country", by_value="DE")
    assert [(str(pair.since), pair.span, pair.sessions) for pair in pairs.order_by("since")] == [
        ("2026-04-01", "month", 3),
        ("2026-05-20", "day", 1),
    ]


def test_a_count_after_a_long_pause_counts_every_day_that_is_left(settings: Any) -> None:
    settings.JOURNEYS_KEPT_DAYS = 3
    walks(NOW - 10 * DAY, ["gate", "pond"])
    walks(NOW - DAY, ["gate"])
    assert open_since(NOW.date()) == NOW.date() - DAY
    assert roll_up(NOW) == 2
    assert [total((NOW - days * DAY).date()).sessions for days in (10, 1)] == [2, 1]
    assert CountedDay.objects.get(day=(NOW - 10 * DAY).date()).closed


def test_hours_are_kept_for_a_quarter_and_days_for_ever() -> None:
    walk(NOW - 20 * DAY, "gate")
    roll_up(NOW)
    roll_up(NOW + 80 * DAY)
    assert not HourCount.objects.exists()
    assert total((NOW - 20 * DAY).date()).sessions == 1


def test_a_run_without_news_asks_little(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    walks(YESTERDAY, ["gate"] * 20)
    roll_up(NOW)
    with django_assert_max_num_queries(20):
        roll_up(NOW)
