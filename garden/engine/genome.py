"""What a plant is made of: the numbers and colours that fix its form, so that it is itself in 2D, in 3D and tomorrow.

The seed comes from the project's identity and never changes; form, phase and yaw follow from it. Technologies and
languages colour the plant and spread or gather its branches, so a project's craft can be seen in its plant.

The hash and the generator are 32-bit integer arithmetic that JavaScript's `Math.imul` repeats bit for bit.
"""

from __future__ import annotations

import colorsys
import math
import re
import struct
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeVar

from garden.looks import PLANTS
from garden.vocabulary import GrowthStage, PlantType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Item = TypeVar("Item")

MASK32 = 0xFFFFFFFF

# The forms of each kind; each has a geometry in the scene and a drawing in the SVG, by this name.
VARIANTS: Mapping[PlantType, tuple[str, ...]] = {kind: tuple(forms) for kind, forms in PLANTS.variants.items()}

# Blossom colours that sit well together in one bed, by kind.
ACCENTS: Mapping[PlantType, tuple[str, ...]] = {
    PlantType.TREE: ("#ffb3cf", "#ffc9dd"),
    PlantType.FLOWER: ("#ff6f91", "#ffb347", "#ffffff", "#c77dff", "#ff8fab", "#ffd166", "#f94f6d"),
    PlantType.VINE: ("#b79cff", "#8f8bff", "#e9a6ff"),
    PlantType.BUSH: ("#8fb8ff", "#ff9ecb", "#c5a3ff", "#ff7d8f"),
    PlantType.SUCCULENT: ("#ff8a5c", "#ffd166", "#ff6f91"),
    PlantType.FERN: ("#ffffff",),
    PlantType.HERB: ("#a37dff", "#8c7bff", "#c39bff"),
    PlantType.GENERIC: ("#e3c6ff", "#ffffff", "#ffc6dd"),
}
# A sunflower is yellow whatever its project is written in.
VARIANT_ACCENTS: Mapping[str, tuple[str, ...]] = {"sunflower": ("#ffd23f", "#ffc02e", "#ffb347")}


@dataclass(frozen=True, slots=True)
class LanguageFamily:
    """Languages that feel alike to their users, and the green their plants share."""

    foliage: str
    languages: frozenset[str]


FAMILIES: tuple[LanguageFamily, ...] = (
    LanguageFamily(  # scripting: a soft, everyday green
        "#6fae5c",
        frozenset({"python", "ruby", "perl", "lua", "php", "elixir", "crystal", "raku"}),
    ),
    LanguageFamily(  # the web: young, yellow-green, fast-growing
        "#9cc653",
        frozenset(
            {"javascript", "typescript", "html", "css", "scss", "less", "vue", "svelte", "astro", "coffeescript"}
        ),
    ),
    LanguageFamily(  # systems: olive and tough, close to the metal
        "#7f9c55",
        frozenset({"c", "c++", "rust", "zig", "assembly", "d", "ada", "fortran", "cuda", "verilog", "vhdl"}),
    ),
    LanguageFamily(  # servers and infrastructure: sea green
        "#57a98a",
        frozenset({"go", "dockerfile", "hcl", "nix", "terraform", "bicep", "puppet"}),
    ),
    LanguageFamily(  # large typed platforms: deep and even
        "#4f9a63",
        frozenset(
            {"java", "kotlin", "scala", "groovy", "c#", "f#", "visual basic .net", "swift", "objective-c", "dart"}
        ),
    ),
    LanguageFamily(  # functional: a cool, grey-blue green
        "#6aa37f",
        frozenset(
            {"haskell", "ocaml", "clojure", "common lisp", "scheme", "racket", "erlang", "elm", "purescript", "idris"}
        ),
    ),
    LanguageFamily(  # data: bright and open
        "#88b65f",
        frozenset({"jupyter notebook", "r", "julia", "matlab", "stata", "sas", "mathematica"}),
    ),
    LanguageFamily(  # the command line: silvery herb green
        "#8fae6a",
        frozenset({"shell", "powershell", "makefile", "vim script", "fish", "awk", "emacs lisp", "batchfile"}),
    ),
    LanguageFamily(  # words: woodland green
        "#5fa35a",
        frozenset({"markdown", "tex", "mdx", "restructuredtext", "asciidoc", "typst"}),
    ),
)
DEFAULT_FOLIAGE = "#74ac58"
FOLIAGE: Mapping[str, str] = {language: family.foliage for family in FAMILIES for language in family.languages}

SCALE_RANGE = (0.9, 1.15)  # no two neighbours of one height, and none out of proportion
HUE_RANGE = (-0.32, 0.32)  # the scene's shader takes this jitter
ACCENT_HUE_DRIFT = 0.035  # of a turn: enough to tell two pinks apart, not enough to leave the palette
FOLIAGE_HUE_DRIFT = 0.022
HABIT_JITTER = 0.12


