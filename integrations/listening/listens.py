"""What a player submits, by ListenBrainz's protocol, read with patience. Pure.

Of a listen, the track is kept and when it was heard; of its further fields the length, ids and tags.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from integrations.items import UNREADABLE, BrokenItem, noting, read_each
from integrations.providers.listenbrainz import play_of
from integrations.providers.music import at
from weather.drafts import NowDraft, PlayDraft
from weather.music import EVERY_FIVE, SLACK, STILL_SOUNDS

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_AT_ONCE: Final = 1000  # listens, as ListenBrainz has it
LISTENS_BODY: Final = 10_000 * 1024  # bytes of them
EARLIEST: Final = datetime(2002, 10, 1, tzinfo=UTC)  # before Last.fm there were none to be told of
KINDS: Final = ("single", "playing_now", "import")


class Refused(ValueError):
    """A submission of which nothing can be kept; the text says why."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What was submitted: plays of the past or the one of this moment, and what could not be read."""

    plays: Sequence[PlayDraft] = ()
    now: NowDraft | None = None
    broken: Sequence[BrokenItem] = ()


def read(said: Any, *, now: datetime) -> Submission:
    """The submission in one JSON value. Raises `Refused` where nothing in it can be kept."""
    kind, payload = (said.get("listen_type"), said.get("payload")) if isinstance(said, dict) else (None, None)
    if kind not in KINDS:
        raise Refused(f"`listen_type` is one of {', '.join(KINDS)}.")
    if not isinstance(payload, list) or not payload:
        raise Refused("`payload` is a list of listens.")
    if len(payload) > MOST_AT_ONCE:
        raise Refused(f"{len(payload)} listens are too many at once; {MOST_AT_ONCE} are taken. None of these was kept.")
    if kind != "import" and len(payload) > 1:
        raise Refused(f"A submission of type {kind} has one listen. Several belong into an import.")
    with noting() as broken:
        try:
            plays = read_each(payload, lambda item: _listen(item, kind, now), called="listen")
        except UNREADABLE as error:
            raise Refused(f"No listen could be read: {broken[-1].why}.") from error
    if kind == "playing_now":
        return Submission(now=_now(plays[0], now))
    return Submission(plays=plays, broken=broken)


def _listen(item: Any, kind: str, now: datetime) -> PlayDraft:
    _check_shape(item)
    if kind == "playing_now":
        return play_of(item, now, exact=False)
    if "listened_at" not in item:
        raise ValueError("`listened_at` is missing")
    moment = at(item["listened_at"])
    if moment < EARLIEST:
        raise ValueError("`listened_at` lies before October 2002")
    if moment > now + EVERY_FIVE:
        raise ValueError("`listened_at` lies in the future: is the clock of that player right?")
    return play_of(item, moment)


def _check_shape(item: Any) -> None:
    """Raises `ValueError` that names what is not as the protocol has it."""
    told = item.get("track_metadata") if isinstance(item, dict) else None
    if not isinstance(told, dict):
        raise ValueError("`track_metadata` is missing, or is no object")
    for name in ("artist_name", "track_name"):
        if isinstance(told.get(name), list | dict):
            raise ValueError(f"`{name}` is one text")
    for name in ("additional_info", "mbid_mapping"):
        if not isinstance(told.get(name) or {}, dict):
            raise ValueError(f"`{name}` is no object")


def _now(playing: PlayDraft, now: datetime) -> NowDraft:
    """Nobody says when it ends, so it is over with its length."""
    length = timedelta(seconds=playing.duration) if playing.duration else STILL_SOUNDS
    return NowDraft(replace(playing, played_at=now), ends_at=now + length + SLACK)
