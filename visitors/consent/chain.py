"""A chain of entries, each of which holds the digest of the one before it. Pure.

Whoever changes, removes or inserts an entry has to make every later digest anew. Whoever cuts off the end is found out
by the last digest, which the site tells publicly.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST: Final = "0" * 64  # what stands before the first entry


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as it was written: what it says, and its place in the chain."""

    number: int  # from 1 on, without a gap
    facts: Mapping[str, Any]
    previous: str
    digest: str


def digest_of_entry(number: int, facts: Mapping[str, Any], previous: str) -> str:
    """SHA-256 over the previous digest, a line feed, and the entry as JSON with sorted keys; 64 hexadecimal digits."""
    said = json.dumps({"number": number, **facts}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{said}".encode()).hexdigest()


def fault_of(links: Iterable[Link], *, head: str = "") -> str:
    """What is wrong with a chain, in words; empty where it is whole.

    `head` is a digest that was noted earlier: the chain has to contain it.
    """
    previous, seen = FIRST, not head
    for number, link in enumerate(links, start=1):
        if link.number != number:
            return f"Entry {number} is missing: the next one there is {link.number}."
        if link.previous != previous:
            return f"Entry {number} does not follow entry {number - 1}: one of the two was put in, or changed."
        if digest_of_entry(number, link.facts, previous) != link.digest:
            return f"Entry {number} was changed after it was written."
        previous = link.digest
        seen = seen or link.digest == head
    return "" if seen else "The noted digest is in no entry: the end was cut off, or the whole was made anew."
