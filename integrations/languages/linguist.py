"""Linguist's data as tables: what a language's files are called, and how endings that several share are told apart."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DATA: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("linguist.json").read_text(encoding="utf-8"))
_LANGUAGES: Final[dict[str, dict[str, Any]]] = _DATA["languages"]
_CODE_TYPES: Final = frozenset({"programming", "markup"})  # the others are data and prose


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern rule for one of the languages that share an ending."""

    language: str
    required: tuple[re.Pattern[str], ...]  # all of them are found
    refused: tuple[re.Pattern[str], ...]  # none of them is

    def fits(self, text: str) -> bool:
        """Whether a file with this text is in the language."""
        return all(pattern.search(text) for pattern in self.required) and not any(
            pattern.search(text) for pattern in self.refused
        )


def _by(key: str, *, lowered: bool = False) -> Mapping[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, about in _LANGUAGES.items():
        for value in about.get(key, ()):
            found[value.lower() if lowered else value].append(name)
    return {value: tuple(names) for value, names in found.items()}


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.MULTILINE)


BY_EXTENSION: Final = _by("extensions", lowered=True)
BY_FILENAME: Final = _by("filenames")
BY_INTERPRETER: Final = _by("interpreters")
VENDORED: Final = _any_of(_DATA["vendored"])
DOCUMENTATION: Final = _any_of(_DATA["documentation"])
_BY_ALIAS: Final = {
    alias.lower(): name
    for name, about in _LANGUAGES.items()
    for alias in (*about.get("aliases", ()), name, name.replace(" ", "-"))
}


@lru_cache
def rules_for(extension: str) -> tuple[Rule, ...]:
    """The rules that tell the languages of an ending (`.h`, in small letters) apart, to be asked in this order."""
    return tuple(
        Rule(
            rule["languages"][0],
            tuple(_any_of(patterns) for patterns in rule["all"]),
            tuple(re.compile(pattern, re.MULTILINE) for pattern in rule["none"]),
        )
        for one in _DATA["heuristics"]
        if extension in map(str.lower, one["extensions"])
        for rule in one["rules"]
    )


def is_code(language: str) -> bool:
    """Whether it is a programming or a markup language, and neither data nor prose."""
    return _LANGUAGES.get(language, {}).get("type") in _CODE_TYPES


def is_programming(language: str) -> bool:
    """Whether it is a programming language."""
    return bool(_LANGUAGES.get(language, {}).get("type") == "programming")


def named(alias: str) -> str:
    """The language that a person calls so; empty for none."""
    return _BY_ALIAS.get(alias.strip().lower(), "")


def counted_as(language: str) -> str:
    """The language whose files it is counted among: TSX is TypeScript."""
    group: str = _LANGUAGES.get(language, {}).get("group", language)
    return group
