"""How every process logs: structured lines on standard error, the levels as the settings give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog

from greenhouse.run.redaction import in_one_line, without_secrets, without_user_agent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from logging import LogRecord

PROCESSORS: Final[list[Any]] = [
    structlog.contextvars.merge_contextvars,  # request_id, of the request, its tasks or the socket
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    without_user_agent,
    without_secrets,  # after the traceback is text: an error may name the address it happened at
]


def configured(
    level: str, levels: Mapping[str, str], log_format: str, *, is_news: Callable[[LogRecord], bool]
) -> dict[str, Any]:
    """`LOGGING`: everything at `level`, and each logger of `levels` at its own.

    Of failed requests, those are told of that `is_news` lets through.
    """
    quiet = "INFO" if level == "DEBUG" else level  # of libraries that tell too much at DEBUG
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": structlog.dev.ConsoleRenderer(
                    colors=False, exception_formatter=structlog.dev.plain_traceback
                )
                if log_format == "console"
                else structlog.processors.JSONRenderer(),
                "foreign_pre_chain": PROCESSORS,
            }
        },
        "filters": {"news": {"()": lambda: is_news}, "in_one_line": {"()": lambda: in_one_line}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # The layer writes a traceback a second while Redis is gone, the pool a line a second while PostgreSQL is; a
            # breaker writes one line of each.
            "channels_redis": {"level": "CRITICAL"},
            "psycopg.pool": {"level": "ERROR"},
            # At DEBUG it writes every address that other services are asked at; what they said is in our own lines.
            "urllib3": {"level": quiet},
            "django": {"level": quiet, "handlers": []},  # else Django's own level holds, whatever ours is
            # Requests are told of by django_structlog, once each; an error that it did not see is told of here.
            "django.request": {"level": "ERROR", "filters": ["news"]},
            "django_structlog.middlewares.request": {"filters": ["news"]},
            "django_structlog.celery": {"level": "CRITICAL"},  # Celery tells of tasks itself; the request's id is there
            "django.security.DisallowedHost": {"filters": ["in_one_line"]},
            **{logger: {"level": said} for logger, said in levels.items()},
        },
    }


def use_structlog() -> None:
    """Have structlog's lines go the way of the library's own."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
