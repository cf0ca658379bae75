"""Each fault of a set-up is named with its cure, by the command and on the console's page."""

from __future__ import annotations

import json
import os
import socket
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core import signing
from django.core.management import call_command
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from greenhouse.console.doctor import address, checks
from greenhouse.models import Lease, MessageSettings
from greenhouse.run import lease
from greenhouse.web import arrival, health, metrics
from integrations import registry, skew
from integrations.crypto import encrypt
from integrations.models import Account, OfferedRepository, PlantAs, WebhookDelivery
from integrations.tests.conftest import ada, stub  # noqa: F401 - fixtures
from integrations.tests.github_stub import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_django import Settings

    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db
OPEN = 0o755
NOW_HTTP = "%a, %d %b %Y %H:%M:%S GMT"


def faults(*which: Callable[[], Iterator[checks.Diagnosis]]) -> list[str]:
    """What the checks find wrong, each with its cure."""
    return [f"{one.what}: {one.said} {one.cure}" for check in which for one in check() if one.fault]


def only(found: list[str]) -> str:
    assert len(found) == 1, found
    return found[0]


@pytest.fixture
def _kept() -> None:
    """A schedule that is kept and has nothing to do."""
    now = timezone.now()
    Lease.objects.create(name="schedule", holder="box:1", renewed_at=now, expires_at=now + timedelta(seconds=30))
    PeriodicTask.objects.update(last_run_at=None)


