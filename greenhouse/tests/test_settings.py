"""What the settings make of the environment, in processes of their own."""

from __future__ import annotations

import gzip
import json
import stat
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.running import ROOT, Greenhouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.processes


def told(directory: Path, code: str, **settings: str) -> Any:
    """What a process with these settings prints as JSON."""
    script = f"import json; from django.conf import settings; print(json.dumps({code}, default=str))"
    return json.loads(Greenhouse(directory, settings).run(sys.executable, "-c", script).stdout)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://gardener@127.0.0.1/garden?sslmode=require",
            {"sslmode": "require", "pool": {"min_size": 2, "max_size": 16}},
        ),
        ("sqlite:///garden.sqlite3?timeout=5", {"timeout": 5, "transaction_mode": "IMMEDIATE"}),
    ],
)
def test_what_the_databases_url_asks_for_joins_our_own_options(tmp_path: Path, url: str, expected: Any) -> None:
    options = told(tmp_path, "settings.DATABASES['default']['OPTIONS']", DATABASE_URL=url)
    assert expected.items() <= options.items()


def test_gardens_that_share_a_redis_do_not_hear_each_other(tmp_path: Path) -> None:
    urls = ("redis://127.0.0.1/1", "redis://127.0.0.1/2", "unix:///run/redis.sock?db=1", "unix:///run/redis.sock?db=2")
    named = {told(tmp_path, "settings.CHANNEL_LAYERS['default']['CONFIG']['prefix']", REDIS_URL=url) for url in urls}
    assert len(named) == len(urls)


def test_a_relative_data_directory_begins_in_ours_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    directory = tmp_path / "new"
    settings = {"GREENHOUSE_DATA_DIR": str(directory)}
    told(tmp_path, "settings.DATA_DIR", **settings)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    script = "from django.conf import settings; print(settings.DATA_DIR)"
    named = Greenhouse(tmp_path, {"GREENHOUSE_DATA_DIR": "var", "PYTHONPATH": str(ROOT)})
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=named.environment, check=True, capture_output=True, text=True
    )
    assert answer.stdout.strip() == str(ROOT / "var")


def test_whatever_its_path_contains_the_database_is_in_the_data_directory(tmp_path: Path) -> None:
    directory = tmp_path / "a#b?c%41 d"
    garden = Greenhouse(tmp_path, {"GREENHOUSE_DATA_DIR": str(directory)})
    garden.manage("migrate", "--skip-checks", "--verbosity", "0", "contenttypes")
    assert (directory / "greenhouse.sqlite3").stat().st_size > 0
    assert [path.name for path in tmp_path.iterdir()] == [directory.name]
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("name", "said", "why"),
    [
        ("TIME_ZONE", "Europe/Atlantis", "TIME_ZONE=Europe/Atlantis is no time zone"),
        ("TIME_ZONE", "../../etc/passwd", "TIME_ZONE=../../etc/passwd is no time zone"),
        ("GREENHOUSE_DATA_DIR", f"{__file__}/inside", "cannot be made: Not a directory"),
        ("GREENHOUSE_DATA_DIR", __file__, "cannot be made: File exists"),
        ("SITE_URL", "https://example.org/garden/", "SITE_URL=https://example.org/garden/ has a path"),
        ("SITE_URL", "example.org", "SITE_URL=example.org is no address"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence_and_nothing_starts(
    tmp_path: Path, name: str, said: str, why: str
) -> None:
    process = Greenhouse(tmp_path, {name: said}).start(sys.executable, "manage.py", "serve")
    assert process.wait(60) == 1
    log = (tmp_path / "processes.log").read_text()
    assert why in log
    assert len(log.strip().splitlines()) == 1


WANDERING = """
import django
django.setup()
from django.test import Client
from django.urls import reverse
stranger = Client(headers={"User-Agent": "Peculiar/1"}, raise_request_exception=False)
assert stranger.get("/nowhere", headers={"Host": "127.0.0.1"}).status_code == 404
assert stranger.get("/robots.txt", headers={"Host": "127.0.0.1"}).status_code == 200
refused = stranger.get("/robots.txt", headers={"Host": "192.168.1.5:8000"})
assert refused.status_code == 400
print(refused.content.decode())
"""


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ({"LOG_LEVEL": "CRITICAL"}, []),
        ({"LOG_LEVEL": "ERROR"}, ["Invalid HTTP_HOST"]),
        ({}, ["/nowhere", "Invalid HTTP_HOST"]),
        (
            {"LOG_LEVEL_REQUESTS": "INFO"},
            ["request_started", "/nowhere", "request_started", "/robots.txt", "Invalid HTTP_HOST"],
        ),
    ],
)
def test_a_request_is_one_line_of_the_log_and_says_nothing_of_the_browser(
    tmp_path: Path, settings: dict[str, str], lines: list[str]
) -> None:
    said = Greenhouse(tmp_path, settings).run(sys.executable, "-c", WANDERING)
    told = said.stderr.splitlines()
    assert len(told) == len(lines), said.stderr
    assert all(expected in line for expected, line in zip(lines, told, strict=True)), said.stderr
    assert "Peculiar" not in said.stderr
    assert "ALLOWED_HOSTS" in said.stdout


