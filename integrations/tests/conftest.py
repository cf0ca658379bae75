"""What the tests of the outside world share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common import breaker
from integrations.tests.github_stub import Account, Stub, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A server on loopback that knows nothing yet."""
    with serving() as started:
        yield started


@pytest.fixture
def ada(stub: Stub, settings: Settings) -> Account:
    """An account on the stub, connected without a token."""
    settings.GITHUB_API_URL = stub.url
    settings.GITHUB_USERNAME = "ada"
    settings.GITHUB_TOKEN = ""
    settings.GITHUB_RATE_LIMIT = 10_000
    settings.ENABLE_GITHUB_INTEGRATION = True
    settings.ENABLE_MOCK_DATA = False
    return Account(stub, "ada")


@pytest.fixture
def _redis_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker is asked although limits and cache have found the Redis of the test's settings gone."""
    monkeypatch.setattr(breaker.redis, "allows", lambda: True)
