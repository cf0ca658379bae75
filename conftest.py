"""What every test starts from: nobody counted yet, nothing cached, no state kept from another test's garden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings

from garden import breaker
from greenhouse import state
from greenhouse.web import rest
from integrations.coding import day_cache

if TYPE_CHECKING:
    from collections.abc import Iterator


# How long an example takes says something about the machine, and nothing about the code.
hypothesis.settings.register_profile("greenhouse", deadline=None)
hypothesis.settings.load_profile("greenhouse")


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """A good hash takes a quarter of a second, and tests make hundreds of accounts. Ours can still be read."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    ):
        yield


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    breaker.database.reset()
    breaker.redis.reset()
    rest.limiter.cache_clear()
    state.invalidate()
    state.past_day.cache_clear()
    day_cache.forget()
    cache.clear()
