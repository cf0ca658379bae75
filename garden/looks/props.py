"""What dresses a garden besides its plants: how much room each thing takes, and its colours."""

from collections.abc import Mapping
from dataclasses import dataclass

from garden.looks.reading import Colour, read
from garden.looks.shapes import Shades
from garden.vocabulary import PropKind


@dataclass(frozen=True, slots=True)
class PropSize:
    """Metres that must be free round its middle, and that are taken then; how dark the ground is under it."""

    needed: float
    taken: float
    shade: float


@dataclass(frozen=True, slots=True)
class PropLooks:
    """Sizes by kind; petals of pots and of water lilies; what things are made of."""

    sizes: Mapping[PropKind, PropSize]
    blossoms: tuple[Colour, ...]
    lily: Colour
    wood: Shades
    grey_wood: Colour
    paint: Shades
    clay: Shades
    soil: Shades
    tin: Shades
    iron: Colour
    glow: Colour
    leaf: Shades
    hedge: Shades
    pad: Shades
    heart: Colour
    fur: Shades
    muzzle: Colour
    cane: Shades
    tie: Colour


PROPS = read(PropLooks, "props")
