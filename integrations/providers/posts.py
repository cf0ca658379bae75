"""What the sources of posts share: how often they are asked, and what a post becomes. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrations.feeds import first_words
from integrations.items import web_address
from skills.mentions import mentioned
from social.drafts import FeedItemDraft

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def written_post(
    *, account: str, external_id: str, text: str, url: str, published_at: datetime | None, tags: Iterable[str] = ()
) -> FeedItemDraft | None:
    """A post of the owner's at a service; `None` where it has no words."""
    if not text.strip():
        return None
    return FeedItemDraft(
        feed=account,
        external_id=external_id,
        title=first_words(" ".join(text.split())),
        url=web_address(url),
        published_at=published_at,
        written=True,
        technologies=mentioned(text, tags),
    )
