"""How a visitor becomes a pseudonym of the day, and who is not counted at all. Pure: no Django, no clock.

We say "pseudonymous for 48 hours, then aggregate": the salt is random and deleted, so that afterwards no address can be
tried against the pseudonyms. No address and no user agent is kept.
"""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SALT_BYTES: Final = 32
PSEUDONYM_BYTES: Final = 16
HOME_PREFIX: Final = 64  # bits of an IPv6 address that a household keeps; the rest changes by itself every day

# First match wins: nearly every browser names itself after others, too.
_FAMILIES: Final = (
    ("bot", ("bot", "crawl", "spider", "slurp", "headless", "curl/", "wget/", "python-", "http-client", "preview")),
    ("edge", ("edg/", "edga/", "edgios/", "edge/")),
    ("opera", ("opr/", "opera")),
    ("samsung", ("samsungbrowser/",)),
    ("firefox", ("firefox/", "fxios/")),
    ("chrome", ("chrome/", "chromium/", "crios/")),
    ("safari", ("safari/",)),
)


def day_id(*, salt: bytes, address: str, browser_family: str) -> str:
    """The pseudonym: HMAC-SHA256 of address and browser family, keyed with the day's salt, as 64 hexadecimal digits."""
    message = f"{network(address)}\n{browser_family}".encode()
    return hmac.new(salt, message, hashlib.sha256).hexdigest()


def pseudonym(*, salt: bytes, address: str, browser_family: str) -> bytes:
    """The first half of the day id, as the table of pseudonyms keeps it."""
    return bytes.fromhex(day_id(salt=salt, address=address, browser_family=browser_family)[: 2 * PSEUDONYM_BYTES])


def browser_family(user_agent: str) -> str:
    """The browser's family in one word; `other` where it does not say."""
    said = user_agent.lower()
    return next((family for family, marks in _FAMILIES if any(mark in said for mark in marks)), "other")


def asks_not_to_be_counted(headers: Mapping[str, str]) -> bool:
    """Whether the browser sends `DNT: 1` or `Sec-GPC: 1`. Header names are looked up as given: `DNT`, `Sec-GPC`."""
    return headers.get("DNT") == "1" or headers.get("Sec-GPC") == "1"


def network(address: str) -> str:
    """What of an address stays the same for a day: all of an IPv4 one, the network of an IPv6 one."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return f"{int(parsed) >> (128 - HOME_PREFIX):x}/{HOME_PREFIX}"
    return str(parsed)
