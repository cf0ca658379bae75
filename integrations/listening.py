"""Which sources of music are worth a question now: often while music plays, rarely after a long silence.

Nothing of it is kept in memory. How long it has been silent stands in the plays, and when somebody asked in the runs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from integrations import registry, runs
from integrations.models import Account, SyncRun, SyncStatus
from weather import music_selectors
from weather.music import EVERY_FIVE, EVERY_MINUTE, pause_between
from weather.music_services import end_stale_plays

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from integrations.providers.base import Provider

PLAYERS: Final = ("spotify", "listenbrainz", "lastfm")
DESCRIBER: Final = "reccobeats"
EARLY: Final = timedelta(seconds=30)  # the schedule ticks by the minute, and not to the second


def due(*, now: datetime) -> Iterator[Provider]:
    """The players that are due, one after the other, then who describes what they told of.

    Read it while working on what it gives: the last one depends on what the others brought in.
    """
    end_stale_plays(now=now)
    for slug in PLAYERS:
        if _waited_for(slug, now) >= pause_between(music_selectors.silent_for(slug, now=now)) - EARLY and not _ended(
            slug
        ):
            yield registry.provider(slug)
            runs.forget_quiet(slug)
    if _waited_for(DESCRIBER, now) >= EVERY_MINUTE - EARLY and music_selectors.undescribed(asked=DESCRIBER, now=now):
        yield registry.provider(DESCRIBER)
        runs.forget_quiet(DESCRIBER)


def _waited_for(slug: str, now: datetime) -> timedelta:
    """Time since the last run; of a failed one only what is above the longest pause. One query."""
    last = SyncRun.objects.filter(provider=slug).order_by("-requested_at").first()
    if last is None:
        return timedelta.max
    waited = now - last.requested_at
    return waited - (EVERY_FIVE - EVERY_MINUTE) if last.status == SyncStatus.FAILED else waited


def _ended(slug: str) -> bool:
    """Whether only the owner can begin the connection again. One query."""
    return Account.objects.filter(provider=slug, needs_reconnect=True).exists()
