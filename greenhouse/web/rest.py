"""What every REST answer has in common: pages, errors, incoming limits."""

from __future__ import annotations

import math
import time
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.crypto import salted_hmac
from django.views.decorators.csrf import csrf_exempt
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from rest_framework import exceptions, status
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from common import breaker
from common.permissions import is_owner, owner_of
from common.strict import MOST_ON_A_PAGE
from visitors.addresses import address_of
from visitors.idempotency import is_repeat
from visitors.privacy import network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from limits.storage import Storage
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Pagination(PageNumberPagination):
    """`page` and `page_size`, as `common.strict.PageQuery` lets them in."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = MOST_ON_A_PAGE


def error_body(code: str, message: str, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The one shape of every error."""
    return {"error": {"code": code, "message": message, "fields": dict(fields or {})}}


def error_response(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: the error shape for everything a request can do wrong; the rest is a 500 elsewhere.

    Who was not let in has not been counted yet, since that comes before the limits: it is made up for here, or keys
    could be guessed without end.
    """
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    if (
        isinstance(error, (exceptions.AuthenticationFailed, exceptions.NotAuthenticated))
        and (view := context["view"]).get_authenticators()
    ):
        seconds = limiter().hit(_scope_of(view), address_of(context["request"]._request))
        error = error if seconds is None else exceptions.Throttled(seconds)
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(math.ceil(wait))
    return Response(_body_of(error), status=error.status_code, headers=headers)


def _body_of(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        details = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        return error_body("invalid", "Some fields are not as they should be.", details)
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    if isinstance(error.detail, dict):  # the JWT library answers with a dictionary of its own
        code = str(error.detail.get("code", code))
        return error_body(code, str(error.detail.get("detail", error.default_detail)))
    return error_body(code, str(error.detail))


@csrf_exempt  # who posts to a wrong address is told so, and not about a cookie
def api_not_found(request: HttpRequest, path: str = "") -> JsonResponse:
    """404 in the error shape, for addresses under `/api/` that lead nowhere."""
    return JsonResponse(error_body("not_found", "There is nothing at this address."), status=status.HTTP_404_NOT_FOUND)


def _redis_storage(url: str) -> Storage:
    """Counters in Redis that give up quickly: a request must not wait for a server that is gone."""
    seconds = breaker.REDIS_SECONDS
    storage = storage_from_string(url, wrap_exceptions=True, socket_connect_timeout=seconds, socket_timeout=seconds)
    return cast("Storage", storage)  # the function's other kind is for asynchronous addresses only


class Limiter:
    """Counts requests by scope and client: across processes with Redis, in this process without or while it is gone."""

    def __init__(self, redis_url: str) -> None:
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._shared = FixedWindowRateLimiter(_redis_storage(redis_url)) if redis_url else None

    def hit(self, scope: str, client: str) -> float | None:
        """Count one request of an address. Returns `None` if it may pass, else the seconds until the next may."""
        return self.hit_limit(limit_of(scope), scope, network(client))

    def hit_limit(self, limit: RateLimitItem, scope: str, client: str) -> float | None:
        """`hit` for a limit that is no setting, and a client that is no address."""
        if not settings.ENABLE_RATE_LIMITING:
            return None
        client = _unreadable(client)
        if self._shared is not None and breaker.redis.allows():
            try:
                wait = self._wait(self._shared, limit, scope, client)
            except StorageError as error:
                breaker.redis.failed(error)
            else:
                breaker.redis.succeeded()
                return wait
        return self._wait(self._own, limit, scope, client)

    @staticmethod
    def _wait(limiter: FixedWindowRateLimiter, limit: RateLimitItem, scope: str, client: str) -> float | None:
        if limiter.hit(limit, scope, client):
            return None
        wait = limiter.get_window_stats(limit, scope, client).reset_time - time.time()
        if wait > limit.get_expiry():  # the window began while the clock was ahead, and would last until then
            limiter.clear(limit, scope, client)
            limiter.hit(limit, scope, client)
            return None
        return max(1.0, wait)


def _unreadable(client: str) -> str:
    """What a client is counted under. No address is kept: Redis has it for the limit's window, its file for longer.

    So short that 256 addresses of IPv4 share one, also for who knows the key; two that ask at once hardly ever do.
    """
    return salted_hmac("greenhouse.limits", client, algorithm="sha256").hexdigest()[:6]


@cache
def limit_of(scope: str) -> RateLimitItem:
    """The limit that `RATE_LIMIT_<scope>` sets."""
    return parse(settings.RATE_LIMITS[scope])


def _scope_of(view: APIView) -> str:
    scope: str = getattr(view, "limit_scope", "read")
    return scope


@cache
def limiter() -> Limiter:
    """This process's limiter."""
    return Limiter(settings.REDIS_URL)


class ScopedLimit(BaseThrottle):
    """Applies the limit that a view names as `limit_scope`; views without one are read endpoints.

    The owner has a limit by account instead; by token, views with an `owner_limit_scope` have that one, each by itself,
    so that it never stops the console, which is signed in by session. A repeat with its `Idempotency-Key` does nothing,
    and counts as a read.
    """

    _wait: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        if is_owner(request):
            own = getattr(view, "owner_limit_scope", None) if request.auth else None
            client = owner_of(request)
            self._wait = (
                limiter().hit(own, f"{client} {type(view).__name__}") if own else limiter().hit("owner", client)
            )
        else:
            scope = "read" if is_repeat(request) else _scope_of(view)
            self._wait = limiter().hit(scope, address_of(request._request))
        return self._wait is None

    def wait(self) -> float | None:
        """Seconds until the client may ask again."""
        return self._wait
