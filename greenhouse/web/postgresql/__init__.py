"""PostgreSQL for requests: they wait for an answer a moment, and not at all while the server is known to be gone."""

from __future__ import annotations

from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections

ENGINE: Final = "django.db.backends.postgresql"
ANSWER_SECONDS: Final = 1.5  # without any answer, until the server is taken to be gone
POOL_SECONDS: Final = 1.5  # until a connection is free, or it is looked whether the server still answers
BUSY_SECONDS: Final = 10.0  # in all until one is free, while the server answers others
CONNECT_SECONDS: Final = 2  # the least that libpq knows; only the pool's own threads wait for it
RECONNECT_SECONDS: Final = 2  # later the pool tries when somebody wants a connection, instead of ever more rarely
STATEMENT_SECONDS: Final = 10  # then the server ends a statement itself
LOCK_SECONDS: Final = 5


def bound_waits() -> None:
    """Use this backend in this process. Before the first connection; another database is left as it is."""
    database = connections.settings[DEFAULT_DB_ALIAS]
    if database["ENGINE"] != ENGINE:
        return
    from greenhouse.web.postgresql.base import Connection  # here, as processes without PostgreSQL carry no driver

    database["ENGINE"] = __name__
    database["CONN_HEALTH_CHECKS"] = True  # connections that a restart left behind are noticed before they are used
    options, pool = database["OPTIONS"], database["OPTIONS"].get("pool")
    timeouts = f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s"
    database["OPTIONS"] = {
        "connect_timeout": CONNECT_SECONDS,
        **options,
        "options": f"{timeouts} {options.get('options', '')}".strip(),  # the later of two words for one thing holds
        "pool": {
            **(pool if isinstance(pool, dict) else {}),
            "timeout": POOL_SECONDS,
            "reconnect_timeout": RECONNECT_SECONDS,
            "connection_class": Connection,
        },
    }