@dataclass(frozen=True, slots=True)
class Genome:
    """The form of one plant. Colours are '#rrggbb'; angles are radians."""

    seed: int
    kind: PlantType
    variant: str
    accent: str
    foliage: str
    hue: float
    phase: float
    scale: float
    yaw: float
    habit: float


class Rng:
    """A small seeded generator (mulberry32), the same stream in Python and in TypeScript."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        self._state = seed & MASK32

    def random(self) -> float:
        """The next number, 0 up to but not including 1."""
        self._state = state = (self._state + 0x6D2B79F5) & MASK32
        mixed = ((state ^ (state >> 15)) * (1 | state)) & MASK32
        mixed = ((mixed + (((mixed ^ (mixed >> 7)) * (61 | mixed)) & MASK32)) & MASK32) ^ mixed
        return (mixed ^ (mixed >> 14)) / 4294967296

    def uniform(self, low: float, high: float) -> float:
        """A number between two bounds."""
        return low + (high - low) * self.random()

    def bell(self) -> float:
        """A number in -1..1, most often near 0."""
        return (self.random() + self.random() + self.random() - 1.5) / 1.5

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, each equally likely."""
        return items[int(self.random() * len(items))]


def seed_for(key: str) -> int:
    """A stable 32-bit seed from a project's identity: FNV-1a over UTF-16 code units, then two rounds of mixing.

    TypeScript gets the same number with `charCodeAt` and `Math.imul`.
    """
    value = 2166136261
    units = key.encode("utf-16-le", "surrogatepass")
    for unit in struct.unpack(f"<{len(units) // 2}H", units):
        value = ((value ^ unit) * 16777619) & MASK32
    value ^= value >> 16
    value = (value * 2246822507) & MASK32
    return value ^ (value >> 13)


def express(*, seed: int, plant_type: PlantType, technologies: Sequence[str], languages: Mapping[str, int]) -> Genome:
    """The genome of one project.

    `languages` maps a language to its bytes (or any other measure of size). Form, turn and phase hang on the seed and
    the plant type alone, so a plant keeps its shape when its project takes up another language: only its colours and
    its habit follow.
    """
    plant_type = PlantType(plant_type)
    form = Rng(seed)
    scale = form.uniform(*SCALE_RANGE)
    yaw = form.uniform(0, math.tau)
    phase = form.random()
    variant = form.pick(VARIANTS[plant_type])
    hue = form.uniform(*HUE_RANGE)

    craft = Rng(seed ^ _seed_of_craft("|".join(sorted({name.casefold() for name in technologies}))))
    accents = VARIANT_ACCENTS.get(variant, ACCENTS[plant_type])
    accent = _turn(craft.pick(accents), craft.uniform(-ACCENT_HUE_DRIFT, ACCENT_HUE_DRIFT))
    foliage = _turn(_family_foliage(languages), form.uniform(-FOLIAGE_HUE_DRIFT, FOLIAGE_HUE_DRIFT))
    habit = min(1.0, max(0.0, diversity(languages) + form.uniform(-HABIT_JITTER, HABIT_JITTER)))
    return Genome(
        seed=seed & MASK32,
        kind=plant_type,
        variant=variant,
        accent=accent,
        foliage=foliage,
        hue=round(hue, 4),
        phase=round(phase, 4),
        scale=round(scale, 4),
        yaw=round(yaw, 4),
        habit=round(habit, 4),
    )


_seed_of_craft = lru_cache(maxsize=1024)(seed_for)  # many projects are made with the same


def diversity(languages: Mapping[str, int]) -> float:
    """How mixed the languages are, 0 for one language towards 1 for many of equal size.

    1 - 1/N where N is the effective number of languages: the exponential of Shannon's entropy of their shares.
    """
    sizes = [size for size in languages.values() if size > 0]
    total = sum(sizes)
    if not sizes:
        return 0.0
    entropy = -sum(size / total * math.log(size / total) for size in sizes)
    return 1 - 1 / math.exp(entropy)


def _family_foliage(languages: Mapping[str, int]) -> str:
    """The green of the largest language's family."""
    if not languages:
        return DEFAULT_FOLIAGE
    largest, size = min(languages.items(), key=lambda item: (-item[1], item[0].casefold()))
    return FOLIAGE.get(largest.casefold(), DEFAULT_FOLIAGE) if size > 0 else DEFAULT_FOLIAGE


def _turn(colour: str, turns: float) -> str:
    """The colour with its hue turned by a part of the colour wheel."""
    hue, lightness, saturation = _hls(colour)
    red, green, blue = colorsys.hls_to_rgb((hue + turns) % 1, lightness, saturation)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


@cache
def _hls(colour: str) -> tuple[float, float, float]:
    """Hue, lightness and saturation of one of the colours above, 0–1."""
    red, green, blue = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    return colorsys.rgb_to_hls(red, green, blue)


