"""Colours as '#rrggbb', mixed and lit."""

from __future__ import annotations

import colorsys
from functools import lru_cache

Rgb = tuple[int, int, int]


@lru_cache(maxsize=4096)
def channels(colour: str) -> Rgb:
    """Red, green and blue, 0–255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def hexed(red: float, green: float, blue: float) -> str:
    """Back to '#rrggbb', clipped to what a screen can show."""
    clipped = (min(255, max(0, round(channel))) for channel in (red, green, blue))
    return "#{:02x}{:02x}{:02x}".format(*clipped)


@lru_cache(maxsize=8192)
def mix(first: str, second: str, amount: float) -> str:
    """The first colour with an amount (0–1) of the second."""
    a, b = channels(first), channels(second)
    return hexed(*(p + (q - p) * amount for p, q in zip(a, b, strict=True)))


@lru_cache(maxsize=2048)
def turn_hue(colour: str, turns: float) -> str:
    """The colour with its hue turned by a part of the colour wheel."""
    red, green, blue = channels(colour)
    hue, lightness, saturation = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    return hexed(*(channel * 255 for channel in colorsys.hls_to_rgb((hue + turns) % 1, lightness, saturation)))


def luma(colour: str) -> float:
    """How bright it looks, 0–1."""
    red, green, blue = channels(colour)
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


def multiply(colour: str, factors: tuple[float, float, float]) -> str:
    """The colour under coloured light."""
    return hexed(*(channel * factor for channel, factor in zip(channels(colour), factors, strict=True)))


@lru_cache(maxsize=512)
def to_linear(colour: str) -> tuple[float, float, float]:
    """The amounts of light (0–1) that the colour stands for, red, green and blue."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in channels(colour))
    )
    return red, green, blue


def from_linear(light: tuple[float, float, float]) -> str:
    """The colour of such amounts of light."""
    return hexed(*(255 * (part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055) for part in light))


def luminance(colour: str) -> float:
    """How much light it sends, 0–1, as WCAG measures it."""
    red, green, blue = to_linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
