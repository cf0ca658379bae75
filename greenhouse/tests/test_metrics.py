from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from garden import events
from garden import services as garden_services
from garden.event_types import ProjectGrowth
from garden.tests.factories import NOW, ProjectFactory
from garden.vocabulary import GrowthStage, ProjectStatus, Visibility
from greenhouse.web.metrics import REQUESTS, observe
from weather import services as weather_services

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

    from garden.models import Project

pytestmark = pytest.mark.django_db

SPECIFIED = {
    "api_requests",
    "request_duration_seconds",
    "active_websockets_total",
    "project_interactions",
    "growth_stage_changes",
    "weather_changes",
}


def scrape(client: Client | None = None, **extra: str) -> dict[str, Metric]:
    answer = (client or Client()).get("/metrics", **extra)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return {family.name: family for family in text_string_to_metric_families(answer.content.decode())}


def labels_of(family: Metric) -> list[dict[str, str]]:
    return [sample.labels for sample in family.samples]


def test_the_names_are_the_specifications() -> None:
    assert set(scrape()) >= SPECIFIED


def test_a_request_is_counted_under_its_route_and_not_its_address() -> None:
    project = ProjectFactory.create()
    before = REQUESTS.labels("GET", "/api/v1/projects/<uuid:pk>/")._value.get()
    Client().get(f"/api/v1/projects/{project.pk}/")
    assert REQUESTS.labels("GET", "/api/v1/projects/<uuid:pk>/")._value.get() == before + 1


def test_each_cache_tells_how_often_it_had_the_answer() -> None:
    def asked() -> dict[str, float]:
        samples = [sample for sample in scrape()["cache_requests"].samples if sample.name.endswith("_total")]
        return {each.labels["result"]: each.value for each in samples if each.labels["cache"] == "shared"}

    Client().get("/")
    before = asked()
    Client().get("/")
    after = asked()
    assert after["miss"] == before["miss"]
    assert after["hit"] > before.get("hit", 0)


def test_made_up_addresses_and_methods_do_not_make_new_series() -> None:
    for turn in range(3):
        Client().get(f"/nothing/here/{turn}")
        observe(f"METHOD{turn}", "/", 0.1)
    labels = labels_of(scrape()["api_requests"])
    assert {"method": "GET", "endpoint": "unmatched"} in labels
    assert not [label for label in labels if "nothing" in label["endpoint"] or "METHOD" in label["method"]]


def test_only_plants_that_everyone_sees_are_named() -> None:
    seen = ProjectFactory.create(visitor_interactions=7)
    ProjectFactory.create(visibility=Visibility.PRIVATE, visitor_interactions=5)
    ProjectFactory.create(visibility=Visibility.UNLISTED, visitor_interactions=5)
    ProjectFactory.create(status=ProjectStatus.ARCHIVED, visitor_interactions=5)
    (sample,) = scrape()["project_interactions"].samples
    assert (sample.labels, sample.value) == ({"project_id": str(seen.pk)}, 7)


def climbed(project: Project, before: GrowthStage, after: GrowthStage) -> None:
    grown = ProjectGrowth(
        project_id=project.pk,
        from_stage=before,
        to_stage=after,
        growth_factor=0.1,
        stage_progress=0.1,
        vitality=0.5,
        commit_count=1,
    )
    events.publish_of(project, grown, source="t", now=NOW)


def test_stage_changes_of_plants_that_nobody_may_see_are_not_counted() -> None:
    for project in (
        ProjectFactory.create(visibility=Visibility.PRIVATE),
        ProjectFactory.create(status=ProjectStatus.PROPOSED),
        ProjectFactory.create(hidden_by_source=True),
        ProjectFactory.create(status=ProjectStatus.ARCHIVED),
    ):
        climbed(project, GrowthStage.SEED, GrowthStage.SPROUT)
    (sample,) = scrape()["growth_stage_changes"].samples
    assert sample.value == 1


def test_stage_changes_are_counted_by_what_they_lead_from_and_to() -> None:
    project = ProjectFactory.create()
    climbed(project, GrowthStage.SPROUT, GrowthStage.GROWING)
    climbed(project, GrowthStage.SPROUT, GrowthStage.GROWING)
    climbed(project, GrowthStage.GROWING, GrowthStage.GROWING)
    (sample,) = scrape()["growth_stage_changes"].samples
    assert (sample.labels, sample.value) == ({"from_stage": "sprout", "to_stage": "growing"}, 2)


def test_no_total_of_the_garden_falls_when_rows_are_pruned_recounted_or_hidden() -> None:
    def totals() -> dict[str, float]:
        return {
            f"{sample.name} {sample.labels}": sample.value
            for name, family in scrape().items()
            for sample in family.samples
            if name in ("growth_stage_changes", "weather_changes")
        }

    hour = timedelta(hours=1)
    for number in range(30):  # a day and a quarter: more than one weather, each with its event
        weather_services.update_mood(now=NOW + number * hour)
    project = ProjectFactory.create()
    climbed(project, GrowthStage.SEED, GrowthStage.SPROUT)
    before = totals()
    assert len(before) > 2
    long_after = NOW + timedelta(days=2000)
    assert garden_services.prune(now=long_after)["events"] > 0
    assert weather_services.forget_old(now=long_after)["states"] > 0
    project.growth_log.all().delete()
    project.visibility = Visibility.PRIVATE
    project.save()
    events.remove(project, now=long_after, source="t")
    project.delete()
    assert totals() == before
    weather_services.update_mood(now=long_after)
    assert sum(totals().values()) == sum(before.values()) + 1


def test_a_stranger_may_not_read_the_metrics() -> None:
    answer = Client().get("/metrics", REMOTE_ADDR="198.51.100.7")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "permission_denied"


def test_what_a_proxy_on_this_machine_passes_on_is_not_from_this_machine() -> None:
    assert Client().get("/metrics", HTTP_X_FORWARDED_FOR="198.51.100.7").status_code == 403


def test_who_helps_in_the_console_may_not_read_the_metrics() -> None:
    helper = Client()
    helper.force_login(User.objects.create_user("helper", is_staff=True))
    assert helper.get("/metrics", REMOTE_ADDR="198.51.100.7").status_code == 403


def test_the_owner_reads_the_metrics_from_anywhere(admin_client: Client, admin_user: User) -> None:
    assert scrape(admin_client, REMOTE_ADDR="198.51.100.7")


def test_the_owner_can_open_the_metrics_to_everyone(settings: object) -> None:
    settings.METRICS_PUBLIC = True  # type: ignore[attr-defined]
    assert scrape(REMOTE_ADDR="198.51.100.7")


def test_a_scraper_that_prefers_openmetrics_gets_it() -> None:
    answer = Client().get("/metrics", HTTP_ACCEPT="application/openmetrics-text; version=1.0.0")
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert answer.content.endswith(b"# EOF\n")
