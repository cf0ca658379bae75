"""What services answer when they are asked: each provider's own samples with a few things changed, read or refused."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import storable
from integrations import registry
from integrations.histories.reading import MOST_BYTES
from integrations.items import LONGEST_URL, UNREADABLE
from integrations.providers.base import Connection, KnownTrack, Payload, Since
from integrations.sample_http import SampleHttp
from tests.fuzz.mutations import changed_json, each_with_one_change
from tests.fuzzing import examples
from weather.drafts import DayDraft, HourDraft, SkyDraft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrations.providers.base import Provider

pytestmark = pytest.mark.fuzz
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
TOKEN = "nobody is asked"
TRACK = KnownTrack("t", "sample1", "1" * 36, "2" * 36, "Slow Moss", "Fern & Lichen")
SHARES = ("cloud_cover", "humidity", "chance")
ASKED = [provider.slug for provider in registry.asked() if provider.samples(NOW)]


def answers(provider: Provider) -> list[Payload]:
    """What a provider yields where its service answers with its samples; one of each kind."""
    connection = Connection(username=getattr(provider, "sample_name", "ada"), token=TOKEN, place=(52.5, 13.4))
    since = Since(connection, NOW, undescribed=lambda: [TRACK])
    http: Any = SampleHttp(label=provider.label, samples=provider.samples(NOW))
    found = {told.kind: told for told in provider.fetch(http, since) if isinstance(told, Payload)}
    assert found
    return list(found.values())


def values_in(draft: Any) -> Iterator[tuple[str, Any]]:
    """Everything that a draft says, each with the name of its field."""
    for field in fields(draft):
        yield from _named(field.name, getattr(draft, field.name))


def _named(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if is_dataclass(value):
        yield from values_in(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _named(name, key)
            yield from _named(name, inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _named(name, inner)
    else:
        yield name, value


def check_draft(draft: Any) -> None:
    """What holds of every draft: it can be kept, and stand on a page."""
    for name, value in values_in(draft):
        if isinstance(value, float):
            assert math.isfinite(value), name
        elif isinstance(value, int):
            assert abs(value) <= MOST_BYTES, name
        elif isinstance(value, datetime):
            assert value.tzinfo is not None, name
        elif isinstance(value, str):
            if "url" in name and value:
                assert value.startswith(("http://", "https://")), name
                assert len(value) <= LONGEST_URL, name
        else:
            assert value is None or callable(value) or isinstance(value, date), (name, value)
        if name in SHARES:
            assert value is None or 0 <= value <= 1, (name, value)
    if isinstance(draft, SkyDraft):
        parts: list[SkyDraft | HourDraft | DayDraft] = [draft, *draft.hours, *draft.days]
        for part in parts:
            check_sky(part)


def check_sky(said: SkyDraft | HourDraft | DayDraft) -> None:
    """What holds of everything that is kept of the sky as it was said."""
    kept = {name: value for name, value in values_in(said) if not isinstance(value, date | datetime)}
    assert storable(json.dumps(kept, allow_nan=False)) == json.dumps(kept, allow_nan=False)
    assert all(storable(value) == value for value in kept.values() if isinstance(value, str))


@pytest.mark.parametrize("slug", ASKED)
def test_the_samples_themselves_are_read(slug: str) -> None:
    provider = registry.provider(slug)
    assert [draft for told in answers(provider) for draft in provider.parse(told)]


ODD = ("javascript:x", f"https://x.example/{'x' * LONGEST_URL}")  # two of what chance did not come by


@pytest.mark.parametrize("slug", ASKED)
def test_an_answer_with_one_odd_text_is_drafts_that_can_be_kept_or_is_refused(slug: str) -> None:
    provider = registry.provider(slug)
    for told in answers(provider):
        for said in each_with_one_change([json.loads(json.dumps(told.data, default=str))], ODD):
            with suppress(*UNREADABLE):
                for draft in provider.parse(Payload(told.subject, told.kind, said)):
                    check_draft(draft)


@examples(60)
@pytest.mark.parametrize("slug", ASKED)
@given(data=st.data())
def test_an_answer_of_any_shape_is_drafts_that_can_be_kept_or_is_refused(slug: str, data: st.DataObject) -> None:
    provider = registry.provider(slug)
    told = data.draw(st.sampled_from(answers(provider)))
    said = data.draw(changed_json([json.loads(json.dumps(told.data, default=str))]))
    try:
        drafts = list(provider.parse(Payload(told.subject, told.kind, said)))
    except UNREADABLE:
        return
    for draft in drafts:
        check_draft(draft)
