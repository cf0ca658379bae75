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
    """How large the island is: as its plants need, from `least` up to what a rule of their number allows.

    A plant takes `crowding` of its own radius and a verge; all of them cover the share `packing` of the island, and
    keep off the stones beyond `rim` of the radius. From `base` on, pond and path have their full size.
    """

    least: float
    base: float
    per_root_plant: float
    rim: float
    crowding: float
    verge: float
    packing: float


@dataclass(frozen=True, slots=True)
class TreesLook:
    """Trees of `height` metres are drawn as high as `reach` of the island's radius, where that is less."""

    reach: float
    height: float


@dataclass(frozen=True, slots=True)
class PathExtension:
    """How the path goes on beyond the base island: steps, a drift to the right, and a sway."""

    step: float
    drift: float
    sway: float
    frequency: float


@dataclass(frozen=True, slots=True)
class PathLook:
    """Control points from the front rim to the rear; half widths of the worn middle and of the soft border.

    `narrowest` is the share of the widths that an island of no size would have.
    """

    points: tuple[Place, ...]
    samples: int
    extension: PathExtension
    worn: float
    border: float
    narrowest: float


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
class FitLook:
    """Where the garden comes to lie in a shape of picture, in half heights and half widths from its middle.

    `foot` is the rim's front, `crown` at most the glasshouse's top, `side` at most the flanks; `rise` is the camera's
    height, `over` its step to the side, both in shares of its distance. The field of view is vertical, in degrees.
    """

    field_of_view: float
    foot: float
    crown: float
    side: float
    rise: float
    over: float


@dataclass(frozen=True, slots=True)
class AsideLook:
    """Words stand at the left: a garden less `broad` than the picture moves to the right, by `most` half widths."""

    most: float
    share: float
    broad: float


@dataclass(frozen=True, slots=True)
class MoonLook:
    """Where the moon hangs in a wide picture, in half widths and half heights from its middle."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class ViewLook:
    """The camera goes back until the garden lies where the picture wants it.

    Looked for from `nearest` to `furthest` radii away; a larger island than `cap` is looked at across its front rows,
    the target `beyond_cap` of the rest further back. `headroom` is metres above the glasshouse, `girth` what the flanks
    are beside the radius, `reach` how far away the target is beside the middle. The crown sinks by `look_up` of what
    the hour looks up more than `level`; where the width decides, the garden is lifted by `lift` of what is left above.
    """

    cap: float
    beyond_cap: float
    headroom: float
    girth: float
    reach: float
    nearest: float
    furthest: float
    look_up: float
    level: float
    lift: float
    aside: AsideLook
    moon: MoonLook
    wide: FitLook
    narrow: FitLook
    low: FitLook


@dataclass(frozen=True, slots=True)
class IslandLooks:
    """The island's shape and ground."""

    radius: RadiusLook
    trees: TreesLook
    path: PathLook
    pond: PondLook
    edge: tuple[Lobe, ...]
    rise: RiseLook
    rock: tuple[RockRing, ...]
    stones: StoneLooks
    meadow: tuple[Colour, ...]
    view: ViewLook


ISLAND = read(IslandLooks, "island")
