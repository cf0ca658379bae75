"""How services sign what they send: HMAC-SHA-256 over the raw bytes, compared in constant time. Pure."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from integrations.providers.base import BadSignature

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNATURE_HEADER: Final = "X-Hub-Signature-256"  # GitHub's, and what others took over from it


def verify(body: bytes, headers: Mapping[str, str], secret: str) -> None:
    """Check the signature in `X-Hub-Signature-256`. Raises `BadSignature`."""
    compare(headers.get(SIGNATURE_HEADER, ""), f"sha256={digest(body, secret)}", header=SIGNATURE_HEADER)


def digest(body: bytes, secret: str) -> str:
    """The signature of a body, in hexadecimal."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def compare(told: str, expected: str, *, header: str) -> None:
    """Hold what a header says against what it should. Raises `BadSignature`."""
    if not hmac.compare_digest(told.encode(), expected.encode()):
        raise BadSignature(f"{header} does not fit the body and the secret")
