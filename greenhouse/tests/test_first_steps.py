"""The first steps: each shows itself, is skipped, done and taken up again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common import refused_forms
from common.permissions import Scope
from garden import ownership, recording
from garden.drafts import ActivityDraft
from garden.models import OwnerIdentity
from garden.tests.factories import ProjectFactory, work
from garden.vocabulary import ActivityKind
from greenhouse.console.first_steps import STEPS, bar, next_step, pass_step
from greenhouse.models import PassedStep
from greenhouse.tests.test_signin import RIGHT
from integrations import imports, keys, registry, sync, watching
from integrations.histories import Repository
from integrations.models import ApiKey, Intake, SyncRun, SyncTrigger, WatchedPath
from integrations.tests.test_histories import commit, git
from owner.models import Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import RequestFactory
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
BEGIN = "/admin/first-steps/"


def at(slug: str) -> str:
    return reverse("admin:first-step", args=[slug])


def leads_to(answer: Any) -> str:
    return str(answer.headers["Location"])


def sign_in(client: Client, following: str = "/admin/") -> str:
    body = {"username": "admin", "password": RIGHT, "next": following}
    return leads_to(client.post(reverse("admin:login"), body))


@pytest.fixture(autouse=True)
def _nobody_said_whose(settings: Settings) -> None:
    settings.OWNER_NAME = ""


def test_signing_in_to_a_garden_that_nothing_feeds_leads_to_the_first_steps(client: Client, admin_user: User) -> None:
    assert sign_in(client) == BEGIN
    assert leads_to(client.get(BEGIN)) == at("you")
    assert sign_in(Client(), reverse("admin:cards")) == reverse("admin:cards")  # who wants to go elsewhere does
    WatchedPath.objects.create(uri="file:///x", is_folder=True, added_at=timezone.now())
    assert sign_in(Client()) == reverse("admin:index")


def test_each_step_is_a_page_that_is_skipped_to_the_next(admin_client: Client) -> None:
    for step, following in zip(STEPS, [*STEPS[1:], None], strict=True):
        page = admin_client.get(at(step.slug))
        assert page.status_code == 200
        assert step.title in page.content.decode()
        answer = leads_to(admin_client.post(at(step.slug)))
        assert answer == (at(following.slug) if following else reverse("admin:first-steps-end"))
    assert leads_to(admin_client.get(reverse("admin:first-steps-end"))) == reverse("admin:index")
    assert next_step() is None


def test_coding_time_is_done_by_a_key_that_editors_can_use_and_by_no_other(settings: Settings) -> None:
    settings.HEARTBEAT_API_KEY = ""
    step, now = next(step for step in STEPS if step.slug == "coding"), timezone.now()
    keys.make(label="script", scopes=[Scope.READ], now=now)
    keys.make(label="player", intake=Intake.LISTENS, now=now)
    laptop, _ = keys.make(label="laptop", intake=Intake.HEARTBEATS, now=now)
    assert step.done()
    keys.revoke(key=laptop, now=now)
    ended, _ = keys.make(label="old laptop", intake=Intake.HEARTBEATS, now=now)
    ApiKey.objects.filter(pk=ended.pk).update(expires_at=now - timedelta(seconds=1))
    assert not step.done()
    assert not step.shown()["keys"]


def test_the_path_goes_on_at_the_first_that_is_neither_done_nor_skipped(admin_client: Client) -> None:
    Site.objects.create(pk=Site.THE_ONE, owner_name="Ada")
    ownership.add(said="Ada", now=timezone.now())
    assert leads_to(admin_client.get(BEGIN)) == at("source")
    admin_client.post(at("source"))
    assert leads_to(admin_client.get(BEGIN)) == at("plants")


def test_pages_opened_on_the_way_lead_back_to_the_step_that_they_were_opened_from(admin_client: Client) -> None:
    other = reverse("admin:integrations_account_add")
    assert "First steps, 1 of 7: Who you are" in admin_client.get(other).content.decode()
    admin_client.get(at("music"))
    page = admin_client.get(other).content.decode()
    assert "First steps, 5 of 7: Music" in page
    assert at("music") in page
    assert b"console-way" not in admin_client.get(at("music")).content


def test_the_way_on_names_no_step_that_is_done_meanwhile(admin_client: Client) -> None:
    other = reverse("admin:index")
    admin_client.get(at("source"))
    assert "First steps, 2 of 7" in admin_client.get(other).content.decode()
    WatchedPath.objects.create(uri="file:///thing", is_folder=True)
    assert "First steps, 1 of 7" in admin_client.get(other).content.decode()
    admin_client.get(at("coding"))
    keys.make(label="laptop", intake=Intake.HEARTBEATS, now=timezone.now())
    assert "First steps, 1 of 7" in admin_client.get(other).content.decode()


def test_the_way_on_stands_on_every_page_until_the_steps_are_walked_or_left(admin_client: Client) -> None:
    pages = [reverse("admin:index"), reverse("admin:garden_project_changelist"), reverse("mfa_index")]
    assert all(b"console-way" in admin_client.get(page).content for page in pages)
    admin_client.post(BEGIN)
    assert not any(b"console-way" in admin_client.get(page).content for page in pages)
    assert PassedStep.objects.count() == len(STEPS)
    assert b'name="again"' in admin_client.get(at("you")).content
    admin_client.post(BEGIN, {"again": "yes"})
    assert not PassedStep.objects.exists()
    assert all(b"console-way" in admin_client.get(page).content for page in pages)


def test_the_way_on_moves_with_what_is_done(admin_client: Client) -> None:
    Site.objects.create(pk=Site.THE_ONE, owner_name="Ada")
    ownership.add(said="Ada", now=timezone.now())
    assert "First steps, 2 of 7" in admin_client.get(reverse("admin:index")).content.decode()
    for step in STEPS[1:]:
        admin_client.post(at(step.slug))
    admin_client.get(reverse("admin:first-steps-end"))
    assert b"console-way" not in admin_client.get(reverse("admin:index")).content


def test_the_way_on_costs_a_page_few_queries_and_one_once_it_is_walked(
    rf: RequestFactory, admin_user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    request = rf.get("/admin/")
    request.user, request.session = admin_user, {}  # type: ignore[assignment]
    Site.objects.create(pk=Site.THE_ONE, owner_name="Ada")
    ownership.add(said="Ada", now=timezone.now())
    with django_assert_max_num_queries(8):
        assert bar(request)
    for step in STEPS:
        pass_step(step, now=timezone.now())
    with django_assert_max_num_queries(1):
        assert bar(request) is None


def test_a_helper_sees_no_way_on(client: Client) -> None:
    client.force_login(User.objects.create_user("ann", is_staff=True))
    assert b"console-way" not in client.get(reverse("admin:index")).content


def test_the_names_in_the_commits_are_offered_the_busiest_first_and_taken_by_one_click(
    admin_client: Client, tmp_path: Path
) -> None:
    plant = ProjectFactory.create()
    by = [("Grace", 5), ("Ada", 2), ("renovate[bot]", 9)]
    facts = [
        ActivityDraft(ActivityKind.COMMIT, f"{name}{n}", timezone.now(), "Change", author=name)
        for name, commits in by
        for n in range(commits)
    ]
    recording.record_activities(project=plant, drafts=facts, source="test", now=timezone.now())
    unplanted = tmp_path / "thing"
    unplanted.mkdir()
    git(unplanted, "init", "--quiet")
    commit(unplanted, "One")
    WatchedPath.objects.create(uri=unplanted.as_uri())
    assert sum(Repository(unplanted).authors.values()) == 1  # Ada's

    page = admin_client.get(at("you")).content.decode()
    assert re.findall(r'name="said" value="([^"]+)"', page) == ["Grace", "Ada"]
    assert "<bdi>Ada</bdi>, 3 commits" in page
    assert leads_to(admin_client.post(at("you"), {"said": "Ada"})) == at("you")
    assert ownership.owners().match("Ada")
    assert not PassedStep.objects.exists()
    assert SyncRun.objects.get().provider == "git"  # what was nobody's of theirs is looked into again
    assert "Ada" not in re.findall(r'name="said" value="([^"]+)"', admin_client.get(at("you")).content.decode())


def offered(client: Client) -> list[tuple[str, int]]:
    page = client.get(at("you")).content.decode()
    return [(name, int(commits)) for name, commits in re.findall(r"<bdi>(.+?)</bdi>, (\d+) commit", page)]


def test_a_commit_counts_once_in_however_many_clones_worktrees_and_forks_it_lies(
    admin_client: Client, tmp_path: Path
) -> None:
    loom = tmp_path / "loom"
    loom.mkdir()
    git(loom, "init", "--quiet")
    for title in ("One", "Two", "Three"):
        commit(loom, title)
    git(loom, "clone", "--quiet", "--bare", ".", "../mirror.git")
    git(loom, "worktree", "add", "--quiet", "-b", "aside", "../aside")
    commit(tmp_path / "aside", "Four")
    git(loom, "clone", "--quiet", ".", "../fork")
    git(tmp_path / "fork", "remote", "set-url", "origin", "https://git.example/ada/fork")
    commit(tmp_path / "fork", "Five", other_dot_py="1\n")
    found = [loom, tmp_path / "mirror.git", tmp_path / "aside", tmp_path / "fork"]
    WatchedPath.objects.bulk_create(WatchedPath(uri=path.as_uri()) for path in found)
    assert offered(admin_client) == [("Ada", 5)]

    watching.import_and_watch(Repository(loom), now=timezone.now())  # now some of them are a plant's
    assert offered(admin_client) == [("Ada", 5)]


def test_two_plants_that_share_commits_count_them_once(admin_client: Client) -> None:
    for _ in range(2):
        facts = [replace(fact, author="Ada") for fact in work(3)]
        recording.record_activities(project=ProjectFactory.create(), drafts=facts, source="test", now=timezone.now())
    assert offered(admin_client) == [("Ada", len({fact.external_id for fact in work(3)}))]


def test_the_plant_that_a_new_garden_is_given_brings_no_names_and_no_step_before_somebody_names_it(
    admin_client: Client, tmp_path: Path
) -> None:
    loom, clone = tmp_path / "loom", tmp_path / "clone"
    loom.mkdir()
    git(loom, "init", "--quiet")
    commit(loom, "One")
    given = imports.import_history(Repository(loom), now=timezone.now()).project
    imports.note_given(project=given, given=True)
    git(loom, "clone", "--quiet", ".", "../clone")
    WatchedPath.objects.create(uri=clone.as_uri())
    bring_in = next(step for step in STEPS if step.slug == "import")
    assert offered(admin_client) == []
    assert not bring_in.done()

    mine = tmp_path / "mine"
    mine.mkdir()
    git(mine, "init", "--quiet")
    commit(mine, "Mine", mine_dot_py="1\n")
    watching.import_and_watch(Repository(mine), now=timezone.now())
    assert offered(admin_client) == [("Ada", 1)]  # they wrote in what was brought as well

    watching.import_and_watch(Repository(loom), now=timezone.now())
    assert offered(admin_client) == [("Ada", 2)]


def test_a_page_that_looks_again_and_again_walks_through_a_history_once_and_again_when_it_moved(
    admin_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "One")
    WatchedPath.objects.create(uri=tmp_path.as_uri())
    walks: list[Path] = []

    class Walked(Repository):
        def authored(self) -> Iterator[tuple[str, str, str]]:
            walks.append(self.path)
            return super().authored()

    monkeypatch.setattr("integrations.watching.Repository", Walked)
    for commits in ("1 commit", "1 commit"):
        assert f"<bdi>Ada</bdi>, {commits}<" in admin_client.get(at("import")).content.decode()
    assert walks == [tmp_path]
    commit(tmp_path, "Two")
    assert "<bdi>Ada</bdi>, 2 commits<" in admin_client.get(at("import")).content.decode()
    assert len(walks) == 2


def test_a_name_that_can_be_nobodys_is_refused_in_words(admin_client: Client) -> None:
    page = admin_client.post(at("you"), {"said": "ada@"}, follow=True).content.decode()
    assert "no e-mail address" in page
    assert not ownership.owners().known


def test_what_becomes_a_plant_is_done_by_a_repository_on_this_machine_too(admin_client: Client) -> None:
    step = next(step for step in STEPS if step.slug == "plants")
    row = WatchedPath.objects.create(uri="file:///thing", wanted=True)
    assert not step.done()
    row.project = ProjectFactory.create()
    row.save()
    assert step.done()


def test_while_nobody_said_who_they_are_a_folder_waits_and_each_step_of_it_asks(
    admin_client: Client, tmp_path: Path
) -> None:
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "One")
    WatchedPath.objects.create(uri=tmp_path.as_uri())
    for slug in ("plants", "import"):
        assert 'name="said" value="Ada"' in admin_client.get(at(slug)).content.decode()
        assert leads_to(admin_client.post(at(slug), {"said": "Ada"})) == at(slug)
        assert 'name="said"' not in admin_client.get(at(slug)).content.decode()
        OwnerIdentity.objects.all().delete()


def test_the_last_look_says_what_waits_for_the_owner_and_where_to_answer(
    admin_client: Client, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = ""
    for name in ("loom", "tides"):
        (path := tmp_path / name).mkdir()
        git(path, "init", "--quiet")
        commit(path, name, a_dot_py=name)
    watching.watch(tmp_path, now=timezone.now())
    provider = registry.provider("git")
    for _ in range(2):
        run = sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=timezone.now())
        sync.perform(run, provider=provider)
    page = admin_client.get(at("import")).content.decode()
    assert page.count("Waiting for a word from you: 2 commits in 2 repositories.") == 1  # in the newest look
    assert page.count("Nothing new since the last look.") == 1
    assert f'<a href="{at("you")}">Say who you are</a>' in page
    folders = admin_client.get(reverse("admin:integrations_watchedpath_changelist")).content.decode()
    assert folders.count("Waits for who you are") == 2
    with monkeypatch.context() as fewer:
        fewer.setattr(watching, "LOOKED_INTO", 1)
        page = admin_client.get(at("import")).content.decode()
        assert "1 commit in 1 repository, and 1 older one that was not counted.</strong>" in page

    ownership.add(said="Grace", now=timezone.now())
    assert "Waiting for a word" not in admin_client.get(at("import")).content.decode()
    sync.perform(sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=timezone.now()), provider=provider)
    folders = admin_client.get(reverse("admin:integrations_watchedpath_changelist")).content.decode()
    assert folders.count("Nothing of yours in it") == 2


def test_commits_that_a_plant_has_by_now_and_what_cannot_be_read_wait_for_nobody(
    admin_client: Client, tmp_path: Path, settings: Settings
) -> None:
    settings.REDIS_URL = ""
    code = tmp_path / "code"
    for name in ("loom", "tides"):
        (path := code / name).mkdir(parents=True)
        git(path, "init", "--quiet")
        commit(path, name, a_dot_py=name)
    watching.watch(code, now=timezone.now())
    provider = registry.provider("git")

    def look() -> str:
        run = sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=timezone.now())
        sync.perform(run, provider=provider)
        return admin_client.get(at("import")).content.decode()

    assert "Waiting for a word from you: 2 commits in 2 repositories." in look()
    git(tmp_path, "clone", "--quiet", "--bare", "code/loom", "elsewhere.git")
    imports.import_history(Repository(tmp_path / "elsewhere.git"), now=timezone.now())
    page = admin_client.get(at("import")).content.decode()
    assert "Waiting for a word from you: 1 commit in 1 repository." in page

    first = git(code / "tides", "rev-parse", "HEAD")
    commit(code / "tides", "Second", b_dot_py="1")
    (code / "tides" / ".git" / "shallow").write_text(first)
    commit(code / "loom", "Second", b_dot_py="1")
    ownership.add(said="Grace", now=timezone.now())
    assert "Waiting for a word" not in look()
    OwnerIdentity.objects.all().delete()
    page = admin_client.get(at("import")).content.decode()
    assert "Waiting for a word" not in page  # of the one that was read it is known that it is not theirs


def test_bringing_it_in_is_done_once_no_run_goes_on(admin_client: Client) -> None:
    step = next(step for step in STEPS if step.slug == "import")
    recording.record_activities(project=ProjectFactory.create(), drafts=work(1), source="test", now=timezone.now())
    assert step.done()
    run = SyncRun.objects.create(
        provider="git", trigger="owner", status="running", step="Planting moss", done=3, total=9
    )
    assert not step.done()
    page = admin_client.get(at("import")).content.decode()
    assert 'value="33"' in page
    assert f'id="run-{run.pk}"' in page
    assert "/static/console/runs" in page


def test_while_a_run_goes_on_the_path_is_looked_at_anew_with_the_step(admin_client: Client) -> None:
    SyncRun.objects.create(provider="git", trigger="owner", status="running")
    page = admin_client.get(at("import")).content.decode()
    renewed = re.findall(r'hx-select(?:-oob)?="#([^"]+)"', page)
    assert renewed == ["the-step", "the-path"]
    assert all(f'id="{part}"' in page for part in renewed)


def test_every_forge_of_the_registry_is_offered(admin_client: Client) -> None:
    page = admin_client.get(at("source")).content.decode()
    for forge in registry.PROVIDERS:
        if forge.forge:
            assert f"{reverse('admin:integrations_account_add')}?provider={forge.slug}" in page


def test_the_answers_of_a_step_come_back_to_it(admin_client: Client) -> None:
    said = {"owner_name": "Ada", "line": "", "next": at("you")}
    assert leads_to(admin_client.post(reverse("admin:owner_site_introduce"), said)) == at("you")
    away = said | {"next": "https://elsewhere.example/"}
    assert leads_to(admin_client.post(reverse("admin:owner_site_introduce"), away)) == reverse("admin:index")


def test_what_a_step_refused_is_typed_into_it_again(admin_client: Client) -> None:
    said = {"owner_name": "   ", "line": "I make <tools>", "next": at("you")}
    page = admin_client.post(reverse("admin:owner_site_introduce"), said, follow=True).content.decode()
    assert 'name="line" value="I make &lt;tools&gt;"' in page
    assert "I make &lt;tools&gt;" not in admin_client.get(at("you")).content.decode()

    assert refused_forms.KEY not in admin_client.session

    key = {"label": "Homepage", "scope": ["write"], "expires": "2001-02-03"}
    page = admin_client.post(reverse("admin:integrations_apikey_make"), key, follow=True).content.decode()
    assert page.count('value="Homepage"') == 1
    assert 'name="expires" value="2001-02-03"' in page
    assert re.findall(r'name="scope" value="(\w+)" checked', page) == ["write"]
    page = admin_client.get(reverse("admin:integrations_apikey_changelist")).content.decode()
    assert re.findall(r'name="scope" value="(\w+)" checked', page) == ["read"]


def test_of_a_refused_form_no_more_is_kept_than_its_own_fields(admin_client: Client) -> None:
    said = {"owner_name": "x" * 5000, "line": ["a"] * 100, "next": at("you"), "password": "secret", "other": "x" * 9000}
    admin_client.post(reverse("admin:owner_site_introduce"), said)
    kept = admin_client.session[refused_forms.KEY]
    assert kept["page"] == at("you")
    assert kept["fields"] == {
        "owner_name": ["x" * refused_forms.LONGEST],
        "line": ["a"] * refused_forms.MOST,
    }


def test_the_steps_are_the_owners(client: Client) -> None:
    client.force_login(User.objects.create_user("ann", is_staff=True))
    assert client.get(at("you")).status_code == 403
    assert client.post(BEGIN).status_code == 403
    assert client.get(at("nowhere")).status_code == 403


def test_what_is_no_step_is_not_found(admin_client: Client) -> None:
    assert admin_client.get(at("nowhere")).status_code == 404
