"""The island: its size, path, pond, rim and rock, its stones, and where it is looked at from."""

from dataclasses import dataclass

from garden.looks.reading import Colour, read
from garden.looks.shapes import Range


@dataclass(frozen=True, slots=True)
class Place:
    """Metres on the ground."""

    x: float
    z: float


@dataclass(frozen=True, slots=True)
class RadiusLook:
    """The island grows with the root of its plants; they keep off the stones beyond `rim` of the radius."""

    least: float
    per_root_plant: float
    rim: float


@dataclass(frozen=True, slots=True)
class PathExtension:
    """How the path goes on beyond the base island: steps, a drift to the right, and a sway."""

    step: float
    drift: float
    sway: float
    frequency: float


@dataclass(frozen=True, slots=True)
class PathLook:
    """Control points from the front rim to the rear; half widths of the worn middle and of the soft border."""

    points: tuple[Place, ...]
    samples: int
    extension: PathExtension
    worn: float
    border: float


@dataclass(frozen=True, slots=True)
class Lobe:
    """One wave of an outline."""

    amplitude: float
    frequency: float
    phase: float


@dataclass(frozen=True, slots=True)
class PondLook:
    """A wavy circle."""

    x: float
    z: float
    radius: float
    lobes: tuple[Lobe, ...]


@dataclass(frozen=True, slots=True)
class RiseLook:
    """The rear stands higher, most at `crest` of the radius, so that the back rows are seen; the rim lies flat."""

    rear: float
    crest: float
    falloff: float
    foot: float
    rim_power: float


@dataclass(frozen=True, slots=True)
class RockRing:
    """A ring of the rock below: share of the radius, and metres below on an island of ten metres."""

    share: float
    drop: float


@dataclass(frozen=True, slots=True)
class StepStones:
    """Stones along the path."""

    colors: tuple[Colour, ...]
    width: Range
    stride: float


@dataclass(frozen=True, slots=True)
class EdgeStones:
    """Stones along an edge, at a share of its distance from the middle."""

    colors: tuple[Colour, ...]
    width: Range
    reach: Range


@dataclass(frozen=True, slots=True)
class StoneLooks:
    """All stones."""

    step: StepStones
    pond: EdgeStones
    rim: EdgeStones


@dataclass(frozen=True, slots=True)
class ViewLook:
    """The camera: a vertical field in degrees; a larger island than `cap` is looked at across its front rows."""

    field_of_view: float
    cap: float
    target_depth: float
    beyond_cap: float


@dataclass(frozen=True, slots=True)
class IslandLooks:
    """The island's shape and ground."""

    radius: RadiusLook
    path: PathLook
    pond: PondLook
    edge: tuple[Lobe, ...]
    rise: RiseLook
    rock: tuple[RockRing, ...]
    stones: StoneLooks
    meadow: tuple[Colour, ...]
    view: ViewLook


ISLAND = read(IslandLooks, "island")
