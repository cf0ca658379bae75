"""The garden in two dimensions: sound markup, small, itself every time, and safe with any name."""

from __future__ import annotations

import gzip
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from garden.engine.genome import VARIANTS, Genome, Rng, express, seed_for, visual_growth
from garden.engine.layout import Newcomer, place_all
from garden.svg import DrawnPlant, garden_svg, plant_svg
from garden.svg.draw import PLAIN, Sketch, curve, fraction, number, polygon, safe_text
from garden.svg.light import light_for
from garden.svg.plants import plant_group
from garden.svg.symbols import SHAPE, SYMBOLS
from garden.vocabulary import GrowthStage, PlantType, Season, TimeOfDay, WeatherType
from tests.effort import counted

SVG = "{http://www.w3.org/2000/svg}"
FORMS = [(kind, variant) for kind, variants in VARIANTS.items() for variant in variants]


FIRST = ("Copper", "Sapling", "Paper", "Quiet", "Northern", "Second", "Tidal", "Broken")
SECOND = ("Kettle", "Press", "Lantern", "Compass", "Ledger", "Orchard", "Signal")


def genome_of(kind: PlantType, variant: str) -> Genome:
    """A genome of a wanted form."""
    for index in range(200):
        seed = seed_for(f"{variant}-{index}")
        genome = express(seed=seed, plant_type=kind, technologies=["Django"], languages={"Python": 3, "CSS": 1})
        if genome.variant == variant:
            return genome
    raise AssertionError(variant)


def views(count: int) -> list[DrawnPlant]:
    """A garden of every kind at every stage."""
    rng, kinds, stages = Rng(5), list(PlantType), list(GrowthStage)
    genomes = [
        express(seed=seed_for(f"p{i}"), plant_type=kinds[i % 8], technologies=[], languages={"Go": 1 + i})
        for i in range(count)
    ]
    places = place_all([Newcomer(genome.seed, genome.variant) for genome in genomes])
    out = []
    for index, (genome, found) in enumerate(zip(genomes, places, strict=True)):
        stage = rng.pick(stages)
        growth = visual_growth(stage, rng.random(), genome.kind)
        vitality = 0.2 if index % 9 == 0 else 1.0
        name = f"{FIRST[index % 8]} {SECOND[index % 7]}{f' {index // 56}' if index > 55 else ''}"
        slug = name.lower().replace(" ", "-")
        out.append(DrawnPlant(slug, name, genome, growth, vitality, found.x, found.z, stage))
    return out


def one_named(name: str, slug: str = "slug") -> str:
    genome = genome_of(PlantType.FLOWER, "daisy")
    plant = DrawnPlant(slug, name, genome, 0.9, 1.0, 2.5, 2.5, "mature")
    return garden_svg([plant], season=Season.SUMMER, time_of_day=TimeOfDay.DAY, title=name)


@pytest.mark.parametrize("season", list(Season))
@pytest.mark.parametrize(("kind", "variant"), FORMS)
def test_every_form_is_drawn_at_every_stage_of_every_season(kind: PlantType, variant: str, season: Season) -> None:
    genome = genome_of(kind, variant)
    sizes = []
    for stage in GrowthStage:
        drawing = plant_svg(genome, visual_growth(stage, 0, kind), season=season, vitality=0.3, title=variant)
        ElementTree.fromstring(drawing)  # noqa: S314 - our own markup
        sizes.append(len(drawing))
    assert sizes[-1] > sizes[0]


@pytest.mark.parametrize("weather_type", [None, *WeatherType])
@pytest.mark.parametrize("time_of_day", list(TimeOfDay))
def test_the_garden_is_drawn_in_every_light_and_weather(
    time_of_day: TimeOfDay, weather_type: WeatherType | None
) -> None:
    drawing = garden_svg(views(8), season=Season.AUTUMN, time_of_day=time_of_day, weather_type=weather_type)
    ElementTree.fromstring(drawing)  # noqa: S314 - our own markup
    assert "style=" not in drawing, "the pages' policy forbids it"


@pytest.mark.parametrize(
    ("precipitation", "rain", "snow"), [("rain", 1, 0), ("snow", 0, 1), ("fog", 0, 0), ("clear", 0, 0)]
)
def test_precipitation_is_a_matter_of_its_own(precipitation: str, rain: float, snow: float) -> None:
    light = light_for(TimeOfDay.DAY, Season.SUMMER, WeatherType.SUNNY, precipitation)
    assert (light.rainfall, light.snowfall) == (rain, snow)


