"""What Python and TypeScript must both find where each has a formula of its own over the shared looks.

`python -m garden.tests.golden` writes `golden.json` anew; the tests of both sides compare with it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from garden.engine.genome import Rng, seed_for
from garden.engine.island import terrain
from garden.svg.camera import fitted
from garden.svg.dome import dome_point
from garden.svg.light import resolved
from garden.svg.specimen import plant_size, thickened, unfolded
from garden.vocabulary import Precipitation, Season, TimeOfDay, WeatherType

FILE = Path(__file__).with_name("golden.json")
SKIES = (
    (WeatherType.SUNNY, Precipitation.CLEAR),
    (WeatherType.CLOUDY, Precipitation.CLEAR),
    (WeatherType.STORMY, Precipitation.CLEAR),
    (WeatherType.STORMY, Precipitation.RAIN),
    (WeatherType.STARRY, Precipitation.CLEAR),
    (WeatherType.AURORA, Precipitation.CLEAR),
    (WeatherType.SUNNY, Precipitation.RAIN),
    (WeatherType.SUNNY, Precipitation.SNOW),
    (WeatherType.CLOUDY, Precipitation.FOG),
)


def golden() -> dict[str, Any]:
    """Every figure, rounded as it is written."""
    return {
        "random": _random(),
        "island": _island(),
        "view": _view(),
        "dome": _dome(),
        "growth": _growth(),
        "lights": _lights(),
    }


def text(found: dict[str, Any]) -> str:
    """As the file has it: one line a figure's group, so that a change is seen where it is."""
    parts = []
    for name, value in found.items():
        rows = value if isinstance(value, list) else [{key: item} for key, item in value.items()]
        lines = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in rows)
        parts.append(f'  "{name}": [\n{lines}\n  ]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _random() -> list[dict[str, Any]]:
    out = []
    for key in ("p0", "grün/🌱", ""):
        rng = Rng(seed_for(key))
        out.append({"key": key, "seed": seed_for(key), "numbers": [rng.random() for _ in range(3)], "bell": rng.bell()})
    return out


def _island() -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for radius in (3.5, 5.2, 7.843, 19.994):
        island = terrain(radius)
        places = [(0.0, 0.0), (-2.0, 2.0), (3.0, 5.0), (-4.0, 1.0)]
        out.append(
            {
                "radius": radius,
                "path": [[round(x, 3), round(z, 3)] for x, z in island.path[::8]],
                "pathWidth": round(island.path_width, 4),
                "edge": [round(island.edge(angle), 4) for angle in range(7)],
                "pond": [[x, z, round(island.pond_distance(x, z), 4)] for x, z in places],
                "treeScale": round(island.tree_scale, 4),
                "domeHeight": [[tallest, round(island.dome_height(tallest), 4)] for tallest in (0.0, 2.5, 4.0, 9.0)],
            }
        )
    return out


def _view() -> list[dict[str, Any]]:
    views = [(3.5, 3.22, 1.6, 0.29), (3.5, 4.55, 1.78, 0.42), (7.843, 6.745, 1.6, 0.34), (12.0, 7.6, 2.4, 0.29)]
    out = []
    for radius, dome, aspect, look_up in views:
        position, target = ([round(part, 4) for part in place] for place in fitted(radius, dome, aspect, look_up))
        view = {"radius": radius, "dome": dome, "aspect": aspect, "lookUp": look_up}
        out.append({**view, "position": position, "target": target})
    return out


def _dome() -> list[dict[str, Any]]:
    places = [(3.5, 4.5, -1.2, 0.0), (7.0, 6.02, 2.5, 0.4), (12.0, 7.6, 0.3, 0.72), (30.0, 7.6, 1.0, 0.95)]
    return [
        {
            "radius": radius,
            "height": height,
            "angle": angle,
            "rise": rise,
            "at": [round(part, 4) for part in dome_point(radius, height, angle, rise)],
        }
        for radius, height, angle, rise in places
    ]


def _growth() -> list[dict[str, Any]]:
    return [
        {
            "growth": grown / 20,
            "size": round(plant_size(grown / 20), 5),
            "leaf": round(unfolded(grown / 20, 0.3), 5),
            "wood": round(thickened(grown / 20, 0.3), 5),
        }
        for grown in range(21)
    ]


def _lights() -> list[dict[str, Any]]:
    """Every hour in every sky, and with them every season in turn."""
    out = []
    for hour, time_of_day in enumerate(TimeOfDay):
        for index, (weather, precipitation) in enumerate(SKIES):
            season = list(Season)[(hour + index) % 4]
            out.append(_light(time_of_day, season, weather, precipitation))
        out += [_light(time_of_day, season, *SKIES[0]) for season in Season]
    return out


def _light(
    time_of_day: TimeOfDay, season: Season, weather: WeatherType, precipitation: Precipitation
) -> dict[str, Any]:
    def written(value: Any) -> Any:
        if isinstance(value, float | int):
            return round(value, 4)
        return [round(part, 4) for part in value] if isinstance(value, tuple) else value

    found = resolved(time_of_day, season, weather, precipitation)
    conditions = {"timeOfDay": time_of_day, "season": season, "weather": weather, "precipitation": precipitation}
    return {"conditions": conditions, "light": {camel_case(name): written(value) for name, value in found.items()}}


def camel_case(word: str) -> str:
    """`disc_size` as TypeScript writes it."""
    first, *rest = word.split("_")
    return first + "".join(part.capitalize() for part in rest)


if __name__ == "__main__":
    FILE.write_text(text(golden()))
