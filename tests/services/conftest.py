"""Real PostgreSQL and Redis for the tests that ask for them.

Beside a developer who has neither, such tests are skipped with the reason; where CI is set they fail instead.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.needs import missing
from tests.running import Greenhouse, greenhouse
from tests.servers import PostgresServer, RedisServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    if not RedisServer.is_installed():
        missing("no redis-server on this machine")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def postgres_server() -> Iterator[PostgresServer]:
    if not PostgresServer.is_installed():
        missing("no PostgreSQL to start on this machine")
    with PostgresServer() as server:
        yield server


@pytest.fixture
def embedded(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Greenhouse]:
    """SQLite, no broker: everything by one command."""
    shutil.copytree(migrated_sqlite, tmp_path, dirs_exist_ok=True)
    with greenhouse(tmp_path) as installation:
        yield installation


@pytest.fixture
def production(tmp_path: Path, database_url: str, redis_server: RedisServer) -> Iterator[Greenhouse]:
    """PostgreSQL and Redis; the tests start the processes they need."""
    with greenhouse(tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_server.url) as installation:
        yield installation


@pytest.fixture(params=["embedded", pytest.param("production", marks=pytest.mark.services)])
def either_shape(request: pytest.FixtureRequest) -> Greenhouse:
    """The same test in both shapes."""
    installation: Greenhouse = request.getfixturevalue(request.param)
    return installation
