"""What visitors' browsers send: bodies of the intake, agents, referrers, campaigns; and the owner's own marks."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from tests.fuzz.mutations import changed_bytes, changed_json, changed_text, each_with_one_change, files, lines, values
from tests.fuzzing import examples
from visitors import agents, channels, marks
from visitors.consent.bearer import COOKIE, SCHEME
from visitors.intake import checks
from visitors.intake.route import READERS, Caller
from visitors.vocabulary import Channel, Screen, SetAside, StepKind

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
        assert not set("@") & set(step.area) or kind == "beacon"
        assert all(metres is None or round(metres, 2) == metres for metres in (step.x, step.z))
        for name, fact in (step.context or {}).items():
            assert re.fullmatch("[a-z][a-z0-9_]{0,39}", name)
            assert fact is None or isinstance(fact, str | int | float)
            assert not isinstance(fact, str) or (fact.isprintable() and len(fact) <= checks.LONGEST_FACT)
            assert not isinstance(fact, int | float) or abs(fact) <= 1e9
        json.dumps(step.context, allow_nan=False).encode("ascii")
        if kind == "beacon":
            facts = step.context or {}
            assert facts.get("lcp", 0) <= checks.SLOWEST
            assert facts.get("cls", 0) <= checks.MOST_SHIFT
            assert type(facts.get("clicks", 0)) is int
            assert facts.get("clicks", 0) <= checks.MOST_CLICKS
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


A_STEP = {"step_type": "navigation"}
TOO_MUCH: dict[str, list[Any]] = {
    "area": ["ada@example.org", "https://x.example/", "x" * 121, "a\nb", 7],
    "duration": [float("nan"), float("inf"), True, "3", -1, 86_401],
    "scroll_depth": [1.01, -0.1, True, "1", float("nan")],
    "at": ["2026-01-15T10:30:00", 1_768_473_000, "now", "0001-01-01T00:00:00+14:00"],
    "position": [
        {"x": 1},
        {"x": 1, "z": float("nan")},
        {"x": 1, "z": 1001},
        {"x": 1, "z": 1, "w": 1},
        [1, 2],
        {"x": None, "z": 1},
    ],
    "context": [
        {"a": {}},
        {"a": []},
        {"A": 1},
        {"a b": 1},
        {"a\n": 1},
        {f"a{n}": n for n in range(13)},
        {"a": 1e10},
        [],
    ],
    "project_id": ["0b6ff6d294b14f088dd52a0a0f5cbb1d", "{0b6ff6d2-94b1-4f08-8dd5-2a0a0f5cbb1d}", 7, "moss"],
    "name": ["x"],
    "\ud800": ["x"],
}
TOO_MUCH_OF_A_PAGE: dict[str, list[Any]] = {
    "path": ["x", "//x\0", "/" * 2001, None, 7],
    "clicks": [0.5, 10_001, True, "3", -1],
    "engaged": [float("nan"), 86_401, True],
    "vitals": [{"lcp": 600_001}, {"cls": 101}, {"inp": True}, {"fid": 1}, []],
    "screen": ["ada", "0x0", "1280x", "x" * 21],
    "utm": [{"term": "x"}, ["x"], {"source": 7}],
    "\ud800": ["x"],
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_step_that_says_too_much_is_refused(name: str) -> None:
    for value in TOO_MUCH[name]:
        with pytest.raises(checks.Misfit) as refused:
            checks.check_step(0, {**A_STEP, name: value})
        str(refused.value).encode()


@pytest.mark.parametrize("name", TOO_MUCH_OF_A_PAGE)
def test_a_page_view_that_says_too_much_is_refused(name: str) -> None:
    for value in TOO_MUCH_OF_A_PAGE[name]:
        with pytest.raises(checks.Misfit) as refused:
            checks.check_page_view({"path": "/", name: value})
        json.dumps(refused.value.fields).encode()


def test_a_body_says_what_it_may_and_brings_as_many_steps_as_it_may() -> None:
    assert len(checks.check_journey({"steps": [A_STEP] * checks.MOST_STEPS}).steps) == checks.MOST_STEPS
    bodies: list[Any] = [{"steps": [A_STEP] * (checks.MOST_STEPS + 1)}, {"steps": [], "visitor": 1}, {"steps": {}}, []]
    for body in bodies:
        with pytest.raises(checks.Misfit):
            checks.check_journey(body)


@given(st.text("ab1.-_ ~+@/:%é", max_size=70))
def test_a_campaign_is_named_in_words(text: str) -> None:
    kept = checks.check_page_view({"path": "/", "utm": {"source": text}}).utm
    assert all(re.fullmatch(r"\w[\w .+~-]{0,59}", name) for name in kept.values())


def test_a_place_is_kept_to_the_centimetre() -> None:
    assert checks.check_step(0, {**A_STEP, "position": {"x": 1.23456, "z": -2}}).x == 1.23


@given(st.integers(1, 99_999), st.integers(1, 99_999))
def test_of_a_screen_its_class_is_kept(width: int, height: int) -> None:
    assert checks.check_page_view({"path": "/", "screen": f"{width}x{height}"}).screen in set(Screen)


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


@examples(25)
@given(st.from_regex(r"[a-z0-9-]{1,30}\.[a-z]{2,8}", fullmatch=True), st.from_regex(r"[a-z]{0,5}", fullmatch=True))
def test_a_host_is_known_by_its_ending_and_whole_labels(host: str, more: str) -> None:
    assert channels.host_of(f"https://ada:secret@www.{host}:8443/{more}?{more}#x") == host.removeprefix("www.")
    assert channels.host_of(f"https://www.{host}/x", host) == ""
    assert channels.host_of(f"https://{'x' * channels.LONGEST_HOST}.{host}/") == ""
    for one in ("claude.ai", "x.com", "t.co", "mail.ru"):
        if more:
            assert channels.channel_of(f"{more}.{one}", {}) == channels.channel_of(one, {})
        assert channels.channel_of(f"not{more}{one}", {}) == Channel.REFERRAL
        assert channels.channel_of(one, {"medium": "email"}) == Channel.MAIL


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


def test_what_machines_are_called_is_short_and_who_says_nothing_is_none() -> None:
    assert agents.read("").set_aside == SetAside.NO_AGENT
    assert agents.read(" \t").set_aside == SetAside.NO_AGENT
    for agent in (f"{'Moss' * 40}Bot/1.0", "my\x07Bot/1.0 (+https://x.example)", "Moss\u202eBot/2.1"):
        found = agents.read(agent)
        assert found.set_aside == SetAside.AGENT
        assert 0 < len(found.family) <= agents.LONGEST_FAMILY
        assert found.family.isprintable()
        assert "/" not in found.family
    android = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36"
    assert (agents.read(android).os, agents.read(android).browser) == ("Android", "Chrome")
    assert agents.read("x" * agents.LONGEST + "Windows") == agents.read("x" * agents.LONGEST)


@pytest.mark.parametrize("header", [{"dnt": "1"}, {"sec-gpc": "1"}])
def test_who_asks_not_to_be_counted_is_not(header: dict[str, str]) -> None:
    assert CALLER.is_counted
    assert not replace(CALLER, headers=header).is_counted


def test_a_token_longer_than_any_is_none() -> None:
    for said in ({"authorization": f"{SCHEME}{'x' * 5000}"}, {"cookie": f"{COOKIE}={'x' * 5000}"}):
        assert replace(CALLER, headers=said).token == ""


taken = st.builds(
    marks.Taken, st.sampled_from(StepKind), st.sampled_from(["/", "gate", "garden"]), st.just(""), st.just(0.0)
)


@given(
    st.lists(taken, max_size=6),
    st.lists(st.sampled_from(["area:gate", "area:g*", "page:/", "view"]), min_size=1, max_size=4),
)
def test_a_funnel_is_walked_in_its_order(path: list[marks.Taken], lines_said: list[str]) -> None:
    wanted = marks.stages("\n".join(lines_said))
    reached = marks.furthest(path, wanted)
    left = iter(path)
    walked = [any(_is(step, line) for step in left) for line in lines_said]
    assert reached == (walked.index(False) if False in walked else len(walked))


def _is(step: marks.Taken, line: str) -> bool:
    """What the lines of that test mean."""
    return {
        "area:gate": step.area == "gate",
        "area:g*": step.area.startswith("g"),
        "page:/": (step.kind, step.area) == (StepKind.PAGE_VIEW, "/"),
        "view": step.kind == StepKind.PROJECT_VIEW,
    }[line]


@pytest.mark.parametrize("line", ["area:", "page:", "plant:", "moss", "view or", " or view", "VIEW", ""])
def test_a_line_that_says_nothing_is_refused(line: str) -> None:
    with pytest.raises(marks.MarkRefused):
        marks.stages(line)


def test_a_funnel_has_ten_steps_at_most() -> None:
    assert len(marks.stages("view\n" * marks.MOST_STEPS)) == marks.MOST_STEPS
    with pytest.raises(marks.MarkRefused):
        marks.stages("view\n" * (marks.MOST_STEPS + 1))


@given(changed_text(["interaction plant:my-project", "page:/ or area:gate*\nview\n\nnavigation area:pond"]))
def test_a_funnel_of_any_text_is_stages_or_is_refused_in_words(text: str) -> None:
    try:
        found = marks.stages(text)
    except marks.MarkRefused:
        return
    assert 1 <= len(found) <= marks.MOST_STEPS
    assert all(mark != marks.Mark() for stage in found for mark in stage)
