"""Third-party text made fit to store: what PostgreSQL and JSON cannot hold is taken out, the rest stays as it was."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str, limit: int | None = None) -> str:
    """`text` without NUL and lone surrogates, cut to `limit` characters."""
    clean = _UNSTORABLE.sub("", text)
    return clean if limit is None else clean[:limit]
