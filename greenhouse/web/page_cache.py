"""Pages written once and kept for all processes; each has them in its memory as well (`greenhouse/web/hot.py`).

The pages are the same for everyone: they ask neither session nor cookie and hold no secret, so they may be
compressed and kept by any cache, to be asked for again with their ETag.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.connection import ConnectionProxy
from django.utils.http import http_date

from greenhouse.web import metrics
from greenhouse.web.answers import codings_taken
from greenhouse.web.assets import build_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from greenhouse.sky import Sky

KEPT_SECONDS: Final[int] = settings.CACHE_TTL  # a page says "3 days ago": even an unchanged one is written anew
GZIP_LEVEL: Final = 6
HTML: Final = "text/html; charset=utf-8"
PACKED_ALREADY: Final = frozenset({"image/png", "image/x-icon"})  # compressing them again makes them no smaller


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A page as bytes, written once and sent many times."""

    plain: bytes
    etag: str

    @classmethod
    def of(cls, content: str | bytes) -> CachedPage:
        """Name the content."""
        plain = content.encode() if isinstance(content, str) else content
        return cls(plain, f'W/"{hashlib.sha256(plain).hexdigest()[:20]}"')


@dataclass(frozen=True, slots=True)
class DatedPage(CachedPage):
    """A page that says when what it tells last changed."""

    modified: datetime


pages = ConnectionProxy(caches, "pages")
_writing: Final[WeakValueDictionary[str, threading.Lock]] = WeakValueDictionary()  # as long as anybody waits
_looking_up: Final = threading.Lock()


def cached_page(key: str, write: Callable[[], str | bytes | CachedPage]) -> CachedPage:
    """The page kept under `key`, written by one thread while the others that want it wait."""
    kept: CachedPage | None = pages.get(key)
    metrics.asked_cache("shared", found=kept is not None)
    if kept is None:
        with _looking_up:
            its_own = _writing.setdefault(key, threading.Lock())
        with its_own:
            kept = pages.get(key)
            if kept is None:
                written = write()
                kept = written if isinstance(written, CachedPage) else CachedPage.of(written)
                pages.set(key, kept, KEPT_SECONDS)
    return kept


def page_response(
    request: HttpRequest,
    page: CachedPage,
    content_type: str = HTML,
    *,
    cache_control: str = "public, no-cache",
) -> HttpResponse:
    """200 with the page, compressed for those who take it, or 304 for those who have it."""
    packed = content_type not in PACKED_ALREADY and "gzip" in codings_taken(
        request.headers.get("Accept-Encoding", "").encode("latin-1", "replace")
    )
    response = HttpResponse(packed_bytes(page.plain) if packed else page.plain, content_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = page.etag
    response.headers["Cache-Control"] = cache_control
    modified = int(page.modified.timestamp()) if isinstance(page, DatedPage) else None
    if modified is not None:
        response.headers["Last-Modified"] = http_date(modified)
    patch_vary_headers(response, ["Accept-Encoding"])
    unchanged = get_conditional_response(request, etag=page.etag, last_modified=modified, response=response)
    return unchanged or response


def keep_out_of_indexes(response: HttpResponse) -> HttpResponse:
    """What only those see who know its address: no index has it, and no cache between keeps it."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def packed_bytes(plain: bytes) -> bytes:
    """Compressed; the same page is the same bytes."""
    return gzip.compress(plain, GZIP_LEVEL, mtime=0)


def page_context(sky: Sky, now: datetime) -> dict[str, Any]:
    """What the frame of every page needs."""
    return {
        "sky": sky,
        "now": now,
        "site": sky.site,
        "site_name": sky.site.site_name,
        "owner_name": sky.site.owner_name,
        "place": sky.place,
        "announcement": sky.announcement,
        "version": sky.version,
        **_from_settings(),
    }


def _from_settings() -> dict[str, Any]:
    """What pages take from the settings: in their context, and in the key that they are kept under."""
    return {
        "site_url": settings.SITE_URL,
        "counted": settings.ENABLE_ANALYTICS,
        "live": settings.ENABLE_WEBSOCKETS and settings.ENABLE_REAL_TIME_EVENTS,
        "growth_predicted": settings.ENABLE_GROWTH_PREDICTION,
    }


def freshness_key(sky: Sky, now: datetime) -> str:
    """What changes a page besides events: the frontend, the sky, the end of an announcement, whose site it is and what
    else the settings say, and the time that its words for time hold."""
    seen = f"{sky.season}:{sky.time_of_day}:{sky.weather_type}:{sky.precipitation}"
    above = f"{seen}:{'announced' if sky.announcement else ''}"
    chosen = hashlib.sha256(repr((sky.site, _from_settings())).encode()).hexdigest()[:12]
    return f"{build_id()}:{above}:{chosen}:{int(now.timestamp()) // KEPT_SECONDS}"
