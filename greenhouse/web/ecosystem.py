"""How each part of the garden does, for `garden/health`: how much there is, and of when it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from garden.models import GardenEvent
from greenhouse.web.health import Status, live_updates
from integrations import selectors as integrations
from skills import selectors as skills
from weather import selectors as weather

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

GROWN_WITHIN: Final = timedelta(hours=3)  # plants are looked at hourly


@dataclass(frozen=True, slots=True)
class Component:
    """One part, and of when its data is."""

    status: Status
    detail: str
    as_of: datetime | None


def components(plants: Mapping[str, Any], now: datetime) -> dict[str, dict[str, Any]]:
    """Every part by name; `plants` are the figures of `garden.selectors.health_of_garden`."""
    parts = {
        "projects": _projects(plants, now),
        "weather": _weather(now),
        "skills": _skills(),
        "integrations": _integrations(now),
        "live": _live(),
    }
    return {name: asdict(part) for name, part in parts.items()}


def _projects(plants: Mapping[str, Any], now: datetime) -> Component:
    detail = f"{plants['plants']} plants, {plants['thriving']} of them thriving and {plants['resting']} resting"
    grown_at = plants["grown_at"]
    is_old = grown_at is not None and now - grown_at > GROWN_WITHIN
    return Component(Status.DEGRADED if is_old else Status.OK, detail, grown_at)


def _weather(now: datetime) -> Component:
    if not settings.ENABLE_MOOD_SYNTHESIS:
        return Component(Status.OK, "by the clock: the mood is switched off", None)
    state = weather.state_now(now)
    if state is None:
        return Component(Status.DEGRADED, "by the clock: nobody looked lately", None)
    return Component(Status.OK, f"{state.weather_type}, {state.atmosphere.replace('_', ' ')}", state.looked_at)


def _skills() -> Component:
    known = skills.visible()
    groups = len({skill.constellation_group for skill in known})
    newest = max((skill.updated_at for skill in known), default=None)
    return Component(Status.OK, f"{len(known)} skills in {groups} constellations", newest)


def _integrations(now: datetime) -> Component:
    connected = [one for one in integrations.status(now=now) if one["enabled"] and one["configured"]]
    failing = sum(one["health"] == "failing" for one in connected)
    newest = max((one["as_of"] for one in connected if one["as_of"]), default=None)
    status = Status.DEGRADED if failing else Status.OK
    return Component(status, f"{len(connected)} connected, {failing} of them failing", newest)


def _live() -> Component:
    finding = live_updates()
    newest = GardenEvent.objects.order_by("-seq").values_list("timestamp", flat=True).first()
    return Component(finding.status, finding.detail, newest)
