from __future__ import annotations

from typing import Any

import pytest

from garden.vocabulary import Season, TimeOfDay, WeatherType
from weather import words


def one(source: str, share: float, says: str = "") -> dict[str, Any]:
    return {"source": source, "spoke": share > 0, "share": share, "says": says}


def sentence(*influences: dict[str, Any], precipitation: str = "", weather: WeatherType = WeatherType.CLOUDY) -> str:
    return words.sentence(
        weather_type=weather,
        precipitation=precipitation,
        time_of_day=TimeOfDay.DUSK,
        season=Season.AUTUMN,
        influences=influences,
    )


def test_the_weightiest_reason_comes_first() -> None:
    said = sentence(one("music", 0.0), one("productivity", 0.6), one("sky", 0.3), one("time_of_day", 0.1))
    assert said == "The garden lies under clouds, made of today's work, the sky outside and the hour."


def test_what_falls_is_said() -> None:
    said = sentence(one("sky", 0.75), one("time_of_day", 0.25), precipitation="snow")
    assert said == "The garden lies under clouds in the snow, made of the sky outside and the hour."


def test_where_only_the_clock_is_known_the_hour_is_told() -> None:
    said = sentence(one("sky", 0.0), one("time_of_day", 1.0))
    assert said == "It’s an autumn dusk here, and the garden lies under clouds."


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("9 commits in one push.", "A storm stands over the garden: 9 commits in one push."),
        ("Release day", "A storm stands over the garden: Release day."),
        ("CI is red!", "A storm stands over the garden: CI is red!"),
        ("x", "A storm stands over the garden: x."),
        ("", "A storm stands over the garden, as its owner wishes."),
    ],
)
def test_what_was_let_stand_says_why(reason: str, said: str) -> None:
    ruling = one("override", 1.0, reason)
    assert sentence(ruling, one("sky", 0.7), one("time_of_day", 0.3), weather=WeatherType.STORMY) == said


def test_conditions_and_atmospheres_read_as_words() -> None:
    assert words.condition_words("partly_cloudy") == "partly cloudy"
    assert words.condition_words("unknown") == words.condition_words("") == "not known"
    assert words.atmosphere_words("serene_morning") == "serene morning"
