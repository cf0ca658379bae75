"""Keys and places that travel in an address stay out of whatever is written down."""

from __future__ import annotations

import re
from typing import Final

# The names that services give them; of a compound name, such as `private_token`, the last word tells.
_SECRET: Final = re.compile(
    r"([?&](?:[a-z0-9_-]*(?:token|key|secret|password|signature)|appid|auth|code|sig|state|lat|lon|latitude|longitude)=)"
    r"[^&\s\"']+",
    re.I,
)
_SIGN_IN: Final = re.compile(r"(\w://)[^/\s]*@")  # a password that was pasted as it is may hold any other letter


def without_keys(text: str) -> str:
    """The text, with the names of what its addresses carry and without the values."""
    return _SIGN_IN.sub(r"\1…@", _SECRET.sub(r"\1…", text))
