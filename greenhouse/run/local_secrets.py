"""Secrets that a fresh installation makes for itself and keeps in its data directory."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_made: set[Path] = set()


def made_here() -> frozenset[Path]:
    """The files of all secrets that are kept in the data directory: what no other place has."""
    return frozenset(_made)


def read_or_make(path: Path) -> str:
    """The secret in `path`, made on first call and readable by its owner only.

    Two processes that start at once agree: the one that loses the race reads what the other wrote.
    Raises `OSError` when the directory cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    _made.add(path)
    return path.read_text().strip()
