"""Repositories and folders that `import_git` named: what is new in them is found later, and nothing is lost."""

from __future__ import annotations

import os
import re
import shutil
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from garden import ownership, planting
from garden.models import Activity, GardenEvent, Project
from garden.vocabulary import Counts, Visibility
from integrations import registry, sync, watching
from integrations.histories import Repository, git_command
from integrations.models import SyncRun, SyncStatus, SyncTrigger, WatchedPath
from integrations.problems import Problem
from integrations.providers.git.hooks import parse_event
from integrations.services import ingest
from integrations.tests.scheduled import turn
from integrations.tests.test_histories import commit, git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_broker(settings: Settings) -> None:
    settings.REDIS_URL = ""


def repository(path: Path, *, by: str = "Ada") -> Path:
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--initial-branch=main")
    (path / "a.py").write_bytes(os.fsencode(path.name))  # else the first commits would be one and the same
    git(path, "add", "--all")
    git(path, "commit", "--quiet", "--message", "First", f"--author={by} <{by.lower()}@example.org>")
    return path


def import_git(*arguments: object) -> None:
    call_command("import_git", *map(str, arguments))


def look() -> SyncRun:
    provider = registry.provider("git")
    run = sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=timezone.now())
    return sync.perform(run, provider=provider)


def titles() -> set[str]:
    return set(Activity.objects.filter(kind="commit").values_list("title", flat=True))


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    path = repository(tmp_path / "code" / "engine")
    import_git(path)
    return path


def test_what_was_committed_since_is_read_by_the_schedule(engine: Path) -> None:
    commit(engine, "Second", b_dot_js="1\n")
    SyncRun.objects.all().delete()
    assert turn("git") == {"git": "succeeded"}
    assert titles() == {"First", "Second"}
    assert Project.objects.get().languages.keys() == {"Python", "JavaScript"}


def test_only_what_is_new_is_read_and_a_language_is_new_once(engine: Path) -> None:
    commit(engine, "Second", a_dot_py="one\ntwo\n", b_dot_js="1\n")
    run = look()
    assert run.counts["facts"] == 1
    assert Activity.objects.get(title="Second").amount == 1  # JavaScript; Python was there


