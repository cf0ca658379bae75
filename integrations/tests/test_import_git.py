"""The command that grows plants from git histories."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from garden import planting
from garden.drafts import ProjectDraft
from garden.models import Activity, GardenEvent, Project
from garden.sources import github
from garden.vocabulary import Counts, Visibility
from integrations import imports, runs
from integrations.histories import Repository, SavedLog
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from integrations.problems import Problem
from integrations.tests.test_histories import LOG, commit, git

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "thing.log"
    path.write_text(
        "".join(
            f"commit {number:040x}\tAda\t2024-{number % 12 + 1:02}-01T00:00:00Z\tChange {number}\n3\t1\ta.py\n\n"
            for number in range(60)
        )
    )
    return path


def run(*arguments: Any) -> int:
    try:
        call_command("import_git", *map(str, arguments))
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_a_history_becomes_a_plant_with_a_past(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(log) == 0
    plant = Project.objects.get()
    assert plant.commit_count == 60
    assert plant.growth_log.filter(backfilled=True).exists()
    assert "60 of 60 facts are new" in capsys.readouterr().out
    assert SyncRun.objects.get().status == SyncStatus.SUCCEEDED


def test_commits_ahead_of_the_clock_are_said_where_the_plant_counts_fewer_than_git(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with log.open("a") as file:
        file.write(f"commit {'f' * 40}\tAda\t9000-01-01T00:00:00Z\tTomorrow's work\n")
    assert run(log) == 0
    assert Project.objects.get().commit_count == 60
    assert "thing: 1 commit lies ahead of the clock, and counts when that day comes." in capsys.readouterr().out
    assert SyncRun.objects.get().counts["ahead"] == 1


def test_of_a_folder_of_clones_it_is_said_whose_work_they_are_before_anything_is_planted(
    log: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.OWNER_NAME = settings.GITHUB_USERNAME = ""
    path = log.with_name("shared.log")
    authors = ["Ada", "Grace", "Grace", "renovate[bot]"]
    path.write_text(
        "".join(
            f"commit {number:040x}\t{author}\t2024-01-0{number}T00:00:00Z\tChange\n1\t1\ta.py\n\n"
            for number, author in enumerate(authors, 1)
        )
    )
    assert run(log, path) == 0
    said = capsys.readouterr().out
    assert "shared: 3 of 4 commits are yours, 0 other people's, 1 bots'. Nobody said who you are" in said
    assert said.index("shared: 3 of 4") < said.index("facts are new")

    assert run(log, path, "--author", "Ada") == 0
    said = capsys.readouterr().out
    assert "thing: 60 of 60 commits are yours" in said
    assert "shared: 1 of 4 commits are yours, 2 other people's, 1 bots'." in said
    assert "Nobody said" not in said
    assert dict(Project.objects.values_list("name", "counts")) == {"thing": Counts.EVERYONE, "shared": Counts.MINE}


def test_mine_lets_a_plant_grow_from_the_owners_commits_alone_and_stays_so(tmp_path: Path, settings: Settings) -> None:
    settings.OWNER_NAME, settings.GITHUB_USERNAME = "Ada", ""
    path = tmp_path / "mostly-ada.log"
    path.write_text(
        "".join(
            f"commit {number:040x}\t{'Grace' if number == 1 else 'Ada'}\t2024-01-0{number}T00:00:00Z\tChange\n\n"
            for number in range(1, 6)
        )
    )
    run(path)
    assert Project.objects.get().counts == Counts.EVERYONE
    everyone = Project.objects.get().growth_factor
    run(path, "--mine")
    run(path)
    plant = Project.objects.get()
    assert plant.counts == Counts.MINE
    assert plant.growth_factor < everyone


def test_an_author_that_can_be_nobody_stops_the_import_before_it_begins(log: Path) -> None:
    with pytest.raises(CommandError, match="no e-mail address"):
        run(log, "--author", "ada@")
    assert not Project.objects.exists()


def test_importing_again_adds_nothing(log: Path) -> None:
    run(log)
    before = (list(Activity.objects.order_by("pk").values()), Project.objects.get().growth_factor)
    run(log)
    assert (list(Activity.objects.order_by("pk").values()), Project.objects.get().growth_factor) == before


def test_a_log_and_a_clone_of_the_same_repository_are_one_plant(tmp_path: Path) -> None:
    repository = tmp_path / "thing"
    repository.mkdir()
    git(repository, "init", "--quiet")
    git(repository, "remote", "add", "origin", "git@github.com:ada/thing.git")
    sha = commit(repository, "First", a_dot_py="x\n")
    (tmp_path / "saved.log").write_text(f"commit {sha}\tAda\t2024-03-01T11:00:00Z\tFirst\n1\t0\ta.py\n")
    (tmp_path / "saved.json").write_text(json.dumps({"full_name": "Ada/Thing"}))
    assert run(repository, tmp_path / "saved.log") == 0
    assert Project.objects.get().activities.count() == 1


def test_a_repository_keeps_its_plant_when_its_home_on_github_is_learnt(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "First")
    run(tmp_path)
    git(tmp_path, "remote", "add", "origin", "git@github.com:ada/thing.git")
    run(tmp_path)
    assert Project.objects.get().github_repo == "ada/thing"


def test_a_fork_is_a_plant_of_its_own(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "one")
    commit(tmp_path / "one", "First")
    git(tmp_path, "clone", "--quiet", "one", "two")
    for name in ("one", "two"):
        git(tmp_path / name, "config", "remote.origin.url", f"git@github.com:{name}/thing.git")
    run(tmp_path)
    assert {project.github_repo for project in Project.objects.all()} == {"one/thing", "two/thing"}


def test_two_projects_begun_from_one_template_are_two_plants_on_any_forge(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "engine")
    commit(tmp_path / "engine", "First")
    git(tmp_path, "clone", "--quiet", "engine", "loom")
    for name in ("engine", "loom"):
        commit(tmp_path / name, f"What only the {name} needs")
        git(tmp_path / name, "config", "remote.origin.url", f"https://gitlab.com/ada/{name}.git")
        git(tmp_path / name, "config", "remote.template.url", "https://github.com/grace/template.git")
    for _ in range(2):
        run(tmp_path)
        assert set(Project.objects.values_list("name", "commit_count")) == {("engine", 2), ("loom", 2)}


def test_a_repository_keeps_its_plant_when_its_remote_on_another_forge_is_learnt(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "engine")
    commit(tmp_path / "engine", "First")
    run(tmp_path)
    git(tmp_path / "engine", "remote", "add", "origin", "git@codeberg.org:ada/engine.git")
    run(tmp_path)
    commit(tmp_path / "engine", "Second")
    git(tmp_path, "clone", "--quiet", "engine", "fresh")
    git(tmp_path / "fresh", "config", "remote.origin.url", "https://codeberg.org/Ada/Engine")
    run(tmp_path / "fresh")
    assert Project.objects.get().commit_count == 2


def test_a_list_of_an_account_and_a_clone_with_a_second_ssh_key_are_one_plant(tmp_path: Path) -> None:
    listed = ProjectDraft(name="engine", sources=github("ada/engine", 7))
    planting.plant(draft=listed, source="github_sync", now=timezone.now())
    git(tmp_path, "init", "--quiet", "work")
    commit(tmp_path / "work", "First")
    for url in ("git@github.com-work:ada/engine.git", "git@work:Ada/Engine.git"):
        git(tmp_path / "work", "config", "remote.origin.url", url)
        run(tmp_path)
    assert Project.objects.get().commit_count == 1


def test_a_library_that_was_merged_in_is_not_where_a_project_begins(tmp_path: Path) -> None:
    for name, day in (("library", "2019-01-01T00:00:00Z"), ("engine", "2024-01-01T00:00:00Z")):
        git(tmp_path, "init", "--quiet", "--initial-branch=main", name)
        commit(tmp_path / name, f"First of the {name}", day)
    git(tmp_path / "engine", "fetch", "--quiet", "../library", "main")
    git(tmp_path / "engine", "merge", "--quiet", "--allow-unrelated-histories", "--no-edit", "FETCH_HEAD")
    run(tmp_path)
    assert set(Project.objects.values_list("name", "commit_count")) == {("library", 1), ("engine", 2)}


def test_broken_lines_are_reported_and_nothing_else_is_lost(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.write_text(log.read_text().replace("\tChange 7\n", "\n") + "rubbish\n")
    assert run(log) == 0
    assert Activity.objects.count() == 59
    assert "left out 3 lines that could not be read" in capsys.readouterr().err
    record = SyncRun.objects.get()
    assert record.status == SyncStatus.PARTIAL
    assert "3 lines" in record.error


def test_bad_paths_are_told_and_the_good_ones_imported(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "missing", log) == 3
    assert Project.objects.count() == 1
    assert "missing does not exist" in capsys.readouterr().err
    assert run(tmp_path / "missing") == 1


def test_programs_are_answered_with_one_object_and_nothing_beside_it(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write_text(log.read_text() + "rubbish\n")
    assert run(tmp_path / "missing", log, "--json") == 3
    told = capsys.readouterr()
    answer = json.loads(told.out)
    plant = answer["plants"][0]
    assert (plant["history"], plant["plant"], plant["planted"]) == ("thing", Project.objects.get().slug, True)
    assert (plant["read"], plant["new"], plant["left_out"]) == (60, 60, "1 line that could not be read")
    assert ["missing does not exist" in said for said in answer["failed"]] == [True]
    assert "missing does not exist" in told.err
    assert run(log, "--json") == 0
    assert json.loads(capsys.readouterr().out)["plants"][0]["new"] == 0


def test_a_history_that_cannot_be_read_leaves_a_run_that_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "--quiet")
    assert run(tmp_path) == 1
    assert "no commits yet" in capsys.readouterr().err
    record = SyncRun.objects.get()
    assert (record.status, record.error_code) == (SyncStatus.FAILED, "no_commits")
    assert record.fix
    assert not Project.objects.exists()


def test_a_second_import_of_the_same_history_is_refused_while_one_runs(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = timezone.now()
    runs.claim(runs.request(provider="git", subject=str(log), trigger=SyncTrigger.COMMAND, now=now), now=now)
    assert run(log) == 1
    assert f"Another import of {log} is running" in capsys.readouterr().err
    assert not Project.objects.exists()


def test_a_run_that_was_killed_is_taken_over(log: Path) -> None:
    now = timezone.now() - runs.COMMAND_SILENCE - timedelta(seconds=1)
    runs.claim(runs.request(provider="git", subject=str(log), trigger=SyncTrigger.COMMAND, now=now), now=now)
    assert run(log) == 0
    assert sorted(SyncRun.objects.values_list("status", flat=True)) == [SyncStatus.FAILED, SyncStatus.SUCCEEDED]


def test_an_import_that_stopped_after_its_facts_gets_its_past_from_the_next(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(**_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("garden.services.backfill", stop)
        with pytest.raises(CommandError, match="Stopped"):
            run(log)
    assert SyncRun.objects.get().error_code == "interrupted"
    assert not Project.objects.get().growth_log.exists()
    run(log)
    assert Project.objects.get().growth_log.filter(backfilled=True).count() > 1


def test_a_private_import_is_never_told(log: Path) -> None:
    run(log, "--private")
    assert not Project.objects.get().shown
    assert (Project.objects.get().visibility, Project.objects.get().hidden_by_source) == (Visibility.PRIVATE, False)
    assert Project.objects.get().growth_log.filter(backfilled=True).exists()
    assert not GardenEvent.objects.exists()
    run(log)
    assert not Project.objects.get().shown
    run(log, "--no-private")
    assert Project.objects.get().shown
    assert Project.objects.get().visibility == Visibility.PUBLIC


def test_a_plant_that_stands_already_leaves_the_site_when_its_history_is_private(log: Path) -> None:
    run(log)
    assert Project.objects.get().shown
    run(log, "--private")
    assert Project.objects.get().visibility == Visibility.PRIVATE
    Project.objects.update(visibility=Visibility.UNLISTED)
    run(log, "--no-private")
    assert Project.objects.get().visibility == Visibility.UNLISTED


def test_a_name_given_by_hand_is_the_plants(log: Path) -> None:
    run(log, "--name", "My Thing", "--description", "Mine.")
    assert (Project.objects.get().name, Project.objects.get().description) == ("My Thing", "Mine.")


def test_one_name_for_several_histories_is_refused(log: Path) -> None:
    (log.parent / "second.log").write_text(LOG)
    with pytest.raises(CommandError, match="several were found"):
        call_command("import_git", str(log.parent), "--name", "One")


def test_earlier_commits_are_counted_once_however_they_came(log: Path) -> None:
    about = {"full_name": "ada/thing", "default_branch_commits_without_merges": 60}
    log.with_suffix(".json").write_text(json.dumps(about))
    run(log)
    newest = log.with_name("newest.log")
    newest.write_text("\n\n".join(log.read_text().split("\n\n")[:10]) + "\n")
    newest.with_suffix(".json").write_text(json.dumps(about))
    run(newest)
    plant = Project.objects.get()
    assert (plant.commit_count, plant.earlier_commits) == (60, 0)


def test_a_capped_log_counts_what_came_before_it(log: Path) -> None:
    log.with_suffix(".json").write_text(json.dumps({"default_branch_commits_without_merges": 75}))
    run(log)
    assert Project.objects.get().commit_count == 75


def test_addresses_are_stored_nowhere(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    commit(
        tmp_path,
        "Ask bob@example.org\n\nSigned-off-by: Ada <ada@example.org>",
        README_dot_md="Write to eve@example.org about it.\n",
    )
    run(tmp_path)
    stored = [str(row) for model in (Project, Activity, GardenEvent, SyncRun) for row in model.objects.values()]
    assert stored
    assert not [row for row in stored if "example.org" in row]


def test_progress_is_told_and_kept(log: Path) -> None:
    told: list[tuple[int, int]] = []
    imports.import_history(
        SavedLog(log), now=timezone.now(), on_progress=lambda done, total: told.append((done, total))
    )
    assert told[-1] == (60, 60)
    assert SyncRun.objects.get().done == 60


def test_a_problem_in_the_middle_keeps_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "First")
    whole = Repository.activities

    def breaking(self: Repository) -> Any:
        yield from whole(self)
        raise Problem("git_failed", "git cannot read it.")

    monkeypatch.setattr(Repository, "activities", breaking)
    monkeypatch.setattr("integrations.services.CHUNK", 1)
    assert run(tmp_path) == 1
    assert Activity.objects.count() == 1


def test_a_first_import_that_fails_before_any_fact_leaves_no_seed(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(_log: SavedLog) -> Any:
        raise Problem("git_failed", "git could not read it.")

    read = SavedLog.activities
    monkeypatch.setattr(SavedLog, "activities", unreadable)
    assert run(log) == 1
    assert not Project.objects.exists()
    assert SyncRun.objects.get().status == SyncStatus.FAILED
    monkeypatch.setattr(SavedLog, "activities", read)
    assert run(log) == 0
    monkeypatch.setattr(SavedLog, "activities", unreadable)
    assert run(log) == 1
    assert Project.objects.get().activities.exists()  # a plant that stood before stays


def test_a_folder_whose_name_is_no_utf8_is_imported_like_any_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    git(folder, "init", "--quiet")
    commit(folder, "one")
    assert run(folder) == 0
    assert Project.objects.get().name == "caf\\xe9"
    assert SyncRun.objects.get().subject.endswith("caf\\xe9")
    assert "1 of 1 facts" in capsys.readouterr().out
    assert run(tmp_path / os.fsdecode(b"na\xefve")) == 1
