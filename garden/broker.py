"""Telling a worker of work that waits in rows already: quick, and no harm where the broker is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerError

if TYPE_CHECKING:
    from celery import Task

# A request waits meanwhile: a broker that hangs is given up at once, and a sweep finds the row.
PUBLISHING: Final = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "max_retries": 0}

log = structlog.get_logger(__name__)


def send(task: Task[..., Any], *args: str) -> None:
    """Have a worker run `task`. Without a broker, or with one that is gone, the task's sweep does the work."""
    if not settings.REDIS_URL:
        return
    try:
        with current_app.connection_for_write(transport_options=PUBLISHING) as broker:
            task.apply_async(args, connection=broker)  # type: ignore[call-arg] # the stubs leave it out
    except BrokerError as error:
        log.warning("tasks.broker_gone", task=task.name, error=str(error))
