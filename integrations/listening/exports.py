"""Exports of one's listening, read as a stream, so that millions of plays take no more memory than a week. Pure.

Spotify's extended streaming history and the shorter one of its account data, ListenBrainz's export, and what tools make
of an account at Last.fm (JSON and CSV). A file is known by how it begins, whatever it is called.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import Any, BinaryIO, Final

import ijson

from integrations.providers.listenbrainz import play_of
from integrations.providers.music import at, named, seconds
from weather.drafts import PlayDraft

HEAD: Final = 64 * 1024  # bytes that tell what a file is
LONGEST_LINE: Final = 1024 * 1024  # bytes
SHORTEST: Final = 30.0  # seconds; less was skipped, as players and services have it
TRACK, EPISODE = "spotify:track:", "spotify:episode:"
IN_MILLISECONDS: Final = 10**11  # a moment that is more than so many seconds since 1970 is one in milliseconds
LASTFM_DATE: Final = "%d %b %Y %H:%M"

Reader = Callable[[BinaryIO], Iterator[Any]]
Read = Callable[[Any], PlayDraft | None]


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing a history down."""

    source: str  # what its plays are kept by
    label: str
    items: Reader  # of a file, one after the other
    read: Read  # of an item; `None` is no play. Raises what wrong shapes raise


def format_of(head: bytes) -> Format | None:
    """How a file is written that begins so; `None` where it holds no listening that we know of."""
    text = head.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if not text.startswith(("[", "{")):
        return LASTFM_CSV if _columns(text.partition("\n")[0]) else None
    marks: tuple[tuple[tuple[str, ...], Format], ...] = (
        (('"ms_played"', '"ts"'), SPOTIFY),
        (('"endTime"', '"msPlayed"'), SPOTIFY_ACCOUNT),
        (('"listened_at"', '"track_metadata"'), LISTENBRAINZ_LINES if text.startswith("{") else LISTENBRAINZ),
        (('"artist"', '"date"'), LASTFM_JSON),
    )
    return next((found for words, found in marks if all(word in text for word in words)), None)


def _of_spotify(said: Mapping[str, Any]) -> PlayDraft | None:
    length = seconds(said["ms_played"])
    if said.get("incognito_mode") or not length or length < SHORTEST:
        return None
    uri = said.get("spotify_track_uri") or said.get("spotify_episode_uri") or ""
    is_track = bool(said.get("master_metadata_track_name"))
    if is_track:
        names = said.get("master_metadata_album_artist_name"), said["master_metadata_track_name"]
    elif said.get("episode_name"):
        names = said.get("episode_show_name"), said["episode_name"]
    else:
        return None  # a book, or a piece that Spotify knows nothing of any more
    artist, title, both = named(*names)
    return PlayDraft(
        track_id=uri or both,
        title=title,
        artist=artist,
        played_at=_utc(said["ts"]),
        duration=length,
        kind="track" if is_track else "episode",
        spotify_id=uri.removeprefix(TRACK) if uri.startswith(TRACK) else "",
    )


def _of_spotify_account(said: Mapping[str, Any]) -> PlayDraft | None:
    length = seconds(said["msPlayed"])
    if not length or length < SHORTEST:
        return None
    artist, title, both = named(said.get("artistName"), said.get("trackName"))
    return PlayDraft(track_id=both, title=title, artist=artist, played_at=_utc(said["endTime"]), duration=length)


def _of_listenbrainz(said: Mapping[str, Any]) -> PlayDraft:
    return play_of(said, at(said["listened_at"]))


def _of_lastfm(said: Mapping[str, Any]) -> PlayDraft | None:
    """One scrobble, as Last.fm's API tells it or as a tool has flattened it; what plays now has no date."""
    when = said.get("uts") or said.get("date")
    if not when:
        return None
    stamp = when.get("uts") if isinstance(when, dict) else when
    artist, title, both = named(_text_of(said.get("artist")), said.get("name") or said.get("track"))
    return PlayDraft(track_id=both, title=title, artist=artist, played_at=_moment(stamp))


def _text_of(said: Any) -> Any:
    """A name, as Last.fm's API wraps it."""
    return (said.get("#text") or said.get("name")) if isinstance(said, dict) else said


def _moment(said: Any) -> datetime:
    """Seconds or milliseconds since 1970, or a date as Last.fm writes it. Raises `ValueError`."""
    if isinstance(said, str) and not said.strip().isdigit():
        return _utc(said.strip())
    stamp = int(said)
    return at(stamp // 1000 if stamp > IN_MILLISECONDS else stamp)


def _utc(text: str) -> datetime:
    """A moment in UTC, as ISO or as Last.fm writes it. Raises `ValueError`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.strptime(text.replace(",", ""), LASTFM_DATE).replace(tzinfo=UTC)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


# --- Items of a file --------------------------------------------------------------------------------------------------


def _in_list(file: BinaryIO) -> Iterator[Any]:
    yield from ijson.items(file, "item", use_float=True)


def _in_lines(file: BinaryIO) -> Iterator[Any]:
    """One value a line; a line that is none is told as its text, which no reader can read."""
    while line := file.readline(LONGEST_LINE):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError:
                yield line.decode("utf-8", "replace")


def _scrobbles(file: BinaryIO) -> Iterator[Any]:
    """Scrobbles, wherever in the file they stand: in a list, in pages of it, below a name."""
    place = None
    for prefix, event, value in ijson.parse(file, use_float=True):
        if (event, value) in (("map_key", "date"), ("map_key", "uts")):
            place = prefix
            break
    file.seek(0)
    if place is not None:
        yield from ijson.items(file, place, use_float=True)


def _in_rows(file: BinaryIO) -> Iterator[Any]:
    """The rows of a table, by the names of its columns; without any they are artist, album, track and date."""
    first = file.readline(LONGEST_LINE).decode("utf-8-sig", "replace")
    columns = _columns(first)
    file.seek(0)
    with TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="") as text:
        rows = csv.reader(text, delimiter=_delimiter(first))
        if columns is not None and columns is not BARE:
            next(rows)
        for row in rows:
            yield dict(zip(columns or BARE, row, strict=False))


BARE: Final = ("artist", "album", "track", "date")


def _columns(line: str) -> tuple[str, ...] | None:
    """The names of the columns by a table's first line, or `BARE`; `None` where it is no such table."""
    cells = next(csv.reader([line.strip()], delimiter=_delimiter(line)), [])
    names = tuple(cell.partition("#")[0].strip().lower() for cell in cells)
    if "artist" in names and "track" in names and ("uts" in names or "date" in names):
        return names
    try:
        return BARE if len(cells) == len(BARE) and _moment(cells[3]) else None
    except ValueError:
        return None


def _delimiter(line: str) -> str:
    return ";" if line.count(";") > line.count(",") else ","


SPOTIFY: Final = Format("spotify_history", "Spotify", _in_list, _of_spotify)
SPOTIFY_ACCOUNT: Final = Format("spotify_account", "Spotify", _in_list, _of_spotify_account)
LISTENBRAINZ: Final = Format("listenbrainz_export", "ListenBrainz", _in_list, _of_listenbrainz)
LISTENBRAINZ_LINES: Final = Format("listenbrainz_export", "ListenBrainz", _in_lines, _of_listenbrainz)
LASTFM_JSON: Final = Format("lastfm_export", "Last.fm", _scrobbles, _of_lastfm)
LASTFM_CSV: Final = Format("lastfm_export", "Last.fm", _in_rows, _of_lastfm)