def test_a_data_directory_that_others_may_read(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    os.chmod(tmp_path, OPEN)
    assert f"chmod 700 {tmp_path}" in only(faults(checks.data_directory))


def test_static_files_that_were_not_built_or_not_collected(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT, settings.WHITENOISE_USE_FINDERS = tmp_path / "copies", False
    manifest = tmp_path / "manifest.json"
    settings.DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": manifest}}
    assert "The frontend is not built" in only(faults(checks.static_files))
    manifest.write_text("{}")
    assert "Not collected: " in only(faults(checks.static_files))
    assert "collectstatic --noinput" in only(faults(checks.static_files))

    call_command("collectstatic", "--noinput", "--verbosity", "0")
    assert not faults(checks.static_files)
    next((tmp_path / "copies").rglob("*.css")).unlink()
    assert "Not collected: 1 of" in only(faults(checks.static_files))
    settings.WHITENOISE_USE_FINDERS = True
    assert not faults(checks.static_files)


def test_a_disk_that_is_nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LITTLE_SPACE", 1 << 60)
    assert "Disk: It is nearly full" in only(faults(checks.disk))


def test_a_redis_that_hangs_and_one_that_is_gone(settings: Settings) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        assert "It takes connections and does not answer." in only(faults(checks.redis))
    assert "It cannot be reached" in only(faults(checks.redis))


@pytest.mark.usefixtures("_kept")
def test_a_dead_worker_a_stopped_beat_and_a_second_one() -> None:
    assert faults(checks.schedule) == []
    PeriodicTask.objects.filter(task="garden.tasks.react").update(last_run_at=timezone.now() - timedelta(minutes=2))
    assert "Tasks wait for a worker" in only(faults(checks.schedule))
    PeriodicTask.objects.update(last_run_at=None)
    assert not lease.Lease("schedule").acquire()
    assert "The schedule is kept twice. box:1 keeps it" in only(faults(checks.schedule))
    Lease.objects.update(expires_at=timezone.now() - timedelta(minutes=2))
    assert "The schedule is not running" in only(faults(checks.schedule))


def test_an_inbox_that_nobody_works_on() -> None:
    ago = timezone.now() - timedelta(hours=1)
    delivery = WebhookDelivery.objects.create(provider="github", delivery_id="1", event="push", received_at=ago)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(received_at=ago)
    assert "1 webhook waiting" in only(faults(checks.queue))


def test_a_key_that_does_not_open_what_is_stored_any_more(settings: Settings) -> None:
    account = Account(provider="github", username="ada")
    account.token = "a token"
    account.save()
    MessageSettings.objects.create(pk=1, hook_encrypted=encrypt("https://ntfy.example/topic"))
    owner = User.objects.create_superuser("ada")
    seal = get_adapter().encrypt
    Authenticator.objects.create(user=owner, type="totp", data={"secret": seal("JBSWY3DP")})
    Authenticator.objects.create(user=owner, type="recovery_codes", data={"seed": seal("0123"), "used_mask": 0})
    (well,) = checks.keys()
    assert well.said == "All that is stored can be opened: 4 credentials."
    settings.SECRET_KEY = "another"
    said = only(faults(checks.keys))
    for name in ("github ada: token", ": hook", "ada: TOTP", "ada: Recovery codes"):
        assert name in said


def test_missing_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = MigrationExecutor.migration_plan
    monkeypatch.setattr(
        MigrationExecutor, "migration_plan", lambda self, targets: plan(self, targets, clean_start=True)[:2]
    )
    said = only(faults(checks.database))
    assert "2 migrations are missing, the first is" in said
    assert "manage.py migrate" in said


# --- Outside ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def github(ada: object, stub: Stub, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Stub:  # noqa: F811
    """GitHub alone is asked, at the stub, with a token that works."""
    settings.GITHUB_TOKEN = "t"
    monkeypatch.setattr(registry, "PROVIDERS", [one for one in registry.PROVIDERS if one.slug == "github"])
    stub.on("/users/ada", Reply({"login": "ada", "public_repos": 3}))
    return stub


def _allowance(**headers: str) -> Reply:
    return Reply({"resources": {"core": {"limit": 60, "remaining": 59, "reset": 0}}}, headers=headers)


def test_a_bad_token_and_a_missing_scope(github: Stub) -> None:
    github.on("/rate_limit", Reply({"message": "Bad credentials"}, 401))
    assert "GitHub: GitHub does not accept the token." in only(faults(checks.sources))
    github.on("/rate_limit", _allowance(**{"X-OAuth-Scopes": "read:user"}))
    assert faults(checks.sources) == []
    OfferedRepository.objects.create(
        provider="github",
        external_id="1",
        name="ada/x",
        is_private=True,
        plant_as=PlantAs.ANONYMOUS,
        seen_at=timezone.now(),
    )
    assert "the scope repo is missing" in only(faults(checks.sources))


def test_github_is_dead_or_there_is_no_network(
    github: Stub, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.http.ATTEMPTS", 1)
    github.on("/rate_limit", Reply({}, 503))
    assert "GitHub has trouble of its own" in only(faults(checks.sources))
    settings.GITHUB_API_URL = "http://127.0.0.1:9"
    assert "Network: No service can be reached: GitHub." in only(faults(checks.sources))


def test_a_wrong_clock() -> None:
    skew.forget()
    assert faults(checks.clock) == []
    for minutes in (-5, 5, 5):  # one of the services has a wrong clock of its own
        skew.note((timezone.now() - timedelta(minutes=minutes)).strftime(NOW_HTTP), now=timezone.now())
    assert "clock is 300 s ahead of the services'" in only(faults(checks.clock)).replace("301", "300")
    skew.forget()


Answer = tuple[bytes, dict[str, str]]


@contextmanager
def _server(answers: Callable[[BaseHTTPRequestHandler], Answer]) -> Iterator[str]:
    """A server that answers everything with a body and headers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, headers = answers(self)
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def _site(**meta: str) -> Iterator[str]:
    """This site behind something that adds to its requests; an own server where nothing is named."""

    def passed_on(request: BaseHTTPRequestHandler) -> Answer:
        question = request.headers.get("X-Greenhouse-Doctor", "")
        answer = Client().get("/health/ready", HTTP_X_GREENHOUSE_DOCTOR=question, **meta)  # type: ignore[arg-type]
        return (answer.content if meta else b"<h1>It works!</h1>"), {}

    with _server(passed_on) as site:
        yield site


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, the site answers in time."""
    monkeypatch.setattr(address, "TIMEOUT", (60.0, 60.0))
    monkeypatch.setattr(address, "WITHIN", 60.0)


def test_an_address_that_leads_nowhere_elsewhere_or_through_a_proxy_that_is_not_trusted(patient: None) -> None:
    with _site(REMOTE_ADDR="10.0.0.9") as site:
        assert list(address.faults(site)) == []
    with _site(REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR="1.2.3.4") as site:
        (fault,) = address.faults(site)
        assert fault.cure.startswith("TRUSTED_PROXIES=10.0.0.9")
    with _site() as site:
        (fault,) = address.faults(site)
        assert "leads to another server" in fault.said
    (fault,) = address.faults(site)
    assert "cannot be reached" in fault.said


def test_where_nobody_said_its_address_the_site_is_asked_where_it_was_last_served(
    settings: Settings, tmp_path: Path, patient: None
) -> None:
    settings.SERVED_AT, settings.SITE_URL, settings.SITE_URL_IS_A_GUESS = tmp_path / "at", "http://127.0.0.1:1", True
    assert "cannot be reached" in only(faults(checks.site_address))
    with _site(REMOTE_ADDR="10.0.0.9") as site:
        settings.SERVED_AT.write_text(f"{site}\n")
        assert faults(checks.site_address) == []
        settings.SITE_URL_IS_A_GUESS = False
        assert "http://127.0.0.1:1) cannot be reached" in only(faults(checks.site_address))


def test_the_page_says_how_often_a_kept_answer_was_there(admin_client: Client) -> None:
    hits, asked = metrics.cache_hits()["memory"]
    metrics.asked_cache("memory", found=True)
    metrics.asked_cache("memory", found=False)
    assert metrics.cache_hits()["memory"] == (hits + 1, asked + 2)
    page = admin_client.get("/admin/doctor/").content.decode()
    assert f"{(hits + 1) / (asked + 2):.0%}" in page
    assert f"{asked + 2:,} times" in page


def test_how_a_request_arrived_is_told_to_nobody_else() -> None:
    assert set(Client().get("/health/ready", HTTP_X_GREENHOUSE_DOCTOR="guess").json()) == {"status"}


def test_the_question_is_no_answer_and_an_answer_no_question() -> None:
    asked = arrival.question()
    assert arrival.answer_in(json.dumps({"arrived": asked}).encode()) is None
    answered = Client().get("/health/ready", HTTP_X_GREENHOUSE_DOCTOR=asked).json()["arrived"]
    assert arrival.answer_in(json.dumps({"arrived": answered}).encode()) is not None
    assert "arrived" not in Client().get("/health/ready", HTTP_X_GREENHOUSE_DOCTOR=answered).json()
    odd = signing.dumps("a word", salt=arrival.ANSWERS)
    assert arrival.answer_in(json.dumps({"arrived": odd}).encode()) is None


def test_an_address_whose_answer_breaks_off_cannot_be_reached() -> None:
    with _server(lambda _request: (b"no gzip at all", {"Content-Encoding": "gzip"})) as site:
        (fault,) = address.faults(site)
        assert "cannot be reached" in fault.said


# --- Both ways to ask -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_kept")
def test_the_command_ends_with_one_where_something_is_wrong(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.REDIS_URL, settings.WHITENOISE_USE_FINDERS = tmp_path, "", True
    os.chmod(tmp_path, 0o700)
    said = StringIO()
    call_command("doctor", "--here", "--json", stdout=said)
    assert json.loads(said.getvalue())["healthy"]
    os.chmod(tmp_path, OPEN)
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", "--here", stdout=said)
    assert f"chmod 700 {tmp_path}" in said.getvalue()


def test_the_page_is_the_owners_and_shows_the_same(admin_client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    os.chmod(tmp_path, OPEN)
    assert f"chmod 700 {tmp_path}" in admin_client.get("/admin/doctor/").content.decode()
