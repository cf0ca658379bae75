"""GitHub's own payloads and recorded exchanges, which lie beside the project."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

GITHUB = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "github"


def recorded(name: str) -> list[dict[str, Any]]:
    """The exchanges of one recording, in their order."""
    path = GITHUB / "recorded" / name
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    exchanges: list[dict[str, Any]] = json.loads(text)
    return exchanges


def rest(name: str) -> Any:
    """The published body of one endpoint."""
    return json.loads((GITHUB / "rest" / name).read_bytes())
