"""The columns that a group is written into, for both databases. Names of our own alone go into these texts."""

from __future__ import annotations

from typing import Final

from visitors.sessions import Visit

STEP: Final = ("session_id", "at", "kind", "project_id", "area", "x", "z", "duration", "scroll_depth", "context")
VISIT: Final = tuple(Visit.__dataclass_fields__)
INTO_STEP: Final = f"visitors_step ({', '.join(STEP)})"
INTO_VISIT: Final = f"visitors_session ({', '.join(VISIT)})"
ON_CONFLICT: Final = "on conflict (id) do update set " + ", ".join(
    f"{name} = excluded.{name}" for name in VISIT if name != "id"
)
