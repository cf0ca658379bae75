"""The plants of one picture: each in its own form, or, where there are many, in one that it shares with its like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from garden.engine.island import FOOTPRINTS, Terrain, is_tree
from garden.engine.layout import PlacedPlant, standing_radius
from garden.svg.draw import Sketch, coordinates, fraction, safe_text
from garden.svg.island import Island, depth_of
from garden.svg.light import light_for
from garden.svg.plants import SPROUT_GONE, plant_group, plant_shadow, size_of
from garden.svg.specimen import plant_size
from garden.svg.symbols import definitions
from garden.vocabulary import PlantType, Season, TimeOfDay, WeatherType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from garden.engine.genome import Genome

# From so many plants on, each is drawn with a little less: nobody counts the leaves of the two-hundredth.
MANY = 110
DETAIL_STEPS = ((50, 2), (MANY, 1))
FAR = 0.4  # of the way to the rear rim
UPRIGHT = (1.13, 0.92)  # how much higher the slenderest stands than its form, and the broadest
YOUNG_HEIGHT = 0.25  # how high a newborn stands beside what its size says
# In a crowd, what is drawn at less than so many pixels a metre is thinned: one leaf stands for so many.
TINY, THIN, THIN_TREE = 50.0, 3, 2
# Plants that lie between two of these steps of growth may show one form, …
LIKENESS_STEPS = (SPROUT_GONE, 0.7)
# … but no sleeper one of those awake, and what is awake and blooms does so in more than one colour.
RESTS_BELOW = 0.35
LOOKS = {PlantType.FLOWER: 3, PlantType.BUSH: 2}


@dataclass(frozen=True, slots=True)
class DrawnPlant:
    """What the picture needs to know of a project. `growth` is the visual growth, x and z are metres."""

    slug: str
    name: str
    genome: Genome
    growth: float
    vitality: float
    x: float
    z: float
    stage_label: str
    has_page: bool = True
    assisted_share: float = 0.0
    featured: bool = False


def radius_of(plants: Iterable[DrawnPlant]) -> float:
    """Metres from the middle to the rim of the island that these stand on."""
    return standing_radius(PlacedPlant(plant.genome.variant, plant.x, plant.z) for plant in plants)


def tallest_of(plants: Iterable[DrawnPlant], terrain: Terrain) -> float:
    """Metres that the glasshouse must hold in its middle over what stands now, as the scene measures it."""
    return max((_height_now(plant, terrain) / terrain.dome_share(plant.x, plant.z) for plant in plants), default=0.0)


def _height_now(plant: DrawnPlant, terrain: Terrain) -> float:
    genome, young = plant.genome, YOUNG_HEIGHT
    slender, broad = UPRIGHT
    full = FOOTPRINTS[genome.variant][1] * terrain.display_scale(genome.variant) * genome.scale
    full *= slender + (broad - slender) * genome.habit
    return full * plant_size(plant.growth) * (young + (1 - young) * plant.growth)


def detail_for(plants: int, depth: float) -> int:
    """How finely each plant of so many is drawn, 2 to 0; those at the rear a little less than those in front."""
    level = next((level for limit, level in DETAIL_STEPS if plants <= limit), 0)
    return min(level, 1) if depth > FAR else level


class Painter:
    """Draws the plants of one picture, and keeps the forms that several of them show."""

    def __init__(self, island: Island, noted: Sketch, plants: int, *, links: bool) -> None:
        self.island, self.noted = island, noted
        self._plants, self._links = plants, links
        self._likenesses: dict[str, tuple[float, str]] = {}  # by id: how large the form is drawn, and the form

    @property
    def shared(self) -> str:
        """Definitions of the forms that several plants show."""
        return "".join(f'<g id="{name}">{form}</g>' for name, (_, form) in self._likenesses.items())

    def shadows(self, plants: Sequence[DrawnPlant]) -> str:
        """All shadows lie on the ground, so they come before every plant."""
        out = [
            f'<g id="shadow-{safe_text(plant.slug)}" transform="{self._place(plant)}">{self._shadow(plant)}</g>'
            for plant in plants
        ]
        return f'<g class="shadows" clip-path="url(#{self.island.prefix}ground)">{"".join(out)}</g>'

    def itself(self, plant: DrawnPlant) -> str:
        """The plant in its own form."""
        return self._placed(plant, self._form(plant))

    def alike(self, plant: DrawnPlant) -> str:
        """The plant in the form of the first that is nearly like it, at its own height; its shadow comes with it."""
        size, name = size_of(plant.genome.kind, plant.growth), self.island.prefix + _likeness(plant)
        thin = 1
        if self.island.camera.see(plant.x, 0, plant.z).scale < TINY:
            thin = THIN_TREE if is_tree(plant.genome.variant) else THIN
        if thin > 1:
            name += "t"
        if name not in self._likenesses:
            self._likenesses[name] = size, f"{self._shadow(plant, thin)}{self._form(plant, thin)}"
        height = fraction(size / self._likenesses[name][0])
        resized = f' transform="scale({height})"' if height != "1" else ""
        return self._placed(plant, f'<use href="#{name}"{resized}/>')

    def _shadow(self, plant: DrawnPlant, thin: int = 1) -> Sketch:
        shade = Sketch(self.island.prefix, self.noted.symbols, thin)
        plant_shadow(shade, plant.genome, plant.growth, lit_from_right=self.island.light.lit_from_right)
        return shade

    def _form(self, plant: DrawnPlant, thin: int = 1) -> str:
        depth = self.island.depth(plant.z)
        return plant_group(
            self.noted,
            plant.genome,
            plant.growth,
            light=self.island.light,
            season=self.island.season,
            vitality=plant.vitality,
            depth=depth,
            detail=detail_for(self._plants, depth),
            thin=thin,
        )

    def _place(self, plant: DrawnPlant) -> str:
        camera, terrain = self.island.camera, self.island.terrain
        shot = camera.see(plant.x, terrain.height(plant.x, plant.z), plant.z)
        scale = shot.scale / 100 * terrain.display_scale(plant.genome.variant) * plant.genome.scale
        return f"translate({coordinates(shot.x, shot.y)})scale({scale:.3f})"

    def _placed(self, plant: DrawnPlant, form: str) -> str:
        slug = safe_text(plant.slug)
        label = safe_text(f"{plant.name}, {plant.genome.variant}, {plant.stage_label.replace('_', ' ')}")
        group = (
            f'<g class="plant" transform="{self._place(plant)}"><title>{label}</title>'
            f'<g id="form-{slug}">{form}</g></g>'
        )
        if not (self._links and plant.has_page):
            return group
        address = safe_text(quote(plant.slug.encode("utf-8", "replace"), safe=""))
        return f'<a href="/projects/{address}/" tabindex="-1">{group}</a>'


def _likeness(plant: DrawnPlant) -> str:
    """A name for what plants that may show one form have in common."""
    step = sum(plant.growth >= edge for edge in LIKENESS_STEPS)
    asleep = step > 0 and plant.vitality < RESTS_BELOW
    looks = LOOKS.get(plant.genome.kind, 1) if step == len(LIKENESS_STEPS) and not asleep else 1
    return f"{plant.genome.variant}{step}{'z' if asleep else ''}{plant.genome.seed % looks or ''}"


def redrawn(
    plant: DrawnPlant,
    *,
    plants: int,
    radius: float,
    season: Season,
    time_of_day: TimeOfDay,
    weather_type: WeatherType | None = None,
    precipitation: str | None = None,
    prefix: str,
    own_form: bool = True,
) -> tuple[str, str]:
    """One plant as it looks now in a picture of so many, on an island so large (metres).

    Returns the insides of its `shadow-…` and its `form-…` group.

    They bring their symbols under a prefix of their own, so that they can be put into a picture that is shown already.
    What has no form of its own there has no shadow of its own either: it is part of the form that it gets now.
    """
    light = light_for(time_of_day, season, weather_type, precipitation)
    depth = depth_of(plant.z, radius)
    shade, noted = Sketch(prefix), Sketch(prefix)
    plant_shadow(shade, plant.genome, plant.growth, lit_from_right=light.lit_from_right)
    drawing = plant_group(
        noted,
        plant.genome,
        plant.growth,
        light=light,
        season=season,
        vitality=plant.vitality,
        depth=depth,
        detail=detail_for(plants, depth),
    )
    symbols = definitions(shade.symbols | noted.symbols, light, prefix)
    if own_form:
        return str(shade), f"<defs>{symbols}</defs>{drawing}"
    return "", f"<defs>{symbols}</defs>{shade}{drawing}"


def forms(
    plants: Sequence[DrawnPlant],
    *,
    season: Season,
    time_of_day: TimeOfDay,
    weather_type: WeatherType | None = None,
    precipitation: str | None = None,
    prefix: str,
) -> str:
    """Plants each in its own form as `own-…` groups, to be shown elsewhere; the sheet itself shows nothing."""
    light = light_for(time_of_day, season, weather_type, precipitation)
    noted = Sketch(prefix)
    drawn = "".join(
        f'<g id="own-{safe_text(plant.slug)}">'
        + plant_group(noted, plant.genome, plant.growth, light=light, season=season, vitality=plant.vitality, detail=1)
        + "</g>"
        for plant in plants
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="forms" width="0" height="0" aria-hidden="true" '
        'stroke-linecap="round" stroke-linejoin="round">'
        f"<defs>{definitions(noted.symbols, light, prefix)}{drawn}</defs></svg>"
    )
