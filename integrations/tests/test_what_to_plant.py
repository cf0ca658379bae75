"""What to plant: the list of everything that an account shows, and what a sync makes of the owner's choices."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from garden import planting
from garden.models import Activity, Project
from garden.vocabulary import Visibility
from integrations import choices, registry, sync, tasks
from integrations.models import Account as StoredAccount
from integrations.models import OfferedRepository, PlantAs, SyncRun, SyncStatus, SyncTrigger
from integrations.tests.github_stub import Account, Reply, commits
from integrations.tests.github_stub import repository as github_repository

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
LIST = "/admin/integrations/offeredrepository/"


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def acme(ada: Account, stub: Stub) -> Account:
    """An organisation of the owner's, and what each has."""
    acme = Account(stub, "acme", first=5000)
    ada.reaches(acme)
    ada.add("engine", commits(3))
    ada.add("notes", commits(2), archived=True)
    ada.add("diary", commits(2), private=True)
    acme.add("ledger", commits(4))
    acme.add("vault", commits(5), private=True, description="For bankers")
    return acme


@pytest.fixture
def console(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("owner"))
    return client


def looked(*, private: bool = False) -> dict[str, str]:
    """What is in the list after a look at the account, with what is done with it."""
    choices.look(registry.provider("github"), private=private, now=timezone.now())
    return dict(OfferedRepository.objects.order_by("name").values_list("name", "plant_as"))


def synced() -> SyncRun:
    provider = registry.provider("github")
    run = sync.request(provider=provider, trigger=SyncTrigger.COMMAND, now=timezone.now())
    return sync.perform(run, provider=provider)


def choose(name: str, plant_as: PlantAs) -> None:
    choices.choose(repositories=OfferedRepository.objects.filter(name=name), plant_as=plant_as, now=timezone.now())


def plants() -> dict[str, str]:
    return dict(Project.objects.values_list("name", "visibility"))


def test_a_look_plants_nothing_and_offers_the_organisations_with_and_without_a_token(
    acme: Account, stub: Stub, settings: Settings
) -> None:
    seen = {"ada/engine": "public", "ada/notes": "public", "acme/ledger": "leave_out"}
    assert looked() == seen
    OfferedRepository.objects.all().delete()
    settings.GITHUB_TOKEN = "sekret"
    assert looked() == seen
    assert {request.query["visibility"] for request in stub.asked("/user/repos")} == {"public"}
    assert plants() == {}


def test_private_ones_are_asked_for_only_if_the_owner_says_so_and_left_out_by_default(
    acme: Account, settings: Settings
) -> None:
    settings.GITHUB_TOKEN = "sekret"
    offered = looked(private=True)
    assert (offered["ada/diary"], offered["acme/vault"]) == ("leave_out", "leave_out")
    choices.settle("github")
    synced()
    assert set(plants()) == {"engine", "notes"}


def test_until_a_choice_was_made_everything_of_the_account_is_planted(acme: Account) -> None:
    looked()
    OfferedRepository.objects.update(plant_as=PlantAs.LEAVE_OUT)
    synced()
    assert plants() == {"engine": "public", "notes": "public"}


def test_what_was_chosen_is_planted_as_it_was_chosen(acme: Account, settings: Settings) -> None:
    settings.GITHUB_TOKEN = "sekret"
    looked(private=True)
    choose("ada/engine", PlantAs.UNLISTED)
    choose("ada/notes", PlantAs.LEAVE_OUT)
    choose("acme/ledger", PlantAs.PUBLIC)
    choose("acme/vault", PlantAs.ANONYMOUS)
    assert synced().status == SyncStatus.SUCCEEDED
    assert plants() == {"engine": "unlisted", "ledger": "public", "vault": "anonymous"}
    assert Activity.objects.filter(project__name="vault", kind="commit").count() == 5
    vault = Project.objects.get(name="vault")
    assert vault in Project.objects.shown()
    planting.curate(project=vault, changes={"visibility": Visibility.PUBLIC}, now=NOW)
    assert vault not in Project.objects.disclosed()  # it is private there, whatever is said here


