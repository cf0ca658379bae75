"""Where a visitor came from: the referrer's host, and by which channel. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from visitors.vocabulary import Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_HOST: Final = 120

# Hosts end with one of these, or have one of the bare words as a label: search engines have a domain in every country.
AI: Final = frozenset(
    {
        "chatgpt.com",
        "chat.openai.com",
        "claude.ai",
        "perplexity.ai",
        "gemini.google.com",
        "copilot.microsoft.com",
        "copilot.com",
        "chat.mistral.ai",
        "chat.deepseek.com",
        "grok.com",
        "meta.ai",
        "poe.com",
        "you.com",
        "phind.com",
        "duck.ai",
        "notebooklm.google.com",
        "kimi.com",
        "chat.qwen.ai",
    }
)
MAIL: Final = frozenset(
    {
        "mail.google.com",
        "mail.yahoo.com",
        "mail.yahoo.co.jp",
        "outlook.live.com",
        "outlook.office.com",
        "outlook.office365.com",
        "mail.proton.me",
        "app.fastmail.com",
        "fastmail.com",
        "app.tuta.com",
        "mail.zoho.com",
        "mail.ru",
        "gmx.net",
        "web.de",
        "posteo.de",
        "com.google.android.gm",
    }
)
SOCIAL: Final = frozenset(
    {
        "facebook.com",
        "instagram.com",
        "threads.net",
        "threads.com",
        "t.co",
        "x.com",
        "twitter.com",
        "bsky.app",
        "linkedin.com",
        "lnkd.in",
        "reddit.com",
        "news.ycombinator.com",
        "lobste.rs",
        "youtube.com",
        "tiktok.com",
        "pinterest.com",
        "tumblr.com",
        "discord.com",
        "t.me",
        "telegram.org",
        "web.whatsapp.com",
        "vk.com",
        "weibo.com",
        "mastodon.social",
        "mastodon.online",
        "hachyderm.io",
        "fosstodon.org",
        "mas.to",
        "chaos.social",
        "lemmy.world",
        "lemmy.ml",
        "tildes.net",
        "medium.com",
        "com.linkedin.android",
        "org.telegram.messenger",
    }
)
SEARCH: Final = frozenset(
    {
        "bing.com",
        "duckduckgo.com",
        "ecosia.org",
        "qwant.com",
        "search.brave.com",
        "startpage.com",
        "kagi.com",
        "search.marginalia.nu",
        "mojeek.com",
        "search.yahoo.com",
        "search.yahoo.co.jp",
        "naver.com",
        "seznam.cz",
        "sogou.com",
        "so.com",
        "yep.com",
        "swisscows.com",
        "metager.de",
        "metager.org",
        "com.google.android.googlequicksearchbox",
    }
)
SEARCH_LABELS: Final = frozenset({"google", "yandex", "baidu"})
MEDIA: Final[Mapping[str, Channel]] = {
    **dict.fromkeys(("email", "e-mail", "mail", "newsletter"), Channel.MAIL),
    **dict.fromkeys(("social", "social-media", "sm", "toot", "post"), Channel.SOCIAL),
    **dict.fromkeys(("organic", "search"), Channel.SEARCH),
    **dict.fromkeys(("referral", "link"), Channel.REFERRAL),
    **dict.fromkeys(("ai", "llm", "chat", "assistant"), Channel.AI),
}
SOURCES: Final = ((AI, Channel.AI), (MAIL, Channel.MAIL), (SOCIAL, Channel.SOCIAL), (SEARCH, Channel.SEARCH))


def host_of(referrer: str, own: str = "") -> str:
    """The host of a referrer, without `www.`; empty for none, and for a page of the site at the host `own`.

    All else of it is dropped here: paths and queries of other sites can carry names, searches and tokens.
    """
    try:
        url = urlsplit(referrer if "//" in referrer else f"//{referrer}")
        host = (url.hostname or "").removeprefix("www.").rstrip(".")
    except ValueError:  # [half an address
        return ""
    is_host = host and "." in host and all(letter.isalnum() or letter in ".-" for letter in host)
    return "" if not is_host or len(host) > LONGEST_HOST or host == own.removeprefix("www.") else host


def channel_of(host: str, utm: Mapping[str, str]) -> Channel:
    """What the link itself says goes first, since mail and apps send no referrer."""
    if medium := MEDIA.get(utm.get("medium", "")):
        return medium
    found = _by_host(host) or _by_host(utm.get("source", ""))
    if found:
        return found
    if utm:
        return Channel.CAMPAIGN
    return Channel.REFERRAL if host else Channel.DIRECT


def _by_host(host: str) -> Channel | None:
    labels = host.split(".")
    endings = {".".join(labels[first:]) for first in range(len(labels))}
    for hosts, channel in SOURCES:
        if not endings.isdisjoint(hosts):
            return channel
    # Only where the word is the site itself: google.co.uk and images.google.de, but not google.example.org.
    is_search = any(label in SEARCH_LABELS for label in labels[-3:-1]) and not (
        len(labels) > 2 and labels[-3] in SEARCH_LABELS and len(labels[-2]) > 3
    )
    return Channel.SEARCH if is_search else None
