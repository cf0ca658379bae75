"""What visitors' browsers send: bodies of the intake, agents, referrers, campaigns; and the owner's own marks."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from tests.fuzz.mutations import changed_bytes, changed_json, changed_text, each_with_one_change, files, lines, values
from visitors import agents, channels, marks
from visitors.intake import checks
from visitors.intake.route import READERS, Caller
from visitors.vocabulary import Channel

if TYPE_CHECKING:
    from visitors.intake.groups import Submission

pytestmark = pytest.mark.fuzz
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
CALLER = Caller(address="203.0.113.9", headers={"host": "moss.example", "user-agent": "x" * 9000}, received=NOW)
PRIVATE = ("secret", "ada@example.org", "my+name", "private")
BODIES = [path.read_bytes() for path in files("visits/bodies")]
HOST = re.compile(r"[^/?#@:\s]*")
AGENT_LISTS = lines("visits/user_agents.txt")
REFERRERS = lines("visits/referrers.txt")


def check_body(kind: str, body: bytes) -> None:
    """What holds of every body of the intake."""
    try:
        found: Submission = READERS[kind](body, CALLER)
    except (checks.Misfit, ParseError) as refused:
        str(refused).encode()
        return
    assert len(found.steps) + len(found.refused) <= checks.MOST_STEPS
    for refusal in found.refused:
        refusal.reason.encode()
        assert len(refusal.reason) <= 200
    for step in found.steps:
        assert len(step.area) <= checks.LONGEST_PATH
        assert not set("?#") & set(step.area)
        assert step.area.isprintable()
        assert 0 <= step.duration <= checks.MOST_SECONDS
        assert all(metres is None or abs(metres) <= checks.FAR for metres in (step.x, step.z))
        assert step.at is None or step.at.tzinfo is UTC
        assert len(step.context or {}) <= checks.MOST_FACTS
        json.dumps(step.context, allow_nan=False).encode("ascii")
    if found.arrival:
        assert HOST.fullmatch(found.arrival.referrer_host)
        campaign = found.arrival.utm_source, found.arrival.utm_medium, found.arrival.utm_campaign
        assert not any("@" in said or "/" in said for said in campaign)
        assert found.arrival.screen_resolution in ("", "small", "medium", "large", "huge")
    assert len(found.user_agent) <= agents.LONGEST


@given(st.sampled_from(sorted(READERS)), changed_bytes(BODIES))
def test_a_body_of_any_bytes_is_steps_or_is_refused(kind: str, body: bytes) -> None:
    check_body(kind, body)


@given(st.sampled_from(sorted(READERS)), changed_json(values("visits/bodies")))
def test_a_body_of_any_shape_is_steps_or_is_refused(kind: str, said: Any) -> None:
    check_body(kind, json.dumps(said).encode())


@pytest.mark.parametrize("kind", sorted(READERS))
def test_a_body_with_one_odd_value_is_steps_or_is_refused(kind: str) -> None:
    for said in each_with_one_change(values("visits/bodies")):
        check_body(kind, json.dumps(said).encode())


@given(changed_json(values("visits/bodies")))
def test_a_step_that_was_taken_is_taken_again_as_it_was(said: Any) -> None:
    steps = said.get("steps") if isinstance(said, dict) else None
    for index, one in enumerate(steps if isinstance(steps, list) else ()):
        try:
            step = checks.check_step(index, one)
        except checks.Misfit:
            continue
        again = {**one, "area": step.area or None, "at": step.at.isoformat() if step.at else None}
        assert checks.check_step(index, again) == step


@given(changed_text(REFERRERS))
def test_of_a_referrer_a_host_is_kept_and_nothing_else(referrer: str) -> None:
    host = channels.host_of(referrer, "moss.example")
    assert HOST.fullmatch(host)
    assert len(host) <= channels.LONGEST_HOST
    assert channels.host_of(host, "moss.example") == host
    assert channels.channel_of(host, {}) in Channel


def test_no_referrer_of_the_corpus_says_what_was_searched_for_or_who_searched() -> None:
    kept = " ".join(channels.host_of(referrer) for referrer in REFERRERS)
    assert not any(word in kept for word in PRIVATE)


@given(changed_text(AGENT_LISTS))
def test_an_agent_is_a_few_coarse_words(agent: str) -> None:
    found = agents.read(agent)
    assert found.browser in {"", agents.OTHER, *agents.BROWSERS.values()}
    assert len(found.family) <= agents.LONGEST_FAMILY
    assert found.family.isprintable()
    assert bool(found.browser) == (found.set_aside is None)
    assert agents.read(agent + "x" * agents.LONGEST) == agents.read((agent + "x" * agents.LONGEST)[: agents.LONGEST])


@given(changed_text(["interaction plant:my-project", "page:/ or area:gate*\nview\n\nnavigation area:pond"]))
def test_a_funnel_of_any_text_is_stages_or_is_refused_in_words(text: str) -> None:
    try:
        found = marks.stages(text)
    except marks.MarkRefused:
        return
    assert 1 <= len(found) <= marks.MOST_STEPS
    assert all(mark != marks.Mark() for stage in found for mark in stage)
