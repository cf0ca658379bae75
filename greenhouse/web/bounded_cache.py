"""The cache of a process that has no Redis: Django's, which counts entries, with a budget in bytes as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

if TYPE_CHECKING:
    from collections import OrderedDict

MOST_BYTES: Final = 8 * 1024 * 1024


class BoundedLocMemCache(LocMemCache):
    """Lets go of what expired, and then of what was least lately used.

    Pages are kept by version and by time: the older ones are never asked for again, and only asking would make Django
    drop them.
    """

    _cache: OrderedDict[str, bytes]  # pickled, the last used first
    _expire_info: dict[str, float | None]

    def _set(self, key: str, value: bytes, timeout: Any = DEFAULT_TIMEOUT) -> None:
        # django-stubs have what is public alone
        for expired in [each for each in self._cache if self._has_expired(each)]:  # type: ignore[attr-defined]
            self._delete(expired)  # type: ignore[attr-defined]
        super()._set(key, value, timeout)  # type: ignore[misc]
        weight = sum(map(len, self._cache.values()))
        while weight > MOST_BYTES and len(self._cache) > 1:
            oldest, dropped = self._cache.popitem()
            del self._expire_info[oldest]
            weight -= len(dropped)
