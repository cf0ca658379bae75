"""What an editor's plugin sends, read with patience. Pure.

Only five things are kept of a heartbeat: when, which project, which language, what kind of work, which editor. Paths,
branches, dependencies and names of machines are not even read further than it takes to name the language.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from common.text import storable, storable_name
from integrations.coding.durations import Beat
from integrations.languages.naming import language_of

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_AT_ONCE: Final = 25  # heartbeats in one bulk, as WakaTime has it
CLOCKS_DIFFER: Final = timedelta(hours=1)  # how far ahead of ours an editor's clock may be
NAME_LENGTH, WORD_LENGTH = 200, 60  # characters of a project's name, and of the other words
CODING: Final = "coding"  # what it is when the plugin does not say
BY_TYPE: Final = {"url": "browsing", "domain": "browsing"}  # … and what it is there, by what was looked at

_PLUGIN: Final = re.compile(r"([\w.+-]+?)-wakatime/", re.ASCII)
_PATH: Final = re.compile(r"[a-z][\w+.-]*://|[a-z]:[\\/]|[\\/~.$%]|.*\\|.*/.*/", re.I | re.A | re.S)  # not owner/name
_SEPARATOR: Final = re.compile(r"[\\/]+")
_EDITORS: Final = {
    "vscode": "VS Code",
    "vim": "Vim",
    "neovim": "Neovim",
    "nvim": "Neovim",
    "emacs": "Emacs",
    "sublime": "Sublime Text",
    "intellij": "IntelliJ IDEA",
    "pycharm": "PyCharm",
    "webstorm": "WebStorm",
    "goland": "GoLand",
    "rustrover": "RustRover",
    "zed": "Zed",
    "cursor": "Cursor",
    "xcode": "Xcode",
    "terminal": "Terminal",
    "chrome": "Chrome",
    "firefox": "Firefox",
    "edge": "Edge",
    "safari": "Safari",
}


class Refused(ValueError):
    """A heartbeat that cannot be kept; the text says why."""


def read(item: Any, *, agent: str, now: datetime) -> Beat:
    """The heartbeat in one JSON value. `agent` is the request's own User-Agent. Raises `Refused`."""
    if not isinstance(item, dict):
        raise Refused("A heartbeat is a JSON object.")
    return Beat(
        at=_moment(item.get("time"), now),
        project=storable_name(project_name(_text(item, "project", 1000))),
        language=_text(item, "language") or _language(item),
        category=_text(item, "category").lower() or BY_TYPE.get(_text(item, "type"), CODING),
        # In a browser a plugin cannot set the header, so it says in the body who it is, by either of two names.
        editor=editor_of(_text(item, "user_agent", 500) or _text(item, "plugin", 500) or agent),
    )


def project_name(said: str) -> str:
    """The project's name; of a path only its last part, since where things lie on a disk is nobody's business."""
    name = said.strip()
    if _PATH.match(name):
        name = next((part for part in reversed(_SEPARATOR.split(name)) if part.strip("~. ")), "")
    return name[:NAME_LENGTH].strip()


def editor_of(agent: str) -> str:
    """The editor that a plugin's User-Agent names, without its version; empty where none can be told."""
    named = [one for one in _PLUGIN.findall(agent) if one]
    if not named:
        return ""
    said: str = named[-1]
    return _EDITORS.get(said.lower(), said)[:WORD_LENGTH]


def _moment(said: Any, now: datetime) -> datetime:
    if isinstance(said, str):  # some plugins write every number as text
        try:
            said = float(said)
        except ValueError:
            said = None
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said) or said <= 0:
        raise Refused("`time` has to be seconds since 1970.")
    if said > (now + CLOCKS_DIFFER).timestamp():
        raise Refused("`time` lies in the future. Is the clock of that machine right?")
    return datetime.fromtimestamp(said, UTC)


def _text(item: Mapping[str, Any], key: str, length: int = WORD_LENGTH) -> str:
    said = item.get(key)
    return storable(said, length).strip() if isinstance(said, str) else ""


def _language(item: Mapping[str, Any]) -> str:
    """The language by the file's name, where the plugin did not say it."""
    entity = item.get("entity")
    if not isinstance(entity, str) or item.get("type", "file") != "file":
        return ""
    return (language_of(_SEPARATOR.split(entity)[-1]) or "")[:WORD_LENGTH]
