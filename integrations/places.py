"""Where the owner lives: a town found by its name, with Open-Meteo's search."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from integrations.http import Door, Http
from integrations.problems import Malformed
from integrations.sample_http import SampleHttp

SEARCH = "/v1/search"
FOUND_AT_MOST = 5
LABEL = "Open-Meteo's search"


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A town by its name."""

    name: str
    region: str  # what tells it from others of the name
    latitude: float
    longitude: float

    def __str__(self) -> str:
        where = ", ".join(filter(None, (self.name, self.region)))
        return f"{where} ({self.latitude:.2f}, {self.longitude:.2f})"


def find_places(name: str) -> list[FoundPlace]:
    """Towns of that name, the largest first; none where nobody knows it. Raises `Problem`."""
    said = _http().get(SEARCH, params={"name": name, "count": FOUND_AT_MOST, "language": "en"}).data
    try:
        return [
            FoundPlace(
                one["name"],
                ", ".join(filter(None, (one.get("admin1"), one.get("country")))),
                float(one["latitude"]),
                float(one["longitude"]),
            )
            for one in said.get("results", [])
        ]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed.answer_of(LABEL) from error


def _http() -> Http:
    if settings.ENABLE_MOCK_DATA:
        berlin = {"name": "Berlin", "admin1": "Land Berlin", "country": "Germany"}
        sample = {"results": [{**berlin, "latitude": 52.52437, "longitude": 13.41053}]}
        return SampleHttp(label=LABEL, samples={SEARCH: sample})
    return Door(
        provider="openmeteo",
        label=LABEL,
        base_url=settings.OPENMETEO_GEOCODING_API_URL,
        headers={"Accept": "application/json"},
        per_minute=settings.OPENMETEO_RATE_LIMIT,
        burst=settings.OPENMETEO_BURST,
        account="search",
    )
