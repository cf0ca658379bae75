"""The owner's own devices, whose visits are left out: a signed cookie that signing in sets, on every page from then on.

It signs nobody in and names nobody. It is the owner's own, set at sign-in alone: a visitor never gets one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core import signing
from django.http.cookie import parse_cookie

if TYPE_CHECKING:
    from django.http import HttpResponseBase

COOKIE: Final = "greenhouse_owner"
SECONDS: Final = 400 * 24 * 3600  # browsers keep none for longer
_SALT: Final = "visitors.owner_devices"


def mark(response: HttpResponseBase) -> None:
    """Leave out the visits of the device that this goes to."""
    response.set_cookie(
        COOKIE,
        signing.TimestampSigner(salt=_SALT).sign("1"),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_owners(cookies: str) -> bool:
    """Whether a request's `Cookie` header comes from a device of the owner's."""
    if COOKIE not in cookies:
        return False
    return _is_signed(parse_cookie(cookies).get(COOKIE, ""))


@lru_cache(maxsize=64)
def _is_signed(mark: str) -> bool:
    """Remembered by this one value, which says nothing about anybody: other cookies of the header are secrets."""
    try:
        signing.TimestampSigner(salt=_SALT).unsign(mark, max_age=SECONDS)
    except signing.BadSignature:
        return False
    return True
