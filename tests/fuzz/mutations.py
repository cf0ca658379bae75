"""Odd inputs, made of those in `tests/corpus/`: bytes and JSON values with a few things changed as no client would."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CORPUS: Final = Path(__file__).resolve().parent.parent / "corpus"
MOST_CHANGES: Final = 4
# What readers trip over: ends of things, what nests, other encodings, numbers out of range, what private looks like.
PIECES: Final = (
    *(b"", b"\0", b"\n", b"\r\n", b"\t", b" ", b"\xff", b"\xef\xbb\xbf", b"\x1b[31m", b"\xe2\x80\xae", b"\xed\xa0\x80"),
    *(b"<", b">", b"<![CDATA[", b"]]>", b"<!--", b"&#x0;", b"&amp;", b"<!DOCTYPE x [", b"<a>", b"</item>", b"<item>"),
    *(b"[", b"]", b"{", b"}", b'"', b"\\", b"\\u0000", b"`", b"*", b"_", b"|", b"![", b"](", b"@", b"=>", b"://"),
    *(b"0", b"-1", b"1e999", b"9" * 30, b"NaN", b"T24:00", b"+99:99", b"commit ", b"a" * 40, b"ada@mail.example.org"),
)
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 2**31, 2**53 + 1, 10**30, 0.5, 1e308, float("inf"), float("nan")),
    *("", " ", "\0", "\ud800", "\u202e", "\u200b", "x" * 3000, "9" * 40, "nan", "2026-02-30T25:00:00Z", "javascript:x"),
    *("/home/ada/x", "C:\\x", "ada@mail.example.org", "https://[half", [], {}, [[]], [None], {"": None}, {"id": {}}),
)


def files(folder: str) -> list[Path]:
    """The corpus of one kind."""
    return sorted(path for path in (CORPUS / folder).rglob("*") if path.is_file())


def lines(name: str) -> list[str]:
    """A corpus of short texts."""
    return (CORPUS / name).read_text(encoding="utf-8").splitlines()


def values(folder: str) -> list[Any]:
    """A corpus of JSON."""
    return [json.loads(path.read_bytes()) for path in files(folder)]


@st.composite
def changed_bytes(draw: st.DrawFn, corpus: Sequence[bytes]) -> bytes:
    """A file of a corpus in which parts are cut out, put in, doubled or taken from another one."""
    found = draw(st.sampled_from(corpus))
    for _ in range(draw(st.integers(0, MOST_CHANGES))):
        start, end = sorted((draw(st.integers(0, len(found))), draw(st.integers(0, len(found)))))
        if draw(st.booleans()):
            end = start
        other = draw(st.sampled_from(corpus))
        piece = draw(
            st.sampled_from(PIECES)
            | st.binary(max_size=8)
            | st.just(found[start:end] * 2)
            | st.integers(0, len(other)).map(lambda at, other=other: other[at : at + 200])  # type: ignore[misc]
        )
        found = found[:start] + piece + found[end:]
    return found


def changed_text(corpus: Sequence[str]) -> st.SearchStrategy[str]:
    """The same of texts, as whoever decodes with patience has them."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in corpus]
    return changed_bytes(encoded).map(lambda raw: raw.decode("utf-8", "replace"))


@st.composite
def changed_json(draw: st.DrawFn, corpus: Sequence[Any]) -> Any:
    """A JSON value of a corpus in which some of the values, wherever they stand, are others or are gone."""
    holder = {"": json.loads(json.dumps(draw(st.sampled_from(corpus))))}
    for _ in range(draw(st.integers(0, MOST_CHANGES))):
        places = list(_places(holder))
        inside, key = places[draw(st.integers(0, len(places) - 1))]
        if draw(st.integers(0, 4)) == 0 and inside is not holder:
            del inside[key]
        else:
            value = draw(st.sampled_from([*VALUES, [inside, inside]]))
            inside[key] = json.loads(json.dumps(value))
    return holder[""]


def each_with_one_change(corpus: Sequence[Any], odd: Sequence[Any] = VALUES) -> Iterator[Any]:
    """The JSON values of a corpus with one odd value in one place, all there are: what chance may not come by."""
    for said in corpus:
        written = json.dumps(said)
        for number in range(len(list(_places({"": said})))):
            for value in odd:
                holder = {"": json.loads(written)}
                inside, key = next(islice(_places(holder), number, None))
                inside[key] = value
                yield holder[""]


def _places(value: Any) -> Any:
    """Every place in a value, as what holds it and its key there."""
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)
