"""Shapes that several looks are made of."""

from dataclasses import dataclass

from garden.looks.reading import Colour


@dataclass(frozen=True, slots=True)
class Vector:
    """Metres, or a direction of any length: x to the right, y up, z towards the visitor."""

    x: float
    y: float
    z: float


@dataclass(frozen=True, slots=True)
class Range:
    """From the least to the most."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Shades:
    """The two ends of a gradient."""

    dark: Colour
    light: Colour


@dataclass(frozen=True, slots=True)
class Birth:
    """The growth at which the first of some parts comes, and how much later the last one does."""

    start: float
    span: float

    def at(self, share: float) -> float:
        """The birth of a part that stands so far (0–1) among its like."""
        return self.start + self.span * share
