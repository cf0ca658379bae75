"""Strict doors: an endpoint of our own refuses what it does not know or cannot use, and names it (400).

Bodies are read by a `StrictSerializer`, query parameters by a `Query`, and `operation` declares an endpoint's query
once, for the check and for the OpenAPI. Addresses of foreign protocols (hooks, editors) use none of this: they ignore
what they do not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db import models
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from common.parsers import MAX_NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from drf_spectacular.utils import OpenApiParameter
    from rest_framework.fields import Field
    from rest_framework.request import Request
    from rest_framework.response import Response

    Handler = Callable[..., Response]

ModelT = TypeVar("ModelT", bound=models.Model)

MOST_NAMED: Final = 20  # unknown fields that one answer names
LONGEST_NAME: Final = 100  # characters of such a name
MOST_ON_A_PAGE: Final = 100  # rows of a list
ERROR: Final = {"$ref": "#/components/schemas/Error"}  # as `greenhouse.web.openapi` describes it
WHOLE_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)")


class StrictFields(serializers.Serializer[Any]):
    """Refuses fields that are not there or cannot be set, and values that JSON would write otherwise.

    REST framework by itself drops the first, and takes `"5"` for 5 and 5 for `"5"`.
    """

    def to_internal_value(self, data: Any) -> Any:
        """The fields' values. Raises `ValidationError` that names every field that is wrong."""
        errors: dict[str, list[Any]] = self._strangers(data) if isinstance(data, Mapping) else {}
        if self.parent is not None and isinstance(data, Mapping):  # what is inside another is whole, in a PATCH too
            missing = {name: field for name, field in self.fields.items() if field.required and name not in data}
            errors |= {name: [field.error_messages["required"]] for name, field in missing.items()}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**self._by_field(error), **errors}) from error
        if errors:
            raise serializers.ValidationError(errors)
        return value

    def _strangers(self, data: Mapping[str, Any]) -> dict[str, list[Any]]:
        known = {name: field for name, field in self.fields.items() if not field.read_only}
        errors: dict[str, list[Any]] = {
            str(name)[:LONGEST_NAME]: [self._unknown(list(known))]
            for name in [name for name in data if name not in known][:MOST_NAMED]
        }
        for name, field in known.items():
            if data.get(name) is not None and (wanted := self._misfit(field, data[name])):
                errors[name] = [f"This has to be {wanted}."]
        return errors

    @staticmethod
    def _unknown(known: Sequence[str]) -> str:
        return f"Not known, or not to be set here. Known: {', '.join(known)}." if known else "Nothing can be set here."

    @staticmethod
    def _by_field(error: serializers.ValidationError) -> dict[str, Any]:
        return error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}

    @classmethod
    def _misfit(cls, field: Field[Any, Any, Any, Any], value: Any) -> str:
        """What the value should have been; empty where it is."""
        if isinstance(field, serializers.ListField) and isinstance(value, list):
            return next(
                (f"a list, each of it {wanted}" for one in value if (wanted := cls._misfit(field.child, one))), ""
            )
        if isinstance(field, serializers.BooleanField):
            return "" if isinstance(value, bool) else "true or false"
        if isinstance(field, (serializers.IntegerField, serializers.FloatField)):
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if isinstance(field, serializers.IntegerField):
                return "" if is_number and float(value).is_integer() else "a whole number"
            return "" if is_number else "a number"
        if isinstance(field, serializers.CharField):
            return "" if isinstance(value, str) else "a text"
        return ""


class StrictSerializer(StrictFields):
    """A body of an endpoint of our own."""


class StrictModelSerializer(StrictFields, serializers.ModelSerializer[Any]):
    """The same, with its fields as a model has them."""


class ModelOut(serializers.ModelSerializer[ModelT]):
    """An answer with its fields as a model has them, but for addresses: one that is empty is no URI."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.URLField: serializers.CharField,
    }


class Query(StrictFields):
    """The query parameters of an endpoint, each of them optional and given once; without fields, none."""

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """What a request asks for. Raises `ValidationError`."""
        query = cls(data=request.query_params.dict(), context={"request": request})
        query.is_valid(raise_exception=True)
        if twice := [name for name, values in request.query_params.lists() if len(values) > 1]:
            raise serializers.ValidationError({name: ["Once only."] for name in twice})
        return dict(query.validated_data)

    @staticmethod
    def _unknown(known: Sequence[str]) -> str:
        effect = "This parameter has no effect here."
        return f"{effect} Known: {', '.join(known)}." if known else effect

    @classmethod
    def _misfit(cls, field: Field[Any, Any, Any, Any], value: Any) -> str:
        if isinstance(field, serializers.BooleanField):
            return "" if value in ("true", "false") else "true or false"
        if isinstance(field, serializers.IntegerField):
            return "" if WHOLE_NUMBER.fullmatch(value) else "a whole number"
        return ""


class PageQuery(Query):
    """Which page of a list, as `greenhouse.web.rest.Pagination` reads it."""

    page = serializers.IntegerField(required=False, min_value=1, max_value=MAX_NUMBER)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=MOST_ON_A_PAGE)


def refusal(why: str) -> OpenApiResponse:
    """A refusal of its own that an endpoint declares among its `responses`, in the one shape of every error."""
    return OpenApiResponse(ERROR, description=why)


def operation(
    summary: str,
    *,
    query: type[Query] = Query,
    request: Any = None,
    parameters: Sequence[OpenApiParameter] = (),
    **described: Any,
) -> Callable[[Handler], Handler]:
    """Declare a view's method: for the OpenAPI as `extend_schema` does, and to be held to it.

    What the request asks for comes as `query`, where there is something to ask for. A body is refused where none is
    declared as `request`; where one is, the method reads it.
    """

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def checked(view: Any, asked: Request, *args: Any, **kwargs: Any) -> Response:
            said = query.of(asked)
            if query is not Query:
                kwargs["query"] = said
            if request is None and asked.method not in SAFE_METHODS and "json" in (asked.content_type or ""):
                StrictSerializer(data=asked.data).is_valid(raise_exception=True)
            return handler(view, asked, *args, **kwargs)

        takes: list[Any] = [*parameters, *([query] if query is not Query else [])]
        declared: Handler = extend_schema(summary=summary, parameters=takes, request=request, **described)(checked)
        return declared

    return decorate
