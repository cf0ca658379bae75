"""A data dump of WakaTime: years of days in one go, of either kind, repeatable and clear about what it cannot read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from garden import growth_log
from garden.models import Activity, GrowthLog, Project
from garden.tests.factories import ProjectFactory
from integrations import dumps
from integrations.coding import services
from integrations.models import CodingTime, SyncRun, SyncStatus

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
FIRST = date(2024, 1, 1)


def day(number: int, **projects: float) -> dict[str, Any]:
    return {
        "date": (FIRST + timedelta(days=number)).isoformat(),
        "grand_total": {"total_seconds": sum(projects.values())},
        "projects": [
            {
                "name": name,
                "grand_total": {"total_seconds": seconds},
                "languages": [
                    {"name": "Python", "total_seconds": seconds * 0.75},
                    {"name": "Other", "total_seconds": seconds * 0.25},
                ],
                "entities": [{"name": "/home/ada/secret.py", "total_seconds": seconds}],
            }
            for name, seconds in projects.items()
        ],
    }


def dump(path: Path, days: list[Any], **more: Any) -> str:
    file = path / "wakatime.json"
    file.write_text(json.dumps({"user": {"username": "ada"}, "range": {"start": 1, "end": 2}, "days": days, **more}))
    return str(file)


def told() -> dict[str, float]:
    return {fact.external_id: fact.amount for fact in Activity.objects.filter(kind="coding")}


def test_years_of_days_become_facts_of_plants_and_their_past(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plant = ProjectFactory.create(name="engine")
    path = dump(tmp_path, [day(number, engine=3600, notes=600) for number in range(120)])
    call_command("import_wakatime", path)
    out = capsys.readouterr().out
    assert "120 days with 140 hours" in out
    assert "notes" in out
    assert len(told()) == 120
    assert set(told().values()) == {3600}
    assert Activity.objects.filter(project=plant)[0].data == {"languages": {"Python": 2700}}
    assert GrowthLog.objects.filter(project=plant, backfilled=True).count() > 2
    assert not CodingTime.objects.filter(name__name__contains="secret").exists()
    run = SyncRun.objects.get()
    assert (run.status, run.counts) == (SyncStatus.SUCCEEDED, {"days": 120, "hours": 140})


def test_a_repeated_import_counts_nothing_twice(tmp_path: Path) -> None:
    ProjectFactory.create(name="engine")
    path = dump(tmp_path, [day(number, engine=3600) for number in range(3)])
    for _ in range(2):
        call_command("import_wakatime", path)
    assert list(told().values()) == [3600, 3600, 3600]


def test_a_dump_of_heartbeats_is_counted_by_the_same_rule_as_our_own(tmp_path: Path) -> None:
    ProjectFactory.create(name="engine")
    begin = datetime(2024, 1, 1, 23, 30, tzinfo=UTC).timestamp()  # a day of Los Angeles, across midnight of UTC
    beats = [
        {"time": begin + 300 * number, "project": "engine", "language": "Python", "entity": "/home/ada/main.py"}
        for number in range(13)
    ]
    call_command("import_wakatime", dump(tmp_path, [{"date": "2024-01-01", "heartbeats": [*beats, {"time": "never"}]}]))
    assert told() == {"2024-01-01": 3600}


@pytest.mark.parametrize(
    "broken", [{}, {"date": "someday", "projects": []}, {"date": "2024-02-01", "projects": [{"name": 7}]}, None, []]
)
def test_a_day_that_cannot_be_read_is_left_out_and_told(
    tmp_path: Path, broken: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ProjectFactory.create(name="engine")
    call_command("import_wakatime", dump(tmp_path, [day(0, engine=3600), broken, day(1, engine=1800)]))
    assert sorted(told().values()) == [1800, 3600]
    assert "1 of its days could not be read" in capsys.readouterr().err
    assert SyncRun.objects.get().status == SyncStatus.PARTIAL


@pytest.mark.parametrize("grand_total", [{"total_seconds": "?"}, {}])
def test_a_day_of_which_half_can_be_read_takes_nothing_from_what_was_known(tmp_path: Path, grand_total: Any) -> None:
    ProjectFactory.create(name="engine")
    ProjectFactory.create(name="notes")
    call_command("import_wakatime", dump(tmp_path, [day(0, engine=3600, notes=7200)]))
    half = day(0, engine=60, notes=60)
    half["projects"][1]["grand_total"] = grand_total
    call_command("import_wakatime", dump(tmp_path, [half]))
    assert sorted(Activity.objects.values_list("amount", flat=True)) == [3600, 7200]


def test_every_plant_of_a_dump_grows_once_when_all_of_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plants = [ProjectFactory.create(name=name) for name in ("engine", "notes")]
    grown: list[Project] = []

    def backfill(*, project: Project, now: datetime) -> None:
        grown.append(project)

    monkeypatch.setattr(growth_log, "backfill", backfill)
    days = [day(number, engine=3600, notes=600) for number in range(4 * dumps.DAYS_TOGETHER)]
    call_command("import_wakatime", dump(tmp_path, days))
    assert sorted(grown, key=lambda plant: plant.name) == plants


def test_an_import_that_was_killed_before_the_plants_grew_is_made_good_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant = ProjectFactory.create(name="engine")
    path = dump(tmp_path, [day(number, engine=3600) for number in range(120)])
    with monkeypatch.context() as killed:
        killed.setattr(services, "grow_from", lambda **_: None)
        call_command("import_wakatime", path)
    assert len(told()) == 120
    assert not GrowthLog.objects.exists()
    call_command("import_wakatime", path)
    assert GrowthLog.objects.filter(project=plant, backfilled=True).count() > 2


def test_a_fault_of_ours_is_not_called_an_interruption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(services, "import_days", broken)
    with pytest.raises(ZeroDivisionError):
        call_command("import_wakatime", dump(tmp_path, [day(0, engine=3600)]))
    run = SyncRun.objects.get()
    assert (run.status, run.error_code) == (SyncStatus.FAILED, "unexpected")
    assert "goes on" not in run.fix


@pytest.mark.parametrize("content", [b"", b"{", b"<html>", b"[1, 2]", b'{"days": {}}', b"\xff\xfe", b'{"user": {}}'])
def test_a_file_that_is_no_dump_is_told_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.json").write_bytes(content)
    with pytest.raises(CommandError, match="not a whole WakaTime data dump"):
        call_command("import_wakatime", str(tmp_path / "other.json"))
    assert SyncRun.objects.get().status == SyncStatus.FAILED


def test_a_dump_that_is_cut_off_keeps_what_was_whole(tmp_path: Path) -> None:
    ProjectFactory.create(name="engine")
    path = dump(tmp_path, [day(number, engine=3600) for number in range(120)])
    whole = (tmp_path / "wakatime.json").read_bytes()
    (tmp_path / "wakatime.json").write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(CommandError, match="kept"):
        call_command("import_wakatime", path)
    assert len(told()) == 50
    assert GrowthLog.objects.filter(backfilled=True).exists()


def test_a_path_that_leads_nowhere_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_wakatime", str(tmp_path / "missing.json"))
