"""Make `linguist.json` from the data files of a Linguist release: `python -m integrations.languages.refresh FOLDER`.

The folder holds `languages.yml`, `heuristics.yml`, `vendor.yml` and `documentation.yml`. What is not needed here
(colours, editor modes) stays behind, and Ruby's regular expressions become Python's.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, Final

import yaml

DATA: Final = Path(__file__).with_name("linguist.json")
# Inline flags: Ruby's `m` lets the dot match line breaks, where Python's makes `^` match at lines as it always does in
# Ruby. None of the patterns needs it.
_MULTILINE: Final = re.compile(r"\(\?(-?)(i?)m(i?)\)")


def linguist(folder: Path) -> dict[str, Any]:
    """What `linguist.json` holds, from Linguist's files in `folder`. Raises `re.error` for a pattern Python lacks."""
    languages = _loaded(folder / "languages.yml")
    told = _loaded(folder / "heuristics.yml")
    named = {name: _list(patterns) for name, patterns in told["named_patterns"].items()}
    code = {name for name, about in languages.items() if about["type"] in ("programming", "markup")}
    return {
        "languages": {
            name: {
                key: about[key]
                for key in ("type", "group", "extensions", "filenames", "interpreters", "aliases")
                if about.get(key)
            }
            for name, about in languages.items()
        },
        "heuristics": [
            {"extensions": one["extensions"], "rules": [_rule(rule, named) for rule in one["rules"]]}
            for one in told["disambiguations"]
            if any(code.intersection(_list(rule["language"])) for rule in one["rules"])  # else it is no code either way
        ],
        "vendored": [_checked(pattern) for pattern in _loaded(folder / "vendor.yml")],
        "documentation": [_checked(pattern) for pattern in _loaded(folder / "documentation.yml")],
    }


def _rule(rule: dict[str, Any], named: dict[str, list[str]]) -> dict[str, Any]:
    """A rule as the languages it speaks for, patterns of which one must match in each list, and those that must not."""
    parts = rule.get("and", [rule])
    required = [_patterns(part, named) for part in parts if "pattern" in part or "named_pattern" in part]
    refused = [_checked(pattern) for part in parts for pattern in _list(part.get("negative_pattern"))]
    return {"languages": _list(rule["language"]), "all": required, "none": refused}


def _patterns(part: dict[str, Any], named: dict[str, list[str]]) -> list[str]:
    patterns = named[part["named_pattern"]] if "named_pattern" in part else _list(part["pattern"])
    return [_checked(pattern) for pattern in patterns]


def _checked(pattern: str) -> str:
    python = _MULTILINE.sub(lambda found: "(?i)" if found[2] or found[3] else "", pattern)
    python = python.replace(r"\h", "[0-9a-f]").replace(r"\z", r"\Z")
    before, flag, after = python.partition("(?i)")
    if flag:  # it holds until the end, which Python allows in a group only, where patterns are put together
        python = f"{before}(?i:{after})"
    re.compile(python, re.MULTILINE)
    return python


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def written(data: dict[str, Any]) -> str:
    """The data as JSON, an entry a line, so that a new release shows what it changed."""

    def entries(part: Any) -> list[str]:
        if isinstance(part, dict):
            return [f"{_json(name)}: {_json(about)}" for name, about in part.items()]
        return [_json(entry) for entry in part]

    parts = (
        f"{_json(name)}: {'{' if isinstance(part, dict) else '['}\n"
        + ",\n".join(entries(part))
        + f"\n{'}' if isinstance(part, dict) else ']'}"
        for name, part in data.items()
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    DATA.write_text(written(linguist(Path(sys.argv[1]))), encoding="utf-8")
