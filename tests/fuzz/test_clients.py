"""What editors and players tell, and what players export: kept as it is documented, or refused."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garden.parsers import ForeignJSONParser
from garden.text import storable
from integrations.coding import heartbeats
from integrations.coding.durations import LAST_LANGUAGE, LAST_PROJECT
from integrations.items import UNREADABLE
from integrations.listening import listens
from integrations.listening.exports import HEAD, format_of
from integrations.listening.importing import KIND
from integrations.providers.music import LONGEST_LENGTH, LONGEST_NAME
from tests.fuzz.mutations import changed_bytes, changed_json, changed_text, files, lines, values

if TYPE_CHECKING:
    from weather.drafts import PlayDraft

pytestmark = pytest.mark.fuzz
NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
PRIVATE = ("adas-laptop", "secret-branch", "secret", "/home", "Users", "bank.example")
BEATS = values("heartbeats")[0]
AGENTS = ["wakatime/v1.98.1 (linux) go1.22 vscode/1.90.0 vscode-wakatime/24.5.0", *lines("visits/user_agents.txt")]
LISTENS = values("listens")


def as_parsed(said: Any) -> Any:
    """A value as our parser of foreign protocols hands it over."""
    return ForeignJSONParser().load(json.dumps(said).encode())


def check_heartbeat(item: Any, agent: str) -> None:
    """What holds of every heartbeat."""
    try:
        beat = heartbeats.read(item, agent=agent, now=NOW)
    except heartbeats.Refused:
        return
    assert beat == heartbeats.read(item, agent=agent, now=NOW)
    assert datetime(1970, 1, 1, tzinfo=UTC) < beat.at <= NOW + heartbeats.CLOCKS_DIFFER
    assert len(beat.project) <= heartbeats.NAME_LENGTH
    assert all(len(word) <= heartbeats.WORD_LENGTH for word in (beat.language, beat.category, beat.editor))
    assert "\\" not in beat.project
    assert not beat.project.startswith(("/", "~"))
    assert beat.project in (LAST_PROJECT, heartbeats.project_name(beat.project))
    for said in (beat.project, beat.language, beat.category, beat.editor):
        assert storable(said) == said
        if item.get("language") != LAST_LANGUAGE:
            assert not any(word in said for word in PRIVATE if word not in json.dumps(item.get("category")))


@given(changed_json(BEATS).map(as_parsed), st.sampled_from(AGENTS))
def test_a_heartbeat_of_any_shape_is_kept_without_what_is_private_or_refused(item: Any, agent: str) -> None:
    check_heartbeat(item, agent)


@given(changed_text(AGENTS))
def test_an_editor_is_a_word_whatever_agent_says_it(agent: str) -> None:
    assert len(heartbeats.editor_of(agent)) <= heartbeats.WORD_LENGTH


def check_play(play: PlayDraft) -> None:
    """What holds of every play, whoever told of it."""
    assert play.title
    assert len(play.title) <= LONGEST_NAME >= len(play.artist)
    assert storable(play.title) == play.title
    assert play.duration is None or 0 < play.duration <= LONGEST_LENGTH
    assert play.played_at.tzinfo is UTC


def check_listens(said: Any) -> None:
    """What holds of every submission."""
    try:
        found = listens.read(said, now=NOW)
    except listens.Refused:
        return
    told = len(said["payload"])
    assert len(found.plays) + len(found.broken) + (found.now is not None) == told
    for play in (*found.plays, *([found.now.playing] if found.now and found.now.playing else [])):
        check_play(play)
        assert listens.EARLIEST <= play.played_at <= NOW + timedelta(minutes=5)
        assert "phone of ada" not in repr(play)
    assert all(broken.why and len(broken.why) <= 150 for broken in found.broken)


@given(changed_json(LISTENS).map(as_parsed))
def test_a_submission_of_any_shape_is_kept_listen_by_listen_or_refused(said: Any) -> None:
    check_listens(said)


def check_export(raw: bytes) -> None:
    """What holds of every file that somebody takes for their history."""
    found = format_of(raw[:HEAD])
    if found is None:
        return
    items = 0
    try:
        for item in found.items(io.BytesIO(raw)):
            items += 1
            try:
                play = found.read(item)
            except UNREADABLE:
                continue
            if play is not None:
                check_play(play)
                assert "203.0.113.9" not in repr(play)
    except KIND.spoilt:
        pass
    assert items <= len(raw)


@given(changed_bytes([path.read_bytes() for path in files("exports")]))
def test_an_export_of_any_bytes_has_plays_or_ends_in_words(raw: bytes) -> None:
    check_export(raw)
