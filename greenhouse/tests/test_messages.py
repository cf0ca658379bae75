"""The owner is written about what broke and works again, seeds, many visits and the week: once each."""

from __future__ import annotations

import json
import smtplib
import time
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend as LocmemBackend
from django.utils import timezone

from garden.models import Activity
from garden.tests.factories import ProjectFactory
from garden.vocabulary import ActivityKind, ProjectStatus, Whose
from greenhouse.models import Delivery, HookForm, Lease, MessageSettings, OwnerMessage, TaskHealth
from greenhouse.run.messages import mail as messages_mail
from greenhouse.run.messages import sending, watch
from greenhouse.run.messages.noticing import tell_owner
from greenhouse.run.messages.sending import FORMS, write
from integrations.crypto import encrypt
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from visitors.models import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from io import BufferedIOBase

    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


def drip(to: BufferedIOBase, sent: bytes) -> None:
    """Send a byte now and then, ten seconds in all, unless the other side hangs up."""
    with suppress(ConnectionError):
        for byte in sent:
            to.write(bytes([byte]))
            to.flush()
            time.sleep(0.02)


class DrippingMail(StreamRequestHandler):
    """A mail server that greets with 500 bytes, one after the other."""

    def handle(self) -> None:
        drip(self.wfile, b"220-" + b"a" * 500 + b"\r\n220 mail.example.org\r\n")


class Hook(ThreadingHTTPServer):
    """A service that takes messages."""

    status: int | None = 200  # none: it takes the message and hangs up
    drips = False  # sends a header of 500 bytes one by one, and only then ends

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Taker)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/topic?token=sekret"


