"""What tests with real processes start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.running import Greenhouse

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that was migrated once, to make others from."""
    directory = tmp_path_factory.mktemp("sqlite")
    Greenhouse(directory, {}).manage("migrate", "--verbosity", "0")
    return directory