def test_the_same_garden_gives_the_same_picture() -> None:
    first, second = (garden_svg(views(12), season=Season.SPRING, time_of_day=TimeOfDay.DUSK) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(("kind", "variant"), FORMS)
def test_what_stands_at_one_stage_stands_at_the_next(kind: PlantType, variant: str) -> None:
    genome, light = genome_of(kind, variant), light_for(TimeOfDay.DAY, Season.SUMMER)
    counts = []
    for growth in (0.42, 0.5, 0.58, 0.66, 0.74, 0.82, 0.9, 1.0):
        group = plant_group(Sketch("x"), genome, growth, light=light, season=Season.SUMMER)
        body = group[group.index('class="sway"') :]
        counts.append(body.count("<use") + body.count("M"))
    assert all(later >= earlier for earlier, later in pairwise(counts))
    assert counts[-1] >= counts[0]


def test_a_resting_plant_is_paler_than_a_lively_one() -> None:
    genome = genome_of(PlantType.FLOWER, "tulip")
    assert plant_svg(genome, 0.9, vitality=0.1) != plant_svg(genome, 0.9, vitality=1.0)
    assert plant_svg(genome, 0.9, vitality=0.9) == plant_svg(genome, 0.9, vitality=1.0)


@pytest.mark.parametrize(
    "name",
    [
        '"><script>alert(1)</script>',
        "a & b < c > d ' \"",
        "\x00\x01\x08\x0b\x1f\x7f",
        "lone \ud800 surrogate",
        "\ufffe\uffff",
        "]]><!--",
        "\u202etxt.exe",
    ],
)
def test_a_hostile_name_is_only_text(name: str) -> None:
    drawing = one_named(name, slug=name)
    root = ElementTree.fromstring(drawing)  # noqa: S314 - our own markup
    drawing.encode()
    assert root.find(f".//{SVG}script") is None
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", drawing)


@settings(max_examples=40)
@given(st.text())
def test_any_name_keeps_the_markup_sound(name: str) -> None:
    ElementTree.fromstring(f'<a b="{safe_text(name)}">{safe_text(name)}</a>')  # noqa: S314 - what the test is about


def test_links_lead_to_the_projects_and_take_no_tab_stop() -> None:
    root = ElementTree.fromstring(one_named("Name", slug="my-project"))  # noqa: S314 - our own markup
    link = root.find(f".//{SVG}a")
    assert link is not None
    assert link.attrib == {"href": "/projects/my-project/", "tabindex": "-1"}
    plant = link.find(f"{SVG}g")
    assert plant is not None
    assert plant.get("class") == "plant"
    assert plant.find(f"{SVG}g[@id='form-my-project']") is not None
    assert plant.findtext(f"{SVG}title") == "Name, daisy, mature"


def test_without_links_there_are_none() -> None:
    assert "<a " not in garden_svg(views(3), season=Season.SUMMER, time_of_day=TimeOfDay.DAY, links=False)


def test_the_picture_has_a_name_and_a_description() -> None:
    root = ElementTree.fromstring(one_named("Greenhouse"))  # noqa: S314 - our own markup
    assert root.get("role") == "group"  # not "img": it holds links
    assert root.findtext(f"{SVG}title") == "Greenhouse"
    assert "1 plant on" in str(root.findtext(f"{SVG}desc"))


def test_an_empty_garden_invites_the_first_seed() -> None:
    drawing = garden_svg([], season=Season.SPRING, time_of_day=TimeOfDay.DAWN)
    ElementTree.fromstring(drawing)  # noqa: S314 - our own markup
    assert drawing.count('class="prop"') > 12


@pytest.mark.parametrize(("width", "height"), [(1200, 630), (780, 900), (390, 844), (2400, 600)])
def test_any_shape_of_picture_holds_the_plants(width: int, height: int) -> None:
    drawing = garden_svg(views(40), season=Season.SUMMER, time_of_day=TimeOfDay.DAY, width=width, height=height)
    places = re.findall(r'class="plant"[^>]*translate\((-?[\d.]+)[ ]?(-?[\d.]+)\)', drawing)
    assert len(places) == 40
    assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, y in places)


def test_every_reference_has_its_definition_under_the_prefix() -> None:
    for drawing in (
        garden_svg(views(24), season=Season.WINTER, time_of_day=TimeOfDay.NIGHT, prefix="one-"),
        plant_svg(genome_of(PlantType.TREE, "oak"), 1.0, prefix="one-"),
    ):
        ids = re.findall(r'\bid="([^"]+)"', drawing)
        assert len(ids) == len(set(ids))
        wanted = set(re.findall(r'(?:href="#|url\(#)([^")]+)', drawing))
        assert wanted <= set(ids)
        assert all(name.startswith("one-") for name in wanted)


def test_forty_plants_are_drawn_with_little_work() -> None:
    plants = views(40)
    garden_svg(plants, season=Season.SUMMER, time_of_day=TimeOfDay.DAY)
    drawing, calls = counted(lambda: garden_svg(plants, season=Season.SUMMER, time_of_day=TimeOfDay.DAY))
    assert calls < 40 * 9_000  # 4,600 a plant
    assert drawing.count('class="plant"') == 40


