"""Technologies in tags and in running words."""

from __future__ import annotations

import pytest

from skills.mentions import mentioned


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Django and PostgreSQL on a Friday.", ["Django", "PostgreSQL"]),
        ("I moved from postgres to sqlite.", ["PostgreSQL", "SQLite"]),
        ("Node.js, Next.js and C++ are three names.", ["Node.js", "Next.js", "C++"]),
        ("Let us go and make it less of a click, in C major.", []),
        ("They react to rust with a flask.", []),
        ("React and Rust differ.", ["React", "Rust"]),
        ("A word on GitHub Actions and React Native", ["GitHub", "GitHub Actions", "React", "React Native"]),
        ("#django", ["Django"]),
        ("", []),
    ],
)
def test_in_running_words_only_what_can_mean_nothing_else_counts(text: str, names: list[str]) -> None:
    assert sorted(mentioned(text)) == sorted(names)


def test_a_tag_means_the_technology_however_it_is_written_and_comes_first() -> None:
    assert mentioned("On Django", ["#golang", "REACT", "gardening", "go"]) == ["Go", "React", "Django"]
