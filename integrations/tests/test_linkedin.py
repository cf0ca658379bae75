"""LinkedIn's posts, after its documentation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from integrations.providers.base import Connection, Payload
from integrations.providers.linkedin import VERSION, LinkedIn

if TYPE_CHECKING:
    from pytest_django import Settings


def post(**more: Any) -> dict[str, Any]:
    told = {"id": "urn:li:share:7", "commentary": "On moss", "visibility": "PUBLIC", "lifecycleState": "PUBLISHED"}
    return {**told, "publishedAt": 1_781_510_400_000, **more}


def read(*posts: Any) -> list[Any]:
    return list(LinkedIn().parse(Payload("urn:li:person:ada", "posts", {"elements": list(posts)})))


def test_a_post_is_its_first_words_and_leads_to_its_page() -> None:
    (draft,) = read(post())
    assert (draft.title, draft.url) == ("On moss", "https://www.linkedin.com/feed/update/urn:li:share:7/")
    assert draft.published_at == datetime(2026, 6, 15, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "more", [{"visibility": "CONNECTIONS"}, {"lifecycleState": "DRAFT"}, {"commentary": ""}], ids=str
)
def test_what_is_not_public_is_left_out(more: dict[str, Any]) -> None:
    assert read(post(**more)) == []


def test_a_request_names_the_version_of_the_api(settings: Settings) -> None:
    assert LinkedIn().headers(Connection(token="secret"))["LinkedIn-Version"] == VERSION
    settings.LINKEDIN_API_VERSION = "202701"
    assert LinkedIn().headers(Connection(token="secret"))["LinkedIn-Version"] == "202701"
