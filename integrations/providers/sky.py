"""What the providers of the sky share: measurements that may be odd. Pure. `None` means "not said"."""

from __future__ import annotations

from typing import Any, Final

from common.text import storable
from integrations.items import number

COLDEST, HOTTEST = -100.0, 70.0  # degrees Celsius; beyond what was ever measured it is a mistake
FASTEST: Final = 150.0  # metres a second, likewise
THINNEST, DENSEST = 300.0, 1200.0  # hectopascal: on the highest mountain, and by the Dead Sea
LONGEST_ZONE: Final = 60  # characters of a zone's name; those there are have half of it


def within(value: float | None, low: float, high: float) -> float | None:
    """A measurement that can be one, else `None`."""
    return value if value is not None and low <= value <= high else None


def celsius(value: Any, *, zero: float = 0.0, degree: float = 1.0) -> float | None:
    """A temperature to a tenth, of a scale whose `zero` is that of Celsius and where `degree` of its own make one."""
    found = number(value)
    return None if found is None else within(round((found - zero) / degree, 1), COLDEST, HOTTEST)


def speed(value: Any, *, unit: float = 1.0) -> float | None:
    """The speed of a wind in metres a second; `unit` is what one of the service's comes to."""
    found = number(value)
    return None if found is None else within(round(found * unit, 2), 0.0, FASTEST)


def pressure(value: Any) -> float | None:
    """The pressure of the air in hectopascal."""
    return within(number(value), THINNEST, DENSEST)


def share_of(percent: Any) -> float | None:
    """A share that a service gives in percent, 0–1."""
    found = number(percent)
    return None if found is None else max(0.0, min(1.0, found / 100))


def zone_name(value: Any) -> str:
    """A time zone as services name it; empty for what can be none."""
    return storable(value) if isinstance(value, str) and len(value) <= LONGEST_ZONE else ""
