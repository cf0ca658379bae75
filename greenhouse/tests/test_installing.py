"""What the house is installed by (image, compose, units, package) names commands, files and figures that are there."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
import yaml
from django.core.exceptions import ImproperlyConfigured
from django.core.management import get_commands
from django.test import Client
from django_structlog.app_settings import AppSettings
from django_structlog.celery.receivers import CeleryReceiver
from django_structlog.celery.steps import DjangoStructLogInitStep
from environ import Env

from digital_greenhouse import __main__ as door
from greenhouse import celery, settings
from greenhouse.run.home import home
from greenhouse.run.startup import log_level
from greenhouse.web import health
from integrations import registry
from tests.running import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.processes

DEPLOY = ROOT / "deploy"
COMPOSITION = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
COMPOSE = COMPOSITION["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PACKAGE = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROCESS = {"process_resident_memory_bytes", "process_open_fds", "process_max_fds", "up"}


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every command that something starts, by where it stands."""
    yield "Dockerfile", json.loads(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.M)[-1])
    for name, service in COMPOSE.items():
        if service.get("image") == "digital-greenhouse" and "command" in service:
            yield name, service["command"]
    for unit in (DEPLOY / "systemd").glob("*.service"):
        started = re.search(r"^ExecStart=/opt/greenhouse/bin/(.*)$", unit.read_text(), re.M)
        assert started, unit
        yield unit.name, shlex.split(started[1])


def test_every_command_that_is_started_is_there() -> None:
    started = dict(commands())
    assert {"Dockerfile", "web", "worker", "beat", "setup", "greenhouse.service"} <= set(started)
    known = {*get_commands(), "celery"}
    for where, (program, *words) in started.items():
        assert program in PACKAGE["project"]["scripts"], where
        assert (words or ["start"])[0] in known, where
    assert started["worker"][1:3] == ["celery", "worker"]
    assert started["beat"][1:3] == ["celery", "beat"]
    assert "/health/ready" in DOCKERFILE


