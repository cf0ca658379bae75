"""Events as the API gives them: one envelope an event, its schema made from the classes in `garden/event_types.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.plumbing import (
    ResolvedComponent,
    build_array_type,
    build_choice_field,
    build_object_type,
    get_doc,
    resolve_type_hint,
)
from rest_framework import serializers

from garden.event_types import EVENTS, UNSET, Event, Unset
from garden.live.frames import FRAMES, Frame, Pong
from garden.live.whispers import OF_WALKS, WHISPERS, Whisper
from garden.vocabulary import choices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from drf_spectacular.openapi import AutoSchema
    from drf_spectacular.plumbing import ComponentRegistry
    from drf_spectacular.utils import Direction

    Schema = dict[str, Any]


class EventOut(serializers.Serializer[Any]):
    """One live event, the same on every socket. `data` is that of its `event_type`."""


class EventsOut(serializers.Serializer[Any]):
    """Events after a `seq`. `resync` says that older ones are pruned: load the garden again."""

    resync = serializers.BooleanField()
    newest = serializers.IntegerField()
    events = EventOut(many=True)


class EventSchema(OpenApiSerializerExtension):
    """A `oneOf` by `event_type`, and beside it `SocketMessage` and `JourneyMessage`: everything that sockets say."""

    target_class = EventOut

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Schema:
        """The schema of `EventOut`; its parts become components of their own."""
        registry = auto_schema.registry
        events = {str(word): _component(registry, event, _envelope(registry, event)) for word, event in EVENTS.items()}
        frames = {frame.event_type: _component(registry, frame, _frame(registry, frame)) for frame in FRAMES}
        of_walks = {one.event_type: _component(registry, one, _whisper(registry, one)) for one in OF_WALKS}
        whispers = {one.event_type: of_walks[one.event_type] for one in WHISPERS}
        message = {"description": "What the socket at `/ws/garden` says.", **_one_of(events | frames | whispers)}
        _register(registry, "SocketMessage", message)
        pong = {Pong.event_type: frames[Pong.event_type]}
        walks = {"description": "What the socket at `/ws/journey-tracking` says.", **_one_of(of_walks | pong)}
        _register(registry, "JourneyMessage", walks)
        return {"description": get_doc(EventOut), **_one_of(events)}


def _one_of(references: dict[str, Schema]) -> Schema:
    mapping = {word: reference["$ref"] for word, reference in references.items()}
    return {
        "oneOf": list(references.values()),
        "discriminator": {"propertyName": "event_type", "mapping": mapping},
    }


def _component(registry: ComponentRegistry, message: type[Event | Frame | Whisper], schema: Schema) -> Schema:
    return _register(registry, f"{message.__name__}Event", schema)


def _register(registry: ComponentRegistry, name: str, schema: Schema) -> Schema:
    """A reference to the schema, which becomes a component of that name."""
    component = ResolvedComponent(name, ResolvedComponent.SCHEMA, schema, name)
    registry.register_on_missing(component)
    return component.ref


def _envelope(registry: ComponentRegistry, event: type[Event]) -> Schema:
    properties = {
        "seq": resolve_type_hint(int),
        "event_type": _only(event.event_type),
        "timestamp": {"type": "string", "format": "date-time"},
        "source": resolve_type_hint(str),
        "data": _data(registry, event),
    }
    extensions = {"x-alters-state": event.alters_state, "x-moves-island": event.moves_island}
    return _object(properties, properties, get_doc(event)) | extensions


def _frame(registry: ComponentRegistry, frame: type[Frame]) -> Schema:
    properties = {
        "seq": resolve_type_hint(int),
        "event_type": _only(frame.event_type),
        "data": _data(registry, frame),
    }
    return _object(properties, properties, get_doc(frame))


def _whisper(registry: ComponentRegistry, whisper: type[Whisper]) -> Schema:
    properties = {"event_type": _only(whisper.event_type), "data": _data(registry, whisper)}
    if "timestamp" in get_type_hints(whisper):
        properties["timestamp"] = {"type": "string", "format": "date-time"}
    return _object(properties, properties, get_doc(whisper))


def _only(word: str) -> Schema:
    # Inside of `allOf`, or drf-spectacular makes a component of every word.
    return {"allOf": [{"type": "string", "enum": [str(word)]}]}


def _data(registry: ComponentRegistry, message: type[Any]) -> Schema:
    """The fields of a dataclass but for its `timestamp`, which the envelope has; as a component of its own."""
    hints = get_type_hints(message)
    own = [field for field in fields(message) if field.name != "timestamp"]
    properties = {field.name: _of_hint(registry, hints[field.name]) for field in own}
    always = [field.name for field in own if field.default is not UNSET]
    return _register(registry, f"{message.__name__}Data", _object(properties, always))


def _of_hint(registry: ComponentRegistry, hint: Any) -> Schema:
    """The schema of one field's type: what drf-spectacular knows, and our own words, parts and sequences."""
    args = [arg for arg in get_args(hint) if arg not in (Unset, type(None))]
    if get_origin(hint) is Sequence:
        return build_array_type(_of_hint(registry, args[0]))
    if type(None) in get_args(hint):
        schema = _of_hint(registry, args[0])
        return {"allOf": [schema], "nullable": True} if "$ref" in schema else schema | {"nullable": True}
    if Unset in get_args(hint):
        return _of_hint(registry, args[0])
    if is_dataclass(hint) and isinstance(hint, type):
        return _data(registry, hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return build_choice_field(serializers.ChoiceField(choices=choices(hint)))
    known: Schema = resolve_type_hint(hint)
    return known


def _object(properties: Schema, required: Iterable[str], description: str = "") -> Schema:
    return build_object_type(properties=properties, required=sorted(required), description=description)
