"""What figures were in the period before, and by how much they changed. Pure.

What is not known is never told as nothing: a period that began before visits were counted, or whose visits are gone,
has no earlier figures. A share is taken of what there was, so that of nothing there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping
    from datetime import datetime

    from visitors.figures.counting import Sums

NO_EARLIER: Final = "no earlier figures"


@dataclass(frozen=True, slots=True)
class Earlier:
    """The period before, and whether all of it is known."""

    since: datetime  # UTC
    until: datetime
    note: str = ""  # why it is not known; empty where it is

    @property
    def is_known(self) -> bool:
        """Whether figures can be compared with it."""
        return not self.note


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparable:
    """A row of figures, beside what it was in the period before."""

    before: Any = None  # the same row then; none where it was not there, or nothing is known of then
    is_new: bool = False  # it was not there, as is known

    @property
    def counted(self) -> float:
        """The number by which it is compared."""
        raise NotImplementedError

    @property
    def change(self) -> float | None:
        """By which share of what it was; none of nothing, and where nothing is known."""
        return changed(self.counted, self.before.counted) if self.before else None

    @property
    def told(self) -> str:
        """What it was and how it changed, as a reader has it: “8, +25%”, “new”, or nothing where nothing is known."""
        if self.before is None:
            return "new" if self.is_new else ""
        return compared(self.before.said, self.change)

    @property
    def said(self) -> str:
        """Its number in words."""
        return f"{self.counted:,.0f}"


RowT = TypeVar("RowT", bound=Comparable)


def beside(
    rows: Iterable[RowT], before: Iterable[RowT] | None, key: Callable[[RowT], Hashable], *, come_and_go: bool = True
) -> list[RowT]:
    """Rows with what they were; `before` is none where nothing is known. Where they `come_and_go`, some are new."""
    if before is None:
        return list(rows)
    then = {key(row): row for row in before}
    return [replace(row, before=then.get(key(row)), is_new=come_and_go and key(row) not in then) for row in rows]


def changed(now: float, before: float | None) -> float | None:
    """By which share of what it was a number changed; none of nothing, and where nothing is known."""
    return (now - before) / before if before else None


def changes(now: Sums, before: Sums | None) -> dict[str, float | None]:
    """The same of each sum."""
    then: Mapping[str, float] = before._asdict() if before else {}
    return {name: changed(value, then.get(name)) for name, value in now._asdict().items()}


def compared(before: str, change: float | None) -> str:
    """What a number was, in words, and by how much it changed, where that is a percent at least: “8, +25%”."""
    return before if change is None or not round(100 * change) else f"{before}, {change:+.0%}"
