"""Telling a worker of work that waits in rows already: quick, and no harm where the broker is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerError

from common import breaker

if TYPE_CHECKING:
    from celery import Task

# A request waits meanwhile: a broker that hangs is given up at once, and a sweep finds the row.
PUBLISHING: Final = {
    "socket_timeout": breaker.REDIS_SECONDS,
    "socket_connect_timeout": breaker.REDIS_SECONDS,
    "max_retries": 0,
}


def send(task: Task[..., Any], *args: str) -> None:
    """Have a worker run `task`. Without a broker, or with one that is gone, the task's sweep does the work."""
    if not settings.REDIS_URL or not breaker.redis.allows():
        return
    try:
        with current_app.connection_for_write(transport_options=PUBLISHING) as broker:
            task.apply_async(args, connection=broker)  # type: ignore[call-arg] # the stubs leave it out
    except BrokerError as error:
        breaker.redis.failed(error)
    else:
        breaker.redis.succeeded()
