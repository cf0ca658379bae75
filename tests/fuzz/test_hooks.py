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

from common.text import storable
from integrations import registry
from integrations.histories.reading import MOST_COUNTED
from integrations.items import LONGEST_URL, UNREADABLE
from integrations.models import WebhookDelivery
from integrations.problems import Malformed
from integrations.providers.base import BadSignature, HookEvent, HookProvider
from integrations.providers.signatures import digest
from integrations.webhooks import DEEPEST, Unreadable, _without_addresses, payload_in
from tests.fuzz.mutations import changed_bytes, changed_json, changed_text, each_with_one_change, files

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.fuzz
SECRET = "a secret of the tests"
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


def check_delivery(provider: HookProvider, event: str, payload: Any, *, inbox: bool = True) -> None:
    """What holds of every delivery."""
    told = parsed(provider, event, payload)
    if told is None:
        return
    assert told == parsed(provider, event, payload) or told.history is not None
    assert told.project or told.known_by or told.ignored
    for fact in told.activities:
        assert fact.external_id
        assert storable(fact.external_id).strip() == fact.external_id
        assert fact.occurred_at.tzinfo is UTC
        for count in (fact.lines_added, fact.lines_removed):
            assert 0 <= (count or 0) <= MOST_COUNTED
        assert storable(fact.title) == fact.title or provider.local
        assert not fact.url or (fact.url.startswith(("http://", "https://")) and len(fact.url) <= LONGEST_URL)
        if fact.kind == "commit":
            assert provider.slug != "git" or re.fullmatch("[0-9a-f]{40}(?:[0-9a-f]{24})?", fact.external_id)
            assert "\n" not in fact.title or provider.local
            assert not ADDRESS.search(fact.title + " " + fact.author)
    if told.project:
        assert 0 <= (told.project.stars or 0) <= MOST_COUNTED
        assert type(told.project.stars) in (int, type(None))
        assert storable(told.project.description) == told.project.description
        assert not told.project.homepage_url or told.project.homepage_url.startswith(("http://", "https://"))
    if not inbox:
        return
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


NO_SHA = "a" * 40 + "x"
ODD = (
    "javascript:x",
    f"https://x.example/{'x' * 600}",
    "\ud800\0 Ada <ada@mail.example.org>\nx",
    "",
    True,
    -1,
    10**30,
    "a" * 40 + "x",
)


@pytest.mark.parametrize("slug", sorted(BY_PROVIDER))
def test_a_delivery_with_one_odd_value_is_facts_or_is_refused(slug: str) -> None:
    """Wherever something stands that is not text or number, it was tried above."""
    for path in BY_PROVIDER[slug]:
        said = json.loads(path.read_bytes())
        for payload in each_with_one_change([said], (*ODD, NO_SHA)):
            check_delivery(registry.hook_provider(slug), path.stem, payload, inbox=False)


def signed(slug: str, body: bytes) -> str:
    return (
        SECRET if slug == "gitlab" else f"sha256={digest(body, SECRET)}" if slug != "forgejo" else digest(body, SECRET)
    )


@pytest.mark.parametrize("slug", sorted(BY_PROVIDER))
@given(body=st.binary(max_size=20), data=st.data())
def test_what_is_not_signed_as_it_should_be_is_refused(slug: str, body: bytes, data: st.DataObject) -> None:
    provider = registry.hook_provider(slug)
    right = signed(slug, body)
    provider.verify(body, {provider.signature_header: right}, SECRET)
    told = data.draw(
        changed_text([right])
        | st.integers(0, len(right)).map(lambda length: right[:length])
        | st.sampled_from(["", "sha256=", "é", "\xff" * 64, right.upper(), f" {right}", signed(slug, body + b"x")])
    )
    if told != right and not (slug == "gitlab" and told == SECRET):
        for headers in ({provider.signature_header: told}, {}):
            with pytest.raises(BadSignature):
                provider.verify(body, headers, SECRET)


@pytest.mark.parametrize(
    "body", [b"[]", b"[{}]", b"null", b'"x"', b"1", b"", b"\xff", b"payload=1", b"other={}", b"payload="]
)
@pytest.mark.parametrize("content_type", TYPES)
def test_what_is_no_object_is_unreadable(body: bytes, content_type: str) -> None:
    with pytest.raises(Unreadable):
        payload_in(body, content_type)


@pytest.mark.parametrize("said", [7, "7", "x" * 3000, [7], {"n": 7}, "\0", "\ud800", True])
def test_a_deployment_is_known_by_its_id_in_its_repository(said: Any) -> None:
    provider = registry.hook_provider("cicd")

    def known_as(repository: str) -> str:
        body = json.dumps({"repository": repository, "status": "success", "id": said}).encode()
        return provider.name_of(body, {})[1]

    assert known_as("ada/engine") == known_as("Ada/Engine") != known_as("ada/other")
    assert storable(known_as("ada/engine")) == known_as("ada/engine")
    assert len(known_as("ada/engine")) <= LONGEST_DELIVERY
    provider.name_of(b"[" * 100_000, {})


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
