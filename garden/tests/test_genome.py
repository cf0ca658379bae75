"""The genome: what a project is born with, and what its craft adds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garden.engine.genome import (
    FAMILIES,
    HUE_RANGE,
    KIND_RULES,
    SCALE_RANGE,
    STAGE_GROWTH,
    VARIANTS,
    Genome,
    Rng,
    diversity,
    express,
    plant_type_for,
    seed_for,
    visual_growth,
)
from garden.vocabulary import GrowthStage, PlantType

COLOUR = re.compile(r"#[0-9a-f]{6}")


def expressed(key: str = "owner/project", plant_type: PlantType = PlantType.FLOWER, **craft: object) -> Genome:
    """The genome of a project with some usual craft."""
    technologies, languages = (
        craft.get("technologies", ["Django"]),
        craft.get("languages", {"Python": 900, "HTML": 100}),
    )
    assert isinstance(technologies, list)
    assert isinstance(languages, dict)
    return express(seed=seed_for(key), plant_type=plant_type, technologies=technologies, languages=languages)


def test_the_seed_of_a_name_never_changes() -> None:
    assert seed_for("p0") == 1996438245
    assert seed_for("grün/🌱") == 408528055


def test_the_generator_is_the_one_that_the_scene_uses() -> None:
    rng = Rng(408528055)
    assert [rng.random() for _ in range(3)] == [0.2551685147918761, 0.6893628751859069, 0.025736973620951176]


@given(st.text())
def test_any_name_has_a_seed_of_32_bits(name: str) -> None:
    assert 0 <= seed_for(name) < 2**32


@given(st.integers(0, 2**32 - 1))
def test_the_generator_stays_within_its_bounds(seed: int) -> None:
    rng = Rng(seed)
    assert all(0 <= rng.random() < 1 for _ in range(5))
    assert -1 <= rng.bell() <= 1
    assert 2 <= rng.uniform(2, 3) <= 3
    assert rng.pick("abc") in "abc"


def test_one_project_is_always_itself() -> None:
    assert expressed() == expressed()


def test_two_projects_never_look_alike() -> None:
    looks = {
        (genome.variant, genome.accent, genome.scale, genome.yaw, genome.phase)
        for genome in (expressed(f"owner/project-{index}") for index in range(300))
    }
    assert len(looks) == 300


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(list(PlantType)),
    st.lists(st.text(max_size=12), max_size=6),
    st.dictionaries(st.text(max_size=12), st.integers(-5, 10**12), max_size=6),
)
def test_every_genome_stays_within_its_bounds(
    seed: int, plant_type: PlantType, technologies: list[str], languages: dict[str, int]
) -> None:
    genome = express(seed=seed, plant_type=plant_type, technologies=technologies, languages=languages)
    assert genome.variant in VARIANTS[plant_type]
    assert COLOUR.fullmatch(genome.accent)
    assert COLOUR.fullmatch(genome.foliage)
    assert HUE_RANGE[0] <= genome.hue <= HUE_RANGE[1]
    assert SCALE_RANGE[0] <= genome.scale <= SCALE_RANGE[1]
    assert 0 <= genome.phase <= 1
    assert 0 <= genome.habit <= 1


def test_another_language_changes_the_leaves_and_not_the_form() -> None:
    python, rust = expressed(languages={"Python": 10}), expressed(languages={"Rust": 10})
    assert python.foliage != rust.foliage
    assert (python.variant, python.yaw, python.phase, python.scale) == (rust.variant, rust.yaw, rust.phase, rust.scale)


def test_other_technologies_change_the_blossom() -> None:
    assert expressed(technologies=["Django"]).accent != expressed(technologies=["React", "Vite"]).accent


def test_the_order_and_case_of_technologies_do_not_matter() -> None:
    assert expressed(technologies=["React", "vite"]) == expressed(technologies=["Vite", "react"])


def test_many_languages_spread_the_plant() -> None:
    one = expressed(languages={"Python": 10}).habit
    many = expressed(languages={"Python": 10, "Rust": 10, "Go": 10, "C": 10}).habit
    assert many > one + 0.5


def test_diversity_counts_effective_languages() -> None:
    assert diversity({}) == 0
    assert diversity({"Python": 5}) == 0
    assert diversity({"Python": 5, "C": 5}) == pytest.approx(0.5)
    assert diversity({"Python": 5, "C": 0}) == 0


def test_no_language_belongs_to_two_families() -> None:
    languages = [language for family in FAMILIES for language in family.languages]
    assert len(languages) == len(set(languages))


@pytest.mark.parametrize(
    ("languages", "topics", "description", "expected"),
    [
        ({"Python": 10}, ["framework"], "", PlantType.TREE),
        ({"TypeScript": 10}, ["react", "ui"], "", PlantType.FLOWER),
        ({"Go": 10}, ["CLI", "terminal"], "", PlantType.HERB),
        ({"Python": 10, "Jupyter Notebook": 90}, [], "", PlantType.BUSH),
        ({"HCL": 90}, ["terraform"], "", PlantType.VINE),
        ({"Rust": 90}, [], "", PlantType.SUCCULENT),
        ({}, [], "Notes and documentation of my course", PlantType.FERN),
        ({"Python": 10}, [], "", PlantType.GENERIC),
        ({}, [], "", PlantType.GENERIC),
    ],
)
def test_a_project_gets_the_plant_that_suits_it(
    languages: dict[str, int], topics: list[str], description: str, expected: PlantType
) -> None:
    assert plant_type_for(languages=languages, topics=topics, description=description) is expected


def test_every_kind_but_the_generic_has_a_rule() -> None:
    assert {rule.kind for rule in KIND_RULES} == set(PlantType) - {PlantType.GENERIC}
    assert all(rule.words for rule in KIND_RULES)


@pytest.mark.parametrize("plant_type", list(PlantType))
def test_growth_rises_with_every_stage_and_with_progress(plant_type: PlantType) -> None:
    values = [visual_growth(stage, step / 4, plant_type) for stage in GrowthStage for step in range(5)]
    assert values == sorted(values)
    assert values[0] == STAGE_GROWTH[GrowthStage.SEED]
    assert values[-1] == 1.0


def test_a_young_tree_is_younger_than_a_flower_in_bloom() -> None:
    assert visual_growth(GrowthStage.BLOOMING, 0, PlantType.TREE) == 0.58
    assert visual_growth(GrowthStage.BLOOMING, 0, PlantType.FLOWER) == 0.74


def test_progress_outside_its_range_is_clipped() -> None:
    assert visual_growth(GrowthStage.SEED, -3, PlantType.FERN) == visual_growth(GrowthStage.SEED, 0, PlantType.FERN)
    assert visual_growth(GrowthStage.SEED, 9, PlantType.FERN) == visual_growth(GrowthStage.SPROUT, 0, PlantType.FERN)
