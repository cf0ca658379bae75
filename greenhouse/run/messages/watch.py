"""The web process writes to the owner where nobody else does: a worker that is dead cannot say so itself."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import structlog
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from common.database import connection_given_back
from greenhouse.run import task_health
from greenhouse.run.messages.noticing import tell_owner

if TYPE_CHECKING:
    from datetime import datetime

LOOK_SECONDS: Final = 60.0

log = structlog.get_logger(__name__)


def stand_in(now: datetime) -> int:
    """Tell the owner in place of the task for it, while tasks do not run. Returns how many messages went out."""
    return tell_owner(now=now) if any(one.stops_all for one in task_health.troubles(now)) else 0


def start() -> None:
    """Look once a minute from now on, in a thread that ends with the process."""
    threading.Thread(target=_watch, name="messages-watch", daemon=True).start()


def _watch() -> None:
    stopped = threading.Event()
    while not stopped.wait(LOOK_SECONDS):
        look()


@connection_given_back()
def look() -> None:
    """Look once. Whatever goes wrong is written into the log, and the next look is as if it had not."""
    try:
        stand_in(timezone.now())
    except (DatabaseError, InterfaceError) as error:
        log.debug("messages.no_database", error=str(error))
    except Exception:
        log.exception("messages.look_failed")
