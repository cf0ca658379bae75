"""The glasshouse over the island, and its lamps."""

from dataclasses import dataclass

from garden.looks.reading import Colour, read
from garden.looks.shapes import Vector


@dataclass(frozen=True, slots=True)
class Roomy:
    """A share of the island's radius, of which so many metres count."""

    share: float
    up_to: float


@dataclass(frozen=True, slots=True)
class DomeHeight:
    """A share of the island's radius, but at most so many metres.

    It is higher over plants that need it (their height and `headroom`, up to `steepest` radii) and over a small garden.
    What stands further out than `flank` of the radius is reckoned as if it stood there.
    """

    share: float
    most: float
    headroom: float
    steepest: float
    flank: float
    roomy: Roomy


@dataclass(frozen=True, slots=True)
class DomeRadius:
    """A share of the island's radius, drawn in towards the top."""

    share: float
    exponent: float


@dataclass(frozen=True, slots=True)
class FinialLook:
    """The ball on top."""

    color: Colour
    radius: float
    rise: float


@dataclass(frozen=True, slots=True)
class Slack:
    """How a string of lamps sags from one to the next."""

    metres: float
    turn: float


@dataclass(frozen=True, slots=True)
class LampStrings:
    """Strings of lamps inside every so many ribs."""

    every_rib: int
    per_rib: int
    spacing: float
    inside: float
    hang: float
    slack: Slack


@dataclass(frozen=True, slots=True)
class DomeLooks:
    """The glasshouse. It spans `half_sweep` to either side of the rear; hoops are shares of the way up.

    `slimmest` is how thick its bars would be on an island of no size, beside those of the base island.
    """

    half_sweep: float
    ribs: int
    hoops: tuple[float, ...]
    height: DomeHeight
    radius: DomeRadius
    paint: Colour
    finial: FinialLook
    slimmest: float
    lamps: LampStrings
    floodlights: tuple[Vector, ...]  # x and z are shares of the radius


DOME = read(DomeLooks, "dome")
