"""What was made lately, told in sentences."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from common.words import shortened
from garden import recording, selectors, services
from garden.drafts import ActivityDraft
from garden.tests.factories import ProjectFactory, commit
from garden.vocabulary import ActivityKind, DeploymentStatus, Visibility
from greenhouse.site.happenings import Leaf, PlantName
from greenhouse.site.work import DayOfWork, sentences

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

    from garden.models import Project

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
MOSS = PlantName("Moss", "/projects/moss/", "herb")


def said(kind: ActivityKind, number: int = 1, *, title: str = "", by_owner: int = 0, owner: str = "Ada") -> str:
    day = DayOfWork("moss", kind, number, by_owner, AT, title)
    (line,) = sentences([day], {"moss": MOSS}, owner)
    return "".join(f"{before}{plant.name}" for before, plant in line.about) + line.after


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        (said(ActivityKind.COMMIT, title="Mend the pump.", by_owner=1), "Ada made 1 commit in Moss: “Mend the pump”."),
        (said(ActivityKind.COMMIT, 5, title="x", by_owner=5), "Ada made 5 commits in Moss, the newest “x”."),
        (said(ActivityKind.COMMIT, 5, title="x", by_owner=4), "5 commits in Moss, the newest “x”."),
        (said(ActivityKind.COMMIT, 5, by_owner=5, owner=""), "5 commits in Moss."),
        (said(ActivityKind.RELEASE, title="v2"), "Moss was released as “v2”."),
        (said(ActivityKind.RELEASE, 3, title="v4"), "Moss was released 3 times, the newest “v4”."),
        (said(ActivityKind.DEPLOYMENT, 1200), "Moss was deployed 1,200 times."),
        (said(ActivityKind.POST, title="On moss", by_owner=1), "Ada wrote 1 post about Moss: “On moss”."),
    ],
)
def test_a_day_of_work_is_a_sentence(sentence: str, words: str) -> None:
    assert sentence == words


def test_a_plant_that_is_not_given_is_not_spoken_of() -> None:
    assert list(sentences([DayOfWork("secret", ActivityKind.COMMIT, 1, 1, AT, "x")], {"moss": MOSS}, "")) == []


@pytest.mark.parametrize(
    ("plant", "kind", "title", "leaf"),
    [
        (MOSS, ActivityKind.COMMIT, "Mend the pump", Leaf("moss", "Mend the pump")),
        (MOSS, ActivityKind.COMMIT, "", None),
        (MOSS, ActivityKind.RELEASE, "v2", None),
        (MOSS._replace(url=""), ActivityKind.COMMIT, "Mend the pump", None),
    ],
    ids=["a commit", "without words", "a release", "a plant without a page"],
)
def test_a_leaf_has_the_words_of_a_commit_that_everyone_may_read(
    plant: PlantName, kind: ActivityKind, title: str, leaf: Leaf | None
) -> None:
    (line,) = sentences([DayOfWork("moss", kind, 1, 1, AT, title)], {"moss": plant}, "Ada")
    assert line.leaf == leaf


@pytest.mark.parametrize(
    ("text", "longest", "words"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two …"),
        ("one, two three", 6, "one …"),
        ("Donaudampfschifffahrt", 10, "Donaudampfschifffahrt"),
        ("Donaudampfschifffahrt ahoi", 10, "Donaudampfschifffahrt …"),
        ("a\nb", 9, "a b"),
    ],
)
def test_no_word_is_cut_in_its_middle(text: str, longest: int, words: str) -> None:
    assert shortened(text, longest) == words


# --- On the page ------------------------------------------------------------------------------------------------------


def lately(client: Client) -> list[str]:
    html = client.get("/").content.decode().partition('data-part="happenings">')[2].partition("</ol>")[0]
    return [" ".join(strip_tags(said).split()) for said in re.findall(r'<span class="said[^>]*>(.*?)</span>', html)]


def fact(kind: ActivityKind, title: str, at: datetime, **more: Any) -> ActivityDraft:
    return ActivityDraft(kind=kind, external_id=f"{kind}{title}", title=title, occurred_at=at, **more)


def worked(project: Project, *drafts: ActivityDraft) -> None:
    recording.record_activities(project=project, drafts=drafts, source="git", now=timezone.now())


@pytest.mark.django_db
def test_an_imported_history_is_told_by_day_and_no_level_is(client: Client, settings: Settings) -> None:
    settings.OWNER_NAME = "Ada"
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=3)
    moss = ProjectFactory.create(name="Moss", slug="moss")
    worked(
        moss,
        *(commit(number, at=noon - timedelta(days=number // 3, minutes=number)) for number in range(6)),
        fact(ActivityKind.RELEASE, "v1.0", noon - timedelta(minutes=90)),
        fact(ActivityKind.DEPLOYMENT, "a", noon - timedelta(hours=2), data={"status": DeploymentStatus.SUCCESS}),
        fact(ActivityKind.DEPLOYMENT, "b", noon - timedelta(hours=1), data={"status": DeploymentStatus.FAILURE}),
        fact(ActivityKind.COMMIT, "Bump", noon + timedelta(hours=1), author="dependabot[bot]"),
    )
    services.catch_up(project=moss, now=timezone.now(), source="git")
    assert lately(client) == [
        "Ada made 3 commits in Moss, the newest “Change 0”.",
        "Moss was released as “v1.0”.",
        "Moss was deployed.",
        "Ada made 3 commits in Moss, the newest “Change 3”.",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("hidden", [{"visibility": Visibility.PRIVATE}, {"is_demo": True}])
def test_hidden_and_made_up_work_is_not_told(client: Client, hidden: dict[str, Any]) -> None:
    worked(ProjectFactory.create(**hidden), commit(1, at=timezone.now()))
    assert lately(client) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("limit", "queries"), [(3, 2), (4, 3), (9, 3)])
def test_where_the_last_week_has_enough_days_of_work_nothing_older_is_looked_through(
    limit: int, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ages = [0, 1, 6, 7, 8, 80, 91]  # days
    drafts = [commit(number, at=AT - timedelta(days=days)) for number, days in enumerate(ages)]
    recording.record_activities(project=ProjectFactory.create(), drafts=drafts, source="git", now=AT)
    with django_assert_num_queries(queries):
        found = selectors.work_by_day(AT - timedelta(days=90), limit, until=AT)
    assert [(AT - day["at"]).days for day in found] == ages[:-1][:limit]
