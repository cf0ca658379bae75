"""What GitHub's REST API really sent, played back over HTTP, and the bodies that it publishes.

The recordings lie beside the project; where they are not, these tests are skipped.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from garden.models import Activity, Project
from garden.vocabulary import ActivityKind
from integrations import registry, sync
from integrations.http import Door, pages
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from integrations.problems import Limited, Problem
from integrations.providers.forges import facts
from integrations.providers.github import hooks, parse
from integrations.tests.github_stub import Reply, Stub, replayed, serving
from tests.contract.github_data import GITHUB, recorded, rest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = [
    pytest.mark.contract,
    pytest.mark.django_db,
    pytest.mark.skipif(not GITHUB.is_dir(), reason="GitHub's recordings are not beside the project"),
]
LIBRARY = "/repos/sigmavirus24/github3.py"


@pytest.fixture
def stub(settings: Settings) -> Iterator[Stub]:
    """A server that plays recordings back, where GitHub is expected."""
    with serving() as started:
        settings.GITHUB_API_URL, settings.GITHUB_TOKEN = started.url, ""
        settings.GITHUB_RATE_LIMIT, settings.ENABLE_MOCK_DATA = 10_000, False
        yield started


def door(stub: Stub) -> Door:
    return Door(provider="github", label="GitHub", base_url=stub.url, headers={}, per_minute=10_000)


def synced(username: str) -> SyncRun:
    provider = registry.provider("github")
    run = sync.request(provider=provider, trigger=SyncTrigger.COMMAND, now=timezone.now(), username=username)
    return sync.perform(run, provider=provider)


def calm(exchanges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The exchanges without their rate limit, which was another hour's."""
    for exchange in exchanges:
        headers = exchange["response"]["headers"]
        exchange["response"]["headers"] = {
            name: value for name, value in headers.items() if not name.lower().startswith("x-ratelimit")
        }
    return exchanges


def test_two_hundred_and_three_repositories_come_over_three_pages_that_live_elsewhere(stub: Stub) -> None:
    replayed(stub, recorded("user-repos-3-pages.json.gz"))
    answers = list(pages(door(stub), "/users/dstufft/repos", params={"per_page": 100}))
    assert [len(answer.data) for answer in answers] == [100, 100, 3]
    assert {request.path for request in stub.requests} == {"/users/dstufft/repos", "/user/145979/repos"}
    drafts = [parse.project(one) for answer in answers for one in answer.data]
    assert len({draft.source_of("github").external_id for draft in drafts}) == 203


def test_that_account_becomes_a_garden_of_its_own_repositories_and_not_of_its_untouched_forks(stub: Stub) -> None:
    exchanges = calm(recorded("user-repos-3-pages.json.gz"))
    replayed(stub, exchanges)
    listed = [one for exchange in exchanges for one in exchange["response"]["body"]]
    for one in listed:  # nothing but the list was recorded: let every history be empty
        stub.on(f"/repos/{one['full_name']}/commits", Reply({"message": "Git Repository is empty."}, 409))
        stub.on(f"/repos/{one['full_name']}/languages", Reply({}))
        stub.on(f"/repos/{one['full_name']}/releases", Reply([]))
    run = synced("dstufft")
    assert (run.status, run.error) == (SyncStatus.SUCCEEDED, "")
    assert Project.objects.count() == sum(not one["fork"] for one in listed)
    assert not [
        request
        for one in listed
        if one["fork"] and one["pushed_at"] <= one["created_at"]
        for request in stub.asked(f"/repos/{one['full_name']}/commits")
    ]
    events = len(stub.requests)
    assert synced("dstufft").counts["projects"] == 0
    assert all("/commits" not in request.path for request in stub.requests[events:] if not request.query.get("author"))


def test_the_first_page_of_a_hundred_and_eleven_has_commits_without_line_counts(stub: Stub) -> None:
    exchanges = recorded("repo-commits-first-page.json")
    replayed(stub, exchanges)
    answer = door(stub).get(f"{LIBRARY}/commits", params={"per_page": 25})
    assert answer.links["last"].endswith("page=111")
    drafts = [
        draft
        for draft in facts.commits(answer.data, page="https://github.com/sigmavirus24/github3.py")
        if not draft.merge
    ]
    merges = sum(len(one["parents"]) > 1 for one in answer.data)
    assert len(drafts) == 25 - merges
    assert all(draft.lines_added is None and draft.title and draft.author for draft in drafts)
    assert all(draft.occurred_at.tzinfo == UTC for draft in drafts)


def test_that_repository_becomes_a_plant_that_knows_how_much_history_is_still_to_come(stub: Stub) -> None:
    exchanges = calm(recorded("repo-commits-first-page.json"))
    replayed(stub, exchanges)
    repository = exchanges[0]["response"]["body"]
    stub.on("/users/sigmavirus24/repos", Reply([repository]))
    stub.on(f"{LIBRARY}/languages", Reply({}))
    stub.on(f"{LIBRARY}/releases", Reply([]))
    further = {"message": "page 2 was not recorded"}
    stub.on("/repositories/3710711/commits", Reply(further, 422))
    run = synced("sigmavirus24")
    assert run.status == SyncStatus.PARTIAL
    project = Project.objects.get()
    known = Activity.objects.filter(project=project, kind=ActivityKind.COMMIT).count()
    assert known > 10
    assert project.commit_count > 100 * 100  # 111 pages of what we asked for, a hundred each
    assert project.growth_stage in ("mature", "ancient")
    assert project.lines_of_code == 0


