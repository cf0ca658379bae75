"""Shapes drawn once and stamped many times: clumps of leaves, heads of flowers, stones, tufts of grass.

A symbol measures about 100 units from its middle to its edge. Where it names no fill of its own it takes that of the
stamp, and lays lights and shadows of the hour's colour over it, so that one clump serves every tree.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from garden.looks import LIGHTS
from garden.svg.draw import FAR, PLAIN
from garden.svg.stamps import foliage, heads, things

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from garden.svg.light import Light

SYMBOLS: Mapping[str, Callable[[Light], str]] = {
    "leaves": foliage.clump(2, 15, 37, 10.5, 34),
    "fine": foliage.clump(5, 19, 28, 8, 32),
    "bough": heads.blossom_clump(4, 14, 34, 19),
    "head": heads.blossom_clump(6, 11, 24, 24),
    "twigs": foliage.twigs,
    "cap": things.snow_cap,
    "daisy": heads.daisy,
    "tulip": heads.tulip,
    "sunflower": heads.sunflower,
    "allium": heads.allium,
    "blossom": heads.blossom,
    "rose": heads.rose,
    "spike": heads.spike,
    "spire": heads.spire,
    "raceme": heads.raceme,
    "broad": foliage.broad_leaf,
    "sword": foliage.sword,
    "scale": foliage.scale_leaf,
    "frond": foliage.frond,
    "tier": foliage.tier,
    "snowtier": foliage.snowy_tier,
    "stake": things.stake,
    "mound": things.mound,
    "seed": things.seed,
    "rock": things.rock,
    "lamp": things.lamp,
    "firefly": things.firefly,
    "butterfly": things.butterfly,
    "shadow": things.shadow,
    "grass": foliage.tuft(1, 7, 44),
    "grass2": foliage.tuft(2, 5, 30),
    "grass3": foliage.tuft(7, 9, 70),
    "sward": foliage.sward(3),
    "posy": heads.posy,
    "lily": foliage.lily,
}

SHAPE: Final = re.compile(r"<[^>]+/>")
AIR = LIGHTS.air
GRADIENTS: Mapping[str, str] = {
    "lamp": f'<radialGradient id="{{prefix}}halo"><stop stop-color="{AIR.lamp.core}" stop-opacity=".95"/>'
    f'<stop offset=".22" stop-color="{AIR.lamp.halo}" stop-opacity=".5"/><stop offset="1" '
    f'stop-color="{AIR.lamp.halo}" stop-opacity="0"/></radialGradient>',
    "firefly": f'<radialGradient id="{{prefix}}fly"><stop stop-color="{AIR.fireflies.yellow}" stop-opacity=".9"/>'
    f'<stop offset=".3" stop-color="{AIR.fireflies.yellow}" stop-opacity=".32"/><stop offset="1" '
    f'stop-color="{AIR.fireflies.yellow}" stop-opacity="0"/></radialGradient>',
    "shadow": '<radialGradient id="{prefix}shade"><stop stop-color="{shadow}" stop-opacity=".5"/>'
    '<stop offset=".55" stop-color="{shadow}" stop-opacity=".3"/><stop offset="1" stop-color="{shadow}" '
    'stop-opacity="0"/></radialGradient>',
}


@lru_cache(maxsize=2048)
def _drawn(name: str, light: Light) -> str:
    near = name.removesuffix(FAR)
    drawn = SYMBOLS[near](light)
    if near == name:
        return drawn
    shapes = SHAPE.findall(drawn)
    return "".join(shapes[index] for index in PLAIN[near])


def definitions(names: set[str], light: Light, prefix: str) -> str:
    """The symbols that a drawing stamps, and the gradients they need."""
    out = []
    for name in sorted(names):
        if name in GRADIENTS:
            out.append(GRADIENTS[name].replace("{prefix}", prefix).replace("{shadow}", light.shadow))
        out.append(f'<g id="{prefix}{name}">{_drawn(name, light).replace("{prefix}", prefix)}</g>')
    return "".join(out)
