from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from greenhouse.site import lettering
from greenhouse.site.lettering import Face, fitted, known, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

NAMES = ["Ada’s garden", "Żółć & Søren", "Привет", "Ελλάδα", "Tiếng Việt", "नमस्ते", "مشروع الحديقة", "שלום עולם"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_outlines_and_no_text(name: str) -> None:
    drawn = line(name, Face.DISPLAY, 40).draw(10, 50, "#000000")
    assert "<path" in drawn
    assert "<text" not in drawn
    assert known(name) == name


def test_a_line_is_as_broad_as_its_letters_and_grows_with_them() -> None:
    small, large = line("Lantern", Face.DISPLAY, 20), line("Lantern", Face.DISPLAY, 40)
    assert large.width == pytest.approx(2 * small.width, rel=0.001)
    assert line("Lantern Lantern", Face.DISPLAY, 20).width > 2 * small.width


def test_letters_are_kerned() -> None:
    apart = line("A", Face.DISPLAY, 100).width + line("V", Face.DISPLAY, 100).width
    assert line("AV", Face.DISPLAY, 100).width < apart


def test_arabic_letters_are_joined() -> None:
    joined, apart = line("ههه", Face.TEXT, 40), line("ه ه ه", Face.TEXT, 40)
    blanks = 2 * line(" ", Face.TEXT, 40).width
    assert joined.outlines != apart.outlines
    assert joined.width != pytest.approx(apart.width - blanks, rel=0.01)


def first_x(text: str, part: str) -> float:
    """Where a part of a line begins, by the first point of its outline."""
    whole, alone = line(text, Face.TEXT, 40), line(part, Face.TEXT, 40)
    shift = [float(a) - float(b) for a, b in zip(numbers(whole.outlines), numbers(alone.outlines), strict=False)]
    return shift[0]


def numbers(outlines: str) -> Iterator[str]:
    return (found for found in re.findall(r"-?\d+\.\d", outlines))


def test_a_line_that_goes_from_right_to_left_has_its_first_word_at_the_right() -> None:
    text = "שלום Foo"
    assert first_x(text, "Foo") == pytest.approx(0, abs=0.1)  # the latin word comes first from the left
    assert first_x("Foo שלום", "Foo") == pytest.approx(0, abs=0.1)
    assert line(text, Face.TEXT, 40).outlines != line("Foo שלום", Face.TEXT, 40).outlines


@pytest.mark.parametrize(("name", "kept"), [("温室 garden", "garden"), ("🌱", ""), ("👩‍💻 tools ❤️", "tools")])
def test_letters_that_no_face_has_are_left_out_of_pictures_and_stand_as_text_on_cards(name: str, kept: str) -> None:
    assert known(name).replace("❤️", "").strip() == kept
    drawn = line(name, Face.DISPLAY, 30).draw(0, 0, "#000000")
    assert "<text" in drawn


def test_what_stands_as_text_is_escaped() -> None:
    drawn = line("温<script>室", Face.DISPLAY, 30).draw(0, 0, "#000000")
    assert "<script" not in drawn


def test_a_name_that_is_too_long_becomes_smaller_and_is_then_cut() -> None:
    name = "A rather long name of a project"
    assert fitted(name, Face.DISPLAY, 40, 10_000).size == 40
    smaller = fitted(name, Face.DISPLAY, 40, 400, least=20)
    assert (smaller.text, smaller.size < 40, smaller.width <= 400) == (name, True, True)
    cut = fitted(name, Face.DISPLAY, 40, 200, least=38)
    assert cut.text.startswith("A rather")
    assert cut.text.endswith("…")
    assert cut.width <= 200


def test_one_long_word_is_cut_where_it_must_be() -> None:
    cut = fitted("Supercalifragilisticexpialidocious", Face.DISPLAY, 40, 300)
    assert cut.text.endswith("…")
    assert cut.width <= 300


def test_text_is_wrapped_at_words_and_what_does_not_fit_is_left_out() -> None:
    words = "one two three four five six seven eight nine ten"
    rows = wrapped(words, Face.TEXT, 20, 130, 3)
    assert len(rows) == 3
    assert all(row.width <= 130 for row in rows)
    assert rows[-1].text.endswith("…")
    assert " ".join(row.text for row in wrapped(words, Face.TEXT, 20, 130, 9)) == words


@pytest.fixture
def _faces_read_anew() -> Iterator[None]:
    def forget() -> None:
        lettering._chain.cache_clear()
        lettering.line.cache_clear()

    forget()
    yield
    forget()


@pytest.mark.usefixtures("_faces_read_anew")
def test_a_font_in_the_data_directory_letters_what_the_others_lack(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "data" / "faces"
    ours.mkdir()
    theirs.mkdir(parents=True)
    for face in Face:
        shutil.copy(lettering.HERE / f"{face}.ttf", ours)
    hebrew = lettering.HERE / "noto-sans-hebrew-500.ttf"
    monkeypatch.setattr(lettering, "HERE", ours)
    settings.DATA_DIR = theirs.parent
    assert known("שלום") == ""
    (theirs / "broken.ttf").write_bytes(b"no font")
    shutil.copy(hebrew, theirs / "hebrew.ttf")
    lettering._chain.cache_clear()
    assert known("שלום") == "שלום"
