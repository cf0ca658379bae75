"""The API's description, built once a process and sent as bytes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from greenhouse.web.page_cache import CachedPage, page_response
from greenhouse.web.rest import error_body

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MEDIA_TYPE: Final = "application/json"
ANSWERS: Final = {  # what may be asked for by query: there is one description, in one form
    "format": ("json", "openapi-json"),
    "version": (str(settings.SPECTACULAR_SETTINGS["VERSION"]),),
}

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
REFUSALS: Final = {  # that any operation can answer with, and whether only those with a body can
    "400": ("BadRequest", "It is not as it should be; `fields` says where.", False),
    "413": ("BodyTooLarge", "The body is larger than is taken here.", True),
    "429": ("TooManyRequests", "Too many requests; `Retry-After` says for how many seconds.", False),
}

_building = threading.Lock()
_built: CachedPage | None = None


def refusals(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """drf-spectacular's postprocessing hook: what every operation can be refused with."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Error"] = ERROR
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    components["responses"] = {name: {"description": says, "content": content} for name, says, _ in REFUSALS.values()}
    for path in result["paths"].values():
        for operation in path.values():
            for status, (name, _, with_body) in REFUSALS.items():
                if not with_body or "requestBody" in operation:
                    operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{name}"})
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
