"""`garden_summary`: a row for each plant that everybody sees, for whoever asks the database itself.

On PostgreSQL a materialized view, worked out anew once an hour and at setup; on SQLite a view, and so of this moment.
Migrations do not hold it: a view that looks at a table stops every later change of that table (PostgreSQL refuses other
types of columns, and SQLite the renaming that Django alters a table by). It is taken down before migrations run and put
up again after them, once all of them have run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate, pre_migrate

from garden.models import STANDING, GrowthLog, Project
from garden.vocabulary import Visibility
from visitors.models import Session

if TYPE_CHECKING:
    from django.apps import AppConfig
    from django.db.backends.base.base import BaseDatabaseWrapper

NAME: Final = "garden_summary"

# Seconds by plant of every visit that is kept: whose they are is a key of JSON.
TIMES: Final = {
    "postgresql": (
        "SELECT spent.key::uuid AS project_id, AVG(spent.value::double precision) AS seconds "
        "FROM {visits}, jsonb_each_text({visits}.time_spent_per_project) AS spent "
        "WHERE {visits}.set_aside = '' GROUP BY spent.key"
    ),
    "sqlite": (
        "SELECT REPLACE(spent.key, '-', '') AS project_id, AVG(spent.value) AS seconds "
        "FROM {visits}, json_each({visits}.time_spent_per_project) AS spent "
        "WHERE {visits}.set_aside = '' GROUP BY spent.key"
    ),
}
# The rule of `ProjectQuerySet.in_garden`, which the database cannot ask.
ROWS: Final = """
SELECT plant.id, plant.slug, plant.name, plant.growth_stage,
       plant.position_x, plant.position_y, plant.position_z,
       (SELECT COUNT(*) FROM {log} WHERE {log}.project_id = plant.id) AS growth_events,
       visited.seconds AS avg_visit_time
FROM {plants} AS plant LEFT JOIN ({times}) AS visited ON visited.project_id = plant.id
WHERE plant.visibility = '{public}' AND NOT plant.hidden_by_source AND plant.status IN ({standing})
"""


def refresh(using: str = "default") -> bool:
    """Work it out anew while it goes on being read. Returns whether that was needed: a plain view is never old.

    Raises:
        ProgrammingError: It is not there, since migrations are missing.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {NAME}")
    return True


def install(app: AppConfig) -> None:
    """Have it taken down and put up around the migrations, once each time: with those of `app`."""
    pre_migrate.connect(_before, sender=app, dispatch_uid=NAME)
    post_migrate.connect(_after, sender=app, dispatch_uid=NAME)


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Drop it, if it is there."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP {_kind(connection)} IF EXISTS {NAME}")


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Create and fill it, unless it is there, or the tables are those of another release."""
    with connection.cursor() as cursor:
        if any(table.name == NAME for table in connection.introspection.get_table_list(cursor)):
            return
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        # Of two processes that set up at once, one makes it.
        cursor.execute(f"CREATE {_kind(connection)} IF NOT EXISTS {NAME} AS {_rows(connection.vendor)}")
        if connection.vendor == "postgresql":  # without the index, refreshing locks readers out
            cursor.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS {NAME}_id ON {NAME} (id)")


def _before(*, using: str, **_signal: Any) -> None:
    take_down(connections[using])  # without a migration as well: this release may have another rule of what is in it


def _after(*, using: str, **_signal: Any) -> None:
    put_up(connections[using])


def _kind(connection: BaseDatabaseWrapper) -> str:
    return "MATERIALIZED VIEW" if connection.vendor == "postgresql" else "VIEW"


def _rows(vendor: str) -> str:
    """The query behind it; a view takes no parameters, and these are words of ours."""
    return ROWS.format(
        plants=Project._meta.db_table,
        log=GrowthLog._meta.db_table,
        times=TIMES[vendor].format(visits=Session._meta.db_table),
        public=Visibility.PUBLIC.value,
        standing=", ".join(f"'{status.value}'" for status in STANDING),
    )
