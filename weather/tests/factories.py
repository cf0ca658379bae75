"""Skies and music for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weather.drafts import SkyDraft
from weather.models import MusicMoment
from weather.sky import Condition

if TYPE_CHECKING:
    from datetime import timedelta

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def seen(condition: Condition = Condition.CLEAR, *, at: datetime = NOW, temperature: float | None = 20.0) -> SkyDraft:
    """A look at the sky."""
    return SkyDraft(observed_at=at, condition=condition, temperature=temperature)


def heard(
    energy: float | None, valence: float | None, acousticness: float | None = None, *, at: datetime = NOW
) -> MusicMoment:
    """A track that was played."""
    return MusicMoment.objects.create(
        source="spotify",
        external_id=f"track:{at.isoformat()}",
        title="A title nobody may learn",
        played_at=at,
        energy=energy,
        valence=valence,
        acousticness=acousticness,
    )


def every(step: timedelta, *, since: datetime, until: datetime) -> list[datetime]:
    """Moments at equal distances, the last before `until`."""
    moments = []
    while since < until:
        moments.append(since)
        since += step
    return moments
