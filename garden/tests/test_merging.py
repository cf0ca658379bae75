"""Two plants that the owner says are one, and a plant that lives at several forges."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from garden import identity, merging, planting, recording, services
from garden.drafts import ActivityDraft, ProjectDraft
from garden.merging import MergeRefused
from garden.models import Activity, Project
from garden.sources import SourceRef, github, remote
from garden.tests.factories import ProjectFactory
from garden.tests.test_admin import PROJECTS, form_of, page_of
from garden.vocabulary import ActivityKind, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.test import Client

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
BERG = "https://codeberg.org/ada/engine"
AT_BERG = (SourceRef("forgejo", "codeberg.org/7", "ada/engine", BERG), *filter(None, [remote(BERG)]))


def plant(refs: Iterable[SourceRef], *commits: int, **more: object) -> Project:
    draft = ProjectDraft(name="engine", sources=tuple(refs), **more)  # type: ignore[arg-type]
    project, _ = planting.plant(draft=draft, source="test", now=NOW)
    facts = [
        ActivityDraft(ActivityKind.COMMIT, f"{number:040x}", datetime(2026, 1, number, tzinfo=UTC))
        for number in commits
    ]
    recording.record_activities(project=project, drafts=facts, source="test", now=NOW)
    services.catch_up(project=project, now=NOW, source="test")
    return project


def coded(project: Project, seconds: float, *days: int) -> None:
    rows = [
        Activity(
            project=project,
            kind=ActivityKind.CODING,
            external_id=f"2026-01-{day:02}",
            occurred_at=datetime(2026, 1, day, tzinfo=UTC),
            source="test",
            amount=seconds,
            assisted_amount=seconds / 2,
        )
        for day in days
    ]
    Activity.objects.bulk_create(rows)


def test_the_first_planted_stays_and_has_what_both_had(admin_client: Client) -> None:
    second = plant(AT_BERG, 2, 3, 4, 5)
    first = plant(github("ada/engine", 1), 1, 2, 3, created_at=datetime(2025, 1, 1, tzinfo=UTC))
    coded(first, 60, 8, 9)
    coded(second, 30, 9, 10)
    chosen = {"action": "make_one", "_selected_action": [first.pk, second.pk]}
    asks = admin_client.post(PROJECTS, chosen, follow=True)
    assert asks.redirect_chain[-1][0] == f"{make_one(first)}?with={second.pk}"
    assert "There is no way back" in asks.content.decode()
    assert Project.objects.count() == 2
    page = admin_client.post(make_one(first), {"with": second.pk}, follow=True).content.decode()
    assert "but its visits, each commit once" in page
    one = Project.objects.get()
    assert one.pk == first.pk
    facts = Activity.objects.filter(kind=ActivityKind.COMMIT).values_list("external_id", flat=True)
    assert {int(sha, 16) for sha in facts} == {1, 2, 3, 4, 5}
    assert one.commit_count == 5
    days = Activity.objects.filter(kind=ActivityKind.CODING).order_by("external_id")
    assert list(days.values_list("amount", "assisted_amount")) == [(60, 30), (90, 45), (30, 15)]
    assert identity.find(ProjectDraft(name="x", sources=AT_BERG)) == one


def make_one(project: Project) -> str:
    return reverse("admin:garden_project_make_one", args=[project.pk])


def test_on_its_page_a_plant_is_asked_about_with_the_one_that_has_its_commits(admin_client: Client) -> None:
    first = plant(github("ada/engine", 1), 1, 2, 3)
    namesake = ProjectFactory.create(name="engine")
    twin = ProjectFactory.create(name="A copy", planted_date=NOW)
    facts = [ActivityDraft(ActivityKind.COMMIT, f"{2:040x}", NOW)]
    recording.record_activities(project=twin, drafts=facts, source="test", now=NOW)
    for kept_out in ({"is_demo": True}, {"visibility": "private"}, {"status": "proposed"}, {"hidden_by_source": True}):
        ProjectFactory.create(name="engine too", **kept_out)
    everything = Project.objects.order_by()
    found = merging.partners(first, among=everything)
    assert [(one.project, one.shared, one.likely) for one in found] == [(twin, 1, True), (namesake, 0, True)]
    said = {"action": "make_one", "_selected_action": first.pk, "next": page_of(first)}
    asks = admin_client.post(PROJECTS, said, follow=True)
    assert asks.redirect_chain[-1][0] == make_one(first)
    assert checked(asks.content.decode()) == [str(twin.pk)]


def test_without_a_likely_twin_none_is_chosen_and_what_was_not_chosen_changes_nothing(admin_client: Client) -> None:
    first, other = plant(github("ada/engine", 1), 1), ProjectFactory.create(name="Larkspur")
    page = admin_client.get(make_one(first)).content.decode()
    assert str(other.pk) in page
    assert checked(page) == []
    unchosen = admin_client.post(make_one(first)).content.decode()
    assert "Choose the plant that is the same project" in unchosen
    Project.objects.filter(pk=other.pk).update(visibility="private")
    refused = admin_client.get(f"{make_one(first)}?with={other.pk}").content.decode()
    assert "give both the same visibility first" in refused
    admin_client.post(make_one(first), {"with": other.pk})
    assert Project.objects.count() == 2


def checked(page: str) -> list[str]:
    return re.findall(r'name="with" value="([^"]+)"[^>]* checked', page)


def test_making_one_asks_as_much_for_many_days_of_coding_as_for_two() -> None:
    asked = []
    for days in (range(1, 3), range(1, 29)):
        first, second = plant(github("ada/engine", 1), 1), plant(AT_BERG, 2)
        coded(first, 60, *days)
        coded(second, 30, *days)
        with CaptureQueriesContext(connection) as queries:
            merging.merge(into=first, other=second, now=NOW)
        asked.append(sum(query["sql"].startswith('UPDATE "garden_activity"') for query in queries))
        Project.objects.all().delete()
    assert asked[0] == asked[1]


@pytest.mark.parametrize("why", ["demo", "visibility", "hidden", "hidden too", "itself"])
def test_what_cannot_be_one_is_refused_and_stays(why: str) -> None:
    first, second = plant(github("ada/engine", 1), 1), plant(AT_BERG, 2)
    if why == "demo":
        Project.objects.filter(pk=second.pk).update(is_demo=True)
    elif why == "visibility":
        Project.objects.filter(pk=second.pk).update(visibility=Visibility.PRIVATE)
    elif why.startswith("hidden"):
        hidden = second if why == "hidden" else first
        Project.objects.filter(pk=hidden.pk).update(hidden_by_source=True)
    with pytest.raises(MergeRefused):
        merging.merge(into=first, other=first if why == "itself" else second, now=NOW)
    assert Project.objects.count() == 2


def test_where_it_also_lives_is_written_and_taken_back_on_its_page(admin_client: Client) -> None:
    project = plant(github("ada/engine", 1), 1)
    other = "https://gitlab.com/ada/engine"
    admin_client.post(page_of(project), form_of(project, also_at=f"{BERG}\r\ngit@gitlab.com:ada/engine.git"))
    assert {row.url for row in identity.other_homes(project)} == {BERG, other}
    assert plant(AT_BERG) == project  # the forge tells of it now
    admin_client.post(page_of(project), form_of(project, also_at=other))
    project = Project.objects.get()
    assert {row.url for row in identity.other_homes(project)} == {other}
    assert project.github_repo == "ada/engine"
    assert not project.sources.filter(provider="forgejo").exists()


@pytest.mark.parametrize(
    ("written", "said"),
    [("engine", "is no address of a repository"), ("javascript:alert(1)", "is no address"), (BERG, "grows from")],
)
def test_what_is_no_home_of_it_is_refused_in_plain_words(admin_client: Client, written: str, said: str) -> None:
    project = plant(github("ada/engine", 1), 1)
    plant(AT_BERG, 2)
    page = admin_client.post(page_of(project), form_of(project, also_at=written)).content.decode()
    assert said in page
    assert not identity.other_homes(project)


def test_the_first_forge_that_shows_it_describes_it() -> None:
    project = plant(github("ada/engine", 1), 1, stars=99)
    identity.learn(project=project, refs=AT_BERG[1:])  # as the owner writes it: by its address
    plant(AT_BERG, stars=4)
    project.refresh_from_db()
    assert project.stars == 99
    planting.hide(project=project, gone=SourceRef("github", "1"), source="test", now=NOW)
    assert not project.hidden_by_source
    plant(AT_BERG, stars=4)
    project.refresh_from_db()
    assert project.stars == 4
    planting.hide(project=project, gone=AT_BERG[0], source="test", now=NOW)
    assert project.hidden_by_source  # nobody shows it any more


def test_its_page_leads_to_the_forge_that_shows_it(client: Client) -> None:
    project = plant(AT_BERG, 1)
    assert (
        f'<a href="{BERG}" rel="noopener">Source on codeberg.org</a>'
        in client.get(project.get_absolute_url()).content.decode()
    )