class Taker(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.status is not None:
            self.send_response(self.server.status)
            if self.server.drips:
                self.flush_headers()
                drip(self.wfile, b"X-Slow: " + b"a" * 500 + b"\r\n")
            self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def _on_a_wednesday() -> Iterator[None]:
    """No message of the week is due, and no day ends."""
    with time_machine.travel("2026-11-25 12:00:00Z"):
        yield


@pytest.fixture
def hook(settings: Settings, _on_a_wednesday: None) -> Iterator[Hook]:
    """A hook of this machine, which the owner lets in and has set up."""
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.SITE_URL = "https://garden.example"
    now = timezone.now()
    Lease.objects.create(name="schedule", holder="box:1", renewed_at=now, expires_at=now + timedelta(days=30))
    server = Hook()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    MessageSettings.objects.create(pk=1, hook_encrypted=encrypt(server.address), hook_form=HookForm.NTFY)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def _runs(*statuses: SyncStatus) -> None:
    for ago, status in enumerate(reversed(statuses)):
        SyncRun.objects.create(
            provider="github",
            status=status,
            trigger=SyncTrigger.SCHEDULE,
            error="It answered 500.",
            requested_at=timezone.now() - timedelta(minutes=ago),
        )


def test_a_source_that_failed_three_times_in_a_row_is_written_about_once_and_when_it_works_again(hook: Hook) -> None:
    _runs(SyncStatus.SUCCEEDED, SyncStatus.FAILED, SyncStatus.FAILED)
    assert tell_owner(now=timezone.now()) == 0
    SyncRun.objects.all().delete()
    _runs(SyncStatus.FAILED, SyncStatus.FAILED, SyncStatus.FAILED)
    for _ in range(3):
        tell_owner(now=timezone.now())
    assert hook.bodies == [b"GitHub failed 3 times in a row\nIt answered 500."]
    SyncRun.objects.all().delete()
    _runs(SyncStatus.FAILED, SyncStatus.SUCCEEDED)
    for _ in range(2):
        tell_owner(now=timezone.now())
    assert hook.bodies[1:] == [b"Works again: GitHub failed 3 times in a row"]


def test_a_dead_worker_is_written_about_by_the_web_process(hook: Hook) -> None:
    assert watch.stand_in(timezone.now()) == 0
    Lease.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert watch.stand_in(timezone.now()) == 1
    assert b"The schedule is not running" in hook.bodies[0]


def test_seeds_of_an_hour_are_one_message_without_a_word_of_the_visitors(hook: Hook) -> None:
    for _ in range(3):
        ProjectFactory.create(status=ProjectStatus.PROPOSED, name="spam from a visitor")
    now = timezone.now()
    tell_owner(now=now)
    ProjectFactory.create(status=ProjectStatus.PROPOSED, name="more spam")
    tell_owner(now=now + timedelta(minutes=30))
    assert len(hook.bodies) == 1
    assert hook.bodies[0].startswith(b"3 seeds of visitors wait for your word\nhttps://garden.example/admin/")
    assert b"spam" not in hook.bodies[0]
    tell_owner(now=now + timedelta(minutes=61))
    assert hook.bodies[1].startswith(b"4 seeds")


def test_far_more_visits_than_usual_are_one_message_a_day(hook: Hook) -> None:
    now = timezone.now()
    Session.objects.bulk_create(
        Session(id=number, started_at=now - timedelta(minutes=5), last_activity_at=now, first_of_day=False)
        for number in range(20)
    )
    tell_owner(now=now)
    tell_owner(now=now + timedelta(minutes=1))
    assert [body.partition(b",")[0] for body in hook.bodies] == [b"20 visits within an hour"]


def test_the_week_is_told_on_monday_once(hook: Hook) -> None:
    plant, demo = ProjectFactory.create(), ProjectFactory.create(is_demo=True)
    at = timezone.now() - timedelta(days=7)
    for number, (project, whose) in enumerate([(plant, Whose.OWNER), (plant, Whose.BOT), (demo, Whose.OWNER)]):
        Activity.objects.create(
            project=project, kind=ActivityKind.COMMIT, external_id=str(number), whose=whose, occurred_at=at
        )
    with time_machine.travel("2026-11-23 06:59:00Z", tick=False):
        tell_owner(now=timezone.now())
        assert hook.bodies == []
    with time_machine.travel("2026-11-23 07:00:00Z", tick=False):
        tell_owner(now=timezone.now())
        tell_owner(now=timezone.now())
    assert len(hook.bodies) == 1
    assert hook.bodies[0].startswith(b"The week from 16 November in short\n1 commit in 1 plant\n")


def test_what_was_refused_is_tried_again_later_and_given_up_in_the_end(hook: Hook, admin_client: Client) -> None:
    now = timezone.now()
    write("one", "A title", "", channels=["hook"], now=now)
    hook.status = 503
    tell_owner(now=now)
    tell_owner(now=now + timedelta(seconds=30))
    assert len(hook.bodies) == 1  # not before a minute
    hook.status = 200
    assert tell_owner(now=now + timedelta(seconds=61)) == 1
    write("two", "Another", "", channels=["hook"], now=now)
    hook.status = 404
    tell_owner(now=now)
    message = OwnerMessage.objects.get(key="two")
    assert (message.status, message.error) == (Delivery.GIVEN_UP, "The webhook answered 404.")
    assert "could not be sent by webhook" in admin_client.get("/admin/").content.decode()


@pytest.mark.parametrize("answer", [None, 500, 504])
def test_what_a_hook_took_and_may_have_passed_on_is_not_sent_again(
    hook: Hook, answer: int | None, admin_client: Client
) -> None:
    now = timezone.now()
    write("one", "A title", "", channels=["hook"], now=now)
    hook.status = answer
    assert tell_owner(now=now) == 0
    tell_owner(now=now + timedelta(hours=1))
    assert len(hook.bodies) == 1
    message = OwnerMessage.objects.get()
    assert message.status == Delivery.SENDING
    assert "it may have arrived" in message.error
    assert "may not have arrived by webhook" in admin_client.get("/admin/").content.decode()


def test_a_hook_that_drips_its_header_holds_up_no_other_message(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WITHIN", 0.1)
    hook.drips = True
    write("one", "A title", "", channels=["hook"])
    assert tell_owner(now=timezone.now()) == 0
    message = OwnerMessage.objects.get()
    assert (message.status, message.attempts) == (Delivery.SENDING, 1)
    assert "gave no answer" in message.error


def test_a_mail_server_that_drips_its_answers_is_given_up_on(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(messages_mail, "WITHIN", 0.1)
    settings.EMAIL_BACKEND = "greenhouse.run.messages.mail.BoundedBackend"
    MessageSettings.objects.create(pk=1, mail_to="a@b.example", broken=False)
    write("one", "A title", "", channels=["mail"])
    with ThreadingTCPServer(("127.0.0.1", 0), DrippingMail) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.EMAIL_URL, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp://…", "127.0.0.1", server.server_address[1]
        assert tell_owner(now=timezone.now()) == 0
        server.shutdown()
    message = OwnerMessage.objects.get()
    assert (message.status, message.attempts) == (Delivery.WAITING, 1)
    assert "The mail server cannot be reached" in message.error


def test_a_hook_that_cannot_be_reached_is_tried_again(hook: Hook) -> None:
    hook.shutdown()
    hook.server_close()
    write("one", "A title", "", channels=["hook"])
    tell_owner(now=timezone.now())
    assert OwnerMessage.objects.get().status == Delivery.WAITING


@pytest.mark.parametrize(
    ("step", "error", "status"),
    [
        ("open", TimeoutError(), Delivery.WAITING),
        ("open", smtplib.SMTPConnectError(421, b"later"), Delivery.WAITING),
        ("open", smtplib.SMTPAuthenticationError(535, b"no"), Delivery.GIVEN_UP),
        ("send_messages", smtplib.SMTPRecipientsRefused({"a@b.example": (450, b"later")}), Delivery.WAITING),
        ("send_messages", smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no")}), Delivery.GIVEN_UP),
        ("send_messages", smtplib.SMTPDataError(451, b"later"), Delivery.WAITING),
        ("send_messages", smtplib.SMTPDataError(554, b"no"), Delivery.GIVEN_UP),
        ("send_messages", smtplib.SMTPServerDisconnected(), Delivery.SENDING),
        ("send_messages", TimeoutError(), Delivery.SENDING),
        ("close", TimeoutError(), Delivery.SENT),
    ],
)
def test_a_mail_is_sent_again_where_it_certainly_did_not_arrive(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, step: str, error: Exception, status: Delivery
) -> None:
    def fail(*_: object) -> None:
        raise error

    settings.EMAIL_URL = "smtp://mail.example.org"
    MessageSettings.objects.create(pk=1, mail_to="a@b.example", broken=False)
    write("one", "A title", "", channels=["mail"])
    monkeypatch.setattr(LocmemBackend, step, fail)
    tell_owner(now=timezone.now())
    assert OwnerMessage.objects.get().status == status


def test_one_that_breaks_in_an_unforeseen_way_is_given_up_and_the_others_go_out(
    hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends = sending.send

    def breaks(channel: str, wishes: MessageSettings, title: str, text: str) -> None:
        if title == "odd":
            raise TypeError
        sends(channel, wishes, title, text)

    monkeypatch.setattr(sending, "send", breaks)
    write("one", "odd", "", channels=["hook"])
    write("two", "A title", "", channels=["hook"])
    assert tell_owner(now=timezone.now()) == 1
    odd = OwnerMessage.objects.get(key="one")
    assert (odd.status, odd.error) == (Delivery.GIVEN_UP, "It could not be sent (TypeError). The log tells more.")


def test_the_web_process_goes_on_looking_whatever_a_look_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_now: datetime) -> int:
        raise TypeError

    monkeypatch.setattr(watch, "stand_in", breaks)
    watch.look()


def test_one_that_a_killed_process_was_sending_is_not_sent_again(hook: Hook) -> None:
    write("one", "A title", "", channels=["hook"])
    OwnerMessage.objects.update(status=Delivery.SENDING, attempts=1)
    tell_owner(now=timezone.now())
    assert hook.bodies == []


def test_a_hook_in_a_network_of_ones_own_has_to_be_let_in(hook: Hook, settings: Settings) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = []
    write("one", "A title", "", channels=["hook"])
    tell_owner(now=timezone.now())
    assert hook.bodies == []
    assert "OUTGOING_ALLOWED_NETWORKS" in OwnerMessage.objects.get().error


@pytest.mark.parametrize(
    ("form", "field"), [(HookForm.GOTIFY, "message"), (HookForm.SLACK, "text"), (HookForm.DISCORD, "content")]
)
def test_each_service_is_sent_what_it_takes(form: HookForm, field: str) -> None:
    assert "what happened" in json.loads(FORMS[form]("A title", "what happened").body)[field]


def test_without_an_address_nothing_is_written() -> None:
    MessageSettings.objects.create(pk=1)
    TaskHealth.objects.create(task="garden.tasks.react", failures_in_a_row=3)
    assert tell_owner(now=timezone.now()) == 0
    assert not OwnerMessage.objects.exists()


def test_the_page_keeps_the_hook_encrypted_and_sends_a_test(
    hook: Hook, admin_client: Client, settings: Settings
) -> None:
    page = "/admin/greenhouse/messagesettings/1/change/"
    assert "sekret" not in admin_client.get(page).content.decode()
    form = {"mail_to": "me@example.org", "hook_form": "gotify", "hook": hook.address, "broken": "on"}
    assert "No mail server is set" in admin_client.post(page, form).content.decode()
    settings.EMAIL_URL = "smtp://mail.example.org"
    assert admin_client.post(page, form).status_code == 302
    press = {"action": "test", "_selected_action": "1", "index": "0"}
    said = admin_client.post("/admin/greenhouse/messagesettings/", press, follow=True).content.decode()
    assert "By webhook: sent." in said
    assert json.loads(hook.bodies[0])["title"] == "A test"
    assert mail.outbox[0].to == ["me@example.org"]
