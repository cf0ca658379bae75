"""`Idempotency-Key`: a request that is sent again is answered again, and done once."""

from __future__ import annotations

import functools
import hashlib
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException, ParseError
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from common.permissions import is_owner, owner_of
from garden.models import IdempotentReply
from visitors.services import day_id_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.request import Request

MIN_KEY, MAX_KEY = 8, 200  # characters; a key should be random, such as a UUID
HEADER = "Idempotency-Key"
SCOPE_LENGTH = 120
PARAMETER = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": MIN_KEY, "maxLength": MAX_KEY, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="Random; a repeated request with it is done once.",
)

View = TypeVar("View")
Arguments = ParamSpec("Arguments")


class KeyReused(APIException):
    """The same key came with another request."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key was used for a different request. Use a new one."


def idempotent(
    handler: Callable[Concatenate[View, Request, Arguments], Response],
) -> Callable[Concatenate[View, Request, Arguments], Response]:
    """Run a view's handler once per key and caller; a second request gets the first answer, with `Idempotent-Replay`.

    The reply is written in the handler's own transaction: two requests at once cannot both run it, and a failed one
    leaves no trace. Requests without the header pass through.
    """

    @functools.wraps(handler)
    def wrapper(view: View, request: Request, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(view, request, *args, **kwargs)
        if not _is_key(key):
            raise ParseError(f"{HEADER} must be {MIN_KEY} to {MAX_KEY} printable ASCII characters.")
        scope = _scope(request, key)
        digest = hashlib.sha256(json.dumps(request.data, sort_keys=True).encode()).hexdigest()
        try:
            with transaction.atomic():
                # The placeholder holds the key: a twin waits here until this transaction ends.
                reply = IdempotentReply.objects.create(
                    key=key, scope=scope, request_hash=digest, status_code=0, body={}, created_at=timezone.now()
                )
                response = handler(view, request, *args, **kwargs)
                reply.status_code = response.status_code
                reply.body = json.loads(json.dumps(response.data, cls=JSONEncoder))
                reply.save(update_fields=["status_code", "body"])
                return response
        except IntegrityError:
            first = IdempotentReply.objects.filter(key=key, scope=scope).first()
            if first is None:  # the conflict was the handler's own
                raise
            return _replay(first, digest)

    return wrapper


def is_repeat(request: Request) -> bool:
    """Whether a request's key has its answer already. One query where there is a key."""
    key = request.headers.get(HEADER, "")
    return _is_key(key) and IdempotentReply.objects.filter(key=key, scope=_scope(request, key)).exists()


def _is_key(key: str) -> bool:
    return MIN_KEY <= len(key) <= MAX_KEY and key.isascii() and key.isprintable()


def _scope(request: Request, key: str) -> str:
    """The endpoint and whose key it is: the owner's account, or the visitor of the day.

    The visitor is hashed together with the key, so that two replies do not tell that one visitor asked for both.
    """
    if is_owner(request):
        caller = owner_of(request)
    else:
        pseudonym = day_id_of(request._request, now=timezone.now())
        caller = hashlib.sha256(f"{pseudonym} {key}".encode()).hexdigest()[:32]
    return f"{request.method} {request.path.rstrip('/')} {caller}"[:SCOPE_LENGTH]


def _replay(reply: IdempotentReply, digest: str) -> Response:
    if reply.request_hash != digest:
        raise KeyReused
    body: Any = reply.body
    return Response(body, status=reply.status_code, headers={"Idempotent-Replay": "true"})
