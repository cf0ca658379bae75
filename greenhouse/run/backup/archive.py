"""The file of a backup: a zip of rows, pictures and keys, and a manifest of what is in it and how each part sums.

Nothing here knows a database. The manifest is written last, so that a file which was cut off has none.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import json
import os
import re
import shutil
import stat
import struct
import zipfile
import zlib
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
LONGEST_MANIFEST: Final = 64 * 1024 * 1024  # bytes: a line a picture
LONGEST_LINE: Final = 64 * 1024 * 1024  # bytes of one row
CHUNK: Final = 1024 * 1024
PROCESS: Final = re.compile(r"[1-9][0-9]*")
KEY: Final = re.compile(r"keys/[a-z]+(?:_[a-z]+)*_(?:key|secret)")
# What may lie in a backup: anything else is not ours.
ROOMS: Final = frozenset({"tables", "media", "faces", "keys"})
PACKED: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# What the library raises for an archive that is damaged, or made to trip it.
BROKEN: Final = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, struct.error, zlib.error)


class BackupRefused(Exception):
    """A file is no backup that can be restored here, in words for the owner: what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file within the archive."""

    size: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What a backup holds, and which release wrote it."""

    made_at: str  # UTC
    garden: str  # a fingerprint of the garden's own secret, by which it is known again
    database: str  # "sqlite" or "postgresql"; a backup of one can be restored into the other
    migrations: list[tuple[str, str]]  # that the rows are of
    rows: dict[str, int] = field(default_factory=dict)  # by model
    parts: dict[str, Part] = field(default_factory=dict)  # by name in the archive
    format: int = FORMAT


class Writer:
    """Puts parts into an archive, and counts and sums them on the way."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    @contextmanager
    def part(self, name: str) -> Iterator[Summed]:
        """A part to write bytes into."""
        with self._archive.open(name, "w", force_zip64=True) as target:
            summed = Summed(target)
            yield summed
        self.manifest.parts[name] = Part(summed.size, summed.sha256.hexdigest())

    def copy(self, name: str, source: IO[bytes]) -> None:
        """A file as a part."""
        with self.part(name) as target:
            shutil.copyfileobj(source, target, CHUNK)


class Summed:
    """A file to write to that knows what went through it."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.size = 0
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.sha256.update(data)
        return self._target.write(data)


@contextmanager
def written(path: Path, manifest: Manifest) -> Iterator[Writer]:
    """A backup that appears at `path`, readable by its owner only, once all of it is on the disk.

    Until then, and when anything goes wrong, what was there before stays. Drafts of those who were killed are removed.
    Raises `OSError`, also where somebody else keeps the draft's place: the keys go into no file that was there before.
    """
    _remove_drafts(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with suppress(OSError):  # a disk of the network may know no locks: nobody removes drafts there
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                yield Writer(archive, manifest)
                archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _remove_drafts(path: Path) -> None:
    """Remove what killed backups left beside `path`, keys and all. Whoever still writes holds a lock.

    A draft is a plain file that is called by the number of a process: nothing else is touched, or waited for.
    """
    beginning = f".{path.name}."
    for draft in path.parent.glob(f"{glob.escape(beginning)}*"):
        if not PROCESS.fullmatch(draft.name.removeprefix(beginning)):
            continue
        with suppress(OSError), open(draft, "rb", opener=_as_it_lies) as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                draft.unlink()


def _as_it_lies(path: str, flags: int) -> int:
    """An opener that follows no link, and waits for nobody at the other end of a pipe."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


class Reader:
    """A backup that was looked at and found whole."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def lines(self, name: str) -> Iterator[Any]:
        """The JSON values of a part, line by line. Raises `BackupRefused` for a row that none of ours is."""
        with self._archive.open(name) as part:
            while line := part.readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE:
                    raise BackupRefused(f"{name[:100]!r} has a row longer than any that a greenhouse writes.")
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise BackupRefused(f"{name[:100]!r} has a row that is no JSON ({error}).") from error
                yield row

    def unpack(self, room: str, into: Path) -> None:
        """Write the parts of a room below a directory."""
        for name in self.manifest.parts:
            first, *rest = PurePosixPath(name).parts
            if first != room:
                continue
            target = into.joinpath(*rest)
            target.parent.mkdir(parents=True, exist_ok=True)
            with self._archive.open(name) as part, target.open("wb") as file:
                shutil.copyfileobj(part, file, CHUNK)

    @property
    def size(self) -> int:
        """Bytes of everything, unpacked."""
        return sum(part.size for part in self.manifest.parts.values())


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """A backup, every part of which was read and summed. Raises `BackupRefused` for what is none, or not whole."""
    with ExitStack() as open_files:
        try:
            archive = open_files.enter_context(zipfile.ZipFile(path))
            if odd := [info.filename for info in archive.infolist() if info.compress_type not in PACKED]:
                raise zipfile.BadZipFile(f"{odd[0][:100]!r} is packed in a way of its own")
            manifest = _manifest(archive)
            _check(archive, manifest)
        except OSError as error:
            raise BackupRefused(f"{path} cannot be read: {error.strerror or error}.") from error
        except BROKEN as error:
            raise BackupRefused(
                f"{path} is no backup of a greenhouse, or was cut off ({error}). Take another copy of it."
            ) from error
        yield Reader(archive, manifest)


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        info = archive.getinfo(MANIFEST)
        if info.file_size > LONGEST_MANIFEST:
            raise ValueError("its manifest is too long")
        said = json.loads(archive.read(MANIFEST))
        if said["format"] > FORMAT:
            raise BackupRefused("The backup was made by a newer greenhouse. Update this one first, then restore it.")
        parts = {name: _part(**part) for name, part in said.pop("parts").items()}
        migrations = [(str(app), str(name)) for app, name in said.pop("migrations")]
        rows = {label: _whole(count) for label, count in said.pop("rows").items()}
        return Manifest(**said, parts=parts, migrations=migrations, rows=rows)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BackupRefused(f"This is an archive, and no backup of a greenhouse ({error}).") from error


def _part(size: object, sha256: object) -> Part:
    return Part(_whole(size), str(sha256))


def _whole(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise ValueError("it counts in whole numbers")
    return number


def _check(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Every part is there, is what the manifest says, and lies where parts lie."""
    named = set(archive.namelist()) - {MANIFEST}
    if named != set(manifest.parts):
        odd = sorted(named ^ set(manifest.parts))
        raise BackupRefused(f"The backup and its own list of parts disagree about {odd[0][:100]!r}. Nothing was done.")
    for name, part in manifest.parts.items():
        pieces = PurePosixPath(name).parts
        misplaced = len(pieces) < 2 or pieces[0] not in ROOMS or ".." in pieces or "\\" in name or "\0" in name
        if misplaced or (
            pieces[0] == "keys" and not KEY.fullmatch(name)
        ):  # a key of another name would replace another file
            raise BackupRefused(f"The backup holds {name[:100]!r}, which no greenhouse writes. Nothing was done.")
        digest, size = hashlib.sha256(), 0
        with archive.open(name) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size > part.size:
                    break
        if (size, digest.hexdigest()) != (part.size, part.sha256):
            raise BackupRefused(f"{name[:100]!r} in the backup is damaged. Nothing was done; take another copy of it.")
