from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from garden.tests.factories import ProjectFactory
from integrations import limits, runs
from integrations.admin.webhooks import BODY_SHOWN
from integrations.models import (
    Account,
    DeliveryStatus,
    OutgoingLimit,
    SourceSchedule,
    SyncRun,
    SyncStatus,
    SyncTrigger,
    WebhookDelivery,
)
from integrations.problems import Problem
from integrations.tests.github_stub import Reply

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import Settings

    from integrations.tests.github_stub import Account as StubAccount
    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db

ACCOUNTS = "/admin/integrations/account/"
RUNS = "/admin/integrations/syncrun/"
DELIVERIES = "/admin/integrations/webhookdelivery/"
TOKEN = "ghp_0123456789abcdef"


@pytest.fixture
def account(settings: Settings) -> Account:
    settings.ENABLE_GITHUB_INTEGRATION, settings.ENABLE_MOCK_DATA = True, False
    settings.GITHUB_USERNAME = settings.GITHUB_TOKEN = ""
    return Account.objects.create(provider="github", username="ada")


def page_of(account: Account) -> str:
    return reverse("admin:integrations_account_change", args=[account.pk])


def act(client: Client, listed: str, action: str, pk: object) -> str:
    """Run a list action on one object and return the page that follows."""
    sent = {"action": action, "_selected_action": str(pk), "index": "0"}
    return client.post(listed, sent, follow=True).content.decode()


def run_of(status: SyncStatus, **more: Any) -> SyncRun:
    return SyncRun.objects.create(provider="github", subject="ada", trigger=SyncTrigger.SCHEDULE, status=status, **more)


def delivery(status: DeliveryStatus, body: object = None) -> WebhookDelivery:
    return WebhookDelivery.objects.create(
        provider="github",
        delivery_id="d-1",
        event="push",
        content_type="application/json",
        body=json.dumps(body or {"ref": "refs/heads/main"}).encode(),
        status=status,
        attempts=6,
        error="It could not be worked in." if status == DeliveryStatus.FAILED else "",
    )


def test_a_token_goes_in_sealed_and_never_comes_out(admin_client: Client) -> None:
    admin_client.post(f"{ACCOUNTS}add/", {"provider": "github", "username": "ada", "new_token": TOKEN, "enabled": "on"})

    account = Account.objects.get()
    assert account.token == TOKEN
    assert TOKEN.encode() not in bytes(account.token_encrypted or b"")
    pages = [admin_client.get(address).content.decode() for address in (ACCOUNTS, page_of(account), "/admin/")]
    assert all(TOKEN not in page for page in pages)
    assert "Stored, encrypted" in pages[1]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, TOKEN),
        ({"new_token": "ghp_new"}, "ghp_new"),
        ({"forget_token": "on"}, ""),
        ({"forget_token": "on", "new_token": "ghp_new"}, TOKEN),
    ],
)
def test_a_stored_token_stays_until_it_is_replaced_or_forgotten(
    admin_client: Client, account: Account, sent: dict[str, str], kept: str
) -> None:
    account.token = TOKEN
    account.save()

    page = admin_client.post(page_of(account), {"username": "ada", "enabled": "on", **sent}, follow=True)

    account.refresh_from_db()
    assert account.token == kept
    assert ("Either store a new token, or forget" in page.content.decode()) == (len(sent) == 2)


def test_a_refused_form_does_not_hand_the_typed_token_back(admin_client: Client, account: Account) -> None:
    page = admin_client.post(page_of(account), {"username": "x" * 101, "new_token": TOKEN}).content.decode()

    assert "at most 100 characters" in page
    assert TOKEN not in page


def test_an_account_whose_token_no_key_opens_still_shows(admin_client: Client, account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(token_encrypted=b"sealed with a lost key")

    assert "Stored, encrypted" in admin_client.get(page_of(account)).content.decode()
    assert "cannot be opened" in admin_client.get("/admin/").content.decode()
    assert "cannot be opened" in act(admin_client, ACCOUNTS, "test_connection", account.pk)


def test_a_working_connection_is_told_in_a_sentence(
    admin_client: Client, account: Account, ada: StubAccount, stub: Stub
) -> None:
    stub.on("/rate_limit", Reply({"resources": {"core": {"remaining": 59, "limit": 60}}}))

    page = act(admin_client, ACCOUNTS, "test_connection", account.pk)

    assert "ada has 1 public repositories" in page


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply({"message": "Bad credentials"}, 401), "Make a new token"),
        (Reply({"resources": {}}), "not the documented one"),
        (Reply(b"<html>hotel wifi</html>"), "Check GITHUB_API_URL"),
    ],
)
def test_a_connection_that_does_not_work_is_told_with_its_fix(
    admin_client: Client, account: Account, ada: StubAccount, stub: Stub, reply: Reply, words: str
) -> None:
    stub.on("/rate_limit", reply)

    page = act(admin_client, ACCOUNTS, "test_connection", account.pk)

    assert words in page


