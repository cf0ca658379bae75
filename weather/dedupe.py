"""The same play, told of by more than one player, is one: a player, and the service that it reports to. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from weather.music import EVERY_FIVE, SLACK, Heard, length_of

if TYPE_CHECKING:
    from collections.abc import Iterable

Play = TypeVar("Play", bound=Heard)

# What one service writes behind a title or an artist and another leaves out.
_GUESTS: Final = re.compile(r"\s*(?:[(\[]\s*(?:feat|ft|featuring|with)\b.*|\b(?:feat|ft|featuring)\b.*)", re.I)
_FURTHER: Final = re.compile(r"\s*(?:[,;&/+]|\bfeat\b|\bft\b|\bfeaturing\b|\bx\b).*", re.I)


def once(plays: Iterable[Play]) -> list[Play]:
    """The plays without their echoes, oldest first; of each play the telling that is known best is kept."""
    return [max(tellings, key=how_known) for tellings in _tellings(plays)]


def unheard(told: Iterable[Play], known: Iterable[Play]) -> list[Play]:
    """What one source tells, oldest first, without what is known already from others."""
    fresh = {id(play): play for play in told}
    return [
        tellings[0] for tellings in _tellings([*fresh.values(), *known]) if all(id(one) in fresh for one in tellings)
    ]


def _tellings(plays: Iterable[Play]) -> list[list[Play]]:
    """Who told of each play, oldest first.

    One source tells of a play once, so two of its own are two, however close. What another source tells of the same
    piece belongs to the oldest of them that it has not told of.
    """
    heard: list[list[Play]] = []
    open_plays: dict[tuple[str, str], list[list[Play]]] = {}
    for play in sorted(plays, key=lambda one: (one.played_at, one.source)):
        of_piece = [one for one in open_plays.get(piece_of(play), []) if _near(one[0], play)]
        open_plays[piece_of(play)] = of_piece
        tellings = next((one for one in of_piece if all(told.source != play.source for told in one)), None)
        if tellings is None:
            tellings = []
            heard.append(tellings)
            of_piece.append(tellings)
        tellings.append(play)
    return heard


def how_known(play: Heard) -> int:
    """How well a play's character is known: measured, by its genre, not at all."""
    return {"": 0, "genres": 1}.get(play.features_source, 2)


def piece_of(play: Heard) -> tuple[str, str]:
    """What stays the same however a service writes a title and its first artist."""
    return piece(play.title, play.artist)


@lru_cache(maxsize=20_000)  # an import meets the same ones over and over
def piece(title: str, artist: str) -> tuple[str, str]:
    """`piece_of` by the two names."""
    return _plain(_GUESTS.sub("", title) or title), _plain(_FURTHER.sub("", artist) or artist)


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum()) or folded


def _near(first: Heard, play: Heard) -> bool:
    """Whether one may tell of a play's beginning and the other of its end, or was looked at a little late."""
    longest = max(length_of(first.duration), length_of(play.duration))
    return play.played_at - first.played_at <= longest + EVERY_FIVE + SLACK
