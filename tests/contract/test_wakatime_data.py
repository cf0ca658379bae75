"""What WakaTime's own client really sent, sent again as it was; and what WakaTime answers, read and answered alike.

The recordings lie beside the project; where they are not, these tests are skipped.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from garden.models import Activity
from garden.tests.factories import ProjectFactory
from integrations import registry
from integrations.coding import services, shapes
from integrations.coding.durations import Spent
from integrations.coding.selectors import Share, shares
from integrations.models import CodingName, Heartbeat
from integrations.providers.base import Payload

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

WAKATIME = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "wakatime"
KEY = "00000000-0000-4000-8000-000000000000"  # the recordings' own
pytestmark = [
    pytest.mark.contract,
    pytest.mark.django_db,
    pytest.mark.skipif(not WAKATIME.is_dir(), reason="WakaTime's recordings are not beside the project"),
]


@pytest.fixture(autouse=True)
def _with_the_recorded_key(settings: Settings) -> None:
    settings.HEARTBEAT_API_KEY = KEY
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]


def data(name: str) -> Any:
    return json.loads((WAKATIME / name).read_bytes())


def kind(value: Any) -> Any:
    """The shape of a JSON value: names and types, without what stands in it."""
    if isinstance(value, dict):
        return {name: kind(one) for name, one in value.items()}
    if isinstance(value, list):
        return [kind(value[0])] if value else []
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


@pytest.mark.parametrize("base", ["/api/v1/integrations/wakatime", "/api/v1"])
def test_recorded_requests_are_taken_byte_for_byte(client: Client, base: str) -> None:
    plant = ProjectFactory.create(name="greenhouse")
    for recorded in data("heartbeats-bulk.recorded-client-requests.json"):
        answer = client.generic(
            recorded["method"],
            recorded["path"].replace("/api/v1", base, 1),
            json.dumps(recorded["body"]),
            content_type=recorded["headers"]["Content-Type"],
            headers={name: value for name, value in recorded["headers"].items() if name != "Content-Type"},
        )
        assert answer.status_code == 202
        assert answer.json() == {"responses": [[{"data": item}, 201] for item in recorded["body"]]}
    services.rebuild_days(now=datetime.now(UTC))
    fact = Activity.objects.get(project=plant)
    assert (fact.external_id, fact.amount) == ("2025-10-09", 240.2)
    assert fact.data == {"languages": {"Python": 240}}
    assert set(Heartbeat.objects.values_list("project", "language", "category", "editor")) == {
        ("greenhouse", "Python", "coding", "VS Code"),
        ("greenhouse", "Python", "coding", "Vim"),
    }
    stored = repr(list(Heartbeat.objects.values()))
    assert "gardener" not in stored  # neither the home folder nor the machine


def test_the_published_bulk_is_answered_as_published(client: Client) -> None:
    answer = client.post(
        "/api/v1/integrations/wakatime/users/current/heartbeats.bulk",
        data("heartbeats-bulk.request.json"),
        content_type="application/json",
        query_params={"api_key": KEY},
    )
    assert answer.status_code == 202
    assert answer.json() == data("heartbeats-bulk.response-202.json")


def test_the_bar_at_the_lower_edge_has_the_published_shape() -> None:
    now = datetime(2023, 1, 29, 17, 32, 5, tzinfo=UTC)
    share = Share(now.date(), "heartbeats", "wakatime-cli", None, "Go", "coding", "VS Code", "", 8256.6, now)
    ours, published = shapes.status_bar([share], now.date(), UTC, now), data("statusbar-today.json")
    assert ours.keys() == published.keys()
    assert kind(ours["data"]["grand_total"]) == kind(published["data"]["grand_total"])
    assert kind(ours["data"]["range"]) == kind(published["data"]["range"])
    for name in ("categories", "editors", "languages", "projects"):
        assert kind(ours["data"][name]) == kind(published["data"][name])
    assert ours["data"].keys() == published["data"].keys()
    assert ours["data"]["categories"][0]["text"] == published["data"]["categories"][0]["text"]
    assert ours["data"]["categories"][0]["digital"] == published["data"]["categories"][0]["digital"]
    assert ours["data"]["range"]["text"] == published["data"]["range"]["text"]


def test_two_recorded_days_become_time_without_a_machine(client: Client) -> None:
    recorded = data("summaries-2-days.json")
    provider = registry.provider("wakatime")
    found = provider.parse(Payload("two days", "days", {"days": recorded["data"], "details": {}}))
    drafts = [one for one in found if isinstance(one, Spent)]
    assert [(one.day, one.project, round(one.seconds)) for one in drafts] == [
        (date(2020, 9, 11), "garden-auth", 45106),
        (date(2020, 9, 11), "garden-web", 2665),
        (date(2020, 9, 12), "garden-web", 20341),
    ]
    plant = ProjectFactory.create(name="Garden Web")
    services.store_days(drafts=drafts, source="wakatime", now=datetime.now(UTC))
    assert [
        (one.external_id, round(one.amount)) for one in Activity.objects.filter(project=plant).order_by("external_id")
    ] == [
        ("2020-09-11", 2665),
        ("2020-09-12", 20341),
    ]
    assert set(CodingName.objects.values_list("name", flat=True)) == {"garden-auth", "garden-web"}

    told = client.get(
        "/api/v1/integrations/wakatime/users/current/summaries",
        {"start": "2020-09-11", "end": "2020-09-12", "api_key": KEY},
    ).json()
    assert recorded.keys() <= told.keys()
    for ours, theirs in zip(told["data"], recorded["data"], strict=True):
        assert theirs.keys() <= ours.keys()
        assert ours["machines"] == []
        assert set(kind(theirs["grand_total"])) <= set(kind(ours["grand_total"]))
        assert ours["grand_total"]["text"] == theirs["grand_total"]["text"]
        assert ours["grand_total"]["digital"] == theirs["grand_total"]["digital"]
        for project, published in zip(ours["projects"], theirs["projects"], strict=True):
            assert {name: project[name] for name in ("name", "text", "digital", "percent", "hours", "minutes")} == {
                name: published[name] for name in ("name", "text", "digital", "percent", "hours", "minutes")
            }


def test_recorded_figures_are_said_in_the_same_words() -> None:
    stats = data("stats-last-7-days.json")["data"]
    for one in [*stats["languages"], *stats["editors"], *stats["categories"]]:
        if one["hours"] or one["minutes"]:
            assert shapes.in_words(one["total_seconds"]) == one["text"]
    for point in data("goal.json")["data"]["chart_data"]:
        assert shapes.in_words(point["actual_seconds"]) == point["actual_seconds_text"]


def test_nothing_recorded_counts_before_it_is_sent() -> None:
    assert shares(date(2020, 9, 1), date(2025, 12, 31)) == []
