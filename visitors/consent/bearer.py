"""The token of a request: in its `Authorization`, and for the pages in a cookie that is set only with consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings

from visitors.consent.selectors import LONGEST_TOKEN, consent_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from visitors.consent.models import Consent

COOKIE: Final = "visitor"
SCHEME: Final = "Visitor "
DAY: Final = 86_400  # seconds
_IN_COOKIE: Final = f"{COOKIE}=".encode()
_IN_HEADER: Final = SCHEME.encode()


def token_of(request: HttpRequest, *, or_cookie: bool = False) -> str:
    """The token that a request brings; empty for none.

    A cookie comes along by itself, so whatever alters something takes it only from forms of this site.
    """
    said = request.headers.get("Authorization", "")
    token = said.removeprefix(SCHEME).strip() if said.startswith(SCHEME) else ""
    if not token and or_cookie:
        token = request.COOKIES.get(COOKIE, "")
    return token if len(token) <= LONGEST_TOKEN else ""


def brings_token(asked: Mapping[bytes, bytes]) -> bool:
    """Whether the headers of a request may hold a token; told from the bytes, for the hot answers."""
    return _IN_COOKIE in asked.get(b"cookie", b"") or asked.get(b"authorization", b"").startswith(_IN_HEADER)


def bearer_of(request: HttpRequest, *, or_cookie: bool = False) -> Consent | None:
    """Whose consent a request comes with. One query, or none without a token."""
    token = token_of(request, or_cookie=or_cookie)
    return consent_of(token) if token else None


def set_cookie(response: HttpResponse, token: str) -> None:
    """Have the browser bring the token along: out of scripts' reach, and to this site alone."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.CONSENT_KEPT_DAYS * DAY,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def keep_private(response: HttpResponse) -> None:
    """An answer for one visitor: no cache keeps it, and none gives another one for it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Authorization, Cookie"
