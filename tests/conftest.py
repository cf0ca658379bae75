"""What tests with real processes start from."""

from __future__ import annotations

import os
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.needs import missing
from tests.running import Greenhouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that was migrated once, to make others from."""
    directory = tmp_path_factory.mktemp("sqlite")
    Greenhouse(directory, {}).manage("migrate", "--verbosity", "0")
    return directory


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