def test_a_private_fork_never_shows_however_it_came(acme: Account, settings: Settings) -> None:
    settings.GITHUB_TOKEN = "sekret"
    acme.add("copy", commits(2), private=True, fork=True, pushed_at="2026-01-10T11:00:00Z")
    looked(private=True)
    choose("acme/copy", PlantAs.ANONYMOUS)
    synced()
    copy = Project.objects.get(name="copy")
    planting.curate(project=copy, changes={"visibility": Visibility.PUBLIC}, now=NOW)
    assert copy not in Project.objects.disclosed()


def test_a_private_repository_is_planted_anonymously_or_not_at_all(acme: Account, settings: Settings) -> None:
    settings.GITHUB_TOKEN = "sekret"
    looked(private=True)
    for wanted in (PlantAs.PUBLIC, PlantAs.UNLISTED):
        vault = OfferedRepository.objects.filter(name="acme/vault")
        assert choices.choose(repositories=vault, plant_as=wanted, now=NOW) == (0, 1)
    synced()
    assert "vault" not in plants()


@pytest.mark.parametrize("wanted", [True, False])
def test_one_switch_decides_on_new_repositories(ada: Account, acme: Account, wanted: bool) -> None:
    looked()
    choose("ada/notes", PlantAs.LEAVE_OUT)
    choices.plant_new(provider="github", wanted=wanted)
    ada.repositories[1099] = {**ada.repositories[1000], "id": 1099, "name": "later", "full_name": "ada/later"}
    ada.commits[1099] = commits(1)
    ada.route(1099)
    synced()
    assert set(plants()) == ({"engine", "later"} if wanted else {"engine"})


def test_a_plant_follows_its_row_and_is_kept_when_it_is_left_out(acme: Account, stub: Stub) -> None:
    synced()
    assert looked()["ada/engine"] == "public"
    choose("ada/engine", PlantAs.ANONYMOUS)
    assert plants()["engine"] == "anonymous"
    choose("ada/engine", PlantAs.LEAVE_OUT)
    assert plants()["engine"] == "private"
    stub.requests.clear()
    synced()
    assert not [request for request in stub.requests if "engine" in request.path]
    choose("ada/engine", PlantAs.PUBLIC)
    synced()
    assert plants()["engine"] == "public"


def test_what_is_said_on_a_plants_own_page_goes_before_the_list(acme: Account) -> None:
    synced()
    looked()
    choose("ada/engine", PlantAs.LEAVE_OUT)
    engine = Project.objects.get(name="engine")
    planting.curate(project=engine, changes={"visibility": Visibility.UNLISTED}, now=NOW)
    assert choices.choices_at("github").left_out == {str(row) for row in (5000,)}  # acme/ledger, by default
    notes = Project.objects.get(name="notes")
    planting.curate(project=notes, changes={"visibility": Visibility.PRIVATE}, now=NOW)
    assert "1001" not in choices.choices_at("github").left_out  # private, and grows on


def test_what_was_chosen_and_cannot_be_read_any_more_is_named(acme: Account, settings: Settings) -> None:
    settings.GITHUB_TOKEN = "sekret"
    looked(private=True)
    choose("acme/vault", PlantAs.ANONYMOUS)
    acme.vanish(5001)
    run = synced()
    assert (run.status, "acme/vault" in run.error) == (SyncStatus.PARTIAL, True)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "its page at GitHub says whether it reads private repositories"),
        ({"X-OAuth-Scopes": ""}, "with a token of no scope: it reads public repositories only"),
        ({"X-OAuth-Scopes": "repo, read:org"}, "with a token of the scopes repo, read:org: it may read private"),
    ],
)
def test_the_connection_says_what_its_token_may_do(
    ada: Account, stub: Stub, settings: Settings, headers: dict[str, str], said: str
) -> None:
    settings.GITHUB_TOKEN = "sekret"
    core = {"limit": 5000, "remaining": 4990}
    stub.on("/rate_limit", Reply({"resources": {"core": core}}, headers=headers))
    assert said in sync.check(registry.provider("github"))


