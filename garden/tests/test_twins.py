"""Which commit took the place of which, when a history was rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from garden.twins import Version, twins

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
VERSIONS = st.builds(
    Version,
    author=st.sampled_from(["ada", "grace"]),
    key=st.sampled_from(["", "a1", "b2"]),
    authored_at=st.integers(0, 2).map(lambda day: BEGIN + timedelta(days=day)),
    subject=st.sampled_from(["Begin", "Go on"]),
    sha=st.integers(0, 10**6).map(str),
)


def lists(prefix: str) -> st.SearchStrategy[list[Version]]:
    """Some commits with SHAs that only this list has."""
    found = st.lists(VERSIONS, max_size=12, unique_by=lambda version: version.sha)
    return found.map(lambda many: [replace(v, sha=prefix + v.sha) for v in many])


def version(sha: str, subject: str = "Begin", *, author: str = "ada", key: str = "", day: int = 0) -> Version:
    return Version(author, key, BEGIN + timedelta(days=day), subject, sha)


def test_the_same_subject_comes_first_and_then_whatever_subject() -> None:
    gone = [version("1", "Begin"), version("2", "Go on")]
    standing = [version("a", "Go on"), version("b", "Begin, better")]
    assert twins(gone, standing, reworded=True) == {"2": "a", "1": "b"}
    assert twins(gone, standing, reworded=False) == {"2": "a"}


def test_another_author_or_another_moment_is_another_commit() -> None:
    assert twins([version("1")], [version("a", author="grace"), version("b", day=1)], reworded=True) == {}


def test_an_author_is_known_by_the_address_under_any_name_and_by_the_name_where_there_is_none() -> None:
    gone = [version("1", author="ada l.", key="a1"), version("2", author="ada")]
    standing = [version("a", author="ada", key="a1"), version("b", author="ada", key="b2")]
    assert twins(gone, standing, reworded=False) == {"1": "a", "2": "b"}


@settings(deadline=None)
@given(gone=lists("g"), standing=lists("s"), reworded=st.booleans(), data=st.data())
def test_twins_are_one_to_one_alike_as_many_as_can_be_and_the_same_in_any_order(
    gone: list[Version], standing: list[Version], reworded: bool, data: st.DataObject
) -> None:
    found = twins(gone, standing, reworded=reworded)
    shuffled = twins(data.draw(st.permutations(gone)), data.draw(st.permutations(standing)), reworded=reworded)
    assert shuffled == found
    assert len(set(found.values())) == len(found)
    of_gone, of_standing = {v.sha: v for v in gone}, {v.sha: v for v in standing}
    for old, new in found.items():
        before, after = of_gone[old], of_standing[new]
        assert before.authored_at == after.authored_at
        assert before.author == after.author or before.key == after.key != ""
        assert reworded or before.subject == after.subject
    for one in gone:  # nobody is left without a twin while there is one that nobody has
        free = [v for v in standing if v.sha not in set(found.values())]
        alike = [v for v in free if (v.author, v.authored_at, v.subject) == (one.author, one.authored_at, one.subject)]
        assert one.sha in found or not alike
