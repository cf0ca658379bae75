"""The console's buttons as a browser finds them on a page."""

from __future__ import annotations

import re
from collections import defaultdict


def button(page: str, label: str) -> tuple[str, dict[str, list[str]]]:
    """Where the one form goes whose button says this, and what it sends. Raises `ValueError` for none or several."""
    (form,) = [one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f">{label}</button>" in one]
    fields: dict[str, list[str]] = defaultdict(list)
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form):
        fields[name].append(value)
    return re.findall(r'action="([^"]*)"', form)[0], fields
