"""What an owner copies into a README to show a card: a `<picture>` with the light and the dark one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlsplit

DARK_TWIN: Final = "-dark"  # how the name of a dark card ends, before `.svg`


@dataclass(frozen=True, slots=True)
class Snippet:
    """One card, and the lines that show it."""

    name: str
    card: str  # absolute addresses
    dark_card: str
    page: str

    @property
    def card_path(self) -> str:
        """Where the card is on this very site, whatever name it was asked by."""
        return urlsplit(self.card).path

    @property
    def dark_card_path(self) -> str:
        """The same of its twin."""
        return urlsplit(self.dark_card).path

    @property
    def html(self) -> str:
        """As GitHub, GitLab and Forgejo show it in Markdown."""
        return (
            f'<a href="{escape(self.page)}"><picture>\n'
            f'  <source media="(prefers-color-scheme: dark)" srcset="{escape(self.dark_card)}">\n'
            f'  <img alt="{escape(self.name)}" src="{escape(self.card)}">\n'
            "</picture></a>"
        )


def twin(address: str, theme: str) -> str:
    """The address of a card in another frame."""
    return address if theme == "light" else f"{address.removesuffix('.svg')}{DARK_TWIN}.svg"
