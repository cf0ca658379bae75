"""Deliveries of every service that calls us: read as facts that can be kept, or refused as what they are."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import registry
from integrations.histories.reading import MOST_COUNTED
from integrations.items import LONGEST_URL, UNREADABLE
from integrations.models import WebhookDelivery
from integrations.problems import Malformed
from integrations.providers.base import HookEvent, HookProvider
from integrations.webhooks import DEEPEST, Unreadable, _without_addresses, payload_in
from tests.fuzz.mutations import changed_bytes, changed_json, files

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.fuzz
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w")
BY_PROVIDER = {path.parent.name: files(f"hooks/{path.parent.name}") for path in files("hooks")}
LONGEST_DELIVERY = WebhookDelivery._meta.get_field("delivery_id").max_length or 0
TYPES = ("application/json", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=x", "")


def texts_in(value: Any) -> Iterator[str]:
    """All texts in a JSON value, but for the names of its fields."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_in(inner)


def parsed(provider: HookProvider, event: str, payload: Any) -> HookEvent | None:
    """What a delivery says, `None` where it is refused in a way that the inbox knows."""
    try:
        return provider.parse_event(event, payload, arrived_at=NOW)
    except (*UNREADABLE, Malformed):
        return None


def check_delivery(provider: HookProvider, event: str, payload: Any) -> None:
    """What holds of every delivery."""
    told = parsed(provider, event, payload)
    if told is None:
        return
    assert told == parsed(provider, event, payload) or told.history is not None
    assert told.project or told.known_by or told.ignored
    for fact in told.activities:
        assert fact.external_id
        assert fact.occurred_at.tzinfo is not None
        assert 0 <= (fact.lines_added or 0) <= MOST_COUNTED
        assert not fact.url or (fact.url.startswith(("http://", "https://")) and len(fact.url) <= LONGEST_URL)
        if fact.kind == "commit":
            assert not ADDRESS.search(fact.title + " " + fact.author)
    if told.project:
        assert 0 <= (told.project.stars or 0) <= MOST_COUNTED
        assert not told.project.homepage_url.startswith("javascript:")
    kept = _without_addresses(payload)
    assert kept == _without_addresses(kept)
    assert '"email"' not in json.dumps(kept)
    assert not any(ADDRESS.search(said) for said in texts_in(kept) if "git@" not in said)


def test_the_corpus_has_every_service_that_calls() -> None:
    assert set(BY_PROVIDER) == {one.slug for one in registry.PROVIDERS if isinstance(one, HookProvider)}


@pytest.mark.parametrize("slug", sorted(BY_PROVIDER))
@given(data=st.data())
def test_a_delivery_of_any_shape_is_facts_or_is_refused(slug: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(BY_PROVIDER[slug]))
    payload = data.draw(changed_json([json.loads(path.read_bytes())]))
    if isinstance(payload, dict):
        check_delivery(registry.hook_provider(slug), path.stem, payload)


@pytest.mark.parametrize("slug", sorted(BY_PROVIDER))
def test_the_corpus_itself_is_read(slug: str) -> None:
    for path in BY_PROVIDER[slug]:
        assert parsed(registry.hook_provider(slug), path.stem, json.loads(path.read_bytes())) is not None, path


@given(changed_bytes([path.read_bytes() for path in files("hooks")]), st.sampled_from(TYPES))
def test_a_body_of_any_bytes_is_an_object_or_unreadable(body: bytes, content_type: str) -> None:
    try:
        payload = payload_in(body, content_type)
    except Unreadable:
        return
    assert json.dumps(payload).count("{") >= 1
    for provider in (registry.hook_provider(slug) for slug in BY_PROVIDER):
        with suppress(Malformed):
            _event, delivery_id = provider.name_of(body, {})
            assert len(delivery_id) <= LONGEST_DELIVERY


def test_what_nests_without_end_is_unreadable() -> None:
    for levels in (DEEPEST, 100_000):
        with pytest.raises(Unreadable):
            payload_in(b'{"a":' * levels + b"1" + b"}" * levels, "application/json")
