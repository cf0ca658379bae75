"""What the plan of the island is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from garden.engine.island import terrain
from garden.engine.layout import SMALLEST, Newcomer, place, standing_radius
from garden.ground import as_placed
from garden.svg.plan import Ground, Named, crown, ground_of, place_in_words, room_of, shortened, with_room
from garden.vocabulary import PlantType, ProjectStatus, unseen_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from garden.engine.layout import PlacedPlant, Position
    from garden.models import Project
    from garden.svg.plan import Side

WIDE: Final = 720.0  # pixels of the picture beside its words
WIDE_LETTER: Final = 12.5  # pixels high
NARROW: Final = 330.0  # the same on a phone
NARROW_LETTER: Final = 11.0
LEAST_METRE: Final = 15.0  # pixels there; where the picture is larger than the phone then, it is moved in its frame
YOUNGEST: Final = 0.42  # of its room: how wide a crown is drawn that has not grown yet
TOUCHED: Final = 0.9  # of a letter: how near to its middle a plant is touched at the least, in metres of the picture
CROWNS: Final = {kind.value: crown(kind) for kind in PlantType}


@dataclass(frozen=True, slots=True)
class Crown:
    """A plant on the plan."""

    key: str
    name: str
    kind: str
    x: float
    z: float
    room: float  # metres round it that are its own
    leaves: float  # metres: how far it has grown into them
    foliage: str
    accent: str
    marks: Sequence[str]  # what keeps it from being seen
    is_unseen: bool
    label: str
    named_wide: Side | None  # where there is room for its name on a broad screen
    named_narrow: Side | None

    @property
    def said(self) -> str:
        """The plant in words, for those who hear it."""
        return ", ".join((self.name, self.kind, *self.marks, place_in_words(self.x, self.z)))


@dataclass(frozen=True, slots=True)
class Picture:
    """The island from above, with its plants."""

    ground: Ground
    crowns: Sequence[Crown]  # the broad ones first: the small lie on top
    wide_letter: float  # metres
    narrow_letter: float
    least_width: float  # pixels
    touch: float  # metres
    outlines: Mapping[str, str]  # of crowns, by kind
    free: Position  # where a newcomer would find a place


def picture_of(projects: Iterable[Project]) -> Picture:
    """The island on which these stand."""
    standing = [(project, as_placed(project)) for project in projects]
    plants = [plant for _, plant in standing]
    radius = standing_radius(plants)
    ground = ground_of(terrain(radius))
    least_width = max(NARROW, ground.across * LEAST_METRE)
    wide = WIDE_LETTER * ground.across / WIDE
    narrow = NARROW_LETTER * ground.across / least_width
    names = {
        str(project.pk): Named(_label(project), plant.x, plant.z, room_of(plant.variant)) for project, plant in standing
    }
    broad, close = with_room(names, wide), with_room(names, narrow)
    crowns = [
        _crown(project, plant, broad.get(str(project.pk)), close.get(str(project.pk))) for project, plant in standing
    ]
    return Picture(
        ground=ground,
        crowns=sorted(crowns, key=lambda one: (-one.room, one.name.casefold())),
        wide_letter=round(wide, 3),
        narrow_letter=round(narrow, 3),
        least_width=round(least_width),
        touch=round(wide * TOUCHED, 3),
        outlines=CROWNS,
        free=_free(plants),
    )


def _free(plants: Sequence[PlacedPlant]) -> Position:
    """Where a newcomer of the smallest kind would find a place."""
    radius = standing_radius(plants, and_also=[SMALLEST])
    return place(Newcomer(seed=len(plants), variant=SMALLEST), plants, radius=radius)


def _marks(project: Project) -> list[str]:
    """What keeps a plant from being seen, or seen by its name."""
    return [
        *unseen_marks(project.visibility, hidden_by_source=project.hidden_by_source),
        *(["archived"] if project.status == ProjectStatus.ARCHIVED else []),
    ]


def _label(project: Project) -> str:
    return " · ".join((shortened(project.name), *_marks(project)[:1]))


def _crown(project: Project, plant: PlacedPlant, named_wide: Side | None, named_narrow: Side | None) -> Crown:
    genome, room = project.genome, room_of(plant.variant)
    return Crown(
        key=str(project.pk),
        name=project.name,
        kind=project.plant_type,
        x=plant.x,
        z=plant.z,
        room=round(room, 3),
        leaves=round(room * (YOUNGEST + (1 - YOUNGEST) * project.growth), 3),
        foliage=genome.foliage,
        accent=genome.accent,
        marks=[*_marks(project), *(["demo"] if project.is_demo else [])],
        is_unseen=not project.shown,
        label=_label(project),
        named_wide=named_wide,
        named_narrow=named_narrow,
    )
