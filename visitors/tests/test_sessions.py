"""What a visit adds up to, and what its browser and its referrer tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from visitors import agents, channels, countries, sessions
from visitors.sessions import PlacedStep, Visit
from visitors.vocabulary import Channel, Device, SetAside, StepKind

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
CUBOT = "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36"


def visit(**said: Any) -> Visit:
    return Visit(id=1, **{"started_at": NOW, "last_activity_at": NOW, "first_of_day": True, **said})


def step(seconds: float = 0, **said: Any) -> PlacedStep:
    return PlacedStep(at=NOW + timedelta(seconds=seconds), **{"kind": StepKind.NAVIGATION, **said})


def test_milestones_are_told_in_the_order_of_the_reaching_and_never_lost() -> None:
    seen = visit()
    plants = [UUID(int=number) for number in range(3)]
    sessions.absorb(seen, [step(kind=StepKind.PROJECT_VIEW, project_id=plant) for plant in plants])
    sessions.absorb(seen, [step(301, duration=300)])
    sessions.absorb(seen, [step(302, kind=StepKind.INTERACTION, action="tour_finished")])
    sessions.absorb(seen, [step(303)], came_back=True)
    assert seen.milestones == ["first_visit", "third_plant", "five_minutes", "whole_tour", "came_back"]


def test_a_visit_faster_than_a_person_is_set_aside_until_a_hand_is_seen() -> None:
    pages = [step(number * 0.1, kind=StepKind.PAGE_VIEW) for number in range(30)]
    fast = visit()
    sessions.absorb(fast, pages)
    assert fast.set_aside == SetAside.SPEED
    sessions.absorb(fast, [step(4, trusted=True)])
    assert fast.set_aside == ""
    decided = visit(decided_by_owner=True)
    sessions.absorb(decided, pages)
    assert decided.set_aside == ""


def test_sums_and_lists_have_an_end() -> None:
    long = visit(steps=sessions.MOST, clicks_count=sessions.MOST)
    walked = [step(n, area=f"a{n}", project_id=UUID(int=n), clicks=10_000) for n in range(300)]
    sessions.absorb(long, walked)
    assert (long.steps, long.clicks_count) == (sessions.MOST, sessions.MOST)
    lists = (long.journey_path, long.projects_viewed, long.time_spent_per_project)
    assert [len(one) for one in lists] == [200, 200, 200]
    assert long.exit_point == "a299"


def test_ids_grow_with_time_and_fit_their_column() -> None:
    ids = [sessions.new_id(NOW + timedelta(milliseconds=number)) for number in range(50)]
    assert ids == sorted(ids)
    assert max(ids) < 2**63


@pytest.mark.parametrize(
    ("agent", "browser", "system", "device"),
    [(SAFARI, "Safari", "iOS", Device.MOBILE), (CHROME, "Chrome", "Windows", Device.DESKTOP)],
)
def test_of_an_agent_families_are_kept(agent: str, browser: str, system: str, device: Device) -> None:
    told = agents.read(agent)
    assert (told.browser, told.os, told.device, told.set_aside) == (browser, system, device, None)


def test_a_phone_called_cubot_is_no_machine_and_one_that_fetches_for_a_person_is() -> None:
    assert agents.read(CUBOT).set_aside is None
    fetching = agents.read("Mozilla/5.0 AppleWebKit/537.36 (compatible; Perplexity-User/1.0; +https://perplexity.ai)")
    assert (fetching.set_aside, fetching.family) == (SetAside.AGENT, "Perplexity-User")
    assert agents.read("curl/8.5.0").set_aside == SetAside.AGENT
    assert agents.read(" ").set_aside == SetAside.NO_AGENT
    assert agents.read("x" * 100_000).browser == "Other"


@pytest.mark.parametrize(
    ("referrer", "host", "channel"),
    [
        ("https://www.google.co.uk/search?q=secret", "google.co.uk", Channel.SEARCH),
        ("https://google.example.org/", "google.example.org", Channel.REFERRAL),
        ("https://chatgpt.com/c/1234", "chatgpt.com", Channel.AI),
        ("https://gemini.google.com/app", "gemini.google.com", Channel.AI),
        ("https://mail.google.com/mail/u/0/", "mail.google.com", Channel.MAIL),
        ("https://t.co/abc", "t.co", Channel.SOCIAL),
        ("android-app://com.google.android.gm/", "com.google.android.gm", Channel.MAIL),
        ("https://blog.example/post?user=ada", "blog.example", Channel.REFERRAL),
        ("https://garden.example/about/", "", Channel.DIRECT),
        ("", "", Channel.DIRECT),
        ("https://[half", "", Channel.DIRECT),
        ("javascript:alert(1)", "", Channel.DIRECT),
    ],
)
def test_of_a_referrer_the_host_is_kept_and_tells_the_channel(referrer: str, host: str, channel: Channel) -> None:
    found = channels.host_of(referrer, own="garden.example")
    assert (found, channels.channel_of(found, {})) == (host, channel)


def test_what_a_link_says_of_itself_goes_first() -> None:
    assert channels.channel_of("blog.example", {"medium": "email"}) == Channel.MAIL
    assert channels.channel_of("", {"source": "chatgpt.com"}) == Channel.AI
    assert channels.channel_of("", {"source": "poster"}) == Channel.CAMPAIGN


def test_without_a_file_and_with_a_broken_one_nobody_knows_the_country(settings: Any, tmp_path: Any) -> None:
    settings.GEOIP_FILE = ""
    assert countries.country_of("203.0.113.9") == ""
    broken = tmp_path / "broken.mmdb"
    broken.write_bytes(b"nothing")
    settings.GEOIP_FILE = str(broken)
    assert countries.country_of("203.0.113.9") == ""