@pytest.mark.parametrize(
    ("repository", "chosen", "planted"),
    [
        ("acme/ledger", PlantAs.UNLISTED, {"ledger": "unlisted"}),
        ("acme/ledger", PlantAs.LEAVE_OUT, {}),
        ("ada/engine", PlantAs.LEAVE_OUT, {}),
        ("ada/later", None, {"later": "public"}),
        ("grace/hers", None, {}),
    ],
)
def test_a_delivery_plants_what_a_sync_would(
    ada: Account,
    acme: Account,
    client: Client,
    settings: Settings,
    repository: str,
    chosen: PlantAs | None,
    planted: dict[str, str],
) -> None:
    settings.GITHUB_WEBHOOK_SECRET = "for the tests"
    looked()
    rows = {one["full_name"]: one for account in (ada, acme) for one in account.repositories.values()}
    if chosen:
        choose(repository, chosen)
    else:
        choices.settle("github")
    told = rows.get(repository) or github_repository(9000, repository)
    push = {"repository": told, "ref": "refs/heads/main", "pusher": {"name": "Ada"}, "commits": []}
    body = json.dumps(push).encode()
    signature = "sha256=" + hmac.new(b"for the tests", body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signature, "X-GitHub-Event": "push", "X-GitHub-Delivery": "1"}
    hook = "/api/v1/integrations/github/webhook/"
    assert client.generic("POST", hook, body, content_type="application/json", headers=headers).status_code == 202
    tasks.sweep()
    assert plants() == planted


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_owner_looks_chooses_and_plants(acme: Account, console: Client, settings: Settings) -> None:
    settings.GITHUB_TOKEN = "sekret"
    console.post(f"{LIST}look/github/", {"private": "yes"})
    page = console.get(LIST).content.decode()
    assert "Nothing is decided yet" in page
    assert page.count("console-mark") == 3  # the archived one and the two private ones
    rows = list(OfferedRepository.objects.order_by("-pushed_at", "name"))
    form = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for place, row in enumerate(rows):
        wanted = "anonymous" if row.name == "acme/vault" else row.plant_as
        form |= {f"form-{place}-id": row.pk, f"form-{place}-plant_as": wanted}
    assert console.post(LIST, form).status_code == 302
    console.post(LIST, {"action": "as_unlisted", "_selected_action": [row.pk for row in rows if row.account == "ada"]})
    chosen = dict(OfferedRepository.objects.values_list("name", "plant_as"))
    assert (chosen["acme/vault"], chosen["ada/engine"], chosen["ada/diary"]) == ("anonymous", "unlisted", "leave_out")
    went = console.post(f"{LIST}plant/github/")
    run = SyncRun.objects.get()
    assert went["Location"] == reverse("admin:integrations_syncrun_change", args=[run.pk])
    sync.perform(run, provider=registry.provider("github"))
    assert plants() == {"engine": "unlisted", "notes": "unlisted", "vault": "anonymous"}
    assert "a plant, anonymous" in console.get(LIST).content.decode()


def test_a_private_row_takes_no_other_word(acme: Account, console: Client, settings: Settings) -> None:
    settings.GITHUB_TOKEN = "sekret"
    looked(private=True)
    vault = OfferedRepository.objects.get(name="acme/vault")
    form = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": "Save", "form-0-id": vault.pk}
    assert console.post(f"{LIST}?q=vault", form | {"form-0-plant_as": "public"}).status_code == 200
    vault.refresh_from_db()
    assert (vault.plant_as, vault.decided) == ("leave_out", False)
    said = console.post(LIST, {"action": "as_public", "_selected_action": [vault.pk]}, follow=True).content.decode()
    assert "anonymously or not at all: 1 left as it was" in said


def test_only_who_may_change_the_list_acts_on_it(acme: Account, client: Client) -> None:
    client.force_login(User.objects.create_user("guest", is_staff=True))
    for act in ("look", "plant", "new"):
        assert client.post(f"{LIST}{act}/github/").status_code == 403
    assert client.get(LIST).status_code == 403


def test_a_look_that_fails_says_why(ada: Account, console: Client, stub: Stub) -> None:
    stub.on("/users/ada/repos", Reply({"message": "Not Found"}, 404))
    said = console.post(f"{LIST}look/github/", follow=True).content.decode()
    assert "GitHub has no account called" in said


def test_a_new_account_leads_to_the_list_and_says_what_a_token_brings(ada: Account, console: Client) -> None:
    form = {"provider": "github", "username": "ada", "new_token": "", "enabled": "on"}
    assert console.post("/admin/integrations/account/add/", form)["Location"] == LIST
    page = console.get(f"/admin/integrations/account/{StoredAccount.objects.get().pk}/change/").content.decode()
    assert f'href="{LIST}"' in page
    assert "A token brings 5,000 requests an hour instead of 60" in page
