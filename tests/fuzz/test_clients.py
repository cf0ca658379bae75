"""What editors and players tell, and what players export: kept as it is documented, or refused."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.parsers import ForeignJSONParser
from common.text import storable
from integrations.coding import heartbeats
from integrations.coding.durations import LAST_LANGUAGE, LAST_PROJECT
from integrations.items import UNREADABLE
from integrations.listening import listens
from integrations.listening.exports import HEAD, format_of
from integrations.listening.importing import KIND
from integrations.providers.music import LONGEST_LENGTH, LONGEST_NAME
from tests.fuzz.mutations import changed_bytes, changed_json, changed_text, each_with_one_change, files, lines, values

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
    called = json.dumps([item.get("category"), item.get("language")])  # what somebody writes there is no secret
    for said in (beat.project, beat.language, beat.category, beat.editor):
        assert storable(said) == said
        if item.get("language") != LAST_LANGUAGE:
            assert not any(word in said for word in PRIVATE if word not in called)


@given(changed_json(BEATS).map(as_parsed), st.sampled_from(AGENTS))
def test_a_heartbeat_of_any_shape_is_kept_without_what_is_private_or_refused(item: Any, agent: str) -> None:
    check_heartbeat(item, agent)


def test_a_heartbeat_with_one_odd_value_is_kept_without_what_is_private_or_refused() -> None:
    for item in each_with_one_change(BEATS):
        check_heartbeat(item, "")  # as a dump has it, which no parser of ours went over


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


def test_a_submission_with_one_odd_value_is_kept_listen_by_listen_or_refused() -> None:
    for said in each_with_one_change(LISTENS):
        check_listens(as_parsed(said))


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


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(10**9, 2 * 10**9)), min_size=1, max_size=5), st.booleans()
)
def test_every_row_and_scrobble_of_an_export_is_one_play_at_its_moment(told: list[Any], in_ms: bool) -> None:
    """Of seconds or of milliseconds, and of dates without a zone."""
    written = [(title, at * 1000 if in_ms else at) for title, at in told]
    dated = [(title, f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S}") for title, at in told]
    moments = [(title, datetime.fromtimestamp(at, UTC)) for title, at in told]
    for rows in (written, dated):
        table = "artist,track,uts\n" + "".join(f"Moss,{title},{at}\n" for title, at in rows)
        lines = json.dumps([{"artist": "Moss", "name": title, "date": at} for title, at in rows])
        for raw in (table.encode(), lines.encode()):
            form = format_of(raw)
            assert form
            plays = [play for play in map(form.read, form.items(io.BytesIO(raw))) if play]
            assert [(play.title, play.played_at) for play in plays] == moments


@given(changed_bytes([path.read_bytes() for path in files("exports")]))
def test_an_export_of_any_bytes_has_plays_or_ends_in_words(raw: bytes) -> None:
    check_export(raw)