def test_a_process_under_test_knows_nothing_of_the_owners_env_file(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.env"
    theirs.write_text("SITE_NAME=Mine\n")
    assert told(tmp_path, "settings.SITE_NAME") == "Digital Greenhouse"
    assert told(tmp_path, "settings.SITE_NAME", GREENHOUSE_ENV_FILE=str(theirs)) == "Mine"


def test_worker_and_beat_log_in_the_form_that_the_settings_name(tmp_path: Path) -> None:
    script = """
import logging
import django
django.setup()
from greenhouse.celery import app
app.log.setup(loglevel="INFO")
logging.getLogger("celery.worker").warning("ready")
"""
    said = Greenhouse(tmp_path, {"LOG_FORMAT": "json"}).run(sys.executable, "-c", script)
    assert [json.loads(line)["event"] for line in said.stderr.splitlines()] == ["ready"]


@pytest.fixture
def asked_with() -> list[str]:
    """The headers of each question to the machine below that was no report."""
    return []


@pytest.fixture
def sentry(asked_with: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The DSN of a Sentry on this machine, and what it was sent. It answers any question beside."""
    sent: list[str] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append(gzip.decompress(body).decode() if self.headers["Content-Encoding"] == "gzip" else body.decode())
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            asked_with.append(str(self.headers))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Taker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://key@127.0.0.1:{server.server_port}/1", sent
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_error_is_reported_without_a_word_about_the_visitor(tmp_path: Path, sentry: tuple[str, list[str]]) -> None:
    dsn, sent = sentry
    script = """
import django
django.setup()
import sentry_sdk
from django.test import Client
from greenhouse.site import robots
robots.reverse = None
headers = {"Host": "127.0.0.1", "Authorization": "Bearer letmein", "User-Agent": "Peculiar/1"}
client = Client(raise_request_exception=False, headers=headers, REMOTE_ADDR="203.0.113.9")
assert client.get("/robots.txt?token=letmein").status_code == 500
sentry_sdk.flush()
"""
    Greenhouse(tmp_path, {"SENTRY_DSN": dsn}).run(sys.executable, "-c", script)
    report = next(text for text in sent if "TypeError" in text)
    assert "/robots.txt" in report
    assert not [word for word in ("203.0.113.9", "letmein", "Peculiar") if word in report]


ASKING = """
import sys
import django
django.setup()
import sentry_sdk, requests
parts = {"lat": "52.52", "lon": "13.41", "appid": "a-secret-key"}
assert requests.get(sys.argv[1] + "/data/2.5/weather", params=parts, timeout=5).ok
try:
    requests.get("http://127.0.0.1:9/2.0/", params={"api_key": "a-secret-key", "format": "json"}, timeout=5)
except requests.ConnectionError:
    sentry_sdk.capture_exception()
sentry_sdk.flush()
"""
SAID_TO_THEM = ("a-secret-key", "52.52", "13.41")


def test_an_error_is_reported_without_the_owners_keys_and_place(tmp_path: Path, sentry: tuple[str, list[str]]) -> None:
    dsn, sent = sentry
    asked = dsn.rpartition("/")[0].replace("key@", "")
    Greenhouse(tmp_path, {"SENTRY_DSN": dsn}).run(sys.executable, "-c", ASKING, asked)
    report = next(text for text in sent if "ConnectionError" in text)
    assert "/data/2.5/weather" in report
    assert "/2.0/?api_key=…&format=json" in json.loads(report.splitlines()[-1])["exception"]["values"][-1]["value"]
    assert not [word for word in SAID_TO_THEM if word in report]


def test_a_service_that_is_asked_learns_nothing_of_where_errors_are_reported(
    tmp_path: Path, sentry: tuple[str, list[str]], asked_with: list[str]
) -> None:
    dsn, _ = sentry
    asked = dsn.rpartition("/")[0].replace("key@127.0.0.1", "localhost")  # Sentry's own address is never told
    Greenhouse(tmp_path, {"SENTRY_DSN": dsn}).run(sys.executable, "-c", ASKING, asked)
    assert len(asked_with) == 1
    assert not [word for word in ("sentry", "baggage", "traceparent") if word in asked_with[0].lower()]


def test_the_most_talkative_log_is_without_the_owners_keys_and_place(
    tmp_path: Path, sentry: tuple[str, list[str]]
) -> None:
    asked = sentry[0].rpartition("/")[0].replace("key@", "")
    script = f"{ASKING}\nimport logging; logging.getLogger('anybody').debug('asked')"
    said = Greenhouse(tmp_path, {"LOG_LEVEL": "DEBUG"}).run(sys.executable, "-c", script, asked)
    assert "asked" in said.stderr
    assert not [word for word in SAID_TO_THEM if word in said.stderr]
