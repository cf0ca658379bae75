"""Keys and places that travel in an address, and what is the visitors', stay out of logs and reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from common.redaction import without_keys

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from logging import LogRecord

LONGEST: Final = 300  # characters of a line `in_one_line`
_KEY_OF_A_SEED = re.compile(r"(/seeds/)[^/?\s\"']+")


def without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog's processor: every text of a line without what an address in it tells of keys, sign-ins and places."""
    for name, said in event.items():
        if isinstance(said, str):
            event[name] = redacted(said)
    return event


def without_user_agent(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog's processor: what a visitor's browser says of itself is not written down."""
    event.pop("user_agent", None)
    return event


def in_one_line(record: LogRecord) -> bool:
    """A filter that keeps every record, as a line that ends: its traceback is left out, and what is beyond `LONGEST`.

    What a stranger sends stands in it, as the name that a request calls this machine by.
    """
    record.exc_info = record.exc_text = None
    said = record.getMessage()
    if len(said) > LONGEST:
        record.msg, record.args = f"{said[:LONGEST]}…", ()
    return True


def redacted(text: str) -> str:
    """The text, with the names of what its addresses carry and without the values."""
    return _KEY_OF_A_SEED.sub(r"\1…", without_keys(text))
