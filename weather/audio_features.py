"""What a track is like: its features, and the coarse ones of its genres. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Features:
    """The character of a track, each 0–1 but `tempo`. `None` means "not said"."""

    energy: float | None = None
    valence: float | None = None
    acousticness: float | None = None
    danceability: float | None = None
    instrumentalness: float | None = None
    tempo: float | None = None  # beats a minute


# Energy, valence, acousticness of what carries the name: coarse on purpose, from how listeners describe the genre and
# not from measurements. Of several names in a genre the one that stands first here decides: "indie folk" is folk.
CHARACTERS: Final[Mapping[str, tuple[float, float, float]]] = {
    "ambient": (0.2, 0.3, 0.7),
    "drone": (0.2, 0.2, 0.6),
    "lullaby": (0.1, 0.4, 0.9),
    "sleep": (0.1, 0.3, 0.8),
    "meditation": (0.1, 0.4, 0.8),
    "new age": (0.2, 0.4, 0.8),
    "lo-fi": (0.3, 0.5, 0.5),
    "lofi": (0.3, 0.5, 0.5),
    "chillout": (0.3, 0.5, 0.4),
    "downtempo": (0.4, 0.4, 0.3),
    "trip hop": (0.5, 0.4, 0.2),
    "trip-hop": (0.5, 0.4, 0.2),
    "classical": (0.2, 0.3, 0.9),
    "baroque": (0.3, 0.5, 0.9),
    "opera": (0.4, 0.3, 0.9),
    "piano": (0.2, 0.3, 0.9),
    "soundtrack": (0.3, 0.3, 0.6),
    "score": (0.3, 0.3, 0.6),
    "singer-songwriter": (0.4, 0.4, 0.7),
    "acoustic": (0.3, 0.5, 0.9),
    "folk": (0.4, 0.5, 0.7),
    "americana": (0.5, 0.5, 0.6),
    "bluegrass": (0.6, 0.7, 0.8),
    "country": (0.6, 0.6, 0.4),
    "bossa nova": (0.4, 0.7, 0.7),
    "jazz": (0.4, 0.5, 0.7),
    "swing": (0.5, 0.7, 0.8),
    "blues": (0.5, 0.5, 0.5),
    "gospel": (0.6, 0.6, 0.4),
    "soul": (0.5, 0.6, 0.4),
    "funk": (0.7, 0.8, 0.2),
    "disco": (0.8, 0.8, 0.1),
    "r&b": (0.5, 0.5, 0.3),
    "rnb": (0.5, 0.5, 0.3),
    "reggaeton": (0.8, 0.7, 0.2),
    "reggae": (0.6, 0.8, 0.2),
    "ska": (0.8, 0.8, 0.1),
    "afrobeat": (0.7, 0.8, 0.2),
    "salsa": (0.8, 0.9, 0.4),
    "latin": (0.7, 0.7, 0.3),
    "hip hop": (0.7, 0.5, 0.2),
    "hip-hop": (0.7, 0.5, 0.2),
    "rap": (0.7, 0.5, 0.2),
    "trap": (0.6, 0.4, 0.2),
    "grime": (0.8, 0.5, 0.1),
    "black metal": (1.0, 0.2, 0.0),
    "death metal": (1.0, 0.2, 0.0),
    "doom": (0.7, 0.2, 0.1),
    "metal": (0.9, 0.3, 0.0),
    "hardcore": (0.9, 0.4, 0.0),
    "industrial": (0.9, 0.3, 0.0),
    "grunge": (0.8, 0.4, 0.0),
    "post-punk": (0.7, 0.4, 0.1),
    "punk": (0.9, 0.5, 0.0),
    "shoegaze": (0.7, 0.3, 0.1),
    "goth": (0.6, 0.3, 0.1),
    "emo": (0.8, 0.4, 0.1),
    "post-rock": (0.6, 0.3, 0.2),
    "drum and bass": (0.9, 0.5, 0.0),
    "dubstep": (0.9, 0.4, 0.0),
    "techno": (0.8, 0.4, 0.0),
    "trance": (0.9, 0.4, 0.0),
    "house": (0.8, 0.6, 0.0),
    "synthwave": (0.7, 0.5, 0.0),
    "edm": (0.9, 0.6, 0.0),
    "electronic": (0.7, 0.5, 0.1),
    "electronica": (0.6, 0.5, 0.1),
    "dance": (0.8, 0.7, 0.1),
    "k-pop": (0.8, 0.7, 0.1),
    "indie": (0.6, 0.5, 0.2),
    "alternative": (0.7, 0.5, 0.1),
    "rock": (0.7, 0.5, 0.1),
    "pop": (0.7, 0.6, 0.2),
}
_NAMES: Final = re.compile(
    r"(?<![\w-])(" + "|".join(re.escape(name) for name in sorted(CHARACTERS, key=len, reverse=True)) + r")(?![\w])"
)
_RANK: Final = {name: place for place, name in enumerate(CHARACTERS)}


def genre_family(genre: str) -> str:
    """The coarse family that a genre belongs to, such as `folk` for "indie folk"; empty where none is known."""
    return min(_NAMES.findall(genre.casefold().replace("_", " ")), key=_RANK.__getitem__, default="")


def families(genres: Iterable[str]) -> list[str]:
    """The families of several genres, each once, in their order."""
    return list(dict.fromkeys(family for genre in genres if (family := genre_family(genre))))


def features_of_genres(genres: Iterable[str]) -> Features | None:
    """The mean character of the families; `None` where no genre is known to us."""
    known = [CHARACTERS[family] for family in families(genres)]
    if not known:
        return None
    energy, valence, acousticness = (round(sum(values) / len(known), 2) for values in zip(*known, strict=True))
    return Features(energy=energy, valence=valence, acousticness=acousticness)
