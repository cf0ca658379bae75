"""Every event, by its sample in `events.json`: the browser's tests read the same file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.urls import reverse
from jsonschema import Draft202012Validator

from garden import events
from garden.event_types import EVENTS, Deployment
from garden.live.frames import Hello, Pong, Resync
from garden.tests.factories import NOW
from garden.vocabulary import DeploymentEffect, DeploymentStatus, EventType

if TYPE_CHECKING:
    from django.test import Client

    from garden.event_types import Event

SAMPLES: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "events.json").read_text())
OPENAPI: dict[str, Any] = json.loads((Path(settings.BASE_DIR) / "docs" / "openapi.json").read_text())


def sample(event_type: str) -> Event:
    """The event that a sample is the data of."""
    return EVENTS[EventType(event_type)](**SAMPLES[event_type])


def as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema has a type of its own for nothing."""
    if isinstance(node, list):
        return [as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    schema = {key: as_json_schema(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [schema, {"type": "null"}]} if node.get("nullable") is True else schema


def problems(component: str, value: Any) -> list[str]:
    """What the documented API has against a value."""
    root = {"$ref": f"#/components/schemas/{component}", "components": as_json_schema(OPENAPI["components"])}
    return [error.message for error in Draft202012Validator(root).iter_errors(value)]


@pytest.mark.parametrize("event_type", EventType)
def test_every_event_has_a_class_and_a_sample(event_type: EventType) -> None:
    assert event_type in EVENTS, f"{event_type} has no class in garden/event_types.py"
    assert event_type in SAMPLES, f"{event_type} has no sample in garden/tests/events.json"
    assert sample(event_type).data == SAMPLES[event_type]


@pytest.mark.django_db
@pytest.mark.parametrize("event_type", SAMPLES)
def test_a_published_event_is_what_the_documented_api_says(client: Client, event_type: str) -> None:
    before = events.publish(sample(event_type), source="test", now=NOW).seq
    events.publish(sample(event_type), source="test", now=NOW)
    answer = client.get(reverse("events"), {"since": before}).json()
    assert [event["event_type"] for event in answer["events"]] == [event_type]
    assert problems("EventsOut", answer) == []
    assert problems("SocketMessage", answer["events"][0]) == []


@pytest.mark.parametrize("event_type", [word for word, data in SAMPLES.items() if data])
def test_an_event_without_a_field_that_it_always_has_is_not_what_the_documented_api_says(event_type: str) -> None:
    fields = OPENAPI["components"]["schemas"][f"{EVENTS[EventType(event_type)].__name__}Data"].get("required", [])
    for field in fields:
        data = {name: value for name, value in SAMPLES[event_type].items() if name != field}
        envelope = {"seq": 1, "event_type": event_type, "timestamp": "2026-06-15T12:00:00Z", "source": "test"}
        assert problems("EventOut", {**envelope, "data": data}), f"{event_type} passes without {field}"


def test_an_event_of_another_name_is_not_what_the_documented_api_says() -> None:
    envelope = {"seq": 1, "event_type": "hello", "timestamp": "2026-06-15T12:00:00Z", "source": "test", "data": {}}
    assert problems("EventOut", envelope)


def test_what_an_event_leaves_out_is_not_asked_for_and_what_nobody_knows_is_null() -> None:
    failed = Deployment(
        project_id=sample("deployment").project_id,  # type: ignore[attr-defined]
        repository="moss",
        status=DeploymentStatus.FAILURE,
        effect=DeploymentEffect.CONCERN,
        duration=10_000,
        level=0.6,
    )
    assert "intensity" not in failed.data
    assert problems("DeploymentData", failed.data) == []
    assert problems("MusicChangedData", {}) == []
    assert problems("SkillUnlockData", {**SAMPLES["skill_unlock"], "level": None}) == []
    assert problems("SkillUnlockData", {**SAMPLES["skill_unlock"], "name": None})


@pytest.mark.parametrize("frame", [Hello(connections=3), Resync(), Pong()])
def test_what_a_socket_says_of_itself_is_what_the_documented_api_says(frame: Hello | Resync | Pong) -> None:
    assert problems("SocketMessage", json.loads(frame.text(seq=7))) == []
