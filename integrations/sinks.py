"""Where drafts go that are about no project: each kind to the app it concerns. A new kind is one line in `SINKS`."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, Protocol

from integrations.coding.durations import Spent
from integrations.coding.services import store_days
from social.drafts import FeedItemDraft
from social.elsewhere import keep
from weather.drafts import FeaturesDraft, NowDraft, PlayDraft, SkyDraft
from weather.music_services import describe, record_listening, record_past
from weather.services import observe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime


class Sink(Protocol):
    """A service that keeps drafts of one kind, marked where they are invented. Returns what it counted, by name."""

    def __call__(
        self, *, drafts: Sequence[Any], source: str, now: datetime, is_demo: bool = False
    ) -> Mapping[str, int]: ...


SINKS: Final[Mapping[type, Sink]] = {
    Spent: store_days,
    SkyDraft: observe,
    NowDraft: record_listening,
    PlayDraft: record_past,
    FeaturesDraft: describe,
    FeedItemDraft: keep,
}


def store(drafts: Iterable[object], *, source: str, now: datetime, is_demo: bool = False) -> Counter[str]:
    """Hand drafts to their keepers. Returns what was counted. Raises `KeyError` for a kind that nobody keeps."""
    counts: Counter[str] = Counter()
    for kind, group in groupby(drafts, type):
        counts.update(SINKS[kind](drafts=list(group), source=source, now=now, is_demo=is_demo))
    return counts
