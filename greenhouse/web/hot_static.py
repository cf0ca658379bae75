"""Static files from memory, before Django: found and described by WhiteNoise, read once.

What is out of the ordinary goes on to WhiteNoise's middleware: parts of files, large ones, development.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from whitenoise import WhiteNoise
from whitenoise.base import MissingFileError

from common.byte_cache import ByteCache
from greenhouse.web import metrics
from greenhouse.web.answers import READS, Answer, codings_taken, owed_to, send_answer

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

    from greenhouse.web.answers import Headers
    from greenhouse.web.body_limits import HTTPApplication

MOST_BYTES: Final = 32 * 1024 * 1024
MOST_ENTRIES: Final = 4096
LARGEST_FILE: Final = 4 * 1024 * 1024
ENTRY_BYTES: Final = 1024  # what a file weighs besides its content
MAX_AGE_SECONDS: Final = 60  # WhiteNoise's own, for names without a hash


@dataclass(frozen=True, slots=True)
class HeldFile:
    """One variant of a file, as it goes over the wire."""

    described: Any  # WhiteNoise's StaticFile: validators
    whole: Answer
    known: Answer  # to who has it already

    @property
    def weight(self) -> int:
        """Bytes, roughly."""
        return ENTRY_BYTES + len(self.whole.body)


class HotStatic:
    """Answers static files from memory, and hands every other request to `application`."""

    def __init__(self, application: HTTPApplication) -> None:
        self._application = application
        self._prefix = settings.STATIC_URL
        self._files: ByteCache[HeldFile] = ByteCache(MOST_BYTES, MOST_ENTRIES)
        # Looks a file up when it is asked for; the whole directory was gone through once already, by the middleware.
        self._finder = WhiteNoise(
            None,
            autorefresh=True,
            max_age=MAX_AGE_SECONDS,
            allow_all_origins=True,
            immutable_file_test=settings.WHITENOISE_IMMUTABLE_FILE_TEST,
        )
        self._finder.add_files(str(settings.STATIC_ROOT), prefix=self._prefix)

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if not scope["path"].startswith(self._prefix) or scope["method"] not in READS or settings.DEBUG:
            await self._application(scope, receive, send)
            return
        began = time.perf_counter()
        asked = dict(scope["headers"])
        owed = owed_to(scope, asked)
        held = None if b"range" in asked or owed is None else await self._held(scope["path"], asked)
        if held is None or owed is None:
            await self._application(scope, receive, send)
            return
        await send_answer(scope, send, held.known if _has_it(held, asked) else held.whole, owed)
        metrics.observe(scope["method"], metrics.UNMATCHED, time.perf_counter() - began)

    async def _held(self, path: str, asked: dict[bytes, bytes]) -> HeldFile | None:
        """The variant of a file that suits the caller; `None` where there is none to be held."""
        codings = codings_taken(asked.get(b"accept-encoding", b""))
        held = self._files.get((path, codings))
        if held is None:
            held = await asyncio.to_thread(self._read, path, codings)
            if held is not None:
                self._files.put((path, codings), held)
        return held

    def _read(self, path: str, codings: frozenset[str]) -> HeldFile | None:
        try:
            found = self._finder.find_file(path)
        except (MissingFileError, ValueError, OSError):
            return None
        if found is None:
            return None
        variant, headers = found.get_path_and_headers({"HTTP_ACCEPT_ENCODING": ", ".join(codings)})
        file = Path(variant)
        if file.stat().st_size > LARGEST_FILE:
            return None
        return HeldFile(
            found,
            Answer.of(200, _as_bytes(headers), file.read_bytes()),
            Answer.of(304, _as_bytes(found.not_modified_response.headers)),
        )


def _as_bytes(headers: Any) -> Headers:
    """In lower case, without what the sender adds."""
    given = ((name.lower(), value) for name, value in headers)
    return tuple(
        (name.encode(), value.encode("latin-1")) for name, value in given if name not in ("content-length", "vary")
    )


def _has_it(held: HeldFile, asked: dict[bytes, bytes]) -> bool:
    """Whether the caller's copy is this one, as WhiteNoise compares them."""
    if asked.get(b"if-none-match", b"").strip() == b"*":
        return True
    validators = {
        f"HTTP_{name.upper().replace('-', '_')}": asked[name.encode()].decode("latin-1")
        for name in ("if-none-match", "if-modified-since")
        if name.encode() in asked
    }
    return bool(validators) and bool(held.described.is_not_modified(validators))