@pytest.mark.parametrize("name", ["repo-stats-commit-activity-202.json", "repo-stats-code-frequency-202.json"])
def test_statistics_that_are_being_worked_out_are_no_statistics(stub: Stub, name: str) -> None:
    exchanges = recorded(name)
    replayed(stub, exchanges)
    answer = door(stub).get(exchanges[1]["request"]["url"].removeprefix("https://api.github.com"))
    assert (answer.status, answer.data) == (202, {})


def test_no_languages_are_nothing_said(stub: Stub) -> None:
    replayed(stub, recorded("repo-languages-empty.json"))
    repository = door(stub).get(LIBRARY).data
    languages = door(stub).get(f"{LIBRARY}/languages").data
    assert languages == {}
    assert parse.project(repository, languages=languages).languages == {}


def test_a_renamed_repository_is_found_under_its_number(stub: Stub) -> None:
    replayed(stub, recorded("repo-renamed-301.json"))
    moved = parse.project(door(stub).get("/repos/sigmavirus24/betamax").data)
    assert (moved.source_of("github").external_id, moved.github_repo) == ("11439734", "betamaxpy/betamax")


def test_an_allowance_that_is_used_up_is_kept_until_the_hour_it_names(
    stub: Stub, time_machine: TimeMachineFixture
) -> None:
    (exchange,) = recorded("rate-limit-unauthenticated.json")
    reset = datetime.fromtimestamp(int(exchange["response"]["headers"]["x-ratelimit-reset"]), UTC)
    time_machine.move_to(reset.replace(minute=0), tick=False)
    headers = {**exchange["response"]["headers"], "x-ratelimit-remaining": "0"}
    stub.on("/rate_limit", Reply(exchange["response"]["body"], 200, headers))
    door(stub).get("/rate_limit")
    with pytest.raises(Limited, match="60 requests at a time") as caught:
        door(stub).get("/rate_limit")
    assert 0 < (caught.value.until - reset).total_seconds() <= 1


@pytest.mark.parametrize("name", ["rate-limit.json", "rate-limit.version-2026-03-10.json"])
def test_the_allowance_is_read_in_both_versions_of_its_body(stub: Stub, name: str) -> None:
    stub.on("/rate_limit", Reply(rest(name)))
    stub.on("/users/octocat", Reply(rest("user.json")))
    assert "octocat" in sync.check(registry.provider("github"), username="octocat")


def test_a_refusal_is_told_in_the_words_of_the_service(stub: Stub) -> None:
    (exchange,) = recorded("validation-error-422.json")
    stub.on("/labels", Reply(exchange["response"]["body"], 422))
    with pytest.raises(Problem, match="Validation Failed"):
        door(stub).get("/labels")


def test_five_pages_are_followed_from_the_first_to_the_last(stub: Stub) -> None:
    exchanges = recorded("repo-issues-5-pages.json")
    replayed(stub, exchanges)
    first = exchanges[0]["request"]["url"].removeprefix("https://api.github.com").partition("?")[0]
    numbers = [one["number"] for answer in pages(door(stub), first, params={"per_page": 3}) for one in answer.data]
    assert len(numbers) == len(set(numbers)) == sum(len(exchange["response"]["body"]) for exchange in exchanges)


@pytest.mark.parametrize("name", ["user-repos.json", "authenticated-user-repos.json"])
def test_published_repositories_are_read(name: str) -> None:
    (draft,) = [parse.project(one) for one in rest(name)]
    assert (draft.source_of("github").external_id, draft.github_repo) == ("1296269", "octocat/Hello-World")
    assert draft.stars == 80
    assert draft.homepage_url == "https://github.com"


def test_published_bodies_of_single_things_are_read() -> None:
    assert parse.project(rest("repo.json"), languages=rest("repo-languages.json")).languages == {
        "C": 78769,
        "Python": 7769,
    }
    assert [fact.external_id for fact in facts.releases(rest("repo-releases.json"))] == ["v1.0.0"]
    (listed,) = facts.commits(rest("repo-commits.json"), page="https://github.com/octocat/Hello-World")
    (single,) = facts.commits([rest("repo-commit.json")], page="https://github.com/octocat/Hello-World")
    assert listed.external_id == single.external_id
    assert (listed.lines_added, single.lines_added, single.lines_removed) == (None, 104, 4)


def test_a_recorded_deployment_reads_like_a_delivered_one() -> None:
    repository, deployments, statuses = (
        one["response"]["body"] for one in recorded("repo-deployments-and-statuses.json")
    )
    for status in statuses:
        payload = {"repository": repository, "deployment": deployments[0], "deployment_status": status}
        told = hooks.parse_event("deployment_status", payload)
        assert bool(told.ignored) == (status["state"] not in ("success", "failure", "error"))
