"""What is not a plant: labels, soil, stones, snow, lamps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from garden.engine.genome import Rng
from garden.looks import LIGHTS, PLANTS
from garden.svg.colour import mix
from garden.svg.draw import dots
from garden.svg.stamps.shapes import filled, lined

if TYPE_CHECKING:
    from garden.svg.light import Light


def snow_cap(light: Light) -> str:
    snow, blue = light.lit("#fbfdff"), light.lit("#c3d4ec")
    shape = (
        "M-88 12C-96-28-52-40-40-34C-30-62 22-62 30-38C52-50 92-30 86 10C70 26 58 4 42 14C26 28 10 6-6 "
        "16C-24 30-38 6-52 16C-66 26-80 24-88 12z"
    )
    return (
        filled(shape, blue)
        + filled(shape.replace("M-88 12", "M-88 6"), snow)
        + filled("M-40-34C-30-62 22-62 30-38C10-46-14-44-40-34z", "#fff", 0.6)
    )


def stake(light: Light) -> str:
    """A label: a stick and a small board, standing on (0, 0)."""
    wood, board = light.lit(PLANTS.starter.stake), light.lit(PLANTS.starter.label)
    shade, ink = mix(board, wood, 0.5), mix(board, wood, 0.8)
    return (
        filled("M-3 4L-3-40L3-40L3 4z", wood)
        + filled("M-17-60L16-62L18-38L-16-36z", shade)
        + filled("M-17-62L16-64L17-41L-16-39z", board)
        + lined("M-11-55L10-56M-11-48L4-49", ink, 2.4)
    )


def mound(light: Light) -> str:
    """A heap of turned soil, 100 from the middle to its edge."""
    rng, soil = Rng(12), PLANTS.starter.soil
    clod = light.lit(mix(soil.dark, soil.light, 0.8))
    clods = [(rng.uniform(-70, 70), rng.uniform(-18, 16)) for _ in range(16)]
    return (
        f'<ellipse rx="100" ry="33" fill="{light.lit("#3f291b")}" opacity=".5"/>'
        + filled("M-88 4C-80-14-46-32 0-32C46-32 82-14 88 4C80 24 40 28 0 28C-40 28-80 24-88 4z", light.lit(soil.dark))
        + filled("M-76-2C-62-18-34-29-4-29C24-29 40-22 50-14C20-20-40-18-76-2z", light.lit(soil.light), 0.8)
        + f'<path stroke="{clod}" stroke-width="9" stroke-linecap="round" d="{dots(clods[:9])}"/>'
        + f'<path stroke="{light.lit("#38241a")}" stroke-width="7" stroke-linecap="round" opacity=".7" '
        f'd="{dots(clods[9:])}"/>'
    )


def seed(light: Light) -> str:
    dark, lit = light.lit(PLANTS.starter.seed.dark), light.lit(PLANTS.starter.seed.light)
    return (
        f'<ellipse rx="44" ry="60" fill="{dark}"/><ellipse cx="-10" cy="-12" rx="26" ry="40" fill="{lit}"/>'
        '<ellipse cx="-16" cy="-24" rx="8" ry="15" fill="#fff" opacity=".6"/>'
    )


def rock(light: Light) -> str:
    """A low stone standing on (0, 0), in flat facets."""
    return (
        filled("M-96 8L-78-34L-30-66L34-62L82-28L98 10L40 26L-46 24z")
        + filled("M-78-34L-30-66L34-62L12-34L-40-22z", light.highlight, 0.3)
        + filled("M12-34L34-62L82-28L98 10L40 26L24-2z", light.shadow, 0.24)
        + filled("M-46 24L-40-22L12-34L24-2L40 26z", light.shadow, 0.1)
    )


def lamp(light: Light) -> str:
    return '<circle r="100" fill="url(#{prefix}halo)"/><circle r="20" fill="' + LIGHTS.air.lamp.core + '"/>'


def firefly(light: Light) -> str:
    return '<circle r="100" fill="url(#{prefix}fly)"/><circle r="17" fill="#fdffcf"/>'


def butterfly(light: Light) -> str:
    """Both wings half folded, 100 from the middle to a tip; the stamp's colour, with a darker body."""
    return (
        '<path d="M0 8C-8-50-92-92-96-42C-98-6-40 12-4 10C-52 18-62 74-26 76C-8 76 0 40 2 14C8 42 22 70 40 66C66 60 52 '
        '16 4 10C40 8 88-22 78-64C68-98 12-44 0 8z"/>' + lined("M0-14L3 40", light.shadow, 9)
    )


def shadow(light: Light) -> str:
    return '<ellipse rx="100" ry="36" fill="url(#{prefix}shade)"/>'
