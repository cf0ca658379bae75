"""A run in docs/performance.md: its table and its picture, between two comments that stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bench.drawing import DARK, LIGHT, picture
from tests.running import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.report import Result
    from bench.saved import Run

PAGE: Final = ROOT / "docs/performance.md"
PICTURES: Final = {"bench.svg": LIGHT, "bench-dark.svg": DARK}
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
SHOWN: Final = """<picture>
  <source media="(prefers-color-scheme: dark)" srcset="images/bench-dark.svg">
  <img alt="Each figure as a share of its limit, part by part; the table below says the same" src="images/bench.svg">
</picture>"""


def put_into_docs(run: Run) -> None:
    """Write the pictures and the table. Raises `ValueError` where the page has no place for them."""
    page = PAGE.read_text()
    if BEGIN not in page or END not in page:
        raise ValueError(f"{PAGE.name} has no {BEGIN} … {END}")
    for name, colours in PICTURES.items():
        (ROOT / "docs/images" / name).write_text(picture(run, colours))
    between = f"{BEGIN}\n{written(run)}\n{END}"
    PAGE.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: between, page, flags=re.DOTALL))


def written(run: Run) -> str:
    """The run in Markdown."""
    parts = run.parts.values()
    minutes = sum(part.seconds for part in parts) / 60
    days = sorted({part.at[:10] for part in parts})
    when = " to ".join(dict.fromkeys((days[0], days[-1])))
    loads = [part.load for part in parts]
    about = (
        f"Measured on {run.machine}, {when}, in {minutes:.0f} minutes; as the parts began, {min(loads):.1f} to "
        f"{max(loads):.1f} processes ran or waited for a core."
    )
    tried = "\n\n**Tried out only** (`--short`): these figures say that each part runs, and not how fast anything is."
    warning = tried if any(part.short for part in parts) else ""
    return "\n".join([f"{about}{warning}\n\n{SHOWN}\n", *_table(run)])


def _table(run: Run) -> Iterator[str]:
    yield "| what | median | spread | limit | of it used |"
    yield "| --- | --- | --- | --- | --- |"
    for part in run.parts.values():
        yield f"| **{part.title}**: `{part.command}`, {part.seconds:,.0f} s | | | | |"
        for result in part.results:
            yield f"| {result.what} | {result.measured} | {result.spread or '–'} | {result.limit} | {used(result)} |"


def used(result: Result) -> str:
    """How much of the limit a figure takes; of one that is kept or missed, which."""
    if result.ratio is None:
        return "–"
    if result.exact:
        return "**missed**" if result.is_missed else "kept"
    share = f"{1 / max(result.ratio, 1e-3):.0%}"
    return f"**{share}**" if result.is_missed else share
