"""Whose work a plant grows from."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command

from garden import ownership, recording, selectors, services
from garden.drafts import ActivityDraft
from garden.models import Activity, GardenEvent, OwnerIdentity, Project
from garden.recording import Push
from garden.tests.factories import NOW, ProjectFactory, commit
from garden.vocabulary import ActivityKind, Counts, EventType, Whose

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_is_known(settings: Settings) -> None:
    settings.OWNER_NAME = settings.GITHUB_USERNAME = ""


def by(author: str, number: int, *, days_ago: float = 1, **said: Any) -> ActivityDraft:
    return ActivityDraft(
        kind=ActivityKind.COMMIT,
        external_id=f"{number:040x}",
        occurred_at=NOW - timedelta(days=days_ago),
        author=author,
        lines_added=10,
        lines_removed=1,
        **said,
    )


def told(project: Project, *drafts: ActivityDraft, push: Push | None = None) -> Project:
    recording.record_activities(project=project, drafts=drafts, source="git", now=NOW, push=push)
    services.catch_up(project=project, now=NOW, source="git")
    return project


def commits(project: Project) -> dict[str, int]:
    counted: dict[str, int] = selectors.activity_totals(project)["commits"]
    return counted


def test_thousands_of_commits_of_a_bot_are_shown_and_count_for_nothing(settings: Settings) -> None:
    settings.OWNER_NAME = "Ada"
    bots = [by("github-actions[bot]", n, days_ago=n / 24) for n in range(1, 4321)]
    project = told(ProjectFactory.create(planted_date=NOW), by("Ada", 5000), *bots)
    alone = told(ProjectFactory.create(planted_date=NOW), by("Ada", 5000))
    assert project.commit_count == 4321
    assert (project.growth_factor, project.vitality, project.growth_stage, project.momentum) == (
        alone.growth_factor, alone.vitality, alone.growth_stage, alone.momentum
    )  # fmt: skip
    assert commits(project) == {"all": 4321, "owner": 1, "others": 0, "bots": 4320, "assisted": 0}
    assert "1 of 4,321 commits is the owner's." in project.growth_reasons[0]["sentence"]
    assert selectors.commit_heat(NOW)[project.pk] == selectors.commit_heat(NOW)[alone.pk]


def test_a_push_of_bots_is_no_news_and_that_of_people_is_counted_without_them() -> None:
    project = told(ProjectFactory.create())
    push = Push(author="renovate[bot]", arrived_at=NOW)
    told(project, *[by("renovate[bot]", n, days_ago=0) for n in range(7)], push=push)
    assert project.last_activity_at is None
    assert not GardenEvent.objects.filter(event_type=EventType.COMMIT_PUSHED).exists()
    told(project, by("Ada", 20, days_ago=0), by("renovate[bot]", 21, days_ago=0), push=push)
    [news] = GardenEvent.objects.filter(event_type=EventType.COMMIT_PUSHED)
    assert (news.data["commit_count"], news.data["owner_commits"]) == (1, 1)


def test_pull_requests_of_bots_count_for_nothing_and_what_they_release_is_the_projects() -> None:
    drafts = [
        ActivityDraft(kind=kind, external_id=str(n), occurred_at=NOW, author="github-actions[bot]")
        for n, kind in enumerate([ActivityKind.PULL_REQUEST, ActivityKind.ISSUE, ActivityKind.RELEASE])
    ]
    project = told(ProjectFactory.create(), *drafts)
    [tally] = selectors.tallies_of([project.pk])[project.pk]
    assert (tally.pull_requests, tally.issues, tally.releases) == (0, 0, 1)


def test_a_clone_of_somebody_elses_project_grows_from_the_owners_part_of_it(settings: Settings) -> None:
    settings.OWNER_NAME = "Ada"
    theirs = [by("Grace", n, days_ago=n) for n in range(1, 900)]
    project = told(ProjectFactory.create(lines_of_code=90_000), *theirs, *[by("Ada", n) for n in range(1000, 1003)])
    assert project.counts == Counts.MINE
    alone = told(ProjectFactory.create(lines_of_code=90_000), *[by("Ada", n) for n in range(1000, 1003)])
    assert project.growth_stage == alone.growth_stage
    assert project.growth_factor <= alone.growth_factor
    assert project.commit_count == 902
    assert "3 of 902 commits are the owner's." in project.growth_reasons[0]["sentence"]


def test_a_project_with_no_commit_of_the_owner_is_a_seed(settings: Settings) -> None:
    settings.OWNER_NAME = "Ada"
    project = ProjectFactory.create(lines_of_code=90_000, stars=900, languages={"C": 9_000_000})
    told(project, *[by("Grace", n, days_ago=n) for n in range(1, 900)])
    assert (project.growth_stage, project.commit_count) == ("seed", 899)
    assert not GardenEvent.objects.filter(event_type=EventType.PROJECT_GROWTH, data__to_stage="growing").exists()


def test_the_owners_own_repository_grows_from_everyone_and_its_hours_are_the_owners(settings: Settings) -> None:
    settings.GITHUB_USERNAME = "ada"
    project = ProjectFactory.create(github_repo="Ada/engine")
    told(project, by("ada", 1), *[by("Grace", n, days_ago=n) for n in range(2, 90)])
    assert project.counts == Counts.EVERYONE
    [time] = [factor for factor in project.growth_reasons if factor["key"] == "time"]
    assert time["sentence"].startswith("About 1 hour,")


@pytest.mark.parametrize(("repo", "fork"), [("grace/engine", False), ("ada/engine", True)])
def test_a_fork_and_another_accounts_repository_grow_from_the_owners_work(
    repo: str, fork: bool, settings: Settings
) -> None:
    settings.GITHUB_USERNAME = "ada"
    project = told(ProjectFactory.create(github_repo=repo, is_fork=fork), by("ada", 1), by("ada", 2), by("Grace", 3))
    assert project.counts == Counts.MINE


def test_what_the_owner_decided_about_a_project_stays(settings: Settings) -> None:
    settings.GITHUB_USERNAME = "ada"
    project = ProjectFactory.create(counts=Counts.EVERYONE, owner_edited=["counts"], is_fork=True)
    assert told(project, by("Grace", 1)).counts == Counts.EVERYONE


def test_while_nobody_said_who_the_owner_is_every_person_is() -> None:
    project = told(ProjectFactory.create(), by("Ada", 1), by("Grace", 2), by("renovate[bot]", 3))
    assert commits(project) == {"all": 3, "owner": 2, "others": 0, "bots": 1, "assisted": 0}


@pytest.mark.parametrize(
    ("author", "said"),
    [
        ("ADA", {}),
        ("A. Lovelace", {"login": "Ada"}),
        ("A. Lovelace", {"email": "77+ada@users.noreply.github.com"}),
        ("copilot-swe-agent[bot]", {"co_authors": ("Ada <ada@example.org>",)}),
    ],
)
def test_an_account_is_known_by_name_login_and_address(author: str, said: Any, settings: Settings) -> None:
    settings.GITHUB_USERNAME = "ada"
    told(ProjectFactory.create(), by(author, 1, **said))
    assert Activity.objects.get().whose == Whose.OWNER


def test_work_with_an_agent_counts_and_is_told_apart(settings: Settings) -> None:
    settings.OWNER_NAME = "Ada"
    project = told(
        ProjectFactory.create(),
        by("Ada", 1, co_authors=("Claude <noreply@anthropic.com>",)),
        by("Ada (aider)", 2),
        by("Ada", 3, co_authors=("Grace <grace@example.org>",)),
    )
    assert commits(project) == {"all": 3, "owner": 3, "others": 0, "bots": 0, "assisted": 2}
    assert "3 of 3 commits are the owner's, 2 of them with an agent." in project.growth_reasons[0]["sentence"]


def test_no_address_is_kept() -> None:
    told(ProjectFactory.create(), by("Ada", 1, email="ada@example.org", co_authors=("Bob <bob@example.org>",)))
    ownership.add(said="ada@example.org", now=NOW)
    rows = [*Activity.objects.values(), *OwnerIdentity.objects.values()]
    assert "example.org" not in str(rows).replace("a…@example.org", "")


def test_an_identity_that_is_added_or_taken_back_matches_every_fact_anew() -> None:
    project = told(ProjectFactory.create(), by("Ada", 1), *[by("G", n, email="g@b.org") for n in range(2, 50)])
    before = project.growth_factor
    ownership.add(said="Ada", now=NOW)
    assert services.recount_all(now=NOW, source="owner") == 1
    project.refresh_from_db()
    assert (commits(project)["owner"], project.counts) == (1, Counts.MINE)
    assert project.growth_factor < before
    assert set(project.growth_log.values_list("backfilled", flat=True)) == {True}
    for event in GardenEvent.objects.filter(event_type=EventType.PROJECT_GROWTH, source="owner"):
        assert event.data["from_stage"] == event.data["to_stage"]
    ownership.add(said="G@B.org", now=NOW)
    services.recount_all(now=NOW, source="owner")
    assert commits(project)["owner"] == 49
    ownership.remove(identities=OwnerIdentity.objects.all(), now=NOW)
    services.recount_all(now=NOW, source="owner")
    project.refresh_from_db()
    assert (project.counts, project.growth_factor) == (Counts.EVERYONE, before)


def test_matching_anew_takes_as_many_statements_however_much_there_is(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        told(ProjectFactory.create(), *[by("Ada", n) for n in range(60)], by("Grace", 70 + number))
    with django_assert_max_num_queries(20):
        ownership.add(said="Ada", now=NOW)


def test_a_later_source_completes_what_is_known_of_an_author(settings: Settings) -> None:
    settings.GITHUB_USERNAME = "ada"
    project = told(ProjectFactory.create(), by("A. Lovelace", 1))
    assert Activity.objects.get().whose == Whose.OTHER
    told(project, by("A. Lovelace", 1, login="ada", co_authors=("Claude <noreply@anthropic.com>",)))
    fact = Activity.objects.get()
    assert (fact.whose, fact.assisted, fact.author_login) == (Whose.OWNER, True, "ada")


def test_another_name_in_the_settings_is_followed_at_the_next_look(settings: Settings) -> None:
    project = told(ProjectFactory.create(), by("Ada", 1), by("Grace", 2))
    settings.OWNER_NAME = "Grace"
    services.grow_all(now=NOW, source="schedule")
    assert commits(project)["owner"] == 1
    assert not ownership.follow_settings(now=NOW)


def test_a_demo_plant_is_nobodys_business(settings: Settings) -> None:
    settings.OWNER_NAME = "Ada"
    project = ProjectFactory.create(is_demo=True)
    recording.record_activities(project=project, drafts=[commit(1)], source="demo", now=NOW)
    ownership.rematch(now=NOW)
    assert Activity.objects.get().whose == Whose.OWNER


def test_the_command_adds_lists_and_removes(capsys: pytest.CaptureFixture[str]) -> None:
    told(ProjectFactory.create(), by("Ada Lovelace", 1), by("Grace", 2))
    call_command("owner", "add", "Ada Lovelace")
    call_command("owner", "add", "ada@example.org")
    assert "1 of 2 commits" in capsys.readouterr().out
    call_command("owner", "list")
    assert "a…@example.org" in capsys.readouterr().out
    call_command("owner", "remove", "ada@example.org")
    call_command("owner", "remove", "Ada Lovelace")
    assert not OwnerIdentity.objects.exists()
