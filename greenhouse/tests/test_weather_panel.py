from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from garden import events
from garden.event_types import StateRefreshed
from garden.vocabulary import WeatherType
from greenhouse.site.weather_panel import WeatherPanel, weather_panel
from weather import selectors, services
from weather.music import Shown
from weather.music_services import set_sharing
from weather.sky import Condition
from weather.tests.factories import NOW, heard, seen

if TYPE_CHECKING:
    from django.test import Client
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def panel() -> WeatherPanel:
    services.update_mood(now=NOW)
    return weather_panel(selectors.report(NOW, selectors.place_now()))


def page(client: Client, path: str = "/", **query: Any) -> str:
    return client.get(path, query).content.decode()


def test_everyone_who_spoke_is_named_with_their_share_the_weightiest_first() -> None:
    services.observe(drafts=[seen(at=NOW - timedelta(minutes=12))], source="openmeteo", now=NOW)
    heard(0.8, 0.8, at=NOW - timedelta(minutes=5))
    told = panel()
    assert [(voice.who, voice.share) for voice in told.speaking] == [
        ("The music", "50%"),
        ("The sky outside", "38%"),
        ("The hour and the season", "12%"),
    ]
    assert sum(voice.width for voice in told.speaking) == pytest.approx(100, abs=0.2)
    assert told.speaking[1].as_of == NOW - timedelta(minutes=12)
    assert [(voice.who, voice.says) for voice in told.silent] == [("Today’s work", "No work is known.")]
    assert told.outside == "clear, 20 °C"
    assert told.attribution.startswith("Weather data by Open-Meteo")


def test_who_is_silent_says_why_and_when_they_last_spoke() -> None:
    services.observe(drafts=[seen(at=NOW - timedelta(hours=5))], source="openmeteo", now=NOW)
    told = panel()
    (sky,) = [voice for voice in told.silent if voice.who == "The sky outside"]
    assert sky.says == "No sky of the last 3 hours is known."
    assert sky.as_of == NOW - timedelta(hours=5)
    assert told.outside == ""


def test_what_rules_says_until_when_and_those_below_keep_their_shares() -> None:
    services.override(
        weather_type=WeatherType.AURORA,
        intensity=0.7,
        reason="Friday.",
        source="owner",
        lasts=timedelta(minutes=30),
        now=NOW,
    )
    told = panel()
    assert told.ruled_until == NOW + timedelta(minutes=30)
    assert [voice.share for voice in told.speaking] == ["100%"]


def test_the_page_says_no_more_of_the_music_than_the_owner_lets_visitors_know(client: Client) -> None:
    heard(0.9, 0.2, at=NOW)
    set_sharing(shown=Shown.NOTHING, now=NOW)
    services.update_mood(now=NOW)
    html = page(client)
    assert "What is heard here is not told." in html
    assert "The music of late" not in html
    assert "A title nobody may learn" not in html


def test_the_panel_stands_in_the_page_and_comes_anew_with_every_change(client: Client) -> None:
    since = events.publish(StateRefreshed(component="test"), source="test", now=NOW).seq
    assert "Why this weather" in page(client)
    services.observe(drafts=[seen(Condition.RAIN, temperature=9.0)], source="openmeteo", now=NOW)
    fragment = page(client, "/fragments/changes/", since=since)
    assert "Rain, 9 °C" in fragment
    assert 'data-part="sky"' in fragment
    assert "Rain, 9 °C" in page(client)
