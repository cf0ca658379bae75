"""Histories that are rebased, amended, filtered, squashed and forced: the garden counts what git counts."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from garden.models import Activity, GardenEvent, Project, ProjectSource
from garden.vocabulary import ActivityKind, EventType, GrowthStage, Withdrawn
from integrations.tests.test_histories import commit, git

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db


def day(number: int) -> str:
    return f"2024-03-{number:02}T12:00:00+00:00"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Nine commits in a row, each with a file of its own."""
    path = tmp_path / "engine"
    path.mkdir()
    git(path, "init", "--quiet", "--initial-branch=main")
    for number in range(1, 10):
        commit(path, f"Change {number}", day(number), **{f"file_{number}_dot_py": f"{number}\n"})
    return path


def read(path: Path) -> None:
    call_command("import_git", str(path))


def rewritten(path: Path, *arguments: str, at: str = day(20)) -> None:
    """Run git as the owner does on another day: what it writes anew has another committer's date."""
    people = {
        "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org", "GIT_COMMITTER_DATE": at,
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "FILTER_BRANCH_SQUELCH_WARNING": "1",
    }  # fmt: skip
    subprocess.run(
        ["git", "-C", str(path), "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments],
        env=os.environ | people,
        check=True,
        capture_output=True,
    )


def assert_counted_as_git_counts(path: Path, *tips: str) -> None:
    reached = set(git(path, "rev-list", "--no-merges", *(tips or ("HEAD",))).split())
    project = Project.objects.get()
    facts = Activity.objects.filter(project=project, kind=ActivityKind.COMMIT)
    assert set(facts.values_list("external_id", flat=True)) == reached
    assert project.commit_count == len(reached)
    rows = list(project.growth_log.all())
    assert [row.previous_stage for row in rows] == ["", *(row.new_stage for row in rows[:-1])]
    rungs = [GrowthStage(row.new_stage).rung for row in rows]
    assert rungs == sorted(rungs)
    assert sum(row.commits_delta for row in rows) == len(reached)


def withdrawn() -> list[str]:
    return sorted(Activity.all_told.exclude(withdrawn="").values_list("withdrawn", flat=True))


def test_an_amended_commit_is_one_fact_whatever_its_subject_is_now(repository: Path) -> None:
    read(repository)
    rewritten(repository, "commit", "--quiet", "--amend", "--message", "Change 9, in better words")
    read(repository)
    assert_counted_as_git_counts(repository)
    assert withdrawn() == [Withdrawn.REWRITTEN]


def test_a_rebased_branch_counts_once(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "base", "HEAD~8")
    commit(repository, "On another base", day(15), base_dot_py="x\n")
    git(repository, "switch", "--quiet", "main")
    read(repository)
    rewritten(repository, "rebase", "--quiet", "base")
    read(repository)
    assert_counted_as_git_counts(repository)
    assert withdrawn() == [Withdrawn.REWRITTEN] * 8


@pytest.mark.parametrize("cleaned_up", [False, True])
def test_a_filtered_history_counts_once_even_if_nothing_old_is_left(repository: Path, cleaned_up: bool) -> None:
    read(repository)
    rewritten(
        repository, "filter-branch", "--force", "--prune-empty",
        "--index-filter", "git rm --quiet --cached --ignore-unmatch file_1.py file_5.py",
        "--msg-filter", "sed s/Change/Step/",
    )  # fmt: skip
    if cleaned_up:
        git(repository, "update-ref", "-d", "refs/original/refs/heads/main")
        git(repository, "reflog", "expire", "--expire=now", "--all")
        git(repository, "gc", "--quiet", "--prune=now")
    read(repository)
    assert len(git(repository, "rev-list", "HEAD").split()) == 7
    assert_counted_as_git_counts(repository)
    assert withdrawn() == [Withdrawn.REWRITTEN] * 7 + [Withdrawn.UNREACHABLE] * 2


def test_work_that_was_squashed_after_it_was_read_counts_as_the_one_commit_that_is_left(repository: Path) -> None:
    read(repository)
    git(repository, "reset", "--quiet", "--soft", "HEAD~4")
    commit(repository, "All of it at once", day(21))
    read(repository)
    assert_counted_as_git_counts(repository)
    assert withdrawn() == [Withdrawn.UNREACHABLE] * 4


def test_a_history_that_returns_counts_again(repository: Path) -> None:
    read(repository)
    tip = git(repository, "rev-parse", "HEAD")
    git(repository, "reset", "--quiet", "--hard", "HEAD~3")
    read(repository)
    assert_counted_as_git_counts(repository)
    git(repository, "reset", "--quiet", "--hard", tip)
    read(repository)
    assert_counted_as_git_counts(repository)
    assert withdrawn() == []


def test_a_clone_follows_what_was_forced_upstream(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), "upstream.git")
    git(tmp_path, "clone", "--quiet", str(tmp_path / "upstream.git"), "clone")
    read(tmp_path / "clone")
    git(repository, "remote", "add", "upstream", str(tmp_path / "upstream.git"))
    git(repository, "reset", "--quiet", "--hard", "HEAD~1")
    rewritten(repository, "commit", "--quiet", "--amend", "--message", "Change 8, again")
    git(repository, "push", "--quiet", "--force", "upstream", "main")
    git(tmp_path / "clone", "fetch", "--quiet")
    git(tmp_path / "clone", "reset", "--quiet", "--hard", "origin/main")
    read(tmp_path / "clone")
    assert_counted_as_git_counts(tmp_path / "clone")
    assert Project.objects.get().commit_count == 8


