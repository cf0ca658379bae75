"""The garden in a terminal: its weather, its plants, what happened. Text in the size of the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from common.clock import local_words
from common.words import count
from garden.models import Project
from garden.vocabulary import ProjectStatus, Season, TimeOfDay, WeatherType
from greenhouse.console.overview import recent_happenings
from greenhouse.site.words import stage_words
from owner.selectors import site_now
from weather.music_selectors import playing_now
from weather.selectors import place_now, weather_now
from weather.words import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from weather.models import WeatherState

BAR: Final = 12  # characters of a plant's vitality
LINES_AROUND: Final = 8  # head, headings and blank lines
NEWS: Final = 6
SIGNS: Final = {  # plain letters: a terminal may have no others
    WeatherType.SUNNY: "( * )",
    WeatherType.CLOUDY: "(   )",
    WeatherType.STORMY: "/ ! /",
    WeatherType.STARRY: ". ' .",
    WeatherType.AURORA: "~ ~ ~",
}


@dataclass(frozen=True, slots=True)
class Glance:
    """What a look at the garden finds."""

    name: str
    at: datetime
    weather: WeatherState
    music: str  # what plays; empty for silence
    plants: Sequence[Project]
    news: Sequence[str]


def look(now: datetime) -> Glance:
    """Everything that the monitor shows; the owner's eyes alone see it. A fixed number of queries."""
    projects = list(Project.objects.exclude(status=ProjectStatus.PROPOSED).order_by("-vitality", "name"))
    playing = playing_now(now=now)
    return Glance(
        name=site_now().site_name,
        at=now,
        weather=weather_now(now, place_now()),
        music=str(playing or ""),
        plants=projects,
        news=[
            "".join([*(f"{before}{named.name}" for before, named in one.about), one.after])
            for one in recent_happenings(projects)
        ],
    )


def drawn(found: Glance, *, width: int, height: int) -> list[str]:
    """The glance as lines of at most `width` characters, as many as fit into `height`."""
    weather = found.weather
    said = sentence(
        weather_type=WeatherType(weather.weather_type),
        precipitation=weather.precipitation,
        time_of_day=TimeOfDay(weather.time_of_day),
        season=Season(weather.season),
        influences=weather.influences,
    )
    lines = [
        f"{found.name}  {local_words(found.at, 'H:i:s')}",
        f"{SIGNS[WeatherType(weather.weather_type)]}  {said}  Intensity {weather.intensity:.0%}",
        f"Music: {found.music}" if found.music else "Silence",
        "",
        f"{count(len(found.plants), 'plant')}:" if found.plants else "Nothing is planted yet.",
    ]
    news = list(found.news[:NEWS])
    room = max(1, height - LINES_AROUND - len(news))
    lines += [_plant(one, width) for one in found.plants[:room]]
    if len(found.plants) > room:
        lines.append(f"  and {len(found.plants) - room} more")
    lines += ["", *news] if news else []
    return [printable(line)[:width] for line in lines][:height]


def printable(text: str) -> str:
    """Text without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _plant(project: Project, width: int) -> str:
    full = round(project.vitality * BAR)
    name = project.name[: max(8, width - BAR - 37)]
    bar = "#" * full + "." * (BAR - full)
    return f"  [{bar}] {project.vitality:4.0%} vitality  {stage_words(project.stage_label):<12} {name}"
