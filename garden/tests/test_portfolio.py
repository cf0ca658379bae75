"""The portfolio: all plants that everyone sees at a glance, and nothing of the others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from garden import portfolio, recording, services
from garden.drafts import ActivityDraft
from garden.models import Activity
from garden.tests.factories import NOW, ProjectFactory, work
from garden.vocabulary import ActivityKind, GrowthStage, Visibility, Whose

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


def told() -> Any:
    answer = APIClient().get("/api/v1/garden/portfolio/")
    assert answer.status_code == 200
    return answer.json()


def test_an_empty_garden_has_an_empty_portfolio() -> None:
    seen = told()
    assert (seen["plants"], seen["projects"], seen["next_stages"]) == (0, [], [])
    assert seen["stages"] == dict.fromkeys(GrowthStage, 0)
    assert seen["totals"]["commits"] == {"all": 0, "owner": 0, "others": 0, "bots": 0, "assisted": 0}


def test_stages_momentum_and_shares_are_of_what_everyone_sees() -> None:
    ProjectFactory.create(growth_stage="sprout", growth_factor=0.2, momentum=0.5, commit_count=30, name="Rising")
    ProjectFactory.create(growth_stage="mature", growth_factor=0.7, momentum=-0.5, commit_count=90, name="Falling")
    ProjectFactory.create(visibility=Visibility.PRIVATE, growth_stage="ancient", commit_count=10_000, name="Secret")
    seen = told()
    assert seen["plants"] == 2
    assert {stage: plants for stage, plants in seen["stages"].items() if plants} == {"sprout": 1, "mature": 1}
    assert seen["momentum"] == {"mean": 0.0, "rising": 1, "steady": 0, "falling": 1}
    assert [(one["name"], one["share"]) for one in seen["projects"]] == [("Falling", 0.75), ("Rising", 0.25)]
    assert "Secret" not in str(seen)


def test_an_anonymous_plant_has_its_share_and_no_name() -> None:
    ProjectFactory.create(commit_count=30)
    ProjectFactory.create(
        visibility=Visibility.ANONYMOUS, commit_count=10, name="Secret", forecast={"day": "2026-09-01", "days": 20}
    )
    seen = told()
    assert sorted(one["share"] for one in seen["projects"]) == [0.25, 0.75]
    assert "Secret" not in str(seen)
    assert seen["next_stages"] == []


def test_the_totals_say_whose_the_work_is_and_the_next_stages_when_they_come() -> None:
    project = ProjectFactory.create(earlier_commits=5)
    release = ActivityDraft(ActivityKind.RELEASE, "1.0", NOW - timedelta(days=1))
    coding = ActivityDraft(ActivityKind.CODING, "2026-01-05", NOW - timedelta(days=5), amount=5400.0)
    recording.record_activities(project=project, drafts=[*work(60), release, coding], source="git", now=NOW)
    robots = list(Activity.objects.filter(kind=ActivityKind.COMMIT).values_list("pk", flat=True)[:4])
    Activity.objects.filter(pk__in=robots).update(whose=Whose.BOT)
    services.grow(project=project, now=NOW, source="git")
    seen = told()
    assert seen["totals"]["commits"] == {"all": 185, "owner": 176, "others": 0, "bots": 4, "assisted": 0}
    assert (seen["totals"]["releases"], seen["totals"]["coding_hours"]) == (1, 1.5)
    [coming] = seen["next_stages"]
    assert (coming["project_id"], coming["next_stage"]) == (str(project.pk), project.forecast["stage"])
    assert coming["days"] > 0


def test_a_portfolio_costs_the_same_for_one_plant_and_for_many(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    ProjectFactory.create_batch(30)
    with django_assert_num_queries(2):
        portfolio.overview()