def test_where_nothing_changed_git_is_asked_once_and_nothing_is_written(
    engine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    run = git_command.Git._run

    def noted(self: git_command.Git, arguments: tuple[str, ...], seconds: int) -> Any:
        asked.append(arguments)
        return run(self, arguments, seconds)

    monkeypatch.setattr(git_command.Git, "_run", noted)
    before = list(GardenEvent.objects.values_list("seq", flat=True))
    assert not any(look().counts.values())
    assert asked == [("show-ref", "--head")]
    assert list(GardenEvent.objects.values_list("seq", flat=True)) == before


def test_once_remembers_nothing(tmp_path: Path) -> None:
    path = repository(tmp_path / "engine")
    import_git("--once", path)
    assert titles() == {"First"}
    assert not WatchedPath.objects.exists()
    SyncRun.objects.all().delete()
    assert turn("git") == {}


def test_a_new_repository_in_a_watched_folder_is_planted_and_a_clone_of_others_is_not(tmp_path: Path) -> None:
    ownership.add(said="Ada Lovelace", now=timezone.now())
    repository(tmp_path / "code" / "engine", by="Ada Lovelace")
    import_git("--private", "--mine", tmp_path / "code")
    repository(tmp_path / "code" / "loom", by="Ada Lovelace")
    theirs = repository(tmp_path / "code" / "theirs", by="Linus")
    counts = look().counts
    assert (counts["planted"], counts["facts"]) == (1, 1)
    found = {project.name: project for project in Project.objects.all()}
    assert found.keys() == {"engine", "loom"}
    assert (found["loom"].visibility, found["loom"].counts) == (Visibility.PRIVATE, Counts.MINE)
    assert not GardenEvent.objects.filter(data__icontains="loom").exists()
    git(theirs, "commit", "--quiet", "--allow-empty", "--message", "Mine", "--author=Ada Lovelace <ada@example.org>")
    look()
    assert Project.objects.filter(name="theirs").exists()


def test_while_nobody_said_who_the_owner_is_nothing_is_planted_that_was_only_found(tmp_path: Path) -> None:
    repository(tmp_path / "code" / "engine")
    import_git(tmp_path / "code")
    repository(tmp_path / "code" / "loom")
    look()
    assert set(Project.objects.values_list("name", flat=True)) == {"engine"}
    ownership.add(said="Ada", now=timezone.now())
    look()
    assert set(Project.objects.values_list("name", flat=True)) == {"engine", "loom"}


def test_what_waits_is_counted_once_in_however_many_clones_and_only_of_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loom = repository(tmp_path / "code" / "loom")
    git(loom, "clone", "--quiet", ".", "../clone")
    watching.watch(tmp_path / "code", now=timezone.now())
    look()
    assert watching.commits_waiting() == (1, 1, 0)
    repository(tmp_path / "code" / "tides")
    look()
    assert watching.commits_waiting() == (2, 2, 0)
    monkeypatch.setattr(watching, "LOOKED_INTO", 1)
    assert watching.commits_waiting() == (1, 1, 2)
    call_command("sync", "git", stdout=(told := StringIO()))
    assert "1 commit in 1 repository, and 2 older ones, not counted, wait for a word" in told.getvalue()


def test_what_waits_is_asked_of_git_once_after_a_look_and_again_where_something_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loom = repository(tmp_path / "code" / "loom")
    repository(tmp_path / "code" / "tides")
    watching.watch(tmp_path / "code", now=timezone.now())
    look()
    asked: list[Any] = []
    command = git_command.Git._command

    def noted(self: git_command.Git, arguments: Any) -> Any:
        asked.append(arguments)
        return command(self, arguments)

    monkeypatch.setattr(git_command.Git, "_command", noted)
    assert watching.commits_waiting() == (2, 2, 0)
    assert asked
    asked.clear()
    assert watching.commits_waiting() == (2, 2, 0)
    assert not asked

    import_git("--once", loom)  # a plant has it now
    assert watching.commits_waiting() == (1, 1, 0)
    commit(loom, "Second")
    look()
    assert watching.commits_waiting() == (2, 2, 0)


def test_what_could_not_be_read_when_it_was_counted_is_counted_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository(tmp_path / "code" / "loom")
    tides = repository(tmp_path / "code" / "tides")
    watching.watch(tmp_path / "code", now=timezone.now())
    look()

    class Unread(Repository):
        def authored(self) -> Iterator[tuple[str, str, str]]:
            if self.path == tides:
                raise Problem("unreadable", "Not now.")
            return super().authored()

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(watching, "Repository", Unread)
        assert watching.commits_waiting() == (1, 1, 0)
    assert watching.commits_waiting() == (2, 2, 0)


def test_what_was_left_out_can_be_planted_and_what_was_planted_left_out(tmp_path: Path) -> None:
    ownership.add(said="Ada", now=timezone.now())
    repository(tmp_path / "code" / "engine")
    import_git(tmp_path / "code")
    theirs = repository(tmp_path / "code" / "theirs", by="Linus")
    look()
    row = WatchedPath.objects.filter(uri=theirs.as_uri())
    assert watching.want(paths=row) == 1
    look()
    assert Project.objects.filter(name="theirs").exists()
    watching.leave_out(paths=row)
    commit(theirs, "Later")
    look()
    assert "Later" not in titles()


def test_a_plant_that_was_removed_does_not_come_back_by_itself(engine: Path) -> None:
    import_git(engine.parent)
    planting.remove(projects=Project.objects.all(), source="owner", now=timezone.now())
    commit(engine, "Later")
    look()
    assert not Project.objects.exists()
    import_git(engine)
    assert titles() == {"First", "Later"}


def test_a_path_that_vanished_is_said_and_read_again_once_it_is_back(engine: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    shutil.move(engine, away)
    run = look()
    assert run.status == SyncStatus.PARTIAL
    assert "engine" in run.error
    assert str(engine) not in run.error + run.fix
    assert "not where it was" in WatchedPath.objects.get().trouble
    assert titles() == {"First"}
    shutil.move(away, engine)
    assert look().status == SyncStatus.SUCCEEDED
    assert WatchedPath.objects.get().trouble == ""


def test_an_unmounted_disk_costs_no_plant(engine: Path, tmp_path: Path) -> None:
    import_git(engine.parent)
    shutil.move(engine.parent, tmp_path / "away")
    engine.parent.mkdir()  # what a mount point looks like without its disk
    look()
    assert Project.objects.count() == 1
    engine.parent.rmdir()
    run = look()
    assert "The folder code cannot be read" in WatchedPath.objects.get(is_folder=True).trouble
    assert run.status == SyncStatus.PARTIAL


def test_a_repository_in_the_middle_of_a_rebase_is_read_when_it_is_over(engine: Path) -> None:
    git(engine, "checkout", "--quiet", "-b", "side")
    commit(engine, "On the side", a_dot_py="side\n")
    git(engine, "checkout", "--quiet", "main")
    commit(engine, "On main", a_dot_py="main\n")
    look()
    with pytest.raises(Exception, match="rebase"):
        git(engine, "rebase", "side")
    look()
    assert "in the middle of a rebase" in WatchedPath.objects.get().trouble
    git(engine, "rebase", "--abort")
    look()
    assert WatchedPath.objects.get().trouble == ""
    assert "On main" in titles()


def test_another_branch_that_is_checked_out_for_a_while_costs_nothing_and_counts_nothing_twice(engine: Path) -> None:
    commit(engine, "Second")
    look()
    git(engine, "checkout", "--quiet", "-b", "side", "HEAD~1")
    commit(engine, "On the side")
    look()
    git(engine, "checkout", "--quiet", "main")
    look()
    commit(engine, "Third")
    assert look().counts["facts"] == 1
    assert titles() == {"First", "Second", "On the side", "Third"}


def test_a_commit_that_was_amended_counts_once(engine: Path) -> None:
    git(engine, "commit", "--quiet", "--amend", "--message", "First, amended")
    look()
    assert "First, amended" in titles()
    assert Project.objects.get().commit_count == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_account_is_read_where_its_files_may_be(engine: Path) -> None:
    commit(engine, "Second")
    for path in [engine, *engine.rglob("*")]:
        os.chown(path, 65534, 65534)
    assert look().status == SyncStatus.SUCCEEDED
    assert "Second" in titles()


def test_a_name_that_is_no_utf8_is_remembered_and_read(tmp_path: Path) -> None:
    path = repository(tmp_path / os.fsdecode(b"caf\xe9"))
    import_git(path)
    commit(path, "Second")
    look()
    assert titles() == {"First", "Second"}
    assert WatchedPath.objects.get().path == path


def test_what_a_hook_told_and_what_is_read_later_are_one_fact(engine: Path) -> None:
    sha = commit(engine, "Second", b_dot_py="1\n2\n")
    root = git(engine, "rev-list", "--max-parents=0", "HEAD")
    said = {"sha": sha, "author": "Ada", "authored_at": "2024-03-01T12:00:00+01:00", "subject": "Second", "added": 2}
    told = parse_event({"repository": root, "ref": "refs/heads/main", "commits": [said | {"removed": 0}]})
    ingest(project=Project.objects.get(), activities=told.activities, source="git_webhook", now=timezone.now())
    assert look().counts["facts"] == 0
    assert Activity.objects.filter(external_id=sha).count() == 1


def test_the_path_is_in_no_answer_but_the_console(engine: Path, admin_client: Client) -> None:
    look()
    WatchedPath.objects.update(trouble=f"{engine} is odd")
    run = SyncRun.objects.filter(provider="git", subject=str(engine)).get()
    run.status, run.error = SyncStatus.FAILED, f"git cannot read {engine}"
    run.save()
    for name in ("garden", "events", "projects", "integrations/status"):
        answer = admin_client.get(f"/api/v1/{name}/")
        assert answer.status_code == 200
        assert str(engine.parent) not in answer.content.decode()
    asked = admin_client.post("/api/v1/integrations/git/sync/")
    assert str(engine.parent) not in asked.content.decode()
    assert str(engine) in admin_client.get("/admin/integrations/watchedpath/").content.decode()


def test_the_console_says_in_words_what_becomes_of_a_path(engine: Path, admin_client: Client) -> None:
    look()
    assert WatchedPath.objects.exclude(state={}).exists()
    row = WatchedPath.objects.get()
    for page in ("/admin/integrations/watchedpath/", f"/admin/integrations/watchedpath/{row.pk}/change/"):
        html = admin_client.get(page).content.decode()
        assert "tips" not in html  # how far it was read, which is for the program
        assert re.search(r">\s*Read\s*<", html)
    WatchedPath.objects.update(wanted=False)
    html = admin_client.get("/admin/integrations/watchedpath/").content.decode()
    assert re.search(r">\s*Left out\s*<", html)


@pytest.mark.parametrize("action", ["sync_now", "plant_them", "leave_out", "forget"])
def test_the_console_does_what_its_buttons_say(engine: Path, admin_client: Client, action: str) -> None:
    row = WatchedPath.objects.get()
    page = "/admin/integrations/watchedpath/"
    answer = admin_client.post(page, {"action": action, "_selected_action": [row.pk]}, follow=True)
    assert answer.status_code == 200
    rows = list(WatchedPath.objects.values_list("wanted", flat=True))
    runs = SyncRun.objects.filter(provider="git", subject="").count()
    expected = {"sync_now": ([True], 1), "plant_them": ([True], 1), "leave_out": ([False], 0), "forget": ([], 0)}
    assert (rows, runs) == expected[action]
    assert admin_client.get(f"{page}{row.pk}/change/").status_code in (200, 302)


def test_sync_now_on_a_plant_reads_its_repository_and_no_other(
    engine: Path, tmp_path: Path, admin_client: Client
) -> None:
    loom = repository(tmp_path / "code" / "loom")
    import_git(loom)
    for path in (engine, loom):
        commit(path, f"Later in {path.name}")
    plant = WatchedPath.objects.get(uri=engine.as_uri()).project
    assert plant is not None
    page = f"/admin/garden/project/{plant.pk}/change/"
    assert 'value="sync_now"' in admin_client.get(page).content.decode()
    admin_client.post("/admin/garden/project/", {"action": "sync_now", "_selected_action": [plant.pk]})
    run = SyncRun.objects.get(provider="git", project=plant)
    sync.perform(run, provider=registry.provider("git"))
    assert (run.status, run.counts["facts"]) == (SyncStatus.SUCCEEDED, 1)
    assert "Later in engine" in titles()
    assert "Later in loom" not in titles()
