"""The API's description, built once a process and sent as bytes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.http import require_safe
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from common.strict import StrictFields
from greenhouse.web.page_cache import CachedPage, page_response
from greenhouse.web.rest import error_body
from visitors.idempotency import HEADER

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from drf_spectacular.openapi import AutoSchema
    from drf_spectacular.utils import Direction

MEDIA_TYPE: Final = "application/json"
ANSWERS: Final = {  # what may be asked for by query: there is one description, in one form
    "format": ("json", "openapi-json"),
    "version": (str(settings.SPECTACULAR_SETTINGS["VERSION"]),),
}

SAFE: Final = ("get", "head", "options")
ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "fields": {"type": "object", "additionalProperties": {}},
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error that operations answer with because of what they are, and not of what they do."""

    status: int
    name: str
    says: str
    concerns: Callable[[str, str, dict[str, Any]], bool]  # the path, the method in small letters, the operation


def _any(_path: str, _method: str, _operation: dict[str, Any]) -> bool:
    return True


def _has_body(_path: str, _method: str, operation: dict[str, Any]) -> bool:
    return "requestBody" in operation


def _knows_callers(_path: str, _method: str, operation: dict[str, Any]) -> bool:
    return any(operation.get("security", ()))


def _is_for_some(_path: str, method: str, operation: dict[str, Any]) -> bool:
    """Where not everyone may, and where a session of the console has to prove itself."""
    owners = {} not in operation.get("security", [{}])
    return owners or (method not in SAFE and _knows_callers(_path, method, operation))


def _may_be_missing(path: str, _method: str, operation: dict[str, Any]) -> bool:
    return "{" in path or any(one["name"] == "page" for one in operation.get("parameters", ()))


def _has_key(_path: str, _method: str, operation: dict[str, Any]) -> bool:
    return any(one["name"] == HEADER for one in operation.get("parameters", ()))


REFUSALS: Final = (
    Refusal(400, "BadRequest", "It is not as it should be; `fields` says where.", _any),
    Refusal(401, "NotSignedIn", "It takes the owner, or the token or key is not right, or no longer.", _knows_callers),
    Refusal(403, "Forbidden", "It takes the owner, or the session's CSRF token.", _is_for_some),
    Refusal(404, "NotFound", "There is nothing here, or nothing that you may see.", _may_be_missing),
    Refusal(406, "NotAcceptable", "Answers are `application/json`.", _any),
    Refusal(413, "BodyTooLarge", "The body is larger than is taken here.", _has_body),
    Refusal(415, "UnsupportedMediaType", "The body is of a kind that is not taken here.", _has_body),
    Refusal(422, "KeyReused", f"This `{HEADER}` was used for another request.", _has_key),
    Refusal(429, "TooManyRequests", "Too many requests; `Retry-After` says for how many seconds.", _any),
    Refusal(503, "Unavailable", "The database does not answer; `Retry-After` says when to try again.", _any),
)
RETRY_AFTER: Final = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}

_building = threading.Lock()
_built: CachedPage | None = None


class StrictBody(OpenApiSerializerExtension):
    """A strict body has the fields that it has, and no others."""

    target_class = StrictFields
    match_subclasses = True
    priority = 1

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        described: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**described, "additionalProperties": False}


class RevocableJWTScheme(SimpleJWTScheme):
    """The API's own tokens are described as the library's. Not beside them, as processes without an API know tokens."""

    target_class = "greenhouse.web.tokens.RevocableJWTAuthentication"


def refusals(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """drf-spectacular's postprocessing hook: what every operation can be refused with."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Error"] = ERROR
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    components["responses"] = {
        one.name: {
            "description": one.says,
            "content": content,
            **({"headers": RETRY_AFTER} if one.status in (429, 503) else {}),
        }
        for one in REFUSALS
    }
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for one in REFUSALS:
                if one.concerns(path, method, operation):
                    operation["responses"].setdefault(str(one.status), {"$ref": f"#/components/responses/{one.name}"})
    return result


def bodies(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """drf-spectacular's postprocessing hook: a body that no serializer describes has to be there."""
    for operations in result["paths"].values():
        for operation in operations.values():
            described = operation.get("requestBody", {}).get("content", {}).values()
            if described and not any("$ref" in one["schema"] for one in described):
                operation["requestBody"]["required"] = True
    return result


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description; 400 for a form or a version of it that is not there."""
    for name, value in request.GET.items():
        if value not in ANSWERS.get(name, ()):
            known = ", ".join(f"`{key}` ({' or '.join(values)})" for key, values in ANSWERS.items())
            return JsonResponse(error_body("invalid", f"What may be asked for here: {known}."), status=400)
    response = page_response(request, schema())
    response.headers["Content-Type"] = MEDIA_TYPE
    return response


def schema() -> CachedPage:
    """The bytes, built by the first who asks while the others wait."""
    global _built
    if _built is None:
        with _building:
            if _built is None:
                generator = SchemaGenerator()
                described = generator.get_schema(request=None, public=True)
                _built = CachedPage.of(OpenApiJsonRenderer().render(described).decode())
    return _built
