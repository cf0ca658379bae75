"""One plant while it is being drawn: its genome, how grown and how lively it is, and the season it stands in.

Every part of a plant has a birth between 0 and 1 and is drawn from the same stream of numbers whether it is born yet or
not; so what stands at one stage stands at every later one. Metres, y up, z towards the visitor; the drawing is in
centimetres with y down.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from garden.engine.genome import Genome, Rng
from garden.looks import PLANTS
from garden.svg.colour import luma, mix, turn_hue
from garden.svg.draw import Point, Sketch
from garden.vocabulary import Season

if TYPE_CHECKING:
    from collections.abc import Sequence

    from garden.svg.light import Light

TILT = 0.28  # the visitor looks down a little: what stands nearer stands lower
UNFOLDING = PLANTS.growth.unfolding
HUE_REACH = 0.05  # of a turn, for the whole range of a genome's hue
FOLIAGE_SHARE = 0.34  # how far the main language tints the form's own green

# Autumn leaves, dark and light, by the plant's phase: first the red ones, then orange, then gold.
AUTUMN: tuple[tuple[float, str, str], ...] = (
    (PLANTS.autumn.red, "#8c1f16", "#ea5233"),
    (PLANTS.autumn.orange, "#b9491a", "#ffab3d"),
    (1.01, "#a8681a", "#ffcf4f"),
)
PALE = "#c3bda2"  # what a resting plant fades towards
FROST = "#eaf1f8"
SPRING_GREEN = "#c9ee70"
STRAW = "#b79a45"


@dataclass(slots=True)
class Specimen:
    """The plant and everything its drawing asks for."""

    genome: Genome
    growth: float
    vitality: float
    season: Season
    light: Light
    depth: float = 0.0  # 0 at the front of the island, 1 at its rear
    detail: int = 2  # 2 all, 1 a little less, 0 the least
    sketch: Sketch = field(default_factory=lambda: Sketch(""))
    rng: Rng = field(init=False)

    def __post_init__(self) -> None:
        self.rng = Rng(self.genome.seed ^ 0x5EED)

    @property
    def droop(self) -> float:
        """How far it hangs its head: 0 lively, 1 asleep."""
        return max(0.0, min(1.0, (0.6 - self.vitality) / 0.6))

    @property
    def size(self) -> float:
        """The share of its full measure that the growing part has."""
        return plant_size(self.growth)

    def some(self, count: int) -> int:
        """So many repeated parts as this level of detail draws."""
        return count if self.detail == 2 else max(3, round(count * (0.72 if self.detail == 1 else 0.5)))

    def unfold(self, birth: float, duration: float = UNFOLDING) -> float:
        """The size of a leaf or flower born at `birth`: nothing, then a little more than itself, then itself."""
        return unfolded(self.growth, birth, duration)

    def thicken(self, birth: float, duration: float = UNFOLDING) -> float:
        """The same for wood, which goes on thickening."""
        return thickened(self.growth, birth, duration)

    def lengthen(self, birth: float, end: float) -> float:
        """How much of a shoot that grows from `birth` to `end` is there."""
        return min(1.0, max(0.0, (self.growth - birth) / (end - birth)))

    def tone(self, colour: str) -> str:
        """A colour as this plant shows it now: paler when it rests, in the light of the hour, behind the haze."""
        if self.vitality < 0.6:
            colour = mix(colour, mix(PALE, "#8d8a78", 1 - luma(colour)), round(0.55 * self.droop, 2))
        return self.light.lit(colour, self.depth)

    def accent(self, whiten: float = 0.0) -> str:
        """The blossom colour, frosted in winter."""
        colour = mix(self.genome.accent, "#ffffff", whiten)
        return self.tone(mix(colour, FROST, 0.34) if self.season is Season.WINTER else colour)

    @property
    def turns(self) -> bool:
        """Whether its leaves turn in autumn and fall."""
        return PLANTS.variants[self.genome.kind][self.genome.variant].turns

    def greens(self, dark: str, light: str, *, evergreen: bool = False) -> tuple[str, str]:
        """The form's own dark and light leaf colours, tinted by genome and season (not yet lit)."""
        drift = self.genome.hue * HUE_REACH
        light = turn_hue(mix(light, self.genome.foliage, FOLIAGE_SHARE), drift)
        dark = turn_hue(mix(dark, mix(self.genome.foliage, "#0c3a2c", 0.62), FOLIAGE_SHARE), drift)
        if self.season is Season.SPRING:
            share = 0.06 if evergreen else 0.2
            return mix(dark, SPRING_GREEN, share * 0.5), mix(light, SPRING_GREEN, share)
        if self.season is Season.AUTUMN and self.turns:
            return next((low, high) for limit, low, high in AUTUMN if self.genome.phase < limit)
        if self.season is Season.AUTUMN:
            share = 0.1 if evergreen else 0.38
            return mix(dark, STRAW, share * 0.7), mix(light, STRAW, share)
        if self.season is Season.WINTER:
            share = 0.16 if evergreen else 0.46
            return mix(dark, FROST, share * 0.8), mix(light, FROST, share)
        return dark, light

    def steps(self, pair: tuple[str, str], count: int = 5) -> list[str]:
        """Lit tones from dark to light."""
        return [self.tone(mix(*pair, index / (count - 1))) for index in range(count)]


def plant_size(growth: float) -> float:
    """The share of its full measure that a plant shows, as the scene draws it."""
    newborn = PLANTS.growth.newborn_size
    return newborn + (1 - newborn) * growth


def unfolded(growth: float, birth: float, duration: float = UNFOLDING) -> float:
    """The size of a leaf or flower: nothing, then a little more than itself, then itself; as the scene draws it."""
    share = min(1.0, (growth - birth) / duration)
    return 0.0 if share <= 0 else 1 + 2.2 * (share - 1) ** 3 + 1.2 * (share - 1) ** 2


def thickened(growth: float, birth: float, duration: float = UNFOLDING) -> float:
    """The same for wood, which goes on thickening."""
    return smoothstep((growth - birth) / duration) * (0.5 + 0.5 * min(1.0, growth * 1.1))


def smoothstep(share: float) -> float:
    """0 to 1 with soft ends."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def flat(x: float, y: float, z: float = 0.0) -> Point:
    """Metres of the plant as centimetres of the drawing."""
    return x * 100, (z * TILT - y) * 100


def part(points: Sequence[Point], share: float) -> list[Point]:
    """The first share of a line, as far as a shoot has grown."""
    if share >= 1:
        return list(points)
    reach = share * (len(points) - 1)
    whole = int(reach)
    rest = reach - whole
    kept = list(points[: whole + 1])
    if rest > 0.02:
        (ax, ay), (bx, by) = points[whole], points[whole + 1]
        kept.append((ax + (bx - ax) * rest, ay + (by - ay) * rest))
    return kept if len(kept) > 1 else [points[0], points[0]]
