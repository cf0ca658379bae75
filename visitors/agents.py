"""What a user agent tells: a machine by its name, or a browser, a system and a kind of device. Pure.

Kept libraries do what lists of ours missed: crawlerdetect knows machines (2 of 38 missed, no person taken for one;
ua-parser's "Spider" missed 16), ua-parser knows browsers. Both are imported at the first use, since not every process
counts, and asked about 512 characters at most, since both cost a millisecond and longer ones more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from visitors.vocabulary import Device, SetAside

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST: Final = 512  # characters that are looked at
REMEMBERED: Final = 2048  # agents, the last that came
LONGEST_FAMILY: Final = 60
_FETCHED_FOR_A_PERSON: Final = "-User/"  # as in Perplexity-User/1.0: an assistant's machine that fetches for a person

# ua-parser's families, as coarse as we want to know them: nobody is one of three visitors with a browser.
BROWSERS: Final[Mapping[str, str]] = {
    "Chrome": "Chrome",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Chromium": "Chrome",
    "HeadlessChrome": "Chrome",
    "Firefox": "Firefox",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Safari": "Safari",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Edge": "Edge",
    "Edge Mobile": "Edge",
    "Opera": "Opera",
    "Opera Mobile": "Opera",
    "Opera Mini": "Opera",
    "Opera Touch": "Opera",
    "Samsung Internet": "Samsung Internet",
    "DuckDuckGo": "DuckDuckGo",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "Vivaldi": "Vivaldi",
    "Brave": "Brave",
    "UC Browser": "UC Browser",
    "Yandex Browser": "Yandex Browser",
    "MiuiBrowser": "Mi Browser",
}
OTHER: Final = "Other"
# The first mark that stands in the agent; as right as a library's thousand lines on what people really use.
_SYSTEMS: Final = (
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Agent:
    """What is kept of a user agent, in coarse words."""

    set_aside: SetAside | None  # why it is no person
    family: str  # of a machine: the name that it goes by
    browser: str
    os: str
    device: Device


@lru_cache(maxsize=REMEMBERED)
def read(user_agent: str) -> Agent:
    """What an agent tells, of its first 512 characters."""
    said = user_agent[:LONGEST].strip()
    if not said:
        return Agent(SetAside.NO_AGENT, "", "", "", Device.DESKTOP)
    system = next((name for mark, name in _SYSTEMS if mark in said), OTHER)
    detector, browser_of = _libraries()
    if _FETCHED_FOR_A_PERSON in said or detector.is_crawler(said):
        return Agent(SetAside.AGENT, _machine(said, detector.get_matches()), "", system, Device.DESKTOP)
    found = browser_of(said)
    return Agent(None, "", BROWSERS.get(found.family if found else "", OTHER), system, _device(said))


def _device(said: str) -> Device:
    if "iPad" in said or "Tablet" in said or ("Android" in said and "Mobile" not in said):
        return Device.TABLET
    return Device.MOBILE if "Mobi" in said or "iPhone" in said else Device.DESKTOP


def _machine(said: str, found: str | None) -> str:
    """Its name without a version and addresses."""
    if _FETCHED_FOR_A_PERSON in said:
        found = said.partition(_FETCHED_FOR_A_PERSON)[0].rpartition(" ")[2] + "-User"
    name = (found or said).partition("/")[0].strip(" (;")
    return "".join(letter for letter in name if letter.isprintable())[:LONGEST_FAMILY]


@cache
def _libraries() -> tuple[Any, Any]:
    from crawlerdetect import CrawlerDetect
    from ua_parser import parse_user_agent

    return CrawlerDetect(), parse_user_agent
