"""Bluesky's posts, after its documentation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.providers.base import Payload
from integrations.providers.bluesky import MEMBERS_ONLY, TAG, Bluesky


def entry(*, labels: list[str] | None = None, reason: Any = None, **record: Any) -> dict[str, Any]:
    facet = {"features": [{"$type": TAG, "tag": "rustlang"}, {"$type": TAG, "tag": "htmx"}]}
    told = {"text": "Moss,\nand React", "createdAt": "2026-06-15T08:00:00.000Z", "facets": [facet], **record}
    author = {"handle": "ada.example", "labels": [{"val": label} for label in labels or []]}
    post = {"uri": "at://did:plc:ada/app.bsky.feed.post/3k", "author": author, "record": told}
    return {"post": post, **({"reason": reason} if reason else {})}


def read(*entries: Any) -> list[Any]:
    return list(Bluesky().parse(Payload("ada.example", "posts", {"feed": list(entries)})))


def test_a_post_is_its_first_words_and_leads_to_its_page() -> None:
    (draft,) = read(entry())
    assert (draft.title, draft.url) == ("Moss, and React", "https://bsky.app/profile/ada.example/post/3k")
    assert (draft.published_at, draft.written) == (datetime(2026, 6, 15, 8, tzinfo=UTC), True)
    assert draft.technologies == ["htmx", "React"]


@pytest.mark.parametrize(
    "other",
    [
        entry(reason={"$type": "app.bsky.feed.defs#reasonRepost"}),
        entry(reply={"parent": {}}),
        entry(labels=[MEMBERS_ONLY]),
        entry(text=" "),
    ],
    ids=["passed on", "an answer", "for members alone", "without words"],
)
def test_what_is_not_the_owners_word_to_everyone_is_left_out(other: Any) -> None:
    assert read(other) == []


def test_a_broken_post_spoils_no_other() -> None:
    assert len(read({}, entry(), {"post": None})) == 1
