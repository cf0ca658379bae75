"""A saved run of the bench becomes the table and the picture of docs/performance.md."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from bench import saved
from bench.docs_page import BEGIN, END, PAGE, written
from bench.drawing import DARK, LIGHT, picture
from bench.report import MILLISECONDS, TIMES, at_least, at_most, exactly, noted

if TYPE_CHECKING:
    from pathlib import Path

RESULTS = (
    noted("an import & its start", [0.2, 0.3, 0.4], MILLISECONDS),
    at_most("… its last answer", [0.3, 0.1, 0.2], 0.4, MILLISECONDS, note="beside <others>"),
    noted("a figure without a limit", 0.5, MILLISECONDS),
    at_least("of a constant answer", [0.5, 0.3], 0.8, TIMES),
    exactly("heard", "100.0%", "all", is_kept=True),
)
PART = saved.Measured("Imports", "python -m bench import", "2026-11-28T10:00Z", 61.2, 0.3, False, RESULTS)
RUN = saved.Run("2 cores", {"import": PART})
SVG = "{http://www.w3.org/2000/svg}"


def words(run: saved.Run) -> list[str]:
    """What the picture says."""
    # Our own picture, made a line above.
    return [text.text or "" for text in ElementTree.fromstring(picture(run, LIGHT)).iter(f"{SVG}text")]  # noqa: S314


def test_a_row_has_the_median_its_spread_and_how_much_of_the_limit_is_used() -> None:
    table = written(RUN)
    assert "| … its last answer | 200 ms (beside <others>) | 100–300 | ≤ 400 ms | 50% |" in table
    assert "| a figure without a limit | 500 ms | – | – | – |" in table
    assert "| heard | 100.0% | – | all | kept |" in table


def test_what_misses_its_limit_stands_out() -> None:
    assert "| of a constant answer | 0.40 times | 0.30–0.50 | ≥ 0.80 times | **200%** |" in written(RUN)
    assert DARK.missed in picture(RUN, DARK)
    kept = replace(PART, results=RESULTS[:2])
    assert DARK.missed not in picture(saved.Run("2 cores", {"import": kept}), DARK)


def test_a_run_that_was_only_tried_out_says_so() -> None:
    assert "Tried out only" not in written(RUN)
    assert "Tried out only" in written(saved.Run("2 cores", {"import": replace(PART, short=True)}))


def test_the_picture_shows_what_has_a_limit_and_the_figure_it_goes_with() -> None:
    said = words(RUN)
    assert {"an import & its start", "… its last answer", "of a constant answer", "heard"} <= set(said)
    assert "a figure without a limit" not in said


def test_a_bar_is_as_long_as_the_share_of_its_limit() -> None:
    drawn = ElementTree.fromstring(picture(RUN, LIGHT)).iter(f"{SVG}rect")  # noqa: S314
    lengths = {bar.get("fill"): bar.get("width") for bar in drawn}
    assert lengths[LIGHT.kept] == "120.0"
    assert lengths[LIGHT.missed] == "288.0"  # cut off


def test_a_part_that_is_measured_again_takes_the_place_of_what_the_file_said(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    saved.write(path, RUN)
    again = saved.read(path)
    assert again == RUN
    saved.write(path, saved.Run(again.machine, again.parts | {"import": replace(PART, seconds=10)}))
    assert saved.read(path).parts["import"].seconds == 10


def test_the_page_has_a_place_for_a_run() -> None:
    page = PAGE.read_text()
    assert page.count(BEGIN) == page.count(END) == 1
