"""WakaTime and Wakapi: days come in with projects and languages, stay when the service forgets, and count once."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from garden.models import Activity, Project
from garden.tests.factories import ProjectFactory
from integrations import registry, sync
from integrations.coding import services
from integrations.coding.durations import Spent
from integrations.models import CodingName, CodingTime, SyncRun, SyncStatus, SyncTrigger
from integrations.providers.base import Payload
from integrations.providers.wakatime import parts_of, pieces
from integrations.tests.coding import HOME, KEY, NOW, basic
from integrations.tests.github_stub import Reply

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Request, Stub

pytestmark = pytest.mark.django_db
SUMMARIES = "/users/current/summaries"
TODAY = NOW.date()


def day(on: date, projects: dict[str, float], languages: dict[str, float] | None = None) -> dict[str, Any]:
    return {
        "grand_total": {"total_seconds": sum(projects.values())},
        "projects": [{"name": name, "total_seconds": seconds} for name, seconds in projects.items()],
        "languages": [{"name": name, "total_seconds": seconds} for name, seconds in (languages or {}).items()],
        "machines": [{"name": "adas-laptop", "total_seconds": 1}],
        "range": {"date": on.isoformat()},
    }


class Service:
    """A WakaTime whose days can be set, and whose older ones are closed to free accounts."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        self.days: dict[date, dict[str, dict[str, float]]] = {}  # project → language → seconds
        self.remembers = 7  # days
        stub.routes[SUMMARIES] = self.reply

    def reply(self, request: Request) -> Reply:
        first, last = (date.fromisoformat(request.query[name]) for name in ("start", "end"))
        if first < TODAY - timedelta(days=self.remembers):
            return Reply({"error": "Upgrade to see more"}, 402)
        only = request.query.get("project")
        days = []
        for number in range((last - first).days + 1):
            on = first + timedelta(days=number)
            shown = {name: parts for name, parts in self.days.get(on, {}).items() if only in (None, name)}
            languages: dict[str, float] = {}
            for parts in shown.values():
                for language, seconds in parts.items():
                    languages[language] = languages.get(language, 0) + seconds
            days.append(day(on, {name: sum(parts.values()) for name, parts in shown.items()}, languages))
        return Reply({"data": days, "start": request.query["start"], "end": request.query["end"]})


@pytest.fixture
def service(stub: Stub, settings: Settings, time_machine: TimeMachineFixture) -> Service:
    time_machine.move_to(NOW, tick=False)
    settings.WAKATIME_API_URL, settings.WAKATIME_API_KEY = stub.url, "waka_secret"
    settings.WAKATIME_RATE_LIMIT, settings.ENABLE_MOCK_DATA = 10_000, False
    return Service(stub)


def synced() -> SyncRun:
    provider = registry.provider("wakatime")
    return sync.perform(sync.request(provider=provider, trigger=SyncTrigger.COMMAND, now=NOW), provider=provider)


def told() -> dict[str, float]:
    return {fact.external_id: fact.amount for fact in Activity.objects.filter(kind="coding")}


def test_days_come_in_with_the_languages_of_each_project(service: Service) -> None:
    ProjectFactory.create(name="engine")
    service.days[TODAY] = {"engine": {"Python": 3000, "Other": 600}, "notes": {"Markdown": 1200}}
    service.days[TODAY - timedelta(days=1)] = {"engine": {"Rust": 1800}}
    run = synced()
    assert (run.status, run.counts["days"], run.error) == (SyncStatus.SUCCEEDED, 2, "")
    assert told() == {"2026-06-03": 3600, "2026-06-02": 1800}
    assert Activity.objects.get(external_id="2026-06-03").data == {"languages": {"Python": 3000}}
    assert list(CodingName.objects.filter(project=None).values_list("name", flat=True)) == ["notes"]
    assert not CodingTime.objects.filter(name__name__contains="laptop").exists()
    assert Project.objects.count() == 1  # nothing is planted by itself


