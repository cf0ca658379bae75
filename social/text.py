"""Markdown in plain words, for titles, descriptions and feeds."""

from __future__ import annotations

from html import unescape

from django.utils.html import strip_tags

from common.markdown import as_html


def as_text(text: str, limit: int) -> str:
    """What Markdown says, in one line of at most `limit` characters, cut at a word."""
    plain = " ".join(unescape(strip_tags(as_html(text))).split())
    if len(plain) <= limit:
        return plain
    words = plain[: limit - 1].rsplit(" ", 1)[0] if " " in plain[: limit - 1] else plain[: limit - 1]
    return f"{words.rstrip(',;:')}…"
