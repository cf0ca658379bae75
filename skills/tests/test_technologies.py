"""The table of well-known technologies."""

from __future__ import annotations

from collections import Counter

import pytest

from skills.technologies import (
    _NAMES,
    _RELATIONS,
    GROUP_SIZES,
    GROUPS,
    NEEDS,
    OTHER,
    TECHNOLOGIES,
    canonical,
    canonical_key,
    key,
    technology,
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Postgres", "PostgreSQL"),
        ("postgresql", "PostgreSQL"),
        ("JS", "JavaScript"),
        ("javascript", "JavaScript"),
        ("node-js", "Node.js"),
        ("NodeJS", "Node.js"),
        ("django_rest_framework", "Django REST Framework"),
        ("K8s", "Kubernetes"),
        ("c++", "C++"),
        ("C", "C"),
        ("C#", "C#"),
        (".NET", ".NET"),
        ("dotnet", ".NET"),
        ("sqlite3", "SQLite"),
    ],
)
def test_every_spelling_of_a_technology_means_its_usual_name(said: str, meant: str) -> None:
    assert canonical(said) == meant


def test_a_name_that_nobody_knows_stays_as_it_is_written_and_is_still_one_in_every_case() -> None:
    assert canonical("  Moon  Phase ") == "Moon Phase"
    assert canonical_key("moon-phase") == canonical_key("Moon Phase")
    assert technology("Moon Phase") is None


@pytest.mark.parametrize("name", ["...", "-", "_", ".", "C", "R", "界", "ß"])
def test_no_name_folds_to_nothing(name: str) -> None:
    assert key(name)


def test_no_spelling_means_two_technologies() -> None:
    spellings = Counter(
        (key(spelling), entry)
        for text in _NAMES.values()
        for entry in " ".join(text.split()).split("; ")
        for spelling in entry.split("|")
    )
    owners = Counter(spelling for spelling, _ in {(spelling, entry) for spelling, entry in spellings})
    assert [spelling for spelling, times in owners.items() if times > 1] == []


def test_every_relation_joins_two_technologies_of_the_table_once() -> None:
    names = {one.name for one in TECHNOLOGIES.values()}
    pairs = [(first, second) for first, _, _, seconds in _RELATIONS for second in seconds.split("; ")]
    assert {name for pair in pairs for name in pair} <= names
    assert [pair for pair, times in Counter(map(frozenset, pairs)).items() if times > 1] == []
    assert all(0 < strength <= 1 for _, _, strength, _ in _RELATIONS)


def test_every_technology_belongs_to_a_constellation_and_none_needs_itself_over_others() -> None:
    assert set(GROUP_SIZES) == set(GROUPS) - {OTHER}

    def reaches(start: str, seen: frozenset[str] = frozenset()) -> set[str]:
        return {
            need
            for first in NEEDS.get(start, ())
            if first not in seen
            for need in {first, *reaches(first, seen | {first})}
        }

    assert [one for one in NEEDS if one in reaches(one)] == []
