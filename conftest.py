"""What every test starts from: nobody counted yet, nothing cached, no state kept from another test's garden."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from greenhouse import rest, state
from integrations.coding import told


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    rest.limiter.cache_clear()
    state.invalidate()
    told.forget()
    cache.clear()
