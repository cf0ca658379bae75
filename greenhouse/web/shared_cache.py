"""The cache that all processes share in Redis: one that is gone, or hangs, costs nobody more than the work it saves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from common import breaker

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")


class SharedCache(RedisCache):
    """Keeps nothing while Redis is gone: what is asked for is missing, and what is handed in is let go."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _answer(default, super().get, key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        _answer(None, super().set, key, value, timeout, version)


def _answer(without: Answer, operation: Callable[..., Answer], *arguments: Any) -> Answer:
    if not breaker.redis.allows():
        return without
    try:
        answer = operation(*arguments)
    except RedisError as error:
        breaker.redis.failed(error)
        return without
    breaker.redis.succeeded()
    return answer