@pytest.mark.parametrize("season", list(Season))
@pytest.mark.parametrize("time_of_day", list(TimeOfDay))
def test_forty_plants_weigh_little_at_every_hour_of_every_season(time_of_day: TimeOfDay, season: Season) -> None:
    drawing = garden_svg(views(40), season=season, time_of_day=time_of_day)
    assert len(gzip.compress(drawing.encode())) < 45_000


def test_two_hundred_plants_stay_within_a_page() -> None:
    drawing = garden_svg(views(200), season=Season.AUTUMN, time_of_day=TimeOfDay.DUSK)
    assert len(gzip.compress(drawing.encode())) < 120_000


def test_a_thousand_plants_are_few_elements_for_a_browser() -> None:
    drawing = garden_svg(views(1000), season=Season.SUMMER, time_of_day=TimeOfDay.DAY, own_forms=24)
    root = ElementTree.fromstring(drawing)  # noqa: S314 - our own markup
    by_id = {f"#{each.get('id')}": each for each in root.iter() if each.get("id")}
    known: dict[str, int] = {}

    def shown(element: ElementTree.Element) -> int:
        """Elements below this one, with those that its references bring."""
        reference = element.get("href", "")
        if reference in by_id and reference not in known:
            known[reference] = shown(by_id[reference])
        return 1 + known.get(reference, 0) + sum(shown(each) for each in element)

    assert shown(root) < 60_000  # 92,000 without thinning, half a second of styles


def test_what_is_left_of_a_symbol_far_away_are_some_of_its_shapes() -> None:
    light = light_for(TimeOfDay.DAY, Season.SUMMER)
    for name, kept in PLAIN.items():
        shapes = SHAPE.findall(SYMBOLS[name](light))
        assert kept == tuple(sorted(kept))
        assert len(kept) < len(shapes)
        assert max(kept) < len(shapes), name


def test_every_symbol_is_drawn_in_every_light() -> None:
    for name, draw in SYMBOLS.items():
        for time_of_day in TimeOfDay:
            markup = draw(light_for(time_of_day, Season.SUMMER))
            ElementTree.fromstring(f"<g>{markup}</g>")  # noqa: S314 - our own markup
            assert markup, name


def drawn_way(data: str) -> list[tuple[float, float]]:
    """The handles and meeting points of a path of M, q, t and l, as a browser reads them."""
    at = handle = (0.0, 0.0)
    seen = []
    for command, numbers in re.findall(r"([Mqtl])([^Mqtlz]*)", data):
        values = [float(value) for value in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)]
        pairs = list(zip(values[::2], values[1::2], strict=True))
        if command == "M":
            at = pairs[0]
        elif command == "q":
            handle, at = ((at[0] + x, at[1] + y) for x, y in pairs)
            seen += [handle, at]
        else:
            for x, y in pairs:
                handle = 2 * at[0] - handle[0], 2 * at[1] - handle[1]
                at = at[0] + x, at[1] + y
                seen += [handle, at] if command == "t" else [at]
    return seen


@example([(1.9, 0.0), (1.8125, 0.0), (0.0, 0.0)], True)  # begins where one rounding goes up and another down
@given(st.lists(st.tuples(st.floats(-900, 900), st.floats(-900, 900)), min_size=3, max_size=60), st.booleans())
def test_a_long_curve_does_not_drift_from_its_handles(handles: list[tuple[float, float]], closed: bool) -> None:
    seen = drawn_way(curve(handles, closed=closed))[::2]
    wanted = handles if closed else handles[1:-1]
    assert len(seen) == len(wanted)
    assert all(
        abs(a - b) < 0.21 for got, want in zip(seen, wanted, strict=True) for a, b in zip(got, want, strict=True)
    )


@given(st.lists(st.tuples(st.floats(-900, 900), st.floats(-900, 900)), min_size=3, max_size=60))
def test_a_long_outline_does_not_drift_from_its_corners(corners: list[tuple[float, float]]) -> None:
    seen = drawn_way(polygon(corners))
    pairs = zip(seen, corners[1:], strict=True)
    assert all(abs(a - b) < 0.06 for got, want in pairs for a, b in zip(got, want, strict=True))


def test_numbers_are_written_short() -> None:
    assert [number(value) for value in (12.0, -3.54, 0.44, -0.5, -0.01)] == ["12", "-3.5", ".4", "-.5", "0"]
    assert [fraction(value) for value in (1.0, 0.25, -0.5, 0.001)] == ["1", ".25", "-.5", "0"]


@pytest.mark.parametrize("radius", [3.5, 7.0, 12.0, 24.0])
def test_the_moon_hangs_whole_in_the_picture_whatever_the_island(radius: float) -> None:
    picture = garden_svg([], season=Season.AUTUMN, time_of_day=TimeOfDay.NIGHT, radius=radius)
    disc = re.search(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)" fill="url\(#gdisc\)"', picture)
    assert disc
    x, y, soft_edge = map(float, disc.groups())
    moon = soft_edge / 4
    assert moon < x < 1600 - moon
    assert moon < y < 500
