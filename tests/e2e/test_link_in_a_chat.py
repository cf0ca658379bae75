"""A link that is pasted into a chat: the card that chats make of a page's head, made from the real page."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.pages import Visit
    from tests.running import Greenhouse

# What is shown of a title and a description before chats cut them.
TITLE_SHOWN, DESCRIPTION_SHOWN = 90, 300
CARD = """<!doctype html><title>A chat</title>
<body style="margin:24px;width:520px;background:#e6ebef;font:16px/1.4 system-ui,sans-serif;color:#17212b">
<div style="padding:10px 12px;border-radius:14px;background:#fff">
<p style="margin:0 0 8px;color:#2a6db0">{url}</p>
<div style="padding-left:10px;border-left:3px solid #2a6db0">
<b style="color:#2a6db0">{site_name}</b><br><b>{title}</b><p style="margin:4px 0 8px">{description}</p>
<img src="{image}" alt="{alt}" width="480" height="252" style="display:block;border-radius:8px"></div></div>"""


class Head(HTMLParser):
    """The properties of a page's head, as a chat's robot reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("property") or given.get("name")
        if tag == "meta" and name:
            assert name not in self.said, f"{name} is said twice"
            self.said[name] = given.get("content") or ""


@pytest.mark.parametrize("path", ["/", "/projects/windfall/", "/about/", "/posts/"])
def test_a_link_in_a_chat_is_a_card_with_a_picture(garden: Greenhouse, visit: Visit, tmp_path: Path, path: str) -> None:
    status, html = garden.get(path)
    assert status == 200
    said = Head(html.decode()).said
    title, description = said["og:title"], said["og:description"]
    assert (said["twitter:title"], said["twitter:description"]) == (title, description)
    assert (said["twitter:card"], said["twitter:image"]) == ("summary_large_image", said["og:image"])
    assert 0 < len(title) <= TITLE_SHOWN
    assert 0 < len(description) <= DESCRIPTION_SHOWN
    assert urlsplit(said["og:url"]).path == path
    image = urlsplit(said["og:image"])
    assert image.scheme
    assert image.netloc

    shown = {
        "url": said["og:url"],
        "site_name": said["og:site_name"],
        "title": title,
        "description": description,
        "alt": said["og:image:alt"],
        "image": image.path,
    }
    page = visit(garden, "/robots.txt")  # the picture is asked for by its own site
    page.set_content(CARD.format(**{name: escape(value) for name, value in shown.items()}))
    size = page.locator("img").evaluate(
        "async image => (await image.decode(), [image.naturalWidth, image.naturalHeight])"
    )
    assert size == [int(said["og:image:width"]), int(said["og:image:height"])] == [1200, 630]
    page.screenshot(path=tmp_path / "card.png", full_page=True)  # to be looked at
