"""Plants whose repository belongs to an organisation or to somebody else: asked for by name, and one at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from garden import identity, planting
from garden.drafts import ProjectDraft
from garden.models import Activity, Project
from garden.sources import github, root_commit
from garden.tests.factories import ProjectFactory
from garden.vocabulary import Visibility
from integrations import registry, schedule, sync
from integrations.models import SourceSchedule, SyncRun, SyncStatus, SyncTrigger
from integrations.problems import Problem
from integrations.tests.github_stub import Account, Reply, commit, commits

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def acme(ada: Account, stub: Stub) -> Account:
    """An organisation that the owner works for."""
    return Account(stub, "acme", first=5000)


def plant_of(name: str, visibility: Visibility = Visibility.PUBLIC) -> Project:
    """A plant that its owner gave a repository."""
    project = ProjectFactory.create(name=f"The {name}", visibility=visibility)
    identity.set_github_repository(project=project, name=name)
    return project


def synced(project: Project | None = None) -> SyncRun:
    provider, now = registry.provider("github"), timezone.now()
    if project:
        run = sync.request_of(project=project, provider=provider, trigger=SyncTrigger.OWNER, now=now)
    else:
        run = sync.request(provider=provider, trigger=SyncTrigger.COMMAND, now=now)
    return sync.perform(run, provider=provider)


def commits_of(project: Project) -> int:
    return Activity.objects.filter(project=project, kind="commit").count()


def test_a_plant_of_an_organisation_grows_with_every_sync(acme: Account) -> None:
    number = acme.add("ledger", commits(3))
    project = plant_of("acme/ledger")
    assert (synced().status, commits_of(project)) == (SyncStatus.SUCCEEDED, 3)
    acme.push(number, commit(4), pushed_at="2026-01-10T11:00:00Z")
    assert (synced().status, commits_of(project)) == (SyncStatus.SUCCEEDED, 4)
    assert Project.objects.count() == 1


def test_one_that_was_renamed_before_it_was_ever_read_is_the_same_plant(acme: Account, stub: Stub) -> None:
    number = acme.add("books", commits(2))
    stub.on("/repos/acme/ledger", Reply(acme.repositories[number]))  # GitHub leads on from an old name
    project = plant_of("acme/ledger")
    assert synced().status == SyncStatus.SUCCEEDED
    project.refresh_from_db()
    assert (project.github_repo, commits_of(project), Project.objects.count()) == ("acme/books", 2, 1)


def test_one_that_github_does_not_show_is_named_and_the_others_are_read(ada: Account, acme: Account) -> None:
    ada.add("engine", commits(1))
    plant_of("acme/typo")
    run = synced()
    assert (run.status, run.error_code) == (SyncStatus.PARTIAL, "some_failed")
    assert "acme/typo" in run.error
    assert run.counts["planted"] == 1


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.ANONYMOUS])
def test_one_that_nobody_sees_may_be_kept_where_the_token_does_not_reach(acme: Account, visibility: Visibility) -> None:
    plant_of("acme/secret", visibility)
    assert synced().status == SyncStatus.SUCCEEDED


def test_a_private_repository_is_read_for_an_anonymous_plant_and_for_no_other(acme: Account, stub: Stub) -> None:
    for name in ("vault", "till"):
        acme.add(name, commits(2), private=True)
    anonymous, public = plant_of("acme/vault", Visibility.ANONYMOUS), plant_of("acme/till")
    run = synced()
    assert (commits_of(anonymous), commits_of(public)) == (2, 0)
    assert "acme/till is private on GitHub" in run.error
    public.refresh_from_db()
    assert public.listed  # as its owner has it; nothing that is private was read
    assert not stub.asked("/repos/acme/till/commits")
    again = synced(anonymous)
    assert (again.status, again.counts["projects"]) == (SyncStatus.SUCCEEDED, 0)  # nothing new is nothing


def test_sync_now_of_a_plant_reads_that_plant_alone_and_reports_on_it(ada: Account, acme: Account, stub: Stub) -> None:
    ada.add("engine", commits(2))
    acme.add("ledger", commits(3))
    project = plant_of("acme/ledger")
    run = synced(project)
    assert (run.status, run.subject, run.counts["facts"]) == (SyncStatus.SUCCEEDED, "acme/ledger", 3)
    assert not stub.asked("/users/ada/repos")
    assert Project.objects.count() == 1
    assert synced(project).counts["facts"] == 0


def test_sync_now_of_a_plant_needs_no_account(acme: Account, settings: Settings) -> None:
    settings.GITHUB_USERNAME = settings.GITHUB_TOKEN = ""
    acme.add("ledger", commits(3))
    project = plant_of("acme/ledger")
    assert (synced(project).status, commits_of(project)) == (SyncStatus.SUCCEEDED, 3)


def test_sync_now_of_a_plant_whose_repository_is_not_there_fails_and_says_so(acme: Account) -> None:
    run = synced(plant_of("acme/typo"))
    assert (run.status, run.error_code) == (SyncStatus.FAILED, "no_such_repository")
    assert "acme/typo" in run.error


def test_sync_now_of_a_plant_that_became_private_takes_it_off_the_site(acme: Account) -> None:
    number = acme.add("ledger", commits(3))
    project = plant_of("acme/ledger")
    synced(project)
    acme.repositories[number]["private"] = True
    run = synced(project)
    assert (run.status, run.error_code, run.counts["hidden"]) == (SyncStatus.FAILED, "private_repository", 1)
    project.refresh_from_db()
    assert not project.shown


def test_a_plant_without_a_repository_cannot_be_synced(ada: Account) -> None:
    with pytest.raises(Problem, match="has no repository on GitHub"):
        synced(ProjectFactory.create())


def test_a_plants_own_run_puts_off_no_run_of_the_account(acme: Account) -> None:
    SourceSchedule.objects.exclude(provider="github").update(enabled=False)
    acme.add("ledger", commits(1))
    synced(plant_of("acme/ledger"))
    assert [run.project for run in schedule.request_due(now=timezone.now())] == [None]


def test_the_button_on_a_plants_page_asks_for_that_plant(acme: Account, client: Client) -> None:
    acme.add("ledger", commits(3))
    project, other = plant_of("acme/ledger"), ProjectFactory.create()
    client.force_login(User.objects.create_superuser("owner"))
    chosen = {"action": "sync_now", "_selected_action": [str(project.pk), str(other.pk)]}
    said = client.post(reverse("admin:garden_project_changelist"), chosen, follow=True).content.decode()
    assert "acme/ledger on GitHub is being synced" in said
    run = SyncRun.objects.get()
    assert (run.project, run.status) == (project, SyncStatus.QUEUED)
    sync.perform(run, provider=registry.provider("github"))
    page = client.get(reverse("admin:garden_project_change", args=[project.pk])).content.decode()
    assert "acme/ledger" in page
    assert "succeeded" in page


def test_a_history_known_by_its_folder_takes_its_repositorys_name_when_its_home_is_learnt() -> None:
    root = root_commit("f" * 40)
    folder = ProjectDraft(name="work-copy-2", sources=[root])
    project, _ = planting.plant(draft=folder, source="git", now=NOW)
    at_home = ProjectDraft(name="ledger", sources=[*github("acme/ledger"), root])
    assert planting.plant(draft=at_home, source="git", now=NOW) == (project, False)
    project.refresh_from_db()
    assert project.name == "ledger"
    planting.plant(draft=ProjectDraft(name="books", sources=github("acme/ledger")), source="git", now=NOW)
    project.refresh_from_db()
    assert project.name == "ledger"  # a home that is known already names nothing anew
