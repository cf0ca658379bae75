"""A machine whose own clock is not UTC, so that a time that is taken for a local one is seen to be wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

FAR_FROM_UTC = "Asia/Kathmandu"  # by 5:45 hours, which no other mistake comes to


@pytest.fixture(scope="package", autouse=True)
def _elsewhere() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", FAR_FROM_UTC)
        time.tzset()
        yield
    time.tzset()
