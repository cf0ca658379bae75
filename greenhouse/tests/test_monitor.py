"""The garden in a terminal, and the windows of the development session."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from garden.models import Project
from garden.tests.factories import ProjectFactory
from garden.vocabulary import Visibility
from greenhouse.console.monitor import drawn, look

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from greenhouse.console import monitor

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def test_it_shows_weather_plants_and_what_happened_once_where_nobody_watches() -> None:
    ProjectFactory.create(name="Moss", visibility=Visibility.PRIVATE)  # the owner's own terminal
    out = StringIO()
    call_command("monitor", stdout=out)
    assert "Moss" in out.getvalue()
    assert "1 plant:" in out.getvalue()
    assert " UTC\n" in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_an_empty_garden_says_so() -> None:
    assert "Nothing is planted yet." in drawn(look(NOW), width=80, height=24)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 10), (20, 3), (200, 60)])
def test_it_keeps_to_the_size_of_the_window(width: int, height: int) -> None:
    for number in range(30):
        ProjectFactory.create(name=f"A plant with a long name, number {number}")
    lines = drawn(look(NOW), width=width, height=height)
    assert len(lines) <= height
    assert max(map(len, lines)) <= width


def test_what_a_name_tells_a_terminal_to_do_is_not_done() -> None:
    ProjectFactory.create(name="Moss")
    Project.objects.update(name="Mo\x1b[2Jss\x9b")
    assert not any("\x1b" in line or "\x9b" in line for line in drawn(look(NOW), width=80, height=24))


def test_a_look_costs_the_same_for_many_plants(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(12):
        ProjectFactory.create()
    with django_assert_max_num_queries(12):
        look(NOW)


def test_a_database_that_is_not_there_is_said_and_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_now: datetime) -> monitor.Glance:
        raise OperationalError

    monkeypatch.setattr("greenhouse.management.commands.monitor.look", gone)
    monkeypatch.setattr("greenhouse.management.commands.monitor.connection.close", lambda: None)
    out = StringIO()
    call_command("monitor", once=True, stdout=out)
    assert "manage.py migrate" in out.getvalue()
    with pytest.raises(CommandError, match="time in seconds"):
        call_command("monitor", every=-1)


@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize("inside", [True, False])
def test_the_session_has_its_four_windows_once(tmp_path: Path, *, is_there: bool, inside: bool) -> None:
    said = tmp_path / "said"
    tmux = tmp_path / "tmux"
    tmux.write_text(f'#!/bin/sh\necho "$*" >> {said}\n[ "$1" != has-session ] || exit {0 if is_there else 1}\n')
    tmux.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"} | ({"TMUX": f"{tmp_path}/socket,1,0"} if inside else {})
    subprocess.run([ROOT / "dev-session.sh", "python", "npm"], env=environment, check=True)
    told = said.read_text()
    windows = [line.split(" -n ")[1].split()[0] for line in told.splitlines() if " -n " in line]
    assert windows == ([] if is_there else ["frontend", "backend", "database", "garden-monitor"])
    assert told.splitlines()[-1].startswith("switch-client" if inside else "attach-session")
