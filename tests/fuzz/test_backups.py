"""Files that are said to be backups: read whole, or refused in words before anything lies where it should not."""

from __future__ import annotations

import hashlib
import json
import zipfile
from contextlib import suppress
from dataclasses import asdict
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from garden.models import Activity, Project
from greenhouse.models import Lease
from greenhouse.run.backup import archive, tables
from greenhouse.run.backup.archive import BackupRefused, Manifest
from tests.fuzz.mutations import changed_bytes, changed_json
from tests.fuzzing import examples

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.fuzz
ROWS = b'["id","name"]\n[1,"Moss"]\n[2,"Fern"]\n'
PARTS = {
    "tables/garden.project.jsonl": ROWS,
    "media/site/face.webp": b"RIFF" + b"\0" * 300,
    "faces/grove.woff2": b"wOF2" * 20,
    "keys/secret_key": b"a key of the tests",
}
# How archives lead astray: out of their folder, to the root, by links and devices, over a file that is another's.
NAMES = (
    *("media/../../x", "../x", "/etc/x", "media//x", "media/./x", "media/x/", "media/", "media", "", ".", "..", "/"),
    *(
        "media\\..\\x",
        "C:\\x",
        "media/C:x",
        "keys/../x_key",
        "keys/x_key/y",
        "keys/id_rsa",
        "keys/SECRET_KEY",
        "keys/a_key",
    ),
    *("tables/x\0.jsonl", "media/\ud800", "media/" + "x" * 300, "media/" + "x/" * 300 + "y", "media/site/face.webp/y"),
    *("media/é", "media/e\u0301", "media/con", "TABLES/x", "media /x"),
)
LINK = 0o120777 << 16  # a member that says it is a link


def packed(parts: dict[str, bytes], manifest: Any, *, compression: int = zipfile.ZIP_DEFLATED, mode: int = 0) -> bytes:
    """An archive of these parts, whatever they are called, with what is said of them."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as written:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name or "x")
            info.filename, info.compress_type = name, compression
            info.external_attr = mode
            written.writestr(info, content)
        written.writestr(archive.MANIFEST, json.dumps(manifest))
    return file.getvalue()


def told_of(parts: dict[str, bytes]) -> dict[str, Any]:
    """A manifest that is right about its parts."""
    manifest = Manifest("2026-01-15T10:30:00+00:00", "a garden", "sqlite", [("garden", "0001_initial")])
    manifest.parts = {
        name: archive.Part(len(content), hashlib.sha256(content).hexdigest()) for name, content in parts.items()
    }
    return asdict(manifest)


WHOLE = packed(PARTS, told_of(PARTS))
STORED = packed(PARTS, told_of(PARTS), compression=zipfile.ZIP_STORED)


def check_file(folder: Path, raw: bytes) -> bool:
    """What holds of every file. Whether it was read."""
    path = folder / "garden.backup"
    path.write_bytes(raw)
    into = folder / "into"
    before = {found for found in folder.rglob("*") if into not in (found, *found.parents)}
    try:
        with archive.opened(path) as backup:
            for name, part in backup.manifest.parts.items():
                assert PurePosixPath(name).parts[0] in archive.ROOMS
                assert part.size >= 0
            assert backup.size < 10**6
            for room in archive.ROOMS:
                with suppress(OSError):  # a name that this disk does not take, or one that lies below a file
                    backup.unpack(room, into / room)
            for name in backup.manifest.parts:
                if name.endswith(".jsonl"):
                    list(backup.lines(name))
    except BackupRefused as refused:
        str(refused).encode()
        return False
    finally:
        assert {found for found in folder.rglob("*") if into not in (found, *found.parents)} == before
        assert not any(found.is_symlink() for found in into.rglob("*"))
        keys = [f"keys/{key.relative_to(into / 'keys')}" for key in (into / "keys").rglob("*")]
        assert all(archive.KEY.fullmatch(key) for key in keys)
    return True


one_folder = [HealthCheck.function_scoped_fixture]  # each example writes into it anew


def test_the_files_that_are_changed_here_are_read(tmp_path: Path) -> None:
    assert check_file(tmp_path, WHOLE)
    assert check_file(tmp_path, STORED)


@examples(100, suppress_health_check=one_folder)
@given(raw=changed_bytes([WHOLE, STORED]))
def test_a_file_of_any_bytes_is_read_or_refused(tmp_path: Path, raw: bytes) -> None:
    check_file(tmp_path, raw)


def test_a_file_with_one_odd_byte_is_read_or_refused(tmp_path: Path) -> None:
    """Chance rarely comes by the few bytes by which an archive says how it is to be read."""
    small = {"media/é": b"Moss"}
    whole = packed(small, told_of(small))
    path = tmp_path / "garden.backup"
    for place in range(len(whole)):
        for byte in (0xFF, whole[place] ^ 0x06):
            path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
            with suppress(BackupRefused), archive.opened(path):
                pass


@examples(60, suppress_health_check=one_folder)
@given(said=changed_json([told_of(PARTS)]))
def test_a_manifest_of_any_shape_is_read_or_refused(tmp_path: Path, said: Any) -> None:
    check_file(tmp_path, packed(PARTS, said))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", [0, LINK])
def test_a_part_of_any_name_lies_where_parts_lie_or_is_refused(tmp_path: Path, name: str, mode: int) -> None:
    parts = {**PARTS, name: b"/etc/passwd"}
    with suppress(UnicodeEncodeError):  # no archive can have it
        check_file(tmp_path, packed(parts, told_of(parts), mode=mode))


@pytest.mark.django_db
@examples(60, suppress_health_check=one_folder)
@given(data=st.data())
def test_rows_of_any_shape_are_loaded_or_refused(data: st.DataObject) -> None:
    model = data.draw(st.sampled_from([Project, Activity, Lease]))
    names = [field.attname for field in model._meta.local_concrete_fields if not field.generated]
    rows = data.draw(changed_json([[names, [None] * len(names)], [names, ["1"] * len(names)], [names]]))
    lines = iter(rows if isinstance(rows, list) else [rows])
    with suppress(DatabaseError, *tables.UNFIT), transaction.atomic():
        tables.load(model, lines)
        connection.check_constraints()
        transaction.set_rollback(True)
