"""The hot reads, one line a route: public answers that are the same for everyone (`greenhouse/web/hot.py`)."""

from __future__ import annotations

from greenhouse import state
from greenhouse.sky import MAX_AGE
from greenhouse.web.arrivals import variant_of
from greenhouse.web.hot import HotRoute, Rendered
from visitors.vocabulary import Channel

SEARCH = frozenset({"q", "plant", "stage", "page"})
SINCE = r"since=(0|[1-9][0-9]{0,17})"  # one spelling, so that one answer is kept once


def garden(channel: str) -> Rendered:
    """The garden's state, which is kept as bytes already; with other words for who comes from a kind of site."""
    kept = state.current()
    if channel:
        kept = state.for_channel(kept, Channel(channel))
    etag = b"W/" + kept.etag.encode()
    headers = ((b"content-type", b"application/json"), (b"cache-control", b"no-cache"))
    return Rendered.of(200, headers, kept.raw, kept.gzipped, etag)


HOT_ROUTES = (
    HotRoute(
        "garden-state",
        render=garden,
        takes=None,
        limit="garden",
        seconds=MAX_AGE.total_seconds(),
        variant=variant_of,
        personal=True,
    ),
    HotRoute("summary", seconds=60.0),
    HotRoute("garden", takes=SEARCH, variant=variant_of, personal=True),
    HotRoute("project"),
    HotRoute("about"),
    HotRoute("cv"),
    HotRoute("privacy", personal=True),
    HotRoute("privacy-json"),
    HotRoute("salts"),
    HotRoute("skills"),
    HotRoute("skill"),
    HotRoute("visitor-light", seconds=300.0),
    HotRoute("changes", takes=frozenset({"since"}), query=SINCE),
    HotRoute("news", takes=frozenset({"since"}), query=SINCE),
    HotRoute("plants", takes=SEARCH, query=r"(page=[1-9][0-9]{0,3})?"),
    HotRoute("garden-picture", lane="pictures"),
    HotRoute("plant-picture", lane="pictures"),
    HotRoute("garden-drawing"),
    HotRoute("garden-card"),
    HotRoute("garden-card-dark"),
    HotRoute("week-card"),
    HotRoute("week-card-dark"),
    HotRoute("plant-card"),
    HotRoute("posts"),
    HotRoute("post"),
    HotRoute("follow"),
    HotRoute("feed-atom"),
    HotRoute("feed-json"),
    HotRoute("favicon"),
    HotRoute("apple-touch-icon"),
    HotRoute("icon"),
    HotRoute("maskable-icon"),
    HotRoute("robots"),
    HotRoute("sitemap"),
    HotRoute("webmanifest"),
)
