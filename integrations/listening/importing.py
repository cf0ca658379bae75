"""Reading exports of listening into the garden, as a run that can be watched, interrupted and repeated."""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import ijson

from common.text import path_text
from integrations import runs
from integrations.export_runs import Kind, reading
from integrations.items import UNREADABLE
from integrations.listening.exports import HEAD, Format, format_of
from integrations.problems import Problem
from integrations.selectors import notes_of
from integrations.services import forget_of_source, remember_source
from weather.music_history import AROUND, count_plays, record_history

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from integrations.export_runs import Tell
    from integrations.models import SyncRun
    from weather.drafts import PlayDraft

PROVIDER: Final = "listening_export"
ENDINGS: Final = (".json", ".jsonl", ".csv")  # of files in a folder that are looked into
TOGETHER: Final = 5000  # items in one transaction
KIND: Final = Kind(
    provider=PROVIDER,
    what="export",
    items="plays",
    spoilt=(zipfile.BadZipFile, ijson.JSONError, UnicodeDecodeError),
    broken=lambda: Problem(
        "broken_export",
        "The export breaks off, or is damaged.",
        fix="What was read before is kept. Fetch the export again and import it: what is known counts once.",
    ),
    again="Import it again: it goes on where it stopped.",
)


@dataclass(slots=True)
class Imported:
    """What an import came to."""

    plays: Counter[str] = field(default_factory=Counter)  # new ones, by what they are kept by
    known: int = 0  # told before, by a player or another export
    left_out: int = 0  # skipped within seconds, private, or no music
    broken: int = 0
    labels: set[str] = field(default_factory=set)  # of the services

    @property
    def new(self) -> int:
        """Plays that nobody had told of."""
        return self.plays.total()


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an export."""

    name: str
    size: int  # bytes
    path: Path
    in_zip: bool

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The file, to be read from its beginning."""
        if not self.in_zip:
            with self.path.open("rb") as file:
                yield file
            return
        with zipfile.ZipFile(self.path) as archive, archive.open(self.name) as member:
            yield member  # type: ignore[misc]  # the stubs know it as IO[bytes]


def import_listens(path: Path, *, now: datetime, on_progress: Tell = lambda _done, _total: None) -> Imported:
    """Read the export at `path`: a file, a zip of them or a folder. Repeating it adds nothing.

    One that was interrupted goes on behind what it had read. `on_progress` is told bytes read and bytes in all. Raises
    `Problem` where nothing in it can be read, or where it is being read already.
    """
    imported = Imported()
    with reading(KIND, subject=path_text(path), now=now) as work:
        try:
            _read(path, work.run, imported, now, on_progress)
        finally:
            work.counts, work.broken = _counts(imported), imported.broken
            count_plays()
    return imported


def _read(path: Path, run: SyncRun, imported: Imported, now: datetime, on_progress: Tell) -> None:
    parts = [(part, found) for part in _parts(path) if (found := _format(part))]
    if not parts:
        raise _no_export()
    key, total = _fingerprint(parts), sum(part.size for part, _ in parts)
    read: dict[str, int] = dict(notes_of(PROVIDER).get(key, {}))
    before = 0
    for part, found in parts:
        imported.labels.add(found.label)

        def tell(place: int, before: int = before) -> None:
            runs.beat(run, step="Reading the export", done=(before + place) >> 10, total=total >> 10)
            on_progress(before + place, total)

        for done in _read_part(part, found, read.get(part.name, 0), imported, now, tell):
            read[part.name] = done
            remember_source(provider=PROVIDER, state={key: read})
        before += part.size
    forget_of_source(provider=PROVIDER, key=key)


def _read_part(
    part: Part, found: Format, begin: int, imported: Imported, now: datetime, tell: Callable[[int], None]
) -> Iterator[int]:
    """Keep what one file tells, from its item `begin` on. Yields how many items are kept, after each transaction."""
    with part.opened() as file:
        items, done = found.items(file), begin
        for number, _ in enumerate(islice(items, begin)):
            if number % TOGETHER == 0:
                tell(file.tell())
        tail: list[PlayDraft] = []
        while some := list(islice(items, TOGETHER)):
            drafts = list(_drafts(some, found, imported))
            # What lies close to where the one before ended is told again: echoes may lie on either side.
            tail += drafts
            new = record_history(drafts=tail, source=found.source, now=now)
            imported.plays[found.source] += new
            imported.known += len(drafts) - new
            tail = [one for one in tail if abs(one.played_at - tail[-1].played_at) <= AROUND]
            done += len(some)
            tell(min(part.size, part.size if file.closed else file.tell()))
            yield done


def _drafts(items: list[Any], found: Format, imported: Imported) -> Iterator[PlayDraft]:
    for item in items:
        try:
            draft = found.read(item)
        except UNREADABLE:
            imported.broken += 1
        else:
            if draft is None:
                imported.left_out += 1
            else:
                yield draft


def _parts(path: Path) -> list[Part]:
    """The files of an export, in the order of their names. Raises `OSError` and `BadZipFile`."""
    if path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.is_file() and one.suffix.lower() in ENDINGS)
        return [Part(str(one.relative_to(path)), one.stat().st_size, one, in_zip=False) for one in files]
    if not zipfile.is_zipfile(path):
        return [Part(path.name, path.stat().st_size, path, in_zip=False)]
    with zipfile.ZipFile(path) as archive:
        members = sorted((one.filename, one.file_size) for one in archive.infolist() if not one.is_dir())
    return [Part(name, size, path, in_zip=True) for name, size in members]


def _format(part: Part) -> Format | None:
    with part.opened() as file:
        return format_of(file.read(HEAD))


def _fingerprint(parts: list[tuple[Part, Format]]) -> str:
    """What the same export is known by, wherever it lies."""
    said = "\n".join(f"{part.name} {part.size} {part.path.stat().st_mtime_ns}" for part, _ in parts)
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _counts(imported: Imported) -> dict[str, int]:
    said = {"plays": imported.new, "known": imported.known, "left_out": imported.left_out}
    return said | ({"broken": imported.broken} if imported.broken else {})


def _no_export() -> Problem:
    return Problem(
        "no_export",
        "There is no listening in it that the garden can read.",
        fix="It reads exports of Spotify, of ListenBrainz, and of Last.fm as JSON or CSV (docs/music.md).",
    )
