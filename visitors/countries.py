"""The country of an address, from a file that the owner gives. The address is looked at, never stored."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import structlog
from django.conf import settings

if TYPE_CHECKING:
    import maxminddb

log = structlog.get_logger(__name__)


def country_of(address: str) -> str:
    """Two letters, in capitals; empty where no file is given, or the file does not know."""
    reader = _reader(settings.GEOIP_FILE)
    if reader is None:
        return ""
    try:
        found = reader.get(address)
    except ValueError:  # no address, or one of another kind than the file has
        return ""
    country = found.get("country") if isinstance(found, dict) else None
    code = country.get("iso_code") if isinstance(country, dict) else country
    return code.upper() if isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha() else ""


@cache
def _reader(path: str) -> maxminddb.Reader | None:
    """The file, mapped into memory once a process: a look-up then takes a microsecond or two."""
    if not path:
        return None
    import maxminddb

    try:
        return maxminddb.open_database(path)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        log.warning("geoip.unreadable", path=path, error=str(error))
        return None