def test_sync_now_asks_for_one_run_however_often_it_is_pressed(admin_client: Client, account: Account) -> None:
    for _ in range(2):
        page = act(admin_client, ACCOUNTS, "sync_now", account.pk)

    run = SyncRun.objects.get()
    assert (run.provider, run.subject, run.status, run.trigger) == ("github", "ada", "queued", "owner")
    assert "GitHub is being synced" in page


def test_sync_now_of_a_source_that_is_switched_off_says_so(admin_client: Client, account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(enabled=False)

    page = act(admin_client, ACCOUNTS, "sync_now", account.pk)

    assert not SyncRun.objects.exists()
    assert "GitHub is switched off" in page


def test_the_dashboards_sync_now_opens_the_run(admin_client: Client, account: Account) -> None:
    answer = admin_client.post(reverse("admin:integrations_syncrun_request", args=["github"]))

    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("admin:integrations_syncrun_change", args=[SyncRun.objects.get().pk])


def test_a_run_is_asked_for_by_post_alone_and_by_the_owner_alone(
    admin_client: Client, client: Client, account: Account
) -> None:
    address = reverse("admin:integrations_syncrun_request", args=["github"])

    assert admin_client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    assert admin_client.post(reverse("admin:integrations_syncrun_request", args=["nobody"])).status_code == 404
    assert not SyncRun.objects.exists()


def test_a_watched_run_asks_for_itself_until_it_ends(admin_client: Client) -> None:
    run = run_of(SyncStatus.RUNNING, step="Reading ada/engine", done=3, total=12)
    address = reverse("admin:integrations_syncrun_progress", args=[run.pk])

    going_on = admin_client.get(address).content.decode()
    runs.fail(run, problem=Problem("unauthorized", "GitHub did not accept the token.", fix="Make a new one."))
    ended = admin_client.get(address).content.decode()

    assert "Reading ada/engine" in going_on
    assert 'value="25"' in going_on
    assert f'hx-get="{address}"' in going_on
    assert "hx-get" not in ended
    assert "GitHub did not accept the token." in ended
    assert "Make a new one." in ended


def test_the_account_shows_its_running_run(admin_client: Client, account: Account) -> None:
    run = run_of(SyncStatus.RUNNING, step="Reading ada/engine")

    page = admin_client.get(page_of(account)).content.decode()

    assert reverse("admin:integrations_syncrun_progress", args=[run.pk]) in page


def test_a_failed_run_is_asked_for_again(admin_client: Client, account: Account) -> None:
    failed = run_of(SyncStatus.FAILED, error="It failed.", ended_at=timezone.now())

    act(admin_client, RUNS, "try_again", failed.pk)

    assert SyncRun.objects.filter(status=SyncStatus.QUEUED, subject="ada").count() == 1


def test_an_import_that_failed_waits_until_the_owner_leaves_it_at_that_and_the_next_that_fails_waits_again(
    admin_client: Client,
) -> None:
    def waits() -> str:
        return admin_client.get(reverse("admin:index")).content.decode()

    def fails() -> SyncRun:
        return SyncRun.objects.create(provider="git", subject="/srv/engine", trigger="command", status="failed")

    first = fails()
    assert "Try again" not in waits()
    assert "Leave it at that" in waits()
    assert "1 run waits for you no more." in act(admin_client, RUNS, "leave_it", first.pk)
    assert "/srv/engine" not in waits()
    assert "Leave it at that" not in admin_client.get(f"{RUNS}{first.pk}/change/").content.decode()
    fails()
    assert "/srv/engine" in waits()


def test_a_local_import_is_not_offered_again(admin_client: Client) -> None:
    local = SyncRun.objects.create(provider="git", subject="/srv/engine", trigger="command", status="failed")

    assert "Run it again" not in admin_client.get(f"{RUNS}{local.pk}/change/").content.decode()
    assert "repeated on the command line" in act(admin_client, RUNS, "try_again", local.pk)
    assert SyncRun.objects.count() == 1


def test_the_list_of_runs_tells_errors_and_fixes_in_words(admin_client: Client) -> None:
    began = timezone.now() - timedelta(minutes=5)
    run_of(SyncStatus.FAILED, error="GitHub did not answer.", fix="Check the line.")
    run_of(SyncStatus.SUCCEEDED, started_at=began, ended_at=began + timedelta(seconds=83), counts={"new_facts": 1200})

    page = admin_client.get(RUNS).content.decode()

    assert "GitHub did not answer." in page
    assert "Check the line." in page
    assert "1 min 23 s" in page
    assert "1,200 new facts" in page


def test_a_failed_delivery_is_put_back_into_the_inbox(admin_client: Client) -> None:
    failed = delivery(DeliveryStatus.FAILED)

    act(admin_client, DELIVERIES, "try_again", failed.pk)

    failed.refresh_from_db()
    assert (failed.status, failed.attempts, failed.error) == (DeliveryStatus.RECEIVED, 0, "")
    assert failed.next_attempt_at <= timezone.now()


def test_a_delivery_that_was_worked_in_is_not_repeated(admin_client: Client) -> None:
    done = delivery(DeliveryStatus.PROCESSED)

    page = act(admin_client, DELIVERIES, "try_again", done.pk)

    done.refresh_from_db()
    assert done.status == DeliveryStatus.PROCESSED
    assert "Only what failed" in page


def test_the_body_of_a_delivery_is_shown_inert_and_cut(admin_client: Client) -> None:
    one = delivery(DeliveryStatus.PROCESSED, {"message": "<script>alert(1)</script>", "rest": "x" * 50_000})

    page = admin_client.get(f"{DELIVERIES}{one.pk}/change/").content.decode()

    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "characters more" in page
    assert "x" * BODY_SHOWN not in page


def test_a_delivery_that_cannot_be_read_still_opens(admin_client: Client) -> None:
    one = delivery(DeliveryStatus.FAILED)
    WebhookDelivery.objects.filter(pk=one.pk).update(body=b"\xff\x00 no JSON")

    assert "It cannot be read" in admin_client.get(f"{DELIVERIES}{one.pk}/change/").content.decode()


def test_the_account_tells_how_to_set_the_webhook_up(
    admin_client: Client, account: Account, settings: Settings
) -> None:
    settings.SITE_URL, settings.GITHUB_WEBHOOK_SECRET = "https://garden.example", ""
    without = admin_client.get(page_of(account)).content.decode()
    settings.GITHUB_WEBHOOK_SECRET = "a-long-random-text"
    delivery(DeliveryStatus.PROCESSED)
    with_secret = admin_client.get(page_of(account)).content.decode()

    assert "https://garden.example/api/v1/integrations/github/webhook/" in without
    assert "none is set yet" in without
    assert "No delivery has come yet" in without
    assert "which is set" in with_secret
    assert "a-long-random-text" not in with_secret
    assert "The last delivery came" in with_secret


def test_a_plant_from_github_can_be_synced_from_its_page(admin_client: Client, account: Account) -> None:
    project = ProjectFactory.create(github_repo="ada/engine")
    local = ProjectFactory.create()

    page = admin_client.get(f"/admin/garden/project/{project.pk}/change/").content.decode()
    act(admin_client, "/admin/garden/project/", "sync_now", project.pk)

    assert 'value="sync_now"' in page
    assert SyncRun.objects.get().project == project
    assert "None of these comes from a forge" in act(admin_client, "/admin/garden/project/", "sync_now", local.pk)


@pytest.mark.parametrize(
    ("provider", "setting"),
    [
        ("github", "GITHUB_TOKEN"),
        ("wakatime", "WAKATIME_API_KEY"),
        ("lastfm", "LASTFM_API_KEY"),
        ("openweathermap", "WEATHER_API_KEY"),
    ],
)
def test_a_key_of_the_environment_is_told_whatever_its_setting_is_called(
    admin_client: Client, settings: Settings, provider: str, setting: str
) -> None:
    account = Account.objects.create(provider=provider)
    page = reverse("admin:integrations_account_change", args=[account.pk])
    setattr(settings, setting, "")
    assert "None: public data only." in admin_client.get(page).content.decode()
    setattr(settings, setting, "a-key")
    assert "From the environment." in admin_client.get(page).content.decode()


def test_the_owner_says_how_often_a_source_is_asked(admin_client: Client, account: Account) -> None:
    listed = reverse("admin:integrations_sourceschedule_changelist")
    page = admin_client.get(listed).content.decode()
    assert "every 30 minutes" in page
    assert "Set LASTFM_API_KEY and LASTFM_USERNAME (docs/music.md)." in page

    rows = list(SourceSchedule.objects.order_by("provider"))
    form = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for number, row in enumerate(rows):
        form |= {f"form-{number}-id": row.pk, f"form-{number}-minutes": "90" if row.provider == "github" else ""}
        if row.provider != "wakatime":
            form[f"form-{number}-enabled"] = "on"
    admin_client.post(listed, form)

    assert SourceSchedule.objects.get(provider="github").every == timedelta(minutes=90)
    assert list(SourceSchedule.objects.filter(enabled=False).values_list("provider", flat=True)) == ["wakatime"]
    assert admin_client.get(reverse("admin:integrations_sourceschedule_add")).status_code == 403


def test_the_schedule_says_why_a_source_is_not_asked(admin_client: Client, settings: Settings) -> None:
    listed = reverse("admin:integrations_sourceschedule_changelist")
    Account.objects.create(provider="github", enabled=False)
    Account.objects.create(provider="wakatime", token_encrypted=b"of another key")
    now = timezone.now()
    limits.pause("openmeteo", until=now + timedelta(hours=2), reason="slow down", now=now)
    SourceSchedule.objects.create(provider="myspace")
    settings.WEATHER_API_KEY = "the-key"

    page = admin_client.get(listed).content.decode()

    assert "Switched off in the settings, or in its account." in page
    assert "The stored token for WakaTime cannot be opened." in page
    assert "It is left alone until" in page
    OutgoingLimit.objects.all().delete()
    assert "OpenWeatherMap is asked instead." in admin_client.get(listed).content.decode()
    assert "There is no such source any more." in page
