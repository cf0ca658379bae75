"""Dates and times, as every client and service writes them: a moment in UTC, or said to be none."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import items
from integrations.answers import LONGEST_PAUSE, PAUSE_UNSAID, links_of, message_in, pause_in
from integrations.commit_dates import LATEST, usable
from integrations.histories.reading import iso_moment
from integrations.histories.reading import moment as moment_of_git
from integrations.listening.exports import _moment as moment_of_export
from integrations.providers.gitlab import _moment as moment_of_gitlab
from integrations.providers.music import at
from tests.fuzz.mutations import VALUES, changed_text, lines
from visitors.intake.checks import Misfit, check_step

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.fuzz
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
NOW_IN_SECONDS = int(NOW.timestamp())
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIMES = lines("times.txt")
texts = changed_text(TIMES)
anything = texts | st.sampled_from(VALUES) | st.integers() | st.floats()


def of_a_step(said: Any) -> datetime | None:
    return check_step(0, {"step_type": "navigation", "at": said}).at


READERS: dict[str, tuple[Callable[[Any], datetime | None], tuple[type[Exception], ...], st.SearchStrategy[Any]]] = {
    "of an item": (items.moment, items.UNREADABLE, anything),
    "of seconds": (items.moment_of, (ValueError,), st.integers() | st.floats()),
    "of a player": (at, (ValueError,), anything),
    "of an export": (moment_of_export, items.UNREADABLE, anything),
    "of GitLab": (moment_of_gitlab, items.UNREADABLE, anything),
    "of a saved log": (iso_moment, (), texts),
    "of git": (moment_of_git, (), texts | texts.map(lambda text: text.encode("utf-8", "surrogatepass"))),
    "of a step": (of_a_step, (Misfit,), anything),
}


@pytest.mark.parametrize("reader", READERS)
@given(data=st.data())
def test_what_is_said_of_a_time_is_a_moment_in_utc_or_refused(reader: str, data: st.DataObject) -> None:
    read, refuses, strategy = READERS[reader]
    said = data.draw(strategy)
    try:
        moment = read(said)
    except refuses:
        return
    if moment is not None:
        assert moment.tzinfo is UTC
        assert read(said) == moment


FAR = (2**31, 2**40, 2**62, 2**63, 10**30, -(10**30), float("inf"), float("nan"), 1e18, -1e18)


@pytest.mark.parametrize("reader", READERS)
def test_each_time_of_the_corpus_is_a_moment_in_utc_or_refused(reader: str) -> None:
    """Those at the ends of all calendars too, which chance may not come by."""
    read, refuses, _strategy = READERS[reader]
    is_text, is_number = reader in ("of a saved log", "of git"), reader == "of seconds"
    for said in (*TIMES, *map(str, FAR)) if is_text else FAR if is_number else (*TIMES, *VALUES, *FAR):
        with suppress(*refuses):
            moment = read(said)
            assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize("reader", ["of an item", "of seconds", "of a player", "of an export", "of git"])
@given(seconds=st.integers(1, 10**11) | st.integers(NOW_IN_SECONDS - 10**8, NOW_IN_SECONDS))
def test_seconds_since_1970_are_read_as_they_were(reader: str, seconds: int) -> None:
    read, _refuses, _strategy = READERS[reader]
    assert read(str(seconds) if reader == "of git" else seconds) == EPOCH + timedelta(seconds=seconds)


@given(st.integers(10**9, 10**11 - 1))
def test_milliseconds_of_an_export_are_read_as_they_were(seconds: int) -> None:
    assert moment_of_export(seconds * 1000 + 999) == EPOCH + timedelta(seconds=seconds)


@given(st.integers(max_value=0))
def test_a_commit_of_before_1970_has_no_date(seconds: int) -> None:
    assert moment_of_git(str(seconds)) is None


@given(st.integers(-(10**9), 10**10), st.integers(-14, 14))
def test_a_moment_as_gitlab_writes_it_is_read_as_it_was(seconds: int, hours: int) -> None:
    moment = (EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None)
    assert moment_of_gitlab(f"{moment} UTC") == moment.replace(tzinfo=UTC)
    zone = f"{'-' if hours < 0 else '+'}{abs(hours):02}00"
    assert moment_of_gitlab(f"{moment + timedelta(hours=hours)} {zone}") == moment.replace(tzinfo=UTC)


@pytest.mark.parametrize("reader", ["of an item", "of a saved log", "of a step", "of GitLab"])
@given(moment=st.datetimes().map(lambda at: at.replace(tzinfo=UTC)), hours=st.integers(-14, 14))
def test_a_moment_that_is_written_in_any_zone_is_read_as_it_was(reader: str, moment: datetime, hours: int) -> None:
    try:
        written = (moment.replace(tzinfo=None) + timedelta(hours=hours)).isoformat()
    except OverflowError:
        return
    read, _refuses, _strategy = READERS[reader]
    sign = "-" if hours < 0 else "+"
    assert read(f"{written}{sign}{abs(hours):02}:00") == moment


@pytest.mark.parametrize("reader", ["of an item", "of a saved log", "of an export"])
@given(moment=st.datetimes())
def test_a_moment_that_is_written_without_a_zone_is_one_in_utc(reader: str, moment: datetime) -> None:
    read, _refuses, _strategy = READERS[reader]
    assert read(moment.isoformat()) == moment.replace(tzinfo=UTC)


@given(st.datetimes())
def test_a_step_without_an_offset_is_refused(moment: datetime) -> None:
    with pytest.raises(Misfit):
        of_a_step(moment.isoformat())


@given(st.integers(1, 7 * 24 * 60 - 1))
def test_a_pause_until_a_date_without_a_zone_ends_at_that_date_in_utc(minutes: int) -> None:
    until = NOW + timedelta(minutes=minutes)
    pause = pause_in(429, {"Retry-After": until.replace(tzinfo=None).isoformat()}, b"", label="Moss", now=NOW)
    assert pause
    assert pause.until == until


@given(anything)
def test_a_date_of_a_commit_is_within_the_calendar(said: Any) -> None:
    seconds = usable(said)
    assert seconds is None or 0 < seconds <= LATEST


HEADERS = ("Retry-After", "X-RateLimit-Reset", "X-RateLimit-Remaining", "RateLimit", "RateLimit-Reset", "Retry-After")


@given(
    st.sampled_from([200, 403, 429, 503]),
    st.dictionaries(st.sampled_from(HEADERS), texts | st.sampled_from(['"x";r=0;t=30', "0", "0, 0"])),
    st.binary(max_size=30),
)
def test_a_pause_of_any_headers_begins_now_and_ends(status: int, headers: dict[str, str], body: bytes) -> None:
    pause = pause_in(status, headers, body, label="Moss", now=NOW)
    if pause:
        assert NOW <= pause.until <= NOW + LONGEST_PAUSE
        assert pause.reason
    assert len(message_in(body)) <= 200


def pause_until(status: int = 429, **headers: str) -> datetime:
    pause = pause_in(status, {name.replace("_", "-"): said for name, said in headers.items()}, b"", label="", now=NOW)
    assert pause
    return pause.until


@given(st.integers(0, 7 * 24 * 3600))
def test_a_pause_ends_when_it_was_said_to_however_it_was_said(seconds: int) -> None:
    until, second = NOW + timedelta(seconds=seconds), timedelta(seconds=1)
    since_1970 = NOW_IN_SECONDS + seconds
    assert pause_until(Retry_After=str(seconds)) == until
    assert pause_until(Retry_After=str(since_1970)) == pause_until(Retry_After=str(since_1970 * 1000)) == until
    assert pause_until(Retry_After=format_datetime(until, usegmt=True)) == until
    for reset in ({"X_RateLimit_Reset": str(since_1970)}, {"RateLimit_Reset": str(seconds)}):
        remaining = {f"{next(iter(reset)).removesuffix('Reset')}Remaining": "0"}
        assert pause_until(200, **reset, **remaining) == min(until + second, NOW + LONGEST_PAUSE)
    assert pause_until(200, RateLimit=f'"x";r=0;t={seconds}') == min(until + second, NOW + LONGEST_PAUSE)


@given(st.dictionaries(st.sampled_from(["X_RateLimit_Remaining", "X_RateLimit_Reset", "Retry_After"]), texts))
def test_who_is_asked_to_slow_down_pauses_whatever_else_is_said(headers: dict[str, str]) -> None:
    assert NOW <= pause_until(429, **headers) <= NOW + LONGEST_PAUSE


def test_a_pause_of_unsaid_length_is_one_and_none_is_longer_than_the_longest() -> None:
    assert pause_until() == NOW + PAUSE_UNSAID
    for far in ("9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT", "9" * 40, "1e300", str(8 * 24 * 3600)):
        assert pause_until(Retry_After=far) == NOW + LONGEST_PAUSE


def test_a_message_is_a_sentence_however_long_or_deep_its_body_is() -> None:
    for body in ({"message": "x" * 3000}, {"error": {"message": "x" * 3000}}, {"reason": "x" * 3000}):
        assert len(message_in(json.dumps(body).encode())) <= 200
    assert message_in(b"[" * 100_000) == message_in(b'{"message":' * 100_000) == ""


LINKS = ('<https://api.example/x?page=2>; rel="next", <https://api.example/x?page=9>; rel="last"', "<>;rel")


@given(changed_text(LINKS))
def test_links_of_any_header_are_texts(header: str) -> None:
    assert all(isinstance(target, str) for target in links_of(header).values())
