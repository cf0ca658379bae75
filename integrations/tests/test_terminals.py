"""Work at terminals: three rates and their mean, and what the garden makes of it."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING

import libtmux
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from garden.tests.factories import ProjectFactory
from garden.vocabulary import WeatherType
from integrations.models import WatchedPath
from integrations.problems import Problem
from integrations.terminals.activity import INTENSE_ABOVE, Look, Pane, Rates, is_shell, most_intense, rates
from integrations.terminals.panes import Watch
from integrations.terminals.watching import Watching, plant_of
from weather import selectors, services
from weather.models import WeatherOverride, WeatherState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from garden.models import Project

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
STEP = timedelta(seconds=5)


def looks(
    count: int,
    *,
    process: Callable[[int], int] = lambda _: 1,
    busy: bool = True,
    changed: int = 0,
    repository: str = "/w",
) -> list[Look]:
    """Looks at one pane, five seconds apart, the last one now."""
    return [
        Look(
            NOW - (count - 1 - number) * STEP,
            [Pane("%1", repository, busy, process(number) if busy else 0)],
            {repository: changed},
        )
        for number in range(count)
    ]


def test_three_rates_have_one_mean() -> None:
    assert Rates(commands=1.0, processes=0.5, changes=0.0).activity == pytest.approx(0.5)


def test_a_shell_that_waits_is_no_activity() -> None:
    assert rates(looks(20, busy=False), now=NOW) == {"/w": Rates(0.0, 0.0, 0.0)}


def test_an_editor_that_stands_open_is_busy_and_begins_nothing() -> None:
    assert rates(looks(20), now=NOW)["/w"] == Rates(0.0, 1.0, 0.0)


def test_commands_and_changes_are_counted_by_the_minute_and_full_at_a_lively_pace() -> None:
    every_half_minute = rates(looks(25, process=lambda number: number // 6), now=NOW)["/w"]
    assert every_half_minute.commands == pytest.approx(0.5)  # two of four a minute
    saved = rates(looks(25, changed=1), now=NOW)["/w"]  # twelve a minute
    assert saved.changes == 1.0


def test_the_first_half_minute_and_what_is_long_ago_say_nothing() -> None:
    assert rates(looks(6, changed=9), now=NOW) == {}
    assert rates(looks(30, changed=9), now=NOW + timedelta(minutes=10)) == {}
    assert rates([], now=NOW) == {}
    assert most_intense({}) == 0.0


def test_each_repository_is_counted_by_itself_and_the_liveliest_decides() -> None:
    both = [
        Look(a.at, [*a.panes, *b.panes], {**a.changed, **b.changed})
        for a, b in zip(looks(20, busy=False), looks(20, changed=3, repository="/other"), strict=True)
    ]
    found = rates(both, now=NOW)
    assert found["/w"].activity == 0.0
    assert most_intense(found) == found["/other"].activity > 0.6


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 500)), max_size=40))
def test_no_rate_ever_leaves_its_bounds(seen: list[tuple[bool, int, int]]) -> None:
    told = [
        Look(NOW - number * STEP, [Pane("%1", "/w", busy, process)], {"/w": changed})
        for number, (busy, process, changed) in reversed(list(enumerate(seen)))
    ]
    for one in rates(told, now=NOW).values():
        assert all(0.0 <= value <= 1.0 for value in (one.commands, one.processes, one.changes, one.activity))


@pytest.mark.parametrize("command", ["bash", "-zsh", "/usr/bin/fish", "", "sh"])
def test_shells_are_known_however_they_were_started(command: str) -> None:
    assert is_shell(command)
    assert not is_shell("vim")


# --- What the garden makes of it --------------------------------------------------------------------------------------


@dataclass
class Panes:
    """Panes that do as they are told."""

    repository: str
    lively: bool = True
    _number: int = field(default=0)

    def look(self, now: datetime) -> Look:
        self._number += 1
        pane = Pane("%1", self.repository, self.lively, self._number if self.lively else 0)
        return Look(now, [pane], {self.repository: 2 if self.lively else 0})


def watch(panes: Panes, *, minutes: float, since: datetime = NOW) -> Watching:
    watching = Watching(panes)
    for number in range(int(minutes * 12) + 1):
        watching.step(since + number * STEP)
    return watching


@pytest.fixture
def plant(tmp_path: Path) -> Project:
    """A plant whose repository lies in `tmp_path`."""
    project = ProjectFactory.create(planted_date=NOW - timedelta(days=60))
    WatchedPath.objects.create(uri=tmp_path.resolve().as_uri(), project=project)
    return project


@pytest.mark.django_db
def test_intense_work_is_one_storm_that_lasts_ten_minutes_beyond_it(plant: Project, tmp_path: Path) -> None:
    watch(Panes(str(tmp_path)), minutes=4)
    ruling = WeatherOverride.objects.get()
    assert (ruling.source, ruling.weather_type, ruling.intensity) == ("development_activity", "stormy", 1.0)
    assert ruling.ends_at == NOW + timedelta(minutes=14)
    assert WeatherState.objects.get(ended_at=None).weather_type == WeatherType.STORMY
    assert selectors.override_now(NOW + timedelta(minutes=15)) is None
    plant.refresh_from_db()
    assert plant.boost == pytest.approx(0.1)


@pytest.mark.django_db
def test_quiet_work_is_no_weather_and_lifts_nothing(plant: Project, tmp_path: Path) -> None:
    watch(Panes(str(tmp_path), lively=False), minutes=4)
    assert not WeatherOverride.objects.exists()
    plant.refresh_from_db()
    assert plant.boost == 0.0


@pytest.mark.django_db
def test_work_on_what_is_no_plant_is_weather_all_the_same(tmp_path: Path) -> None:
    watch(Panes(str(tmp_path)), minutes=2)
    assert WeatherOverride.objects.get().source == "development_activity"
    assert plant_of(tmp_path) is None


@pytest.mark.django_db
def test_a_storm_grows_and_the_owners_word_stands_above_it() -> None:
    services.intense_work(activity=0.75, now=NOW)
    services.intense_work(activity=0.8, now=NOW + timedelta(minutes=1))
    assert WeatherOverride.objects.count() == 1
    services.intense_work(activity=0.95, now=NOW + timedelta(minutes=2))
    standing = selectors.override_now(NOW + timedelta(minutes=3))
    assert standing
    assert standing.intensity == 0.95
    services.override(
        weather_type=WeatherType.SUNNY,
        intensity=None,
        reason="A walk.",
        source="owner",
        lasts=timedelta(hours=1),
        now=NOW + timedelta(minutes=3),
    )
    ruling = selectors.override_now(NOW + timedelta(minutes=4))
    assert ruling
    assert ruling.source == "owner"


# --- tmux itself ------------------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[libtmux.Server]:
    """A tmux server of the test's own."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed here")
    found = libtmux.Server(socket_name=f"greenhouse-{uuid.uuid4().hex[:8]}", config_file="/dev/null")
    yield found
    if found.is_alive():
        found.kill()


def test_panes_are_seen_with_their_repository_and_files_that_changed(server: libtmux.Server, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("ignored\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    server.new_session("work", start_directory=str(inner), window_command="sleep 600")
    server.new_session("elsewhere", start_directory="/", window_command="sleep 600")
    looking = Watch(server)
    first = looking.look(datetime.now(UTC) - timedelta(hours=1))
    assert [(pane.repository, pane.busy) for pane in first.panes] == [(str(tmp_path), True)]
    assert first.changed == {}
    for name in ("a.py", "ignored"):
        (inner / name).write_text("x")
    assert looking.look(datetime.now(UTC)).changed == {str(tmp_path): 2}  # the new file and .gitignore


def test_without_tmux_a_sentence_says_what_to_do(server: libtmux.Server) -> None:
    with pytest.raises(Problem, match="does not answer"):
        Watch(server).look(NOW)
    with pytest.raises(CommandError, match="tmux new-session"):
        call_command("watch_tmux", socket=server.socket_name, looks=1, stdout=StringIO())
    with pytest.raises(CommandError, match="time in seconds"):
        call_command("watch_tmux", every=0)


def test_intense_is_above_seven_tenths() -> None:
    assert INTENSE_ABOVE == 0.7
