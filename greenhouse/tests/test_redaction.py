from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING

import pytest
import structlog
from django.conf import settings

from greenhouse.run.redaction import LONGEST, in_one_line, without_secrets

if TYPE_CHECKING:
    from django.test import Client


@pytest.mark.parametrize(
    ("request_line", "logged"),
    [
        ("GET /x?range=today&api_key=abc-1", "GET /x?range=today&api_key=…"),
        ("no way to redis://:abc@cache:6379/0", "no way to redis://…@cache:6379/0"),
        ("GET /seeds/a-key-of-its-own/?x=1", "GET /seeds/…/?x=1"),
        ("POST /seeds/", "POST /seeds/"),
    ],
)
def test_what_opens_something_is_not_written_down(request_line: str, logged: str) -> None:
    assert without_secrets(None, "info", {"request": request_line}) == {"request": logged}


def test_other_events_pass_as_they_are() -> None:
    assert without_secrets(None, "info", {"request": 7, "event": "x"}) == {"request": 7, "event": "x"}


@pytest.mark.django_db
def test_a_refused_key_is_not_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert without_secrets in structlog.get_config()["processors"]
    address = "/api/v1/integrations/wakatime/users/current/summaries"
    client.get(address, {"api_key": "a-secret-key"})
    assert caplog.text
    assert "a-secret-key" not in caplog.text


def test_an_address_in_a_librarys_own_line_loses_its_key_too() -> None:
    handled = structlog.stdlib.ProcessorFormatter(
        processor=structlog.processors.JSONRenderer(),
        foreign_pre_chain=settings.LOGGING["formatters"]["structured"]["foreign_pre_chain"],
    )
    try:
        raise OSError("no way to /2.0/?api_key=a-secret-key&format=json")
    except OSError:
        raised = sys.exc_info()
    line = logging.LogRecord("lib", logging.ERROR, "", 1, "GET %s", ("/w?lat=52.52&appid=a-secret-key",), raised)
    said = handled.format(line)
    assert "no way to /2.0/?api_key=…&format=json" in json.loads(said)["exception"]
    assert not [word for word in ("a-secret-key", "52.52") if word in said]


def test_no_stranger_makes_the_log_long_by_the_name_they_call_this_machine_by() -> None:
    assert settings.LOGGING["loggers"]["django.security.DisallowedHost"]["filters"] == ["in_one_line"]
    name = "a" * 9000 + ".example"
    line = logging.LogRecord("host", logging.ERROR, "", 1, "Invalid HTTP_HOST header: %r.", (name,), None)
    assert in_one_line(line)
    assert line.getMessage().startswith("Invalid HTTP_HOST header: 'aaa")
    assert len(line.getMessage()) == LONGEST + len("…")
    short = logging.LogRecord("host", logging.ERROR, "", 1, "Invalid HTTP_HOST header: %r.", ("evil",), None)
    assert in_one_line(short)
    assert short.getMessage() == "Invalid HTTP_HOST header: 'evil'."
