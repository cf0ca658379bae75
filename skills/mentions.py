"""Technologies that a text speaks of (pure): in running words only where nothing else could be meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from skills.technologies import key, technology

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LONGEST_TEXT: Final = 20_000  # characters that are read
LONGEST_NAME: Final = 3  # words
SHORTEST: Final = 5  # letters of a name that is recognised however it is written
# Words of every day: as a tag they mean the technology, in a sentence hardly ever.
_EVERYDAY: Final = """
    c r go less make black click express spring phoenix gin bun lit solid crystal dart elm scheme racket pascal shell
    assembly apache oracle helm packer poetry expo cordova capacitor unity blender cargo biome yarn sphinx mocha
    hypothesis locust cucumber tornado pyramid channels celery ember remix parcel rollup astro leaflet storybook
    bootstrap snowflake cassandra tableau parquet prisma sentry caddy vagrant julia nim node rest transformers
    continuousintegration elastic unreal spark airflow tailwind deno lisp delphi groovy latex assembly lit
"""
# Words of every day that are written with a capital where they are a name.
_NAMES: Final = """
    React Rust Swift Ruby Flask Jest Angular Redis Docker Git Linux Java Perl Redux Flutter Electron Ionic Puppeteer
    Playwright Cypress Selenium Ansible Jenkins Grafana Prometheus Azure Android Gradle Maven Lua Vue
"""
EVERYDAY: Final = frozenset(_EVERYDAY.split())
NAMES: Final = frozenset(_NAMES.split())
_WORD: Final = re.compile(r"[#@]?[\w][\w.+#/-]*", re.UNICODE)


def mentioned(text: str, tags: Iterable[str] = ()) -> Sequence[str]:
    """The usual names of the technologies, those of the tags first."""
    found: dict[str, None] = {}
    for tag in tags:
        if known := technology(tag.removeprefix("#")):
            found.setdefault(known.name)
    for written in _phrases(text[:LONGEST_TEXT]):
        known = technology(written)
        if known and key(written) not in EVERYDAY and _is_meant(written, known.name):
            found.setdefault(known.name)
    return list(found)


def _is_meant(written: str, name: str) -> bool:
    """Whether a name in running words is one: written as it is, or so that it could be nothing else."""
    folded = key(written)
    is_plain = len(folded) >= SHORTEST or any(character.isdigit() for character in folded)
    return written == name or (is_plain and name not in NAMES)


def _phrases(text: str) -> Iterator[str]:
    """Every run of up to three words."""
    words = [match.group().strip(".-/").removeprefix("#") for match in _WORD.finditer(text)]
    for first in range(len(words)):
        for length in range(1, LONGEST_NAME + 1):
            if first + length <= len(words):
                yield " ".join(words[first : first + length])
