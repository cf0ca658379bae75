from __future__ import annotations

import pytest

from common.redaction import without_keys


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("GET /x?range=today&api_key=abc-1", "GET /x?range=today&api_key=…"),
        ("GET /x?API_KEY=abc&range=today", "GET /x?API_KEY=…&range=today"),
        ("GET /back?code=4/abc&state=def", "GET /back?code=…&state=…"),
        ("GET /w?lat=52.52&lon=13.41&appid=abc", "GET /w?lat=…&lon=…&appid=…"),
        ("GET /x?barcode=7", "GET /x?barcode=7"),
        ("no way to https://x.example/feed?private_token=abc", "no way to https://x.example/feed?private_token=…"),
        ("no way to redis://:abc@cache:6379/0", "no way to redis://…@cache:6379/0"),
        ("at https://x.example/@ada, not y@x.example", "at https://x.example/@ada, not y@x.example"),
        ("at https://forge.example/x, by ada@x.example", "at https://forge.example/x, by ada@x.example"),
    ],
)
def test_what_opens_something_or_tells_where_somebody_is_goes(text: str, without: str) -> None:
    assert without_keys(text) == without


@pytest.mark.parametrize("password", ["p", "p@ss", "p@ss@w:rd", "p?ss", "p#ss", "p'ss", 'p"ss', ""])
def test_a_password_goes_whatever_letters_it_has(password: str) -> None:
    said = without_keys(f"no way to https://ada:{password}@forge.example/ada/engine")
    assert said == "no way to https://…@forge.example/ada/engine"
