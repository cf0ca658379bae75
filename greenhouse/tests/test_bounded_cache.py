"""The cache of a process that has no Redis, and its budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from greenhouse.web import bounded_cache
from greenhouse.web.bounded_cache import BoundedLocMemCache

if TYPE_CHECKING:
    from collections.abc import Iterator

KILOBYTE = b"x" * 1024


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[BoundedLocMemCache]:
    """Room for three kilobytes and what belongs to them."""
    monkeypatch.setattr(bounded_cache, "MOST_BYTES", 3500)
    cache = BoundedLocMemCache("a cache of tests", {})
    yield cache
    cache.clear()


def test_what_was_least_lately_used_goes_when_the_bytes_are_too_many(small: BoundedLocMemCache) -> None:
    for name in ("first", "second", "third"):
        small.set(name, KILOBYTE)
    small.get("first")
    small.set("fourth", KILOBYTE)
    assert [small.has_key(name) for name in ("first", "second", "third", "fourth")] == [True, False, True, True]


def test_what_expired_takes_no_room(small: BoundedLocMemCache) -> None:
    small.set("kept", KILOBYTE)
    small.set("expired", KILOBYTE, timeout=0)
    small.set("kept_as_well", KILOBYTE)
    assert list(small._cache) == [small.make_key("kept_as_well"), small.make_key("kept")]


def test_what_is_larger_than_the_budget_is_kept_alone(small: BoundedLocMemCache) -> None:
    small.set("small", KILOBYTE)
    small.set("large", KILOBYTE * 9)
    assert small.get("large") == KILOBYTE * 9
    assert small.get("small") is None


def test_what_is_written_again_counts_once(small: BoundedLocMemCache) -> None:
    small.set("kept", KILOBYTE)
    for _ in range(9):
        small.set("again", KILOBYTE)
    assert small.get("kept") == KILOBYTE
