"""A sync from end to end, over HTTP, with a stub where GitHub would be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from garden import planting, reactions
from garden.models import Activity, GardenEvent, GrowthLog, Project, ProjectSource
from garden.sources import GITHUB, SourceRef, github
from garden.vocabulary import ActivityKind, EventType, LinesFrom
from integrations import connections, registry, runs, services, sync
from integrations.models import Account as StoredAccount
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from integrations.problems import Problem
from integrations.tests.github_stub import Reply, commit, commits, readme
from skills.models import Skill

if TYPE_CHECKING:
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Account, Stub

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
ENGINE = SourceRef(GITHUB, "1000")  # the first repository that the stub has


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def synced(username: str = "") -> SyncRun:
    provider = registry.provider("github")
    run = sync.request(provider=provider, trigger=SyncTrigger.COMMAND, now=timezone.now(), username=username)
    return sync.perform(run, provider=provider)


def hide() -> None:
    """Do as a webhook does that says that the repository is private now."""
    planting.hide(project=Project.objects.get(), gone=ENGINE, source="github_webhook", now=timezone.now())


def commits_of(project: Project) -> int:
    return Activity.objects.filter(project=project, kind=ActivityKind.COMMIT).count()


def test_repositories_become_plants_with_their_facts(ada: Account, stub: Stub) -> None:
    ada.add("engine", commits(3))
    release = {"tag_name": "v1", "published_at": "2026-01-02T00:00:00Z", "draft": False}
    stub.on("/repos/ada/engine/releases", Reply([release]))
    run = synced()
    assert (run.status, run.error) == (SyncStatus.SUCCEEDED, "")
    assert run.counts == {"planted": 1, "facts": 4, "completed": 0, "hidden": 0, "projects": 1}
    project = Project.objects.get()
    assert (project.github_repo, project.stars) == ("ada/engine", 3)
    assert project.sources.filter(provider="github", external_id="1000").exists()
    assert project.languages == {"Python": 9000, "Shell": 100}
    assert project.lines_of_code == 228
    assert project.commit_count == commits_of(project) == 3
    assert project.growth_factor > 0
    assert stub.requests[0].headers["x-github-api-version"] == "2022-11-28"
    assert "authorization" not in stub.requests[0].headers


def test_a_readme_is_asked_for_once_a_push_and_says_what_the_project_is(ada: Account, stub: Stub) -> None:
    number = ada.add("engine", commits(2), description=None)
    ada.add("silent", commits(2))  # has none, which is no trouble
    stub.on("/repos/ada/engine/readme", Reply(readme("# Engine\n\nIt counts all spores.\n\n```\nengine count\n```\n")))
    assert synced().status == SyncStatus.SUCCEEDED
    engine = Project.objects.get(name="engine")
    assert engine.description == "It counts all spores."
    assert engine.readme == "It counts all spores.\n\n    engine count"
    assert Project.objects.get(name="silent").readme == ""
    ada.push(number, commit(3, "2026-01-10T11:00:00Z"), pushed_at="2026-01-10T11:30:00Z")
    synced()
    assert [request.status for request in stub.asked("/repos/ada/engine/readme")] == [200, 304]
    assert len(stub.asked("/repos/ada/silent/readme")) == 1


def test_skills_come_and_go_with_the_repositories_and_wait_for_no_schedule(ada: Account, stub: Stub) -> None:
    number = ada.add("engine", commits(2))
    ada.add("other", commits(2))
    stub.on("/repos/ada/other/languages", Reply({"Rust": 100}))
    synced()
    reactions.run(now=timezone.now())
    assert set(Skill.objects.values_list("name", flat=True)) == {"Python", "Rust", "Shell"}
    ada.vanish(number)
    synced()
    assert [skill.name for skill in Skill.objects.all()] == ["Rust"]


def test_a_token_is_sent_and_private_repositories_are_not_even_asked_for(
    ada: Account, stub: Stub, settings: Settings
) -> None:
    settings.GITHUB_TOKEN, settings.GITHUB_USERNAME = "sekret", ""
    ada.add("engine", commits(1))
    ada.add("diary", commits(1), private=True)
    run = synced()
    assert run.status == SyncStatus.SUCCEEDED
    assert {request.headers["authorization"] for request in stub.requests} == {"Bearer sekret"}
    assert [project.name for project in Project.objects.all()] == ["engine"]
    assert not [request for request in stub.requests if request.path == "/user/repos"]
    assert "sekret" not in repr(vars(run))


def test_the_account_in_the_admin_comes_before_the_environment_and_the_command_line_before_both(
    ada: Account, stub: Stub, settings: Settings
) -> None:
    stored = StoredAccount(provider="github", username="grace")
    stored.token = "of grace"
    stored.save()
    for name in ("grace", "linus"):
        stub.on(f"/users/{name}/repos", Reply([]))
    settings.GITHUB_TOKEN = "of ada"
    synced()
    synced("linus")
    assert [request.path for request in stub.requests] == ["/users/grace/repos", "/users/linus/repos"]
    assert stub.requests[0].headers["authorization"] == "Bearer of grace"


def test_a_second_sync_asks_for_the_list_only_and_changes_nothing(ada: Account, stub: Stub) -> None:
    ada.add("engine", commits(3))
    synced()
    before, events = len(stub.requests), GardenEvent.objects.count()
    run = synced()
    assert run.status == SyncStatus.SUCCEEDED
    line_counts = [request for request in stub.requests[before:] if "/commits/" in request.path]
    assert len(stub.requests) - before - len(line_counts) == 1
    assert stub.requests[before].status == 304
    assert run.counts["facts"] == 0
    assert GardenEvent.objects.count() == events


def test_new_commits_come_by_comparison_and_are_told_to_open_browsers(ada: Account, stub: Stub) -> None:
    number = ada.add("engine", commits(3))
    synced()
    ada.push(
        number, commit(5, "2026-01-10T11:00:00Z"), commit(4, "2019-05-05T11:00:00Z"), pushed_at="2026-01-10T11:30:00Z"
    )
    run = synced()
    assert run.counts["facts"] == 2
    assert Project.objects.get().commit_count == 5
    pushed = GardenEvent.objects.filter(event_type=EventType.COMMIT_PUSHED).last()
    assert pushed is not None
    assert pushed.data["commit_count"] == 1  # the one from an old branch is history, not news
    assert len(stub.asked("/repos/ada/engine/commits")) == 1


def test_a_rewritten_history_is_read_again_from_the_top(ada: Account) -> None:
    number = ada.add("engine", commits(3))
    synced()
    ada.commits[number] = [commit(9, "2026-01-10T11:00:00Z"), *commits(2)]
    ada.repositories[number] |= {"pushed_at": "2026-01-10T11:30:00Z"}
    assert synced().counts["facts"] == 1
    assert commits_of(Project.objects.get()) == 3


def test_a_long_history_is_read_page_by_page_to_its_beginning(ada: Account) -> None:
    ada.add("engine", commits(730, "2025-03-03T09:00:00Z"))
    assert synced().status == SyncStatus.SUCCEEDED
    project = Project.objects.get()
    assert (project.commit_count, project.earlier_commits) == (730, 0)
    assert GrowthLog.objects.filter(backfilled=True).exists()


def test_line_counts_are_filled_in_later_one_commit_at_a_time(ada: Account, stub: Stub) -> None:
    number = ada.add("engine", [commit(2), commit(1, "2020-01-01T00:00:00Z")])
    ada.detail(number, f"{2:040x}", added=30, removed=4)
    synced()
    run = synced()
    counted = Activity.objects.get(external_id=f"{2:040x}")
    assert (counted.lines_added, counted.lines_removed) == (30, 4)
    assert Activity.objects.get(external_id=f"{1:040x}").lines_added is None  # too old to be worth a request
    assert run.status == SyncStatus.SUCCEEDED
    asked = len(stub.requests)
    synced()
    assert len(stub.requests) == asked + 1


def test_sixty_requests_plant_thirty_repositories_and_the_run_says_what_is_left(
    ada: Account, stub: Stub, time_machine: TimeMachineFixture
) -> None:
    for number in range(30):
        ada.add(f"tool-{number}", commits(150))
    stub.allowance, stub.reset = 60, int(NOW.timestamp()) + 3600
    run = synced()
    assert run.status == SyncStatus.PARTIAL
    assert run.error_code == "rate_limited"
    assert "60 requests at a time" in run.error
    assert "of 30 repositories to go" in run.error
    assert "add one to finish sooner" in run.fix
    assert run.next_run_at == NOW + timedelta(seconds=3601)
    assert Project.objects.count() == 30
    assert all(commits_of(project) == 100 for project in Project.objects.all())
    assert all(project.commit_count == 101 for project in Project.objects.all())  # what is known to exist counts
    assert len(stub.requests) == 60

    assert connections.next_try_at(registry.provider("github"), now=NOW + timedelta(minutes=30))
    for _hour in range(4):
        time_machine.shift(timedelta(hours=1, minutes=1))
        stub.allowance, stub.reset = 60, int(timezone.now().timestamp()) + 3600
        run = synced()
        if run.status == SyncStatus.SUCCEEDED:
            break
    assert run.status == SyncStatus.SUCCEEDED
    assert {project.commit_count for project in Project.objects.all()} == {150}
    assert {tuple(sorted(project.languages)) for project in Project.objects.all()} == {("Python", "Shell")}


def test_lines_are_estimated_from_what_github_counts_as_code_and_said_to_be(ada: Account) -> None:
    ada.add("engine", commits(1))
    synced()
    project = Project.objects.get()
    assert (project.lines_of_code, project.lines_from, project.lines_counted_at) == (228, LinesFrom.SIZE, None)
    assert any(
        reason["sentence"].startswith("About 228 lines of code in 2 languages, estimated from the size of its files.")
        for reason in project.growth_reasons
    )


def test_a_repository_without_code_has_no_lines_however_much_is_written(ada: Account, stub: Stub) -> None:
    ada.add("letters", commits(3), language=None, size=90_000)
    stub.on("/repos/ada/letters/languages", Reply({}))
    synced()
    project = Project.objects.get()
    assert (project.lines_of_code, project.lines_from, project.languages) == (0, LinesFrom.SIZE, {})


def test_no_languages_take_none_away(ada: Account, stub: Stub) -> None:
    one = ada.add("engine", commits(1))
    synced()
    stub.on("/repos/ada/engine/languages", Reply({}))
    ada.push(one, commit(5), pushed_at="2026-06-20T00:00:00Z")
    synced()
    project = Project.objects.get()
    assert (project.lines_of_code, project.languages) == (228, {"Python": 9000, "Shell": 100})


def test_the_size_of_a_repository_says_nothing_of_its_code(ada: Account, stub: Stub) -> None:
    ada.add("engine", commits(1), language="Python", size=900_000)
    stub.on("/repos/ada/engine/languages", Reply({}, 404))
    synced()
    project = Project.objects.get()
    assert (project.lines_of_code, list(project.languages)) == (0, ["Python"])
    assert project.technologies == ["Python"]


def test_a_renamed_repository_keeps_its_plant(ada: Account) -> None:
    number = ada.add("engine", commits(2))
    synced()
    plant = Project.objects.get()
    ada.repositories[number] |= {"name": "difference-engine", "full_name": "ada/difference-engine"}
    ada.route(number)
    assert synced().status == SyncStatus.SUCCEEDED
    renamed = Project.objects.get()
    assert (renamed.pk, renamed.github_repo) == (plant.pk, "ada/difference-engine")


def test_a_repository_that_moved_to_another_account_keeps_its_plant(ada: Account, stub: Stub) -> None:
    number = ada.add("engine", commits(2))
    synced()
    moved = ada.repositories.pop(number) | {"full_name": "club/engine"}
    for root in ("/repositories/1000", "/repos/club/engine"):
        stub.on(root, Reply(moved))
    synced()
    project = Project.objects.get()
    assert (project.github_repo, project.hidden_by_source) == ("club/engine", False)


def test_a_repository_that_became_private_or_was_deleted_leaves_the_site_and_can_return(ada: Account) -> None:
    number = ada.add("engine", commits(2))
    ada.add("other", commits(2))
    synced()
    kept = ada.repositories[number]
    ada.vanish(number)
    run = synced()
    assert run.status == SyncStatus.SUCCEEDED
    assert run.counts["hidden"] == 1
    project = Project.objects.get(name="engine")
    assert project.hidden_by_source
    assert commits_of(project) == 2
    assert GardenEvent.objects.filter(event_type=EventType.PROJECT_REMOVED, data__project_id=str(project.pk)).exists()

    ada.repositories[number] = kept
    ada.route(number)
    synced()
    assert not Project.objects.get(name="engine").hidden_by_source
    assert commits_of(project) == 2


def test_a_list_from_before_a_repository_became_private_does_not_show_it_again(ada: Account) -> None:
    number = ada.add("engine", commits(2))
    synced()
    hide()  # as a webhook has just told, of eleven o'clock
    services.remember(source=ENGINE, state={"stamp": "2026-01-10T11:00:00+00:00"})
    ada.repositories[number] |= {"pushed_at": "2026-01-10T10:59:00Z", "stargazers_count": 4}
    assert synced().status == SyncStatus.SUCCEEDED
    assert Project.objects.get().hidden_by_source
    ada.repositories[number] |= {"updated_at": "2026-01-10T11:30:00Z"}
    synced()
    assert not Project.objects.get().hidden_by_source


def test_a_sync_under_way_does_not_show_again_what_a_webhook_hides_meanwhile(
    ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.add("engine", commits(2))
    synced()
    ada.repositories[1000] |= {"pushed_at": "2026-01-10T10:59:00Z", "updated_at": "2026-01-10T10:59:00Z"}
    ada.route(1000)
    ingest = services.ingest

    def hidden_in_between(**given: Any) -> Any:
        project = Project.objects.get()
        if not project.hidden_by_source:
            planting.hide(project=project, gone=ENGINE, source="github_webhook", now=timezone.now())
            stamp = "2026-01-10T11:00:00+00:00"
            services.remember(source=ENGINE, state={"stamp": stamp, "gone": stamp})
        return ingest(**given)

    monkeypatch.setattr(services, "ingest", hidden_in_between)
    synced()
    project = Project.objects.get()
    assert project.hidden_by_source
    assert services.remembered(source=ENGINE)["stamp"] == "2026-01-10T11:00:00+00:00"


def test_a_list_of_the_very_moment_of_its_hiding_does_not_show_a_repository_again(ada: Account) -> None:
    number = ada.add("engine", commits(2))
    synced()
    stamp = services.remembered(source=ENGINE)["stamp"]
    services.remember(source=ENGINE, state={"gone": stamp})
    hide()
    synced()
    assert Project.objects.get().hidden_by_source
    ada.repositories[number] |= {"updated_at": "2026-01-10T11:30:00Z"}
    synced()
    assert not Project.objects.get().hidden_by_source


def test_a_repository_that_cannot_be_looked_for_is_not_taken_for_gone(ada: Account, stub: Stub) -> None:
    number = ada.add("engine", commits(2))
    ada.add("loom", commits(2))
    synced()
    ada.repositories.pop(number)
    stub.on("/repositories/1000", Reply({"message": "Repository access blocked"}, 451))
    run = synced()
    assert run.status == SyncStatus.PARTIAL
    assert "ada/engine" in run.error
    assert not Project.objects.get(name="engine").hidden_by_source


def test_an_empty_list_alone_takes_nothing_off_the_site(ada: Account, stub: Stub) -> None:
    ada.add("engine", commits(2))
    synced()
    stub.on("/users/ada/repos", Reply([]))
    assert synced().status == SyncStatus.SUCCEEDED
    assert not Project.objects.get().hidden_by_source


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply({"message": "Bad credentials"}, 401), "unauthorized"),
        (Reply({"message": "Not Found"}, 404), "no_such_account"),
        (Reply({"message": "Forbidden"}, 403), "forbidden"),
        (Reply({}, 500), "server_error"),
        (Reply(b"<html>Maintenance</html>", headers={"Content-Type": "text/html"}), "unexpected_answer"),
        (Reply({"surprise": True}), "unexpected_answer"),
        (Reply([{"surprise": True}]), "unexpected_answer"),
        (Reply({}, 429, {"Retry-After": "7200"}), "rate_limited"),
    ],
)
def test_a_broken_list_fails_with_cause_and_fix_and_deletes_nothing(
    ada: Account, stub: Stub, monkeypatch: pytest.MonkeyPatch, reply: Reply, code: str
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    ada.add("engine", commits(2))
    synced()
    stub.on("/users/ada/repos", reply)
    run = synced()
    assert (run.status, run.error_code) == (SyncStatus.FAILED, code)
    assert run.error
    assert run.fix
    assert run.ended_at
    project = Project.objects.get()
    assert not project.hidden_by_source
    assert commits_of(project) == 2


def test_trouble_with_one_repository_does_not_stop_the_others(ada: Account, stub: Stub) -> None:
    for name in ("engine", "loom", "mill"):
        ada.add(name, commits(2))
    stub.on("/repos/ada/loom/commits", Reply({"message": "Repository access blocked"}, 451))
    stub.on("/repos/ada/mill/commits", Reply([{"sha": 5}]))
    run = synced()
    assert run.status == SyncStatus.PARTIAL
    assert "ada/loom (GitHub may not show this for legal reasons" in run.error
    assert "ada/mill (GitHub answered in a shape" in run.error
    assert commits_of(Project.objects.get(name="engine")) == 2
    ada.route(1001)
    ada.route(1002)
    assert synced().status == SyncStatus.SUCCEEDED
    assert commits_of(Project.objects.get(name="loom")) == 2
    assert commits_of(Project.objects.get(name="mill")) == 2


def test_a_fault_of_ours_with_one_project_does_not_stop_the_others(
    ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("engine", "loom"):
        ada.add(name, commits(2))
    ingest = services.ingest

    def faulty(**given: Any) -> Any:
        if given["project"].name == "loom":
            raise RuntimeError("a fault of ours")
        return ingest(**given)

    monkeypatch.setattr(services, "ingest", faulty)
    run = synced()
    assert run.status == SyncStatus.PARTIAL
    assert "a fault of ours" not in run.error
    assert commits_of(Project.objects.get(name="engine")) == 2


def test_a_history_that_breaks_off_keeps_what_came_and_goes_on_next_time(ada: Account, stub: Stub) -> None:
    number = ada.add("engine", commits(350))
    whole = stub.routes[f"/repositories/{number}/commits"]
    stub.routes[f"/repositories/{number}/commits"] = lambda request: (
        Reply({"message": "Nope"}, 422) if request.query.get("page") == "3" else whole(request)
    )
    assert synced().status == SyncStatus.PARTIAL
    assert commits_of(Project.objects.get()) == 200
    stub.routes[f"/repositories/{number}/commits"] = whole
    assert synced().status == SyncStatus.SUCCEEDED
    assert commits_of(Project.objects.get()) == 350


def test_an_empty_and_an_emptied_repository_are_fine(ada: Account) -> None:
    ada.add("idea")
    number = ada.add("engine", commits(2))
    assert synced().status == SyncStatus.SUCCEEDED
    ada.commits[number] = []
    ada.repositories[number] |= {"pushed_at": "2026-01-10T11:00:00Z"}
    assert synced().status == SyncStatus.SUCCEEDED
    assert commits_of(Project.objects.get(name="engine")) == 2
    assert commits_of(Project.objects.get(name="idea")) == 0


def test_a_fork_is_a_plant_only_with_commits_of_its_owner_and_only_those_count(ada: Account, stub: Stub) -> None:
    ada.add("untouched", commits(5), fork=True, created_at="2026-01-10T10:00:00Z", pushed_at="2026-01-01T10:00:00Z")
    others = [commit(number, login="grace") for number in range(9, 4, -1)]
    ada.add("synced", others, fork=True)
    ada.add("patched", [commit(20), *others], fork=True)
    synced()
    project = Project.objects.get()
    assert project.name == "patched"
    assert commits_of(project) == 1
    assert not stub.asked("/repos/ada/untouched/commits")


def test_what_the_owner_wrote_is_not_overwritten(ada: Account) -> None:
    number = ada.add("engine", commits(1))
    synced()
    Project.objects.update(description="My words", owner_edited=["description"])
    ada.repositories[number] |= {"description": "GitHub's words", "updated_at": "2026-01-10T11:00:00Z"}
    synced()
    assert Project.objects.get().description == "My words"


def test_a_plant_that_was_removed_and_comes_back_gets_its_history_again(ada: Account) -> None:
    ada.add("engine", commits(3))
    synced()
    Project.objects.all().delete()
    assert not ProjectSource.objects.exclude(state={}).exists()
    synced()
    assert commits_of(Project.objects.get()) == 3


def test_a_local_import_and_github_tell_of_the_same_commits_once(ada: Account) -> None:
    from garden.drafts import ActivityDraft, ProjectDraft
    from integrations.services import ingest

    told = ActivityDraft(ActivityKind.COMMIT, f"{2:040x}", NOW - timedelta(hours=3), lines_added=5, lines_removed=1)
    engine, _ = planting.plant(draft=ProjectDraft(name="engine", sources=github("Ada/Engine")), source="git", now=NOW)
    ingest(project=engine, activities=[told], source="git", now=NOW)
    ada.add("engine", commits(3))
    synced()
    project = Project.objects.get()
    assert project.sources.filter(provider="github", external_id="1000").exists()
    assert commits_of(project) == 3
    assert Activity.objects.get(external_id=told.external_id).lines_added == 5


def test_two_syncs_at_once_are_one(ada: Account) -> None:
    ada.add("engine", commits(1))
    provider = registry.provider("github")
    first = sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=NOW)
    assert sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=NOW) == first
    runs.claim(first, now=NOW)
    again = sync.request(provider=provider, trigger=SyncTrigger.COMMAND, now=NOW)
    with pytest.raises(runs.AlreadyRunning):
        sync.perform(again, provider=provider)
    assert not Project.objects.exists()


def test_the_run_of_a_killed_process_is_let_go_of_and_the_next_goes_on(
    ada: Account, time_machine: TimeMachineFixture
) -> None:
    ada.add("engine", commits(1))
    provider = registry.provider("github")
    dead = sync.request(provider=provider, trigger=SyncTrigger.SCHEDULE, now=NOW)
    runs.claim(dead, now=NOW)
    time_machine.move_to(NOW + runs.SILENCE + timedelta(seconds=1), tick=False)
    assert synced().status == SyncStatus.SUCCEEDED
    dead.refresh_from_db()
    assert (dead.status, dead.error_code) == (SyncStatus.FAILED, "interrupted")
    assert dead.fix


def test_the_next_run_writes_the_past_that_a_killed_one_did_not_come_to(
    ada: Account, time_machine: TimeMachineFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.add("engine", [commit(2, "2025-01-01T00:00:00Z"), commit(1, "2024-06-01T00:00:00Z")])

    def killed(**_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("garden.services.backfill", killed)
        with pytest.raises(KeyboardInterrupt):
            synced()
    assert SyncRun.objects.get().error_code == "interrupted"
    GrowthLog.objects.all().delete()
    time_machine.shift(60)
    synced()
    assert GrowthLog.objects.filter(backfilled=True).exists()


def test_a_run_shows_how_far_it_is(ada: Account) -> None:
    ada.add("engine", commits(1))
    ada.add("loom", commits(1))
    provider = registry.provider("github")
    run = sync.request(provider=provider, trigger=SyncTrigger.COMMAND, now=NOW)
    steps: list[tuple[str, int, int]] = []
    sync.perform(run, provider=provider, tell=lambda *step: steps.append(step))
    assert ("new commits of ada/loom", 1, 6) in steps
    assert run.percent == 100


def test_nothing_is_asked_when_it_is_switched_off_or_nobody_is_named(
    ada: Account, stub: Stub, settings: Settings
) -> None:
    settings.GITHUB_USERNAME = ""
    with pytest.raises(Problem) as caught:
        synced()
    assert caught.value.code == "not_configured"
    assert "GITHUB_USERNAME" in caught.value.fix
    settings.ENABLE_GITHUB_INTEGRATION = False
    with pytest.raises(Problem) as caught:
        synced("ada")
    assert caught.value.code == "disabled"
    settings.ENABLE_GITHUB_INTEGRATION = True
    StoredAccount.objects.create(provider="github", username="ada", enabled=False)
    with pytest.raises(Problem) as caught:
        synced()
    assert caught.value.code == "disabled"
    assert not stub.requests


def test_a_stored_token_that_no_key_opens_is_told_with_its_fix(ada: Account) -> None:
    StoredAccount.objects.create(provider="github", username="ada", token_encrypted=b"not one of ours")
    with pytest.raises(Problem) as caught:
        synced()
    assert caught.value.code == "credential_unreadable"


def test_samples_stand_in_for_the_network_and_are_the_same_tomorrow(
    settings: Settings, stub: Stub, time_machine: TimeMachineFixture
) -> None:
    settings.ENABLE_MOCK_DATA, settings.GITHUB_USERNAME, settings.GITHUB_API_URL = True, "", stub.url
    run = synced()
    assert (run.status, run.error) == (SyncStatus.SUCCEEDED, "")
    assert not stub.requests
    projects, facts = Project.objects.count(), Activity.objects.count()
    assert projects == 3
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    assert synced().counts["facts"] <= projects
    assert (Project.objects.count(), Activity.objects.count() - facts <= projects) == (projects, True)
