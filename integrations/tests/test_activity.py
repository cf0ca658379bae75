"""Commits, pull requests, issues and releases by day and by project."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from garden import recording
from garden.drafts import ActivityDraft
from garden.models import Activity
from garden.tests.factories import NOW, ProjectFactory, commit
from garden.vocabulary import ActivityKind, Visibility, Whose

if TYPE_CHECKING:
    from collections.abc import Callable

    from garden.models import Project

pytestmark = pytest.mark.django_db
ACTIVITY = "/api/v1/integrations/github/activity/"


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def worked(project: Project, *days_ago: int, kind: ActivityKind = ActivityKind.PULL_REQUEST) -> None:
    drafts = [ActivityDraft(kind, f"{kind} {project.pk} {ago}", NOW - timedelta(days=ago)) for ago in days_ago]
    recording.record_activities(project=project, drafts=drafts, source="test", now=NOW)


def told(**query: int) -> Any:
    answer = APIClient().get(ACTIVITY, query)
    assert answer.status_code == 200
    return answer.json()


def test_facts_are_counted_by_day_and_by_project() -> None:
    busy, calm = ProjectFactory.create(name="Busy"), ProjectFactory.create(name="Calm")
    drafts = [commit(number, at=NOW - timedelta(hours=number)) for number in range(1, 4)]
    recording.record_activities(project=busy, drafts=drafts, source="test", now=NOW)
    worked(busy, 2, 2)
    worked(calm, 2, kind=ActivityKind.ISSUE)
    worked(calm, 1, kind=ActivityKind.RELEASE)
    seen = told(days=3)
    days = [(NOW.date() - timedelta(days=ago)).isoformat() for ago in (2, 1, 0)]
    assert [day["day"] for day in seen["by_day"]] == days
    assert (seen["since"], seen["until"]) == (seen["by_day"][0]["day"], seen["by_day"][-1]["day"])
    assert (seen["by_day"][0]["pull_requests"], seen["by_day"][0]["issues"], seen["by_day"][1]["releases"]) == (1, 1, 1)
    assert [one["project"] for one in seen["by_project"]] == ["Busy", "Calm"]
    for name, figure in seen["totals"].items():
        assert sum(day[name] for day in seen["by_day"]) == figure
        assert sum(one[name] for one in seen["by_project"]) == figure
    assert seen["totals"]["commits"] == 3


def test_days_are_as_many_as_are_asked_for() -> None:
    worked(ProjectFactory.create(), 0, 6, 7, 29, 30)
    assert told(days=7)["totals"]["pull_requests"] == 2
    assert told()["totals"]["pull_requests"] == 4
    assert len(told()["by_day"]) == 30
    assert told(days=31)["totals"]["pull_requests"] == 5


def test_bots_commits_are_counted_apart() -> None:
    project = ProjectFactory.create()
    recording.record_activities(project=project, drafts=[commit(1, at=NOW), commit(2, at=NOW)], source="test", now=NOW)
    Activity.objects.filter(pk=Activity.objects.earliest("pk").pk).update(whose=Whose.BOT)
    totals = told()["totals"]
    assert (totals["commits"], totals["bots_commits"]) == (1, 1)


def test_private_work_is_in_no_figure_and_anonymous_work_in_the_totals_alone() -> None:
    worked(ProjectFactory.create(visibility=Visibility.PRIVATE), 1)
    worked(ProjectFactory.create(visibility=Visibility.ANONYMOUS), 1)
    seen = told()
    assert (seen["totals"]["pull_requests"], seen["by_project"]) == (1, [])


def test_an_activity_costs_the_same_for_one_project_and_for_many(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    for project in ProjectFactory.create_batch(12):
        worked(project, 1, 2)
    with django_assert_num_queries(2):
        told()
