"""Coding time as facts: one a plant and day, replaced by a later telling, on the owner's own day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from garden import coding, selectors, services
from garden.coding import CodedDay
from garden.models import Activity
from garden.tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
DAY = date(2026, 6, 3)


def test_a_later_telling_of_a_day_replaces_the_earlier_and_may_take_it_back() -> None:
    plant, other = ProjectFactory.create(), ProjectFactory.create()
    first = {(plant.pk, DAY): CodedDay(600, "heartbeats"), (other.pk, DAY): CodedDay(60, "heartbeats")}
    assert coding.replace_days(days=[DAY], coded=first, now=NOW) == {plant.pk: DAY, other.pk: DAY}
    assert coding.replace_days(days=[DAY], coded=first, now=NOW) == {}
    assert coding.replace_days(days=[DAY], coded={(plant.pk, DAY): CodedDay(900, "wakatime")}, now=NOW) == {
        plant.pk: DAY,
        other.pk: DAY,
    }
    fact = Activity.objects.get()
    assert (fact.project, fact.amount, fact.source) == (plant, 900, "wakatime")


def test_days_that_are_not_told_of_stay() -> None:
    plant = ProjectFactory.create()
    for number in range(3):
        day = DAY - timedelta(days=number)
        coding.replace_days(days=[day], coded={(plant.pk, day): CodedDay(600, "heartbeats")}, now=NOW)
    coding.replace_days(days=[DAY], coded={}, now=NOW)
    assert selectors.coded_plants(DAY - timedelta(days=1), DAY) == {plant.pk: DAY - timedelta(days=1)}
    assert sum(tally.coding_seconds for tally in selectors.tallies_of([plant.pk])[plant.pk]) == 1200
    assert coding.replace_days(days=[], coded={}, now=NOW) == {}


@pytest.mark.parametrize(
    "last_at", [None, NOW, datetime(2026, 6, 2, 22, tzinfo=UTC), datetime(2026, 6, 4, 9, tzinfo=UTC)]
)
def test_a_fact_stands_on_the_owners_day_wherever_the_owner_lives(last_at: datetime | None) -> None:
    plant = ProjectFactory.create()
    coding.replace_days(days=[DAY], coded={(plant.pk, DAY): CodedDay(600, "heartbeats", {}, last_at)}, now=NOW)
    assert Activity.objects.get().occurred_at.date() == DAY
    assert selectors.coded_plants(DAY, DAY) == {plant.pk: DAY}
    plant.refresh_from_db()
    assert plant.last_activity_at is not None
    assert plant.last_activity_at <= NOW


TODAY = date(2026, 1, 10)
OWNERS_CLOCKS = ("Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin", "UTC")


@pytest.mark.parametrize("zone", OWNERS_CLOCKS)
@pytest.mark.parametrize("hour", [1, 8, 13, 23])
@pytest.mark.parametrize("knows_the_moment", [True, False])
def test_work_of_today_counts_at_once_wherever_the_owner_lives(zone: str, hour: int, knows_the_moment: bool) -> None:
    now = datetime(2026, 1, 10, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    last_at = now - timedelta(minutes=5) if knows_the_moment else None
    plant = ProjectFactory.create(planted_date=now - timedelta(days=30))
    with timezone.override(ZoneInfo(zone)):
        coding.replace_days(days=[TODAY], coded={(plant.pk, TODAY): CodedDay(3000, "t", {}, last_at)}, now=now)
        services.grow(project=plant, now=now, source="test")
        assert selectors.coded_plants(TODAY, TODAY) == {plant.pk: TODAY}
        assert selectors.coded_plants(TODAY - timedelta(days=1), TODAY - timedelta(days=1)) == {}
        # The same day told again is the same fact, whatever day it is in UTC by then.
        later = now + timedelta(hours=12)
        coding.replace_days(days=[TODAY], coded={(plant.pk, TODAY): CodedDay(3600, "t", {}, last_at)}, now=later)
    assert "tracked" in str(plant.growth_reasons)
    assert Activity.objects.get().amount == 3600
    plant.refresh_from_db()
    assert plant.last_activity_at is not None
    assert now - timedelta(minutes=5) <= plant.last_activity_at <= later


def test_languages_that_come_later_and_a_later_moment_are_news() -> None:
    plant = ProjectFactory.create()
    told = [
        CodedDay(600, "wakatime"),
        CodedDay(600, "wakatime", {"Python": 600.0}),
        CodedDay(600, "wakatime", {"Python": 300.0, "Rust": 300.0}),
        CodedDay(600, "wakatime", {"Python": 300.4, "Rust": 299.6}),
        CodedDay(600, "wakatime", {"Python": 300.0, "Rust": 300.0}, NOW + timedelta(minutes=1)),
    ]
    changed = [coding.replace_days(days=[DAY], coded={(plant.pk, DAY): one}, now=NOW) != {} for one in told]
    assert changed == [True, True, True, False, True]
    assert Activity.objects.get().data["languages"] == {"Python": 300, "Rust": 300}


def test_an_older_day_does_not_put_the_last_activity_back() -> None:
    plant = ProjectFactory.create(last_activity_at=NOW)
    day = DAY - timedelta(days=5)
    coding.replace_days(days=[day], coded={(plant.pk, day): CodedDay(600, "heartbeats")}, now=NOW)
    plant.refresh_from_db()
    assert plant.last_activity_at == NOW