def test_the_key_goes_as_the_service_documents_it(service: Service) -> None:
    synced()
    sent = service.stub.requests[0].headers["authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"waka_secret"


def test_a_day_that_the_service_forgot_stays(service: Service, time_machine: TimeMachineFixture) -> None:
    ProjectFactory.create(name="engine")
    service.days[TODAY] = {"engine": {"Python": 3600}}
    synced()
    service.days.clear()
    assert synced().status == SyncStatus.SUCCEEDED
    assert told() == {"2026-06-03": 3600}


def test_the_second_week_is_read_where_the_account_may_and_no_trouble_where_not(service: Service) -> None:
    ProjectFactory.create(name="engine")
    service.days[TODAY - timedelta(days=10)] = {"engine": {"Python": 900}}
    assert synced().status == SyncStatus.SUCCEEDED
    assert told() == {}
    service.remembers = 14
    assert synced().status == SyncStatus.SUCCEEDED
    assert told() == {"2026-05-24": 900}


def test_an_unchanged_answer_costs_nothing_but_a_question(service: Service) -> None:
    service.days[TODAY] = {"engine": {"Python": 3600}}
    synced()
    before = len(service.stub.requests)
    synced()
    assert {request.status for request in service.stub.requests[before:]} <= {304, 402}


@pytest.mark.parametrize(
    "body", [None, [], {"data": None}, {"data": [{}]}, {"data": [{"projects": None}]}, b"<html>", {"data": [7]}]
)
def test_an_answer_of_another_shape_ends_the_run_in_words_and_changes_nothing(service: Service, body: Any) -> None:
    ProjectFactory.create(name="engine")
    service.days[TODAY] = {"engine": {"Python": 3600}}
    synced()
    service.stub.on(SUMMARIES, Reply(body))
    run = synced()
    assert run.status == SyncStatus.FAILED
    assert run.error_code == "unexpected_answer"
    assert told() == {"2026-06-03": 3600}


def test_one_odd_day_is_named_and_the_others_are_kept(service: Service) -> None:
    good, odd = day(TODAY, {"engine": 3600}), day(TODAY - timedelta(days=1), {"engine": 60})
    odd["projects"].append({"name": "notes"})
    good["projects"].append({"name": None, "total_seconds": 120})
    service.stub.on(SUMMARIES, Reply({"data": [odd, good]}))
    run = synced()
    assert (run.status, run.error_code) == (SyncStatus.PARTIAL, "left_out")
    assert "day 1 (it has no total_seconds)" in run.error
    assert sorted(CodingName.objects.values_list("name", flat=True)) == ["", "engine"]


@pytest.mark.parametrize(("status", "code"), [(401, "unauthorized"), (404, "not_found")])
def test_a_refusal_says_what_to_do(service: Service, status: int, code: str) -> None:
    service.stub.on(SUMMARIES, Reply({"error": "no"}, status))
    run = synced()
    assert (run.status, run.error_code) == (SyncStatus.FAILED, code)
    assert "WAKATIME_API" in run.fix


@pytest.mark.parametrize("seconds", [-5, 0, 10**12, float("inf")])
def test_a_day_has_no_more_than_a_day(seconds: float) -> None:
    said = day(TODAY, {"engine": seconds, "notes": 60})
    payload = Payload("week", "days", {"days": [said], "details": {}})
    found = [one.seconds for one in registry.provider("wakatime").parse(payload) if isinstance(one, Spent)]
    assert found
    assert sum(found) <= 86_400
    assert min(found) > 0


def lists(**said: dict[str, float]) -> dict[str, Any]:
    return {
        name: [{"name": one, "total_seconds": seconds} for one, seconds in parts.items()]
        for name, parts in said.items()
    }


def test_editors_kinds_of_work_and_operating_systems_are_told_again_as_wakatime_told_them(
    client: Client, settings: Settings, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.HEARTBEAT_API_KEY = KEY
    of_engine = lists(
        languages={"Rust": 3000, "Other": 600},
        categories={"Coding": 2700, "Code Reviewing": 900},
        editors={"VS Code": 1800, "Vim": 1800},
        operating_systems={"Linux": 3500, "Mac": 100},
    )
    said = day(TODAY, {"engine": 3600, "notes": 400}) | lists(operating_systems={"Linux": 3900, "Mac": 100})
    details = {"engine": {TODAY.isoformat(): parts_of(of_engine)}}
    found = registry.provider("wakatime").parse(Payload("week", "days", {"days": [said], "details": details}))
    drafts = [one for one in found if isinstance(one, Spent)]
    assert len(drafts) <= 6
    services.store_days(drafts=drafts, source="wakatime", now=NOW)

    for path in ("statusbar/today", "summaries?range=today"):
        told = client.get(f"{HOME}{path}", headers={"Authorization": basic()}).json()["data"]
        today = told[0] if isinstance(told, list) else told
        shown = {
            name: {one["name"]: round(one["total_seconds"]) for one in today[name]}
            for name in ("projects", "languages", "categories", "editors", "operating_systems")
        }
        assert shown == {
            "projects": {"engine": 3600, "notes": 400},
            "languages": {"Rust": 3000, "Other": 1000},
            "categories": {"Coding": 3100, "Code Reviewing": 900},
            "editors": {"VS Code": 1800, "Vim": 1800, "Unknown Editor": 400},
            "operating_systems": {"Linux": 3500, "Mac": 100, "Unknown OS": 400},
        }


def test_what_a_whole_day_was_done_with_alone_is_what_each_of_its_projects_was_done_with() -> None:
    said = day(TODAY, {"engine": 60, "notes": 30}) | lists(
        languages={"Rust": 90}, editors={"Vim": 90}, categories={"Coding": 60, "Planning": 30}
    )
    found = registry.provider("wakatime").parse(Payload("week", "days", {"days": [said], "details": {}}))
    assert [(one.project, one.language, one.editor, one.category) for one in found if isinstance(one, Spent)] == [
        ("engine", "", "Vim", ""),
        ("notes", "", "Vim", ""),
    ]


@given(
    st.lists(st.dictionaries(st.sampled_from("abcdef"), st.floats(0.001, 86_400), max_size=6), min_size=1, max_size=4)
)
def test_every_list_keeps_its_shares_however_many_cut_the_same_time(cut_by: list[dict[str, float]]) -> None:
    found = list(pieces(cut_by))
    assert sum(share for _, share in found) == pytest.approx(1)
    assert all(share > 0 for _, share in found)
    assert len(found) <= max(1, sum(len(parts) for parts in cut_by))
    for place, parts in enumerate(cut_by):
        for name, seconds in parts.items():
            kept = sum(share for words, share in found if words[place] == name)
            assert kept == pytest.approx(seconds / sum(parts.values()), abs=1e-9)


def test_the_command_says_how_the_connection_is(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    service.days[TODAY] = {"engine": {"Python": 8280}}
    call_command("sync", "wakatime", "--check")
    assert "2 hrs 18 mins" in capsys.readouterr().out


def test_without_a_key_it_says_which_setting_is_missing(settings: Settings) -> None:
    settings.WAKATIME_API_KEY, settings.ENABLE_MOCK_DATA = "", False
    with pytest.raises(CommandError, match="WAKATIME_API_KEY"):
        call_command("sync", "wakatime")


def test_the_samples_are_read_like_the_service(settings: Settings) -> None:
    settings.WAKATIME_API_KEY, settings.ENABLE_MOCK_DATA = "", True
    ProjectFactory.create(name="Digital Greenhouse")
    assert synced().status == SyncStatus.SUCCEEDED
    assert len(told()) == 7
    assert "Python" in Activity.objects.filter(kind="coding")[0].data["languages"]
