"""How the last days sounded, as far as the owner lets visitors know."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from weather.music import Shown, rounded
from weather.music_selectors import sharing, trends

if TYPE_CHECKING:
    from datetime import datetime

    from weather.music import Window

AMOUNTS_FROM = (Shown.ARTIST, Shown.TRACK)  # how much was heard when says more than a mood does


def listening_trends(*, now: datetime, days: int) -> dict[str, Any]:
    """The last days with their moods; nothing of them where the owner shows nothing. Three queries, else one."""
    shown = sharing()
    if shown == Shown.NOTHING:
        return {"shown": shown, "days": []}
    found = trends(now=now, over=timedelta(days=days))
    said = {
        "shown": shown,
        "days": [{"date": day, **_window(heard, shown)} for day, heard in found.days],
        "whole": _window(found.whole, shown),
        "genres": [family for family, _ in found.whole.families[:5]],
    }
    if shown in AMOUNTS_FROM:
        said["artists"] = [{"name": name, "plays": plays} for name, plays in found.artists]
    return said


def _window(heard: Window, shown: Shown) -> dict[str, Any]:
    said: dict[str, Any] = {
        "mood": heard.mood,
        "energy": None if heard.energy is None else rounded(heard.energy, shown),
        "valence": None if heard.valence is None else rounded(heard.valence, shown),
    }
    return said | ({"plays": heard.plays, "minutes": heard.minutes} if shown in AMOUNTS_FROM else {})