# --- which kind of plant --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KindRule:
    """Signs that speak for one kind of plant; `words` are looked for in the topics and in the description."""

    kind: PlantType
    words: frozenset[str]
    languages: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KIND_RULES: tuple[KindRule, ...] = (
    KindRule(  # other projects stand on it and nest in it, and it lives long
        PlantType.TREE,
        _words(
            "framework library sdk orm toolkit package engine api-wrapper client-library django flask fastapi "
            "rails pypi npm-package module middleware plugin-system"
        ),
        frozenset({"java", "kotlin", "scala", "c#", "swift"}),
    ),
    KindRule(  # it is made to be looked at
        PlantType.FLOWER,
        _words(
            "frontend ui ux react vue svelte angular component components css design-system website landing- "
            "page animation webgl threejs game app ios android mobile design theme"
        ),
        frozenset({"javascript", "typescript", "css", "scss", "html", "vue", "svelte", "astro", "dart"}),
    ),
    KindRule(  # small, hardy, and used every day
        PlantType.HERB,
        _words(
            "cli tool tools utility command-line terminal tui script scripts dotfiles automation productivity "
            "linter formatter shell"
        ),
        frozenset({"shell", "powershell", "awk", "vim script", "makefile"}),
    ),
    KindRule(  # dense, with many clusters of fruit or flower on common roots
        PlantType.BUSH,
        _words(
            "data dataset data-science machine-learning deep-learning ml ai notebook notebooks jupyter "
            "analytics visualization statistics pandas nlp database sql pipeline etl"
        ),
        frozenset({"jupyter notebook", "r", "julia", "matlab", "sql", "plpgsql", "stata"}),
    ),
    KindRule(  # it climbs along what others built and holds it together
        PlantType.VINE,
        _words(
            "infrastructure devops docker kubernetes terraform ansible ci cd ci-cd github-actions deployment "
            "monitoring cloud aws serverless helm integration webhook bot proxy"
        ),
        frozenset({"hcl", "dockerfile", "nix", "puppet", "bicep", "smarty"}),
    ),
    KindRule(  # it stores what it has and thrives on very little
        PlantType.SUCCULENT,
        _words(
            "systems embedded firmware compiler kernel driver emulator operating-system low-level performance "
            "parser interpreter vm"
        ),
        frozenset({"c", "c++", "rust", "zig", "assembly", "go", "ada", "fortran", "verilog", "vhdl"}),
    ),
    KindRule(  # it unrolls slowly, frond by frond, without a flower
        PlantType.FERN,
        _words(
            "docs documentation blog writing book tutorial guide awesome awesome-list notes wiki learning "
            "course markdown thesis"
        ),
        frozenset({"markdown", "tex", "mdx", "restructuredtext", "asciidoc", "typst"}),
    ),
)
TOPIC_WEIGHT = 3.0  # a topic is the owner's own word for the project
DESCRIPTION_WEIGHT = 1.5  # prose mentions what a project is not, too
LANGUAGE_WEIGHT = (
    2.0  # times the language's share: every project has languages, so they decide only where nothing else speaks
)
ENOUGH = 1.0  # below this nothing is known, and the plant is generic


def plant_type_for(*, languages: Mapping[str, int], topics: Sequence[str], description: str = "") -> PlantType:
    """The kind of plant that suits a project; where two suit equally, the earlier rule wins."""
    spoken = {topic.casefold().strip() for topic in topics}
    words = set(re.findall(r"[a-z0-9+#-]+", description.casefold()))
    total = sum(size for size in languages.values() if size > 0)

    def score(rule: KindRule) -> float:
        share = (
            sum(size for name, size in languages.items() if size > 0 and name.casefold() in rule.languages) / total
            if total
            else 0.0
        )
        return (
            TOPIC_WEIGHT * len(rule.words & spoken)
            + DESCRIPTION_WEIGHT * len(rule.words & words)
            + LANGUAGE_WEIGHT * share
        )

    best = max(KIND_RULES, key=score)
    return best.kind if score(best) >= ENOUGH else PlantType.GENERIC


# --- how grown it looks ---------------------------------------------------------------------------

# The one float that every drawing grows by. The rungs are not evenly spaced: below 0.34 there is only a sprout to see,
# and blossoms open at 0.56–0.75.
STAGE_GROWTH = PLANTS.stages
GROWTH = tuple(STAGE_GROWTH[stage] for stage in (*GrowthStage, GrowthStage.ANCIENT))  # by rung; none is above the last
GROWTH_OF_TREES = tuple(
    PLANTS.young_tree if rung == GrowthStage.BLOOMING.rung else growth for rung, growth in enumerate(GROWTH)
)


def visual_growth(stage: GrowthStage, progress: float, plant_type: PlantType) -> float:
    """How grown the plant looks, 0–1, from its stage and its progress (0–1) towards the next."""

    rungs = GROWTH_OF_TREES if plant_type == PlantType.TREE else GROWTH
    here, there = rungs[stage.rung : stage.rung + 2]
    return here + (there - here) * min(1.0, max(0.0, progress))
