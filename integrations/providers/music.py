"""What the providers of music share: their pace, and reading features, moments and lengths that may be odd. Pure."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from common.text import storable
from integrations.items import UNREADABLE, moment_of, number, plain_text, unit
from integrations.providers.base import Connection, Provider, SourceState
from weather.audio_features import Features
from weather.music import EVERY_MINUTE, pause_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from integrations.http import Http

LONGEST_LENGTH = 86_400.0  # seconds
LONGEST_NAME = 300  # characters of an artist or a title; more is none
FASTEST = 400.0  # beats a minute; more is a mistake of the measuring


class Player(Provider):
    """A service that knows what plays: asked often while something does, rarely after a long silence."""

    every = EVERY_MINUTE

    def min_interval(self, state: SourceState) -> timedelta | None:
        return pause_between(state.silent_for())


class Describer(Provider):
    """A service that tells what tracks are like that others played. It needs no account."""

    docs = "docs/music.md"
    every = EVERY_MINUTE
    has_account = False
    describes_others = True
    probe: ClassVar[tuple[str, Mapping[str, str]]]  # path and parameters that it answers to, whatever it knows

    def missing(self, connection: Connection) -> str:
        return ""

    def min_interval(self, state: SourceState) -> timedelta | None:
        return timedelta() if state.undescribed() else None

    def headers(self, connection: Connection) -> dict[str, str]:
        return {"Accept": "application/json"}

    def check(self, http: Http, connection: Connection) -> str:
        path, params = self.probe
        found = self.found_in(http.get(path, params=params).data)
        return f"{self.label} answers{'' if found else ', although it does not know the track that was asked for'}."

    def found_in(self, said: Any) -> Any:
        """What it knows of the track that was asked for; empty where it knows nothing. Raises what `parse` may."""
        return said


def features_of(said: Mapping[str, Any]) -> Features | None:
    """The audio features of one track, in the shape that Spotify made common. `None` without energy and valence."""
    energy, valence = unit(said.get("energy")), unit(said.get("valence"))
    if energy is None or valence is None:
        return None
    tempo = number(said.get("tempo"))
    return Features(
        energy=energy,
        valence=valence,
        acousticness=unit(said.get("acousticness")),
        danceability=unit(said.get("danceability")),
        instrumentalness=unit(said.get("instrumentalness")),
        tempo=tempo if tempo is not None and 0 < tempo < FASTEST else None,
    )


def seconds(milliseconds: Any) -> float | None:
    """A length that a service gives in milliseconds; `None` for none, and for more than a day, which is a mistake."""
    found = number(milliseconds)
    return found / 1000 if found and 0 < found <= LONGEST_LENGTH * 1000 else None


def named(artist: Any, title: Any) -> tuple[str, str, str]:
    """Artist and title as texts, and what both come to. Raises `ValueError` without a title; some have no artist."""
    who, what = (storable(plain_text(name).strip(), LONGEST_NAME).strip() for name in (artist, title))
    if not what:
        raise ValueError("it has no title")
    return who, what, f"{who} – {what}"


def texts(values: Any) -> list[str]:
    """The texts in a list; whatever else is in it is left out."""
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def at(stamp: Any) -> datetime:
    """The moment of seconds since 1970, given as a number or as digits. Raises `ValueError`."""
    try:
        return moment_of(int(stamp))
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError("its time is no number of seconds since 1970") from error


def newest_of(items: Iterable[Any], stamp: Callable[[Any], Any], now: datetime) -> int | None:
    """From where on to ask next time: the newest of seconds since 1970, `None` where no item has any.

    `stamp` finds them in an item. One in the future hides nothing before it.
    """
    stamps = []
    for item in items:
        with suppress(*UNREADABLE):  # `parse` tells of it
            stamps.append(int(at(stamp(item)).timestamp()))
    return min(max(stamps), int(now.timestamp())) if stamps else None


def is_within(text: Any, length: timedelta, now: datetime) -> bool:
    """Whether a remembered moment is less than `length` ago. One that lies far ahead is of a clock that was."""
    found = remembered(text)
    return found is not None and abs(now - found) < length


def remembered(text: Any) -> datetime | None:
    """A moment that was remembered as text."""
    return datetime.fromisoformat(text) if isinstance(text, str) else None
