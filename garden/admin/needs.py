"""What an app may ask of the owner on the first page of the console."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CHOSEN: Final = 500  # rows: each is a field of the page, and all are acted on within one request


@dataclass(frozen=True, slots=True)
class Press:
    """A button that runs an action of an admin page."""

    label: str
    url: str
    fields: dict[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()  # the rows that it acts on, where it is several


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for the owner, with its reason and the one click that settles it."""

    icon: str  # of Material Symbols
    title: str
    detail: str
    link: str
    link_label: str
    urgent: bool = False
    press: Press | None = None
    other: Press | None = None  # where the answer may as well be no
    which: object | None = None  # asks which plant this is: a name that editors use
    settled_by: str = ""  # the action of the linked page that settles it, where no button here does


def press_of(model: str, action: str, pk: object, label: str) -> Press:
    """The button that runs a list action of `app_model` on one object."""
    return Press(
        label, reverse(f"admin:{model}_changelist"), {"action": action, "_selected_action": str(pk), "index": "0"}
    )


def press_of_these(listed: str, action: str, pks: Sequence[object], label: str, *, label_of_some: str) -> Press:
    """The button that runs a list action on these rows of what `listed` lists, and on none that come later.

    Of very many it takes the first, and says how many: `label_of_some` is what it says before that number.
    """
    chosen = tuple(str(pk) for pk in pks[:MOST_CHOSEN])
    label = label if len(chosen) == len(pks) else f"{label_of_some} {MOST_CHOSEN}"
    return Press(label, listed, {"action": action, "index": "0"}, chosen)


def press_of_all(listed: str, action: str, label: str) -> Press:
    """The button that runs a list action on everything that the address `listed` lists, whenever it came."""
    return Press(label, listed, {"action": action, "_selected_action": "all", "select_across": "1", "index": "0"})