def test_what_the_composition_starts_may_write_to_its_data_alone() -> None:
    for name in ("setup", "web", "worker", "beat"):
        service = COMPOSE[name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["environment"]["GREENHOUSE_DATA_DIR"] == "/data", name
    assert re.search(r"^USER 1000$", DOCKERFILE, re.M)
    for volume, *_ in (one.split(":") for one in COMPOSE["caddy"]["volumes"]):
        assert not volume.startswith(".") or (ROOT / volume).is_file(), volume


def test_the_proxy_that_is_believed_is_caddy_and_nobody_else_gets_its_address() -> None:
    caddy = COMPOSE["caddy"]["networks"]["default"]["ipv4_address"]
    (network,) = COMPOSITION["networks"]["default"]["ipam"]["config"]
    assert COMPOSE["web"]["environment"]["TRUSTED_PROXIES"] == caddy
    assert ip_address(caddy) in ip_network(network["subnet"])
    assert ip_address(caddy) not in ip_network(network["ip_range"])


def test_the_package_has_every_room_and_its_faces_and_no_test() -> None:
    wheel = PACKAGE["tool"]["hatch"]["build"]["targets"]["wheel"]
    apps = {one.partition(".")[0] for one in settings.INSTALLED_APPS if (ROOT / one.partition(".")[0]).is_dir()}
    rooms = set(PACKAGE["tool"]["importlinter"]["root_packages"])
    assert apps < rooms
    assert rooms | {"templates", "static", "digital_greenhouse"} == set(wheel["only-include"])
    assert set(wheel["sources"]) == set(wheel["only-include"]) - {"digital_greenhouse"}
    assert {Path(place).parent.as_posix() for place in wheel["sources"].values()} == {"digital_greenhouse/house"}
    assert wheel["exclude"] == ["**/tests"]
    assert wheel["artifacts"] == [settings.VITE_BUILD_DIR.relative_to(ROOT).as_posix()]


def test_a_package_keeps_its_things_in_the_account_and_a_clone_in_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    packaged = home(tmp_path)
    assert (packaged.directory, packaged.data) == (tmp_path / "data" / "digital-greenhouse", "")
    assert packaged.start == "digital-greenhouse"
    assert home(ROOT).directory / home(ROOT).data == ROOT / "var"


@pytest.mark.parametrize(("said", "done"), [([], ["start"]), (["demo", "--remove"], ["demo", "--remove"])])
def test_the_door_starts_without_a_word_and_else_does_what_it_is_told(
    monkeypatch: pytest.MonkeyPatch, said: list[str], done: list[str]
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr("sys.argv", ["digital-greenhouse", *said])
    monkeypatch.setattr("sys.path", [])
    monkeypatch.setattr("django.core.management.execute_from_command_line", lambda argv: ran.append(argv[1:]))
    door.main()
    assert ran == [done]


# --- What is watched --------------------------------------------------------------------------------------------------


def figures_asked_for() -> Iterator[str]:
    """Every figure that the alerts and the dashboard ask for."""
    rules = yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text())
    panels = json.loads((DEPLOY / "grafana" / "greenhouse.json").read_text())["panels"]
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    asked += [target["expr"] for panel in panels for target in panel["targets"]]
    for expression in asked:
        yield from re.findall(r"\b([a-z_]+)\{", expression)


@pytest.mark.django_db
def test_every_figure_that_alerts_and_dashboard_ask_for_is_told() -> None:
    client = Client()
    client.get("/health/live")
    told = set(re.findall(r"^# TYPE (\w+) (\w+)$", client.get("/metrics").content.decode(), re.M))
    names = {
        f"{name.removesuffix(suffix)}{suffix}"
        for name, kind in told
        for suffix in {
            "counter": ["_total"],
            "histogram": ["_bucket", "_sum", "_count"],
            "summary": ["_sum", "_count"],
        }.get(kind, [""])
    }
    asked = set(figures_asked_for())
    assert len(asked) > 8
    assert asked - names - PROCESS == set()


def test_a_process_is_alive_though_everything_else_is_gone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "examiner", None)  # and no database: this test has none
    assert client.get("/health/live").json() == {"status": "ok"}


# --- Logs -------------------------------------------------------------------------------------------------------------


def test_every_part_and_every_service_has_a_level_of_its_own() -> None:
    apps = {one for one in settings.INSTALLED_APPS if (ROOT / one).is_dir()}
    services = {one.rpartition(".")[2] for one in settings.LOG_LEVELS if one.startswith("integrations.providers.")}
    assert apps <= set(settings.LOGGING["loggers"])
    assert services == {provider.slug for provider in registry.PROVIDERS}
    code = (ROOT / "greenhouse" / "settings.py").read_text()
    for name in ("GITHUB", "SPOTIFY", "RATE_LIMITER", "CACHE"):  # as the specification has them
        assert f'"LOG_LEVEL_{name}"' in code


def test_a_level_is_taken_in_any_case_and_what_is_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, level in {"debug": "DEBUG", "": "WARNING"}.items():
        monkeypatch.setenv("LOG_LEVEL_GITHUB", said)
        assert log_level(Env(), "LOG_LEVEL_GITHUB", "WARNING") == level
    monkeypatch.setenv("LOG_LEVEL_GITHUB", "loud")
    with pytest.raises(ImproperlyConfigured, match="LOG_LEVEL_GITHUB=LOUD is no level"):
        log_level(Env(), "LOG_LEVEL_GITHUB", "INFO")


def test_a_request_that_asks_for_a_task_hands_it_its_id() -> None:
    headers: dict[str, Any] = {}
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        CeleryReceiver().receiver_before_task_publish(headers=headers)
    assert headers["__django_structlog__"]["request_id"] == "r-1"
    assert bool(settings.REDIS_URL) is AppSettings().CELERY_ENABLED  # then the app connects that receiver
    assert DjangoStructLogInitStep in celery.app.steps["worker"]
