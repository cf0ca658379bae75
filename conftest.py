"""What every test starts from: nobody counted yet, nothing cached, no state kept from another test's garden."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.migrations.executor import MigrationExecutor
from django.test import override_settings

from common import breaker
from greenhouse import state
from greenhouse.past_days import past_days
from greenhouse.run import summary
from greenhouse.web import rest
from integrations.coding import day_cache
from tests import fuzzing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


fuzzing.load_profile()


@pytest.fixture(scope="session", autouse=True)
def _console_registered() -> None:
    """The admin registers its models with the routes: without them, a test over all models would look at none."""
    import_module(settings.ROOT_URLCONF)


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """A good hash takes a quarter of a second, and tests make hundreds of accounts. Ours can still be read."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    """PostgreSQL gives each table that it truncates a new file and waits for the disk; few rows are deleted sooner."""

    def deletes(self: DatabaseOperations, _style: Any, tables: Sequence[str], **_options: Any) -> list[str]:
        emptied = (f"DELETE FROM {self.quote_name(table)}" for table in tables)  # noqa: S608 - Django names them
        return ["; ".join(emptied)] if tables else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", deletes)
        yield


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    breaker.database.reset()
    breaker.redis.reset()
    rest.limiter.cache_clear()
    state.invalidate()
    past_days.clear()
    day_cache.forget()
    for cache in caches:
        caches[cache].clear()


@pytest.fixture
def migrate(transactional_db: None) -> Iterator[Callable[..., Any]]:
    """Goes to one migration an app and returns the models of that time; in the end everything is up to date again."""

    def to(**names: str) -> Any:
        targets = list(names.items())
        executor = MigrationExecutor(connection)
        executor.migrate(targets)
        return MigrationExecutor(connection).loader.project_state(targets).apps

    summary.take_down(connection)
    yield to
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    summary.put_up(connection)
