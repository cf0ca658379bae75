"""The bodies of the intake in the words of the OpenAPI, with the bounds that `checks` holds them to."""

from __future__ import annotations

from typing import Any, Final

from visitors.intake import checks
from visitors.vocabulary import StepType


def _nullable(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "nullable": True, **more}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


_UUID: Final = _nullable("string", format="uuid")
_SHARE: Final = _nullable("number", minimum=0, maximum=1)
_METRES: Final = {"type": "number", "minimum": -checks.FAR, "maximum": checks.FAR}
_SECONDS: Final = _nullable("number", minimum=0, maximum=checks.MOST_SECONDS)
_FACT: Final = {
    "nullable": True,
    "oneOf": [{"type": "string", "maxLength": checks.LONGEST_FACT}, {"type": "number"}, {"type": "boolean"}],
}

STEP: Final = {
    "step_type": {"type": "string", "enum": [one.value for one in StepType]},
    "project_id": {**_UUID, "description": "A plant that everyone may see."},
    "area": _nullable(
        "string", maxLength=checks.LONGEST_AREA, description="A place of the garden, or the path of a page."
    ),
    "position": {
        "type": "object",
        "nullable": True,
        "properties": {"x": _METRES, "y": {**_METRES, "nullable": True}, "z": _METRES},
        "required": ["x", "z"],
        "additionalProperties": False,
        "description": "Metres from the island's middle. The height is not kept.",
    },
    "duration": {**_SECONDS, "description": "Seconds in which the visitor was engaged."},
    "scroll_depth": _SHARE,
    "at": _nullable("string", format="date-time", description="By the visitor's clock, which may be hours off."),
    "context": {
        "type": "object",
        "nullable": True,
        "maxProperties": checks.MOST_FACTS,
        "additionalProperties": _FACT,
        "description": "Flat facts, named in small letters: `action` says what an interaction did, "
        "`trusted` that a pointer, a key or a touch was seen.",
    },
}
_STEP: Final = {**_object(**STEP), "required": ["step_type"]}

JOURNEY: Final = {
    "application/json": {
        "oneOf": [
            {
                **_object(
                    batch_id={**_UUID, "description": "Sent again, the batch counts once."},
                    steps={"type": "array", "items": _STEP, "maxItems": checks.MOST_STEPS},
                ),
                "required": ["steps"],
            },
            {**_object(**STEP, batch_id=_UUID), "required": ["step_type"]},
        ]
    }
}
BEACON: Final = {
    "application/json": {
        **_object(
            batch_id={**_UUID, "description": "Sent again, the page view counts once."},
            path={"type": "string", "maxLength": checks.LONGEST_PATH, "pattern": "^/"},
            referrer=_nullable("string", maxLength=checks.LONGEST_PATH, description="Of it the host is kept."),
            utm={
                "type": "object",
                "nullable": True,
                "properties": {name: _nullable("string", maxLength=checks.LONGEST_PATH) for name in checks.UTM},
                "additionalProperties": False,
            },
            screen=_nullable("string", description="A size such as 1280x800, or its class, which is what is kept."),
            scroll_depth=_SHARE,
            clicks=_nullable("integer", minimum=0, maximum=checks.MOST_CLICKS),
            engaged={**_SECONDS, "description": "Seconds in which the page was looked at, not open."},
            vitals={
                "type": "object",
                "nullable": True,
                "properties": {
                    vital.value: _nullable("number", minimum=0, maximum=most) for vital, most in checks.VITALS.items()
                },
                "additionalProperties": False,
            },
        ),
        "required": ["path"],
    }
}
TAKEN: Final = {
    "type": "object",
    "properties": {
        "accepted": {"type": "integer", "description": "Steps that are stored."},
        "refused": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"index": {"type": "integer"}, "reason": {"type": "string"}},
                "required": ["index", "reason"],
            },
        },
    },
    "required": ["accepted", "refused"],
}
