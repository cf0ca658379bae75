"""Real PostgreSQL and Redis for the tests that ask for them.

Beside a developer who has neither, such tests are skipped with the reason; where CI is set they fail instead.
"""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.needs import missing
from tests.running import Greenhouse, greenhouse
from tests.servers import PostgresServer, RedisServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432")


@contextmanager
def postgres_database(template: str = "template1") -> Iterator[str]:
    """The name of a fresh PostgreSQL database, dropped afterwards."""
    name = f"greenhouse_{uuid.uuid4().hex[:12]}"
    try:
        connection = psycopg.connect(f"{POSTGRES}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        missing(f"no PostgreSQL at {POSTGRES}: {error}")
    with connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield name
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def migrated_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database that was migrated once, to make others from."""
    with postgres_database() as name:
        Greenhouse(tmp_path_factory.mktemp("postgres"), {"DATABASE_URL": f"{POSTGRES}/{name}"}).manage("migrate")
        yield name


@pytest.fixture
def database_url(migrated_postgres: str) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    with postgres_database(template=migrated_postgres) as name:
        yield f"{POSTGRES}/{name}"


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