def test_a_branch_that_is_rebased_and_not_pushed_yet_counts_once(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(repository), "clone")
    rewritten(tmp_path / "clone", "rebase", "--quiet", "--force-rebase", "HEAD~3")
    for _ in range(2):
        read(tmp_path / "clone")
        assert_counted_as_git_counts(tmp_path / "clone")
    commit(repository, "Pushed by somebody else meanwhile", day(19))
    git(tmp_path / "clone", "fetch", "--quiet")
    read(tmp_path / "clone")
    assert Project.objects.get().commit_count == 10


def test_a_garden_that_counted_twice_before_this_was_known_is_healed_by_the_next_reading(repository: Path) -> None:
    read(repository)
    Activity.objects.update(author_key="")  # as they were kept before addresses were read
    ProjectSource.objects.update(state={})
    rewritten(repository, "rebase", "--quiet", "--force-rebase", "HEAD~8")
    rewritten(repository, "commit", "--quiet", "--amend", "--message", "Change 9, in better words")
    read(repository)
    Activity.all_told.update(withdrawn="")
    assert Activity.objects.count() == 17
    read(repository)
    assert_counted_as_git_counts(repository)


def test_a_clone_that_is_behind_takes_nothing_away(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(repository), "behind")
    git(tmp_path / "behind", "remote", "remove", "origin")
    commit(repository, "Change 10", day(16))
    for path in (repository, tmp_path / "behind", repository, tmp_path / "behind"):
        read(path)
        assert_counted_as_git_counts(repository)


def test_another_branch_that_is_checked_out_takes_nothing_away(repository: Path) -> None:
    read(repository)
    git(repository, "switch", "--quiet", "--create", "fix", "HEAD~5")
    commit(repository, "A fix of an old release", day(17))
    read(repository)
    assert_counted_as_git_counts(repository, "main", "fix")


def test_a_commit_that_was_picked_onto_the_branch_that_is_read_is_one_fact(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "fix", "HEAD~5")
    picked = commit(repository, "A fix", day(17), fix_dot_py="x\n")
    read(repository)
    git(repository, "switch", "--quiet", "main")
    rewritten(repository, "cherry-pick", "--allow-empty", picked)
    read(repository)
    assert Project.objects.get().commit_count == 10
    assert withdrawn() == [Withdrawn.REWRITTEN]


def test_what_was_rewritten_is_no_news(repository: Path, time_machine: object) -> None:
    time_machine.move_to("2024-03-09T13:00:00Z", tick=False)  # type: ignore[attr-defined]
    read(repository)
    told = GardenEvent.objects.filter(event_type=EventType.COMMIT_PUSHED).count()
    assert told == 1
    rewritten(repository, "rebase", "--quiet", "--force-rebase", "--root", at=day(9))
    read(repository)
    assert_counted_as_git_counts(repository)
    assert GardenEvent.objects.filter(event_type=EventType.COMMIT_PUSHED).count() == told
    assert (
        not GardenEvent.objects.filter(event_type=EventType.PROJECT_GROWTH)
        .exclude(data__from_stage="seed")
        .exclude(data__from_stage=Project.objects.get().growth_stage)
        .exists()
    )
