"""The forms of plants: how much room they take, what they are made of, when their parts come."""

from collections.abc import Mapping
from dataclasses import dataclass

from garden.looks.reading import Colour, read
from garden.looks.shapes import Birth, Range, Shades, Vector
from garden.vocabulary import GrowthStage, PlantType


@dataclass(frozen=True, slots=True)
class VariantLook:
    """The room of a form, fully grown, before its scale; whether it grows straight, and turns and sheds its leaves."""

    radius: float
    height: float
    straight: bool = False
    turns: bool = False


@dataclass(frozen=True, slots=True)
class DisplayLook:
    """What is not as high as a tree is drawn larger than life, or it would be lost beside one."""

    tree_height: float
    small_plant_scale: float


@dataclass(frozen=True, slots=True)
class GrowthLook:
    """How parts come and go as a plant grows; all are growth 0–1."""

    newborn_size: float  # of the final size
    unfolding: float  # that a brisk part needs to reach its size
    fading: float  # over which a juvenile part vanishes before its end
    seed_gone: float
    sprout_gone: float


@dataclass(frozen=True, slots=True)
class AutumnLook:
    """A plant turns red below the first phase, orange below the second, else gold."""

    red: float
    orange: float


@dataclass(frozen=True, slots=True)
class StarterLook:
    """What every plant begins with. Mounds are radii."""

    mounds: Mapping[PlantType, float]
    soil: Shades
    seed: Shades
    shoot: Shades
    cotyledon: Shades
    stake: Colour
    label: Colour
    stake_gone: float  # growth at which a plant speaks for itself


@dataclass(frozen=True, slots=True)
class CrownLook:
    """Balls of leaves on an ellipsoid."""

    y: float
    width: float
    height: float
    balls: int


@dataclass(frozen=True, slots=True)
class TreeLook:
    """A broadleaf tree. The trunk is a radius, the fork the share of it below the first branch."""

    trunk: float
    lean: float
    gnarl: float
    fork: float
    crown: CrownLook
    ball: Range
    squash: float
    bark: Shades
    leaf: Shades


@dataclass(frozen=True, slots=True)
class TreeBirths:
    """The trunk from foot to top, the crown from the leader to the rim."""

    trunk: Birth
    crown: Birth


@dataclass(frozen=True, slots=True)
class BandsLook:
    """Dark marks across the bark."""

    color: Colour
    count: int


@dataclass(frozen=True, slots=True)
class TierRise:
    """Where the tiers of a conifer stand, as shares of its height."""

    foot: float
    span: float
    exponent: float


@dataclass(frozen=True, slots=True)
class TierReach:
    """How far they reach."""

    most: float
    taper: float
    tip: float


@dataclass(frozen=True, slots=True)
class ConiferLook:
    """Tiers of drooping sprays."""

    height: float
    tiers: int
    bark: Shades
    leaf: Shades
    rise: TierRise
    reach: TierReach
    birth: Birth


@dataclass(frozen=True, slots=True)
class BushLook:
    """What all bushes share."""

    balls: int
    ball: Range
    squash: float
    bark: Shades
    birth: Birth


@dataclass(frozen=True, slots=True)
class FlowerLook:
    """What all flowers share."""

    leaf: Shades
    spread: float
    stem: Birth
    head: Birth
    daisy_disc: Colour
    sunflower_disc: Shades


@dataclass(frozen=True, slots=True)
class FlowerForm:
    """A clump of stems. `lean` is how far heads lean outward."""

    stems: int
    height: float
    lean: float
    spread: float


@dataclass(frozen=True, slots=True)
class HerbLook:
    """A clump of stems with leaves to the top."""

    leaf: Shades
    height: float
    reach: float
    birth: Birth


@dataclass(frozen=True, slots=True)
class Herbs:
    """Both herbs."""

    lavender: HerbLook
    basil: HerbLook


@dataclass(frozen=True, slots=True)
class ObeliskLook:
    """A climber on a wooden obelisk; hoops are shares of its height."""

    leaf: Shades
    shoot: Shades
    height: float
    foot: float
    taper: float
    hoops: tuple[float, ...]
    turns: float


@dataclass(frozen=True, slots=True)
class ArchLook:
    """A climber on an arch."""

    leaf: Shades
    shoot: Shades
    half_width: float
    height: float
    rise: float
    depth: float


@dataclass(frozen=True, slots=True)
class Rosette:
    """One rosette of a cluster."""

    x: float
    z: float
    size: float


@dataclass(frozen=True, slots=True)
class EcheveriaLook:
    """A cluster of rosettes."""

    inner: Shades
    outer: Shades
    stalk: Shades
    rosettes: tuple[Rosette, ...]


@dataclass(frozen=True, slots=True)
class AgaveLook:
    """Swords, and a spire of flowers."""

    base: Colour
    tip: Shades
    stalk: Shades
    length: float
    birth: Birth


@dataclass(frozen=True, slots=True)
class CactusColumn:
    """From its foot to its top."""

    radius: float
    birth: Birth
    line: tuple[Vector, ...]


@dataclass(frozen=True, slots=True)
class CactusLook:
    """Ribbed columns."""

    skin: Shades
    columns: tuple[CactusColumn, ...]


@dataclass(frozen=True, slots=True)
class FernLook:
    """Leaflets are dark at the rib and lighter at their tips, the more so the further out."""

    dark: Colour
    near: Colour
    far: Colour
    rib: Shades
    birth: Birth


@dataclass(frozen=True, slots=True)
class PerennialLook:
    """A bowl of broad leaves, and spires of bells. `breadth` is a leaf's width beside its length."""

    leaf: Shades
    leaf_size: Range
    breadth: float
    spires: int
    spire_height: float


@dataclass(frozen=True, slots=True)
class PlantLooks:
    """All forms, and what makes them."""

    variants: Mapping[PlantType, Mapping[str, VariantLook]]
    display: DisplayLook
    stages: Mapping[GrowthStage, float]  # the visual growth at which a stage begins
    young_tree: float  # the same for a tree where others bloom
    growth: GrowthLook
    autumn: AutumnLook
    starter: StarterLook
    trees: Mapping[str, TreeLook]
    tree_births: TreeBirths
    birch_bands: BandsLook
    conifer: ConiferLook
    bush: BushLook
    bushes: Mapping[str, Shades]
    flower: FlowerLook
    flowers: Mapping[str, FlowerForm]
    herbs: Herbs
    trellis: Shades
    obelisk: ObeliskLook
    arch: ArchLook
    echeveria: EcheveriaLook
    agave: AgaveLook
    cactus: CactusLook
    fern: FernLook
    perennials: Mapping[str, PerennialLook]
    perennial_birth: Birth


PLANTS = read(PlantLooks, "plants")
