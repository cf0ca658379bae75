"""What a test needs of the machine: skipped with the reason beside a developer who lacks it, failed where CI is set."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """End the test, as a failure where CI is set."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)
