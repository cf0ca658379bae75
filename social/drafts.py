"""What a service or a feed says of one post, before it is kept: pure values that providers hand over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class FeedItemDraft:
    """A post elsewhere: the owner's own words, or what they read."""

    feed: str  # the address of a feed, or the account at a service
    external_id: str  # what stays the same when it is told again
    title: str
    url: str = ""
    published_at: datetime | None = None  # UTC; `None` where nothing that can be believed is said
    written: bool = False  # by the owner, else read
    technologies: Sequence[str] = ()  # that it speaks of
