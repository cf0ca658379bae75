"""GitHub's bodies, after its documentation, turned into drafts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from garden.vocabulary import ActivityKind
from integrations.items import moment, noting
from integrations.providers.base import PROJECT, Payload
from integrations.providers.forges import facts
from integrations.providers.github import GitHub, parse
from integrations.tests.github_stub import commit, readme, repository

PAGE = "https://github.com/ada/engine"
RELEASE = {
    "id": 1,
    "tag_name": "v1.0.0",
    "name": "One",
    "draft": False,
    "prerelease": True,
    "html_url": "https://github.com/ada/engine/releases/v1.0.0",
    "author": {"login": "ada"},
    "created_at": "2026-01-01T00:00:00Z",
    "published_at": "2026-01-02T03:04:05Z",
}


def test_a_repository_becomes_a_project_with_everything_it_says() -> None:
    said = {"repository": repository(7, "ada/engine"), "languages": {"Python": 900, "C": 100}, "earlier_commits": 12}
    (draft,) = GitHub().parse(Payload("ada/engine", PROJECT, said))
    assert draft == parse.project(repository(7, "ada/engine"), languages={"Python": 900, "C": 100}, earlier_commits=12)
    project = parse.project(repository(7, "ada/engine"))
    assert (project.name, project.github_repo) == ("engine", "ada/engine")
    assert project.source_of("github").external_id == "7"
    assert (project.stars, project.forks, project.topics) == (3, 1, ["tools"])
    assert project.created_at == datetime(2024, 1, 1, 10, tzinfo=UTC)
    assert project.private is False


def test_until_its_languages_are_asked_for_a_repository_names_the_main_one_and_no_size() -> None:
    listed = repository(7, "ada/engine", language="Go", size=90_000)
    draft = parse.project(listed)
    assert [draft] == GitHub().parse(Payload("ada/engine", PROJECT, {"repository": listed}))
    assert (draft.main_language, draft.languages, draft.lines) == ("Go", None, None)


def test_a_commit_counts_on_the_day_it_was_written_in_utc() -> None:
    told = commit(5, date="2026-01-10T23:30:00-08:00")
    (draft,) = facts.commits([told], page=PAGE)
    assert draft.occurred_at == datetime(2026, 1, 11, 7, 30, tzinfo=UTC)
    assert draft.external_id == told["sha"]
    assert draft.title == "Change number 5"
    assert draft.url == f"https://github.com/ada/engine/commit/{told['sha']}"
    assert draft.lines_added is None


def test_a_single_commit_brings_its_line_counts() -> None:
    (draft,) = facts.commits([commit(5, stats={"additions": 104, "deletions": 4, "total": 108})], page=PAGE)
    assert (draft.lines_added, draft.lines_removed) == (104, 4)


def test_one_odd_commit_or_release_is_named_and_the_others_are_read() -> None:
    with noting() as broken:
        found = facts.commits([commit(5), {"sha": "b" * 40}, None, commit(6)], page=PAGE)  # type: ignore[list-item]
        released = facts.releases([{"published_at": "2026-01-10T09:00:00Z"}, {"draft": True}, release("v1")])
    assert [draft.title for draft in found] == ["Change number 5", "Change number 6"]
    assert [draft.external_id for draft in released] == ["v1"]
    assert [(item.name, item.why) for item in broken] == [
        ("commit 2", "it has no commit"),
        ("commit 3", "it is not of the documented shape"),
        ("release 1", "it has no tag_name"),
    ]


def release(tag: str) -> dict[str, str]:
    return {"tag_name": tag, "published_at": "2026-01-10T09:00:00Z"}


def test_merges_are_no_work_of_their_own_in_lists_and_in_pushes() -> None:
    merge = commit(5, parents=[{"sha": "a"}, {"sha": "b"}])
    assert [draft.merge for draft in facts.commits([merge, commit(4)], page=PAGE)] == [
        True,
        False,
    ]
    pushed = {"id": "a" * 40, "timestamp": "2026-01-10T09:00:00Z", "author": {"name": "Ada"}}
    told = [{**pushed, "message": "Merge pull request #3 from ada/fix"}, {**pushed, "message": "Merge sort, faster"}]
    assert [draft.title for draft in facts.pushed_commits(told, page=PAGE)] == ["Merge sort, faster"]


def test_a_commit_without_words_author_name_or_account_is_still_a_commit() -> None:
    bare = {"sha": "a" * 40, "commit": {"author": {"date": "2026-01-10T09:00:00Z"}, "message": ""}, "author": None}
    (draft,) = facts.commits([bare], page=PAGE)
    assert (draft.title, draft.author) == ("", "")


def test_mail_addresses_do_not_come_in() -> None:
    person = {"name": "ada@example.org", "date": "2026-01-10T09:00:00Z"}
    told = {"sha": "a" * 40, "commit": {"author": person, "message": "Thank <bob@example.org> for this"}}
    (draft,) = facts.commits([told], page=PAGE)
    assert "@" not in draft.title + draft.author


def test_a_readme_is_read_without_addresses_and_describes_what_has_no_description() -> None:
    text = "Ask ada@example.org for all of it.\n\n    git clone git@github.com:ada/engine"
    project = parse.project(repository(7, "ada/engine"), readme=readme(text))
    assert project.description == "What engine does"
    assert project.readme == "Ask  for all of it.\n\n    git clone git@github.com:ada/engine"
    assert parse.project(
        repository(7, "ada/engine", description=""), readme=readme("It counts all spores.")
    ).description
    large = {**readme("It counts all spores."), "encoding": "none", "content": ""}
    assert parse.project(repository(7, "ada/engine"), readme=large).readme == ""


def test_published_releases_are_facts_by_their_tag_and_drafts_are_not() -> None:
    drafts = facts.releases([RELEASE, {**RELEASE, "draft": True}, {**RELEASE, "published_at": None}])
    assert [(draft.kind, draft.external_id) for draft in drafts] == [(ActivityKind.RELEASE, "v1.0.0")]
    assert drafts[0].occurred_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "homepage", ["javascript:alert(1)", "data:text/html,x", " ", None, 5, "example.org", "https://" + "a" * 600]
)
def test_only_a_link_that_may_stand_on_a_page_is_taken_over(homepage: Any) -> None:
    assert parse.project(repository(7, "ada/engine", homepage=homepage)).homepage_url == ""


def test_text_that_no_database_keeps_is_cleaned() -> None:
    project = parse.project(repository(7, "ada/engine", description="a\x00b\ud800c", topics=["x\x00"]))
    assert (project.description, project.topics) == ("abc", ["x"])


@pytest.mark.parametrize(
    ("value", "hour"), [(1_700_000_000, 22), ("2023-11-14T22:13:20Z", 22), ("2023-11-14T22:13:20", 22)]
)
def test_times_are_read_as_pushes_and_as_lists_write_them(value: Any, hour: int) -> None:
    assert moment(value) == datetime(2023, 11, 14, hour, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, True, [], "yesterday", ""])
def test_what_is_no_time_is_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        moment(value)


def test_numbers_that_no_column_holds_are_cut() -> None:
    project = parse.project(repository(7, "ada/engine", stargazers_count=10**12, forks_count=-4))
    assert (project.stars, project.forks) == (2**31 - 1, 0)
