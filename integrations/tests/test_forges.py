"""What every forge of one file does alike: it is read over HTTP, from stubs that speak as GitLab and Forgejo do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from garden import merging, planting
from garden.models import Activity, Project, ProjectSource
from garden.sources import remote
from garden.vocabulary import ActivityKind
from integrations import choices, registry, sync
from integrations.models import OfferedRepository, PlantAs, SyncStatus
from integrations.tests import forge_stub
from integrations.tests.forge_stub import synced
from integrations.tests.github_stub import Reply, commit

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Account, Stub

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
LATER = "2026-01-10T11:00:00Z"


@dataclass
class Words:
    """One forge, and what of its words a test needs."""

    slug: str
    forge: Any
    commit: Callable[[int], dict[str, Any]]
    changed: str  # the field that a push changes
    by_name: Callable[[str], str]
    releases: Callable[[int, str], str]
    commits: Callable[[int, str], str]

    def history(self, count: int) -> list[dict[str, Any]]:
        return [self.commit(number) for number in range(count, 0, -1)]


@pytest.fixture(params=["gitlab", "forgejo"])
def words(
    request: pytest.FixtureRequest,
    stub: Stub,
    settings: Settings,
    time_machine: TimeMachineFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> Words:
    time_machine.move_to(NOW, tick=False)
    settings.ENABLE_MOCK_DATA = False
    monkeypatch.setattr(type(registry.provider(request.param)), "a_page", 4)  # so that a few items fill pages
    root = "/api/v4" if request.param == "gitlab" else "/api/v1"
    prefix = request.param.upper()
    for name, value in {"API_URL": stub.url + root, "USERNAME": "ada", "TOKEN": "", "RATE_LIMIT": 10_000}.items():
        setattr(settings, f"{prefix}_{name}", value)
    if request.param == "gitlab":
        return Words(
            "gitlab",
            forge_stub.StubGitLab(stub, root),
            forge_stub.gitlab_commit,
            "last_activity_at",
            lambda name: f"{root}/projects/ada%2F{name}",
            lambda number, _name: f"{root}/projects/{number}/releases",
            lambda number, _name: f"{root}/projects/{number}/repository/commits",
        )
    return Words(
        "forgejo",
        forge_stub.StubForgejo(stub, root),
        forge_stub.forgejo_commit,
        "updated_at",
        lambda name: f"{root}/repos/ada/{name}",
        lambda _number, name: f"{root}/repos/ada/{name}/releases",
        lambda _number, name: f"{root}/repos/ada/{name}/commits",
    )


def shas(project: Project) -> set[int]:
    facts = Activity.objects.filter(project=project, kind=ActivityKind.COMMIT)
    return {int(sha, 16) for sha in facts.values_list("external_id", flat=True)}


def test_all_pages_of_repositories_and_commits_become_plants_and_facts(words: Words, stub: Stub) -> None:
    for number in range(1, 5):
        words.forge.add(number, f"seed{number}", [])
    words.forge.add(104, "engine", words.history(13))
    run = synced(words.slug)
    assert (run.status, run.error) == (SyncStatus.SUCCEEDED, "")
    assert Project.objects.count() == 5  # of which the last has a page of its own
    engine = Project.objects.get(name="engine")
    assert engine.commit_count == 13
    assert (engine.stars, engine.description) == (5, "It counts all spores.")
    assert list(engine.languages) == ["Go", "Shell"]
    fact = Activity.objects.get(project=engine, external_id=f"{13:040x}")
    assert (fact.lines_added, fact.lines_removed, fact.title) == (10, 2, "Change number 13")
    assert fact.url.startswith(f"{stub.url}/ada/engine/")
    assert fact.url.endswith(f"/commit/{13:040x}")
    host = stub.url.removeprefix("http://")
    assert set(engine.sources.values_list("provider", "external_id")) == {
        (words.slug, f"{host}/104"),
        ("git", f"{host}/ada/engine"),
    }


def test_a_push_costs_a_page_and_what_did_not_change_costs_nothing(words: Words, stub: Stub) -> None:
    words.forge.add(7, "engine", words.history(13))
    synced(words.slug)
    asked = len(stub.requests)
    assert synced(words.slug).status == SyncStatus.SUCCEEDED
    assert [request.status for request in stub.requests[asked:]] == [304]  # the list
    words.forge.commits[7].insert(0, words.commit(14))
    words.forge.repositories[7][words.changed] = LATER
    asked = len(stub.requests)
    assert synced(words.slug).counts["facts"] == 1
    pages = [one for one in stub.requests[asked:] if one.path == words.commits(7, "engine")]
    assert len(pages) == 1


def test_a_second_push_within_the_hour_that_gitlab_rounds_to_is_read(
    settings: Settings, stub: Stub, time_machine: TimeMachineFixture
) -> None:
    settings.ENABLE_MOCK_DATA = False
    settings.GITLAB_API_URL, settings.GITLAB_USERNAME, settings.GITLAB_RATE_LIMIT = f"{stub.url}/api/v4", "ada", 10_000
    forge = forge_stub.StubGitLab(stub, "/api/v4")
    forge.add(7, "engine", [forge_stub.gitlab_commit(1)])  # its last activity was at 10:00
    for minutes, number in ((5, 2), (40, 3)):
        time_machine.move_to(datetime(2026, 1, 10, 10, minutes, tzinfo=UTC), tick=False)
        assert synced("gitlab").status == SyncStatus.SUCCEEDED
        forge.commits[7].insert(0, forge_stub.gitlab_commit(number))  # and that is not said anew
    time_machine.move_to(datetime(2026, 1, 10, 11, 30, tzinfo=UTC), tick=False)
    synced("gitlab")
    assert shas(Project.objects.get()) == {1, 2, 3}
    asked = len(stub.requests)
    synced("gitlab")
    assert [request.path for request in stub.requests[asked:]] == ["/api/v4/users/ada/projects"]  # by now it is settled


def test_a_new_description_is_taken_over_though_nothing_was_pushed(words: Words) -> None:
    words.forge.add(7, "engine", words.history(2))
    synced(words.slug)
    words.forge.repositories[7]["description"] = "Counts spores."
    synced(words.slug)
    assert Project.objects.get().description == "Counts spores."


def test_a_history_that_was_rewritten_loses_what_it_holds_no_longer(words: Words) -> None:
    words.forge.add(7, "engine", words.history(9))
    synced(words.slug)
    words.forge.commits[7][:3] = [words.commit(1001), words.commit(1000)]
    words.forge.repositories[7][words.changed] = LATER
    synced(words.slug)
    assert shas(Project.objects.get()) == {*range(1, 7), 1000, 1001}
    assert shas(Project.objects.get()) == {int(one.get("sha") or one["id"], 16) for one in words.forge.commits[7]}


def test_a_stop_in_the_middle_of_a_history_loses_nothing(
    words: Words, stub: Stub, time_machine: TimeMachineFixture
) -> None:
    words.forge.add(7, "engine", words.history(18))
    listing = stub.routes[words.commits(7, "engine")]

    def refusing(request: Any) -> Reply:
        full = request.query["page"] == "3"
        return Reply({"message": "slow down"}, 429, {"Retry-After": "1800"}) if full else listing(request)

    stub.routes[words.commits(7, "engine")] = refusing
    run = synced(words.slug)
    assert run.error_code == "rate_limited"
    kept = Project.objects.get().commit_count
    assert 0 < kept < 18
    stub.routes[words.commits(7, "engine")] = listing
    words.forge.commits[7].insert(0, words.commit(19))  # and somebody pushes meanwhile
    words.forge.repositories[7][words.changed] = LATER
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)  # the pause is over
    assert synced(words.slug).status == SyncStatus.SUCCEEDED
    assert shas(Project.objects.get()) == set(range(1, 20))


def test_one_that_may_not_be_read_is_told_of_and_the_others_go_on(words: Words, stub: Stub) -> None:
    words.forge.add(7, "engine", words.history(2))
    words.forge.add(8, "closed", words.history(2))
    stub.on(words.commits(8, "closed"), Reply({"message": "403 Forbidden"}, 403))
    run = synced(words.slug)
    assert run.status == SyncStatus.PARTIAL
    assert "ada/closed" in run.error
    assert Project.objects.get(name="engine").commit_count == 2


def test_a_renamed_repository_keeps_its_plant_and_one_that_is_gone_leaves_the_site(words: Words, stub: Stub) -> None:
    words.forge.add(7, "engine", words.history(2))
    synced(words.slug)
    plant = Project.objects.get()
    words.forge.repositories.clear()
    words.forge.add(7, "motor", words.history(2))
    synced(words.slug)
    assert Project.objects.get() == plant
    assert plant.sources.get(provider=words.slug).name == "ada/motor"
    words.forge.repositories.clear()
    at = words.forge.root + ("/projects/7" if words.slug == "gitlab" else "/repositories/7")
    stub.on(at, Reply({"message": "404 Not Found"}, 404))
    assert synced(words.slug).counts["hidden"] == 1
    plant.refresh_from_db()
    assert plant.hidden_by_source


def test_a_plant_with_a_remote_there_is_asked_for_by_its_name_and_found_where_it_moved(
    words: Words, stub: Stub
) -> None:
    words.forge.add(7, "engine", words.history(2))
    found = stub.routes[words.by_name("engine")] if words.slug == "forgejo" else stub.routes["/api/v4/projects/7"]
    stub.routes["/moved"] = found
    stub.on(words.by_name("old"), Reply({}, 301, {"Location": f"{stub.url}/moved"}))
    plant = planting.plant_seed(name="Mine", description="", now=timezone.now(), changes={})
    known_by = remote(f"{stub.url}/ada/old")
    assert known_by
    ProjectSource.objects.create(project=plant, provider="git", external_id=known_by.external_id, name="ada/old")
    words.forge.repositories = {8: {**words.forge.repositories[7], "id": 8, "name": "x"}}
    words.forge.repositories[7] = {**words.forge.repositories.pop(8), "id": 7}
    synced(words.slug)
    plant.refresh_from_db()
    assert plant.commit_count == 2


def test_nobody_of_that_name_is_said_in_plain_words(words: Words) -> None:
    run = synced(words.slug)
    assert run.error_code == "no_such_account"
    assert "no account called 'ada'" in run.error


def test_what_an_account_shows_is_offered_and_what_is_left_out_is_not_read(words: Words, stub: Stub) -> None:
    words.forge.add(7, "engine", words.history(2))
    words.forge.add(8, "secret", words.history(2), **PRIVATE[words.slug])
    forge = registry.forge(words.slug)
    assert choices.look(forge, private=False, now=NOW) == 1
    assert choices.look(forge, private=True, now=NOW) == 1
    assert set(OfferedRepository.objects.values_list("name", "account", "is_private", "plant_as")) == {
        ("ada/engine", "ada", False, PlantAs.PUBLIC),
        ("ada/secret", "ada", True, PlantAs.LEAVE_OUT),
    }
    engine = OfferedRepository.objects.filter(name="ada/engine")
    choices.choose(repositories=engine, plant_as=PlantAs.LEAVE_OUT, now=NOW)
    synced(words.slug)
    assert not Project.objects.exists()
    assert sync.check(forge).startswith("ada has ")


def test_what_is_private_is_not_planted_and_a_fork_only_where_it_was_chosen(words: Words) -> None:
    fork = {"forked_from_project": {"id": 1}} if words.slug == "gitlab" else {"fork": True}
    words.forge.add(7, "fork", words.history(2), **fork)
    words.forge.add(8, "secret", words.history(2), **PRIVATE[words.slug])
    synced(words.slug)
    assert not Project.objects.exists()
    choices.look(registry.forge(words.slug), private=False, now=NOW)
    choices.choose(repositories=OfferedRepository.objects.filter(name="ada/fork"), plant_as=PlantAs.PUBLIC, now=NOW)
    synced(words.slug)
    assert Project.objects.get().is_fork


PRIVATE: dict[str, dict[str, Any]] = {"gitlab": {"visibility": "internal"}, "forgejo": {"private": True}}


def test_a_repository_at_two_forges_is_one_plant_where_the_owner_says_so(
    words: Words, stub: Stub, ada: Account
) -> None:
    ada.add("engine", [commit(number) for number in range(3, 0, -1)], stargazers_count=99)
    words.forge.add(7, "engine", words.history(5))
    synced("github"), synced(words.slug)
    first, second = Project.objects.order_by("pk")
    plant = merging.merge(into=first, other=second, now=NOW)
    assert Project.objects.get() == plant
    assert shas(plant) == {1, 2, 3, 4, 5}  # three of which both told of
    assert plant.commit_count == 5
    assert {row.provider for row in plant.sources.all()} == {"github", words.slug, "git"}
    described = (plant.stars, plant.description)
    words.forge.commits[7].insert(0, words.commit(6))
    words.forge.repositories[7] |= {words.changed: LATER, "star_count": 4, "stars_count": 4, "description": "A mirror"}
    assert synced(words.slug).counts["facts"] == 1
    plant.refresh_from_db()
    assert (plant.stars, plant.description) == described  # the first forge's word
    ada.vanish(1000)
    synced("github")
    plant.refresh_from_db()
    assert not plant.hidden_by_source  # the other shows it, and describes it from now on
    words.forge.repositories[7] |= {words.changed: "2026-01-10T11:30:00Z"}
    synced(words.slug)
    plant.refresh_from_db()
    assert (plant.stars, plant.description) == (4, "A mirror")
