"""Visits reach the plants: views count once as attention, page views and minutes stand in the growth log."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User

from garden.models import GrowthLog, Interaction, Project
from garden.tests.factories import ProjectFactory
from garden.vocabulary import GrowthStage, Visibility
from visitors import attention, services
from visitors.models import ChangedDay, DayCount, Session
from visitors.vocabulary import Dimension, SetAside

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def visit(pk: int = 1, **said: Any) -> Session:
    at = said.pop("started_at", NOW - timedelta(hours=1))
    return Session.objects.create(pk=pk, started_at=at, last_activity_at=at, first_of_day=True, **said)


def test_each_plant_that_a_visit_saw_is_one_view_however_often_it_is_asked() -> None:
    moss, private = ProjectFactory.create(), ProjectFactory.create(visibility=Visibility.PRIVATE)
    gone = "0b6ff6d2-94b1-4f08-8dd5-2a0a0f5cbb1d"
    visit(1, projects_viewed=[str(moss.pk), str(private.pk), gone])
    visit(2, projects_viewed=[str(moss.pk)])
    visit(3, projects_viewed=[str(moss.pk)], set_aside=SetAside.AGENT)
    visit(4, projects_viewed=[str(moss.pk)], started_at=NOW - timedelta(hours=25))
    assert attention.reach_plants(now=NOW) == 2
    assert attention.reach_plants(now=NOW + timedelta(minutes=1)) == 0
    assert Project.objects.get(pk=moss.pk).visitor_interactions == 2
    assert Project.objects.get(pk=private.pk).visitor_interactions == 0
    assert Interaction.objects.count() == 2


def test_views_forget_whose_they_were_as_other_interactions_do() -> None:
    moss = ProjectFactory.create()
    visit(1, projects_viewed=[str(moss.pk)])
    attention.count_views(now=NOW)
    services.forget_old_salts(now=NOW + timedelta(days=2))
    assert [one.visitor for one in Interaction.objects.all()] == [None]
    assert attention.count_views(now=NOW + timedelta(days=2)) == 0


def test_the_growth_log_has_the_page_views_and_minutes_since_the_row_before() -> None:
    moss = ProjectFactory.create()
    for day, views, seconds in ((1, 3, 60), (5, 4, 120), (10, 5, 600), (11, 6, 60)):
        DayCount.objects.create(
            dimension=Dimension.PROJECT, day=date(2026, 6, day), value=str(moss.pk), page_views=views, seconds=seconds
        )
    for day in (5, 10):
        GrowthLog.objects.create(
            project=moss,
            new_stage=GrowthStage.SEED,
            growth_factor=0.1,
            recorded_at=datetime(2026, 6, day, 12, tzinfo=UTC),
        )
    assert attention.fill_growth_log() == 2
    assert attention.fill_growth_log() == 0
    rows = GrowthLog.objects.values_list("page_views", "time_spent_minutes")
    assert list(rows) == [(7, 3), (5, 10)]


def test_the_owner_sets_visits_aside_and_takes_them_back_and_their_days_are_counted_again() -> None:
    visit(1, set_aside=SetAside.AGENT)
    visit(2)
    assert services.reclassify([1, 2], None) == 1
    assert services.reclassify([1, 2], None) == 0
    first = Session.objects.get(pk=1)
    assert (first.set_aside, first.decided_by_owner) == ("", True)
    assert [one.day for one in ChangedDay.objects.all()] == [NOW.date()]
    assert services.reclassify([2], SetAside.OWNER_SAYS) == 1
    assert Session.objects.get(pk=2).set_aside == SetAside.OWNER_SAYS


def test_the_console_does_it_with_one_action_each_way(client: Client) -> None:
    client.force_login(User.objects.create_superuser("owner"))
    visit(1, set_aside=SetAside.AGENT, agent_family="Googlebot")
    visit(2, browser="Firefox", os="Linux")
    address = "/admin/visitors/session/"
    page = client.get(f"{address}?counted=no").content.decode()
    assert "Googlebot" in page
    assert "Firefox on Linux" not in page
    client.post(address, {"action": "count_after_all", "_selected_action": ["1"]})
    client.post(address, {"action": "put_aside", "_selected_action": ["2"]})
    assert dict(Session.objects.values_list("pk", "set_aside")) == {1: "", 2: SetAside.OWNER_SAYS}
