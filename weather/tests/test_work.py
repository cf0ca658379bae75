"""Today's work has its say while it is done, wherever the owner lives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from garden import coding, recording
from garden.coding import CodedDay
from garden.drafts import ActivityDraft
from garden.tests.factories import ProjectFactory, commit
from garden.vocabulary import ActivityKind
from weather.tests.factories import NOW
from weather.work import work_today

if TYPE_CHECKING:
    from weather.influences import Work

pytestmark = pytest.mark.django_db
PLACES = {"Pacific/Auckland": 174.8, "America/Los_Angeles": -118.2, "Europe/Berlin": 13.4}


@pytest.fixture(params=PLACES)
def zone(request: pytest.FixtureRequest) -> str:
    """Where the owner lives."""
    return str(request.param)


def looked_at(zone: str, hour: int, *, coded: float, last: int | None, day: int = 10) -> Work | None:
    """What the mood hears at an hour of an owner's day, of `coded` hours that ended at the hour `last`."""
    home = ZoneInfo(zone)
    now = datetime(2026, 1, 10, hour, 30, tzinfo=home).astimezone(UTC)
    last_at = None if last is None else datetime(2026, 1, day, last, tzinfo=home).astimezone(UTC)
    with timezone.override(home):
        on = datetime(2026, 1, day).date()  # noqa: DTZ001 - the owner's own day
        plant = ProjectFactory.create()
        spent = {(plant.pk, on): CodedDay(coded * 3600, "t", {}, last_at)}
        coding.replace_days(days=[on], coded=spent, now=now)
        return work_today(now, PLACES[zone])


@pytest.mark.parametrize("hour", [7, 9, 11, 14, 18, 23])
def test_the_hours_in_the_editor_are_heard_at_every_hour_of_the_day(zone: str, hour: int) -> None:
    work = looked_at(zone, hour, coded=2.5, last=hour)
    assert work is not None
    assert (work.coding_hours, work.projects) == (2.5, 1)
    assert work.last_at.astimezone(ZoneInfo(zone)).hour == hour


@pytest.mark.parametrize("hour", [7, 9, 11, 14, 18, 23])
def test_hours_whose_moment_nobody_told_are_of_when_they_were_seen(zone: str, hour: int) -> None:
    work = looked_at(zone, hour, coded=2.5, last=None)
    assert work is not None
    assert work.coding_hours == 2.5
    assert work.last_at.astimezone(ZoneInfo(zone)).hour == hour


def test_in_the_small_hours_the_evening_before_is_today_and_after_five_it_is_not(zone: str) -> None:
    assert looked_at(zone, 2, coded=3, last=23, day=9) is not None
    assert looked_at(zone, 8, coded=3, last=23, day=9) is None


def test_days_of_yesterday_have_no_say_where_the_clock_of_the_site_is_another() -> None:
    plant = ProjectFactory.create()
    morning = datetime(2026, 1, 9, 20, tzinfo=UTC)  # nine in Auckland, on a site that was left in UTC
    worked = morning - timedelta(hours=8)
    coding.replace_days(
        days=[worked.date()], coded={(plant.pk, worked.date()): CodedDay(3600, "t", {}, worked)}, now=morning
    )
    assert work_today(morning, PLACES["Pacific/Auckland"]) is None


def test_somebody_elses_star_is_no_work() -> None:
    plant = ProjectFactory.create()
    for kind in (ActivityKind.STAR, ActivityKind.FORK, ActivityKind.ISSUE):
        draft = ActivityDraft(kind=kind, external_id=kind, occurred_at=NOW)
        recording.record_activities(project=plant, drafts=[draft], source="t", now=NOW)
    assert work_today(NOW, 0.0) is None
    recording.record_activities(project=plant, drafts=[commit(1, at=NOW)], source="t", now=NOW)
    work = work_today(NOW, 0.0)
    assert work is not None
    assert (work.commits, work.projects, work.failed_deployments) == (1, 1, 0)


def test_failed_deployments_and_commits_add_up_over_plants() -> None:
    for number in range(2):
        plant = ProjectFactory.create()
        failed = ActivityDraft(
            kind=ActivityKind.DEPLOYMENT, external_id=f"d{number}", occurred_at=NOW, data={"status": "failure"}
        )
        fine = replace(failed, external_id=f"e{number}", data={"status": "success"})
        drafts = [failed, fine, commit(number, at=NOW)]
        recording.record_activities(project=plant, drafts=drafts, source="t", now=NOW)
    work = work_today(NOW, 0.0)
    assert work is not None
    assert (work.commits, work.projects, work.failed_deployments) == (2, 2, 2)
