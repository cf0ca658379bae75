"""The kind of site that a visitor comes from, for answers that differ by it: five of them, and not one a visitor."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from visitors.channels import channel_of, host_of
from visitors.suggestions import BY_CHANNEL
from visitors.vocabulary import Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

KNOWN: Final = "greenhouse.channel"  # in the META of a request that the hot answers make up


def variant_of(asked: Mapping[bytes, bytes]) -> str:
    """The channel by a request's headers, where the answer is another for it; empty for most."""
    referrer = asked.get(b"referer")
    if referrer is None:
        return ""
    return _variant(b"/".join(referrer.split(b"/", 3)[:3]), asked.get(b"host", b""))


def channel_of_request(request: HttpRequest) -> Channel:
    """The channel of a request, real or made up."""
    known = request.META.get(KNOWN)
    if known is None:
        headers = {b"referer": request.headers.get("Referer", "").encode(), b"host": request.get_host().encode()}
        known = variant_of(headers)
    return Channel(known) if known else Channel.DIRECT


@lru_cache(maxsize=256)
def _variant(origin: bytes, host: bytes) -> str:
    """The same by the referrer's scheme and host: its path is not looked at, nor kept in this memory."""
    own = host.decode("latin-1").partition(":")[0]
    channel = channel_of(host_of(origin.decode("latin-1"), own), {})
    return channel.value if channel in BY_CHANNEL else ""
