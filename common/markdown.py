"""Markdown that a person wrote, as HTML that is safe to show wherever it came from."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# Pictures are left out: they would ask other people's servers for a file, and tell them who reads.
_TAGS: Final = frozenset(
    {"p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
    | {"h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}
)
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_reader: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@lru_cache(maxsize=256)
def as_html(text: str, *, below: int = 1) -> SafeString:
    """`text` as HTML: paragraphs, lists, links, code and tables. HTML in it stands there as text.

    Its highest headings stand one below those of level `below`, under which it is shown.
    """
    tokens = _reader.parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    lowered = below + 1 - min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) + lowered)}"
    html = _reader.renderer.render(tokens, _reader.options, {})
    clean = nh3.clean(
        html, tags=set(_TAGS), attributes=_ATTRIBUTES, url_schemes=set(_SCHEMES), link_rel="noopener nofollow"
    )
    return mark_safe(clean)  # noqa: S308 – nh3 lets nothing through but what stands above
