"""What histories hold: logs of git and saved ones, `.gitattributes`, manifests and READMEs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garden.authorship import co_authors_in, people
from garden.sources import LONGEST_ID, remote
from integrations.histories import reading
from integrations.histories.manifests import LANGUAGES_SHOWN, MOST_SHOWN, manifests_among, technologies_in
from integrations.histories.readme import LONGEST, LONGEST_EXCERPT, LONGEST_FILE, excerpt, first_paragraph
from integrations.languages.reading import Attributes, code_in, may_be_code
from integrations.providers.forges.facts import subject_of
from integrations.versions import is_version
from tests.effort import counted
from tests.fuzz.mutations import changed_bytes, changed_json, changed_text, each_with_one_change, files
from tests.fuzz.work import not_much_work
from tests.fuzzing import examples

pytestmark = pytest.mark.fuzz
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w")
MARKS = (
    "<!--",
    "![",
    "[",
    "[a](",
    "<",
    "*a ",
    "**",
    "`",
    "`a <",
    "_a",
    "|a",
    "\n",
    " \n",
    "\t",
    "> ",
    "- ",
    "~~~\n",
    "{",
    "\r",
)
MANIFESTS = {path.stem: path.read_text() for path in files("manifests")}
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n\r\t@"), max_size=20)
commits = st.lists(
    st.tuples(
        st.integers(0, 2**160 - 1).map("{:040x}".format),
        WORDS.map(str.strip),
        st.integers(1, 2**37).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
        WORDS.map(str.strip),
        st.integers(0, 10**6),
    ),
    max_size=5,
    unique_by=lambda commit: commit[0],
)


def check_commits(found: list[reading.Commit], *, most: int) -> None:
    """What holds of every commit that is read."""
    assert len(found) <= most
    for commit in found:
        assert re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", commit.sha)
        assert commit.authored_at.tzinfo is UTC
        assert commit.lines_added >= 0 <= commit.lines_removed
        for said in (commit.author, commit.subject):
            assert not ADDRESS.search(said)
            assert reading.without_addresses(said) == said
        draft = reading.commit_draft(commit, new_languages=1, github_repo="ada/engine")
        assert (draft.lines_added or 0) <= reading.MOST_COUNTED


@given(changed_bytes([path.read_bytes() for path in files("git_logs")]))
def test_a_log_of_any_bytes_has_commits_without_addresses(raw: bytes) -> None:
    tokens, broken = raw.split(b"\0"), list[int]()
    check_commits(list(reading.commits_of_log(tokens, broken.append)), most=raw.count(b"commit "))
    list(reading.releases_of_refs(raw.splitlines(), github_repo="ada/engine"))


def check_saved_log(raw: bytes) -> None:
    broken: list[int] = []
    check_commits(list(reading.commits_of_saved_log(raw.splitlines(True), broken.append)), most=raw.count(b"commit"))


@given(changed_bytes([path.read_bytes() for path in files("saved_logs")]))
def test_a_saved_log_of_any_bytes_has_commits_without_addresses(raw: bytes) -> None:
    check_saved_log(raw)


@given(commits)
def test_both_forms_of_a_log_are_read_as_they_were_written(told: list[Any]) -> None:
    tokens, lines = list[bytes](), list[bytes]()
    for sha, author, at, subject, added in told:
        head = f"commit {sha}\0{author}\0{int(at.timestamp())}\0{subject}\0\0\0\n{added}\t0\ta.py"
        tokens += head.encode().split(b"\0")
        lines += [f"commit {sha}\t{author}\t{at.isoformat()}\t{subject}\n".encode(), f"{added}\t0\ta.py\n".encode()]
    for found in (reading.commits_of_log(tokens, told.append), reading.commits_of_saved_log(lines, told.append)):
        assert [(one.sha, one.author, one.authored_at, one.subject, one.lines_added) for one in found] == told


PARTS = st.text("abz._- ", min_size=1, max_size=6).filter(lambda part: part.strip(". -"))


@given(PARTS, PARTS, PARTS, PARTS, st.integers(0, 10**6))
def test_what_was_renamed_counts_by_its_new_name_in_both_forms(
    folder: str, old: str, new: str, file: str, added: int
) -> None:
    head = f"commit {'a' * 40}"
    raw = f"{head}\0Ada\x001\0S\0\0\0\n{added}\t0\t\0{folder}/{old}.rs\0{folder}/{new}.py\x001\t1\tb.js"
    saved = [
        f"{head}\tAda\t2026-01-01\tS\n".encode(),
        f"{added}\t0\t{folder}/{{{old}.rs => {new}.py}}\n".encode(),
        b"1\t1\tb.js\n",
    ]
    for found in (
        reading.commits_of_log(raw.encode().split(b"\0"), _refuse),
        reading.commits_of_saved_log(saved, _refuse),
    ):
        assert [(one.lines_added, one.lines_removed, one.code) for one in found] == [
            (added + 1, 1, {"Python": added, "JavaScript": 0})
        ]
    assert reading.new_path(f"{old} => {new}/{file}") == f"{new}/{file}"
    assert reading.new_path(f"{folder}/{{{old} => {new}}}/{file}") == f"{folder}/{new}/{file}"


def _refuse(broken: int) -> None:
    raise AssertionError(f"{broken} could not be read")


DESCRIPTION = {
    "name": "engine",
    "full_name": "ada/engine",
    "description": "What it does",
    "language_bytes": {"Python": 5},
    "default_branch_commits_without_merges": 12,
    "first_commit_in_repository": "2024-01-01T00:00:00Z",
    "releases": [{"name": "v1", "date": "2024-02-01T00:00:00Z"}],
}


def check_description(said: Any) -> None:
    if isinstance(said, dict):
        draft = reading.project_of_description(said, stem="engine", commits=3, first_commit_at=None)
        assert draft.name
        assert all(0 < size <= reading.MOST_BYTES for size in (draft.languages or {}).values())
        assert 0 <= (draft.earlier_commits or 0) <= reading.MOST_COUNTED
        for release in reading.releases_of_description(said, github_repo=draft.github_repo):
            assert release.occurred_at.tzinfo is UTC


@given(changed_json([DESCRIPTION]))
def test_a_description_of_any_shape_is_a_project(said: Any) -> None:
    check_description(said)


def test_a_description_with_one_odd_value_is_a_project() -> None:
    for said in each_with_one_change([DESCRIPTION]):
        check_description(said)


@given(changed_text(list(MANIFESTS.values())), st.sampled_from(sorted(MANIFESTS)))
def test_a_manifest_of_any_text_names_some_technologies(text: str, name: str) -> None:
    assert manifests_among([name]) == [name]
    languages = {f"Language {number}": 1 for number in range(MOST_SHOWN)}
    assert (
        technologies_in({name: text}, languages=languages)[LANGUAGES_SHOWN:]
        == technologies_in({name: text}, languages={})[: MOST_SHOWN - LANGUAGES_SHOWN]
    )
    found = technologies_in({name: text}, languages=languages)
    assert found[:LANGUAGES_SHOWN] == tuple(languages)[:LANGUAGES_SHOWN]
    assert len(found) == len(set(found)) <= MOST_SHOWN


@given(st.sampled_from(sorted(MANIFESTS)))
def test_the_manifests_of_the_corpus_name_what_their_projects_stand_on(name: str) -> None:
    assert technologies_in({name: MANIFESTS[name]}, languages={})


def test_all_manifests_together_name_no_more_technologies_than_are_shown() -> None:
    assert len(technologies_in(MANIFESTS, languages={})) == MOST_SHOWN


def check_readme(text: str) -> None:
    """What holds of every README, as forges and folders hand it over."""
    paragraph, words = first_paragraph(text), excerpt(text)
    assert len(paragraph) <= LONGEST
    assert "\n" not in paragraph
    assert len(words) <= 2 * LONGEST_EXCERPT  # what code is indented by comes on top
    assert not ADDRESS.search(reading.without_addresses(words))
    assert (first_paragraph(text.replace("\n", "\r\n")), excerpt(text.replace("\n", "\r\n"))) == (paragraph, words)


@given(changed_text([path.read_text() for path in files("readmes")]).map(lambda text: text.replace("\r", "")))
def test_a_readme_of_any_text_is_a_few_words(text: str) -> None:
    check_readme(text)


def check_work(marks: str, length: int = LONGEST_FILE) -> None:
    """A file, a subject, a trailer and a path of nothing but marks take no longer than their length."""
    text = ("Moss grows here. " + marks * (length // len(marks)))[:length]
    with not_much_work():
        excerpt(text)
        first_paragraph(text)
        subject_of(text)
        people(co_authors_in(f"x\n\nCo-authored-by: {text}"))
        technologies_in({"requirements.txt": text}, languages={})
        reading.new_path(text[: 64 * 1024])
        is_version(text)


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_that_nobody_closes_is_no_more_work_than_the_length_of_a_file(mark: str) -> None:
    check_work(mark)


@examples(12)
@given(st.lists(st.sampled_from(MARKS), min_size=2, max_size=3).map("".join))
def test_marks_that_nobody_closes_are_no_more_work_than_the_length_of_a_file(marks: str) -> None:
    check_work(marks, LONGEST_FILE // 4)  # one mark alone is tried at full length


def test_a_history_of_twice_the_length_takes_twice_the_calls() -> None:
    def calls(times: int) -> int:
        raw = b"".join(path.read_bytes() for path in files("saved_logs")) * times
        return counted(lambda: check_saved_log(raw))[1]

    calls(1)
    assert calls(40) < 2.2 * calls(20)


@given(
    changed_bytes([path.read_bytes() for path in files("")]),
    st.sampled_from(["a.py", "a.h", "a.m", "a.ipynb", "bin/run", "a.sql", "a.pl", "a.js", "vendor/a.ts", "docs/a.rs"]),
    st.builds(
        Attributes, language=st.sampled_from(["", "Python", "c++", "no such"]), detectable=st.none() | st.booleans()
    ),
)
def test_a_file_of_any_bytes_is_code_or_is_not(content: bytes, path: str, said: Attributes) -> None:
    may_be_code(path, len(content), said)
    if found := code_in(path, content, said):
        assert 0 < found.size <= max(len(content), 1)
        assert 0 < found.lines <= found.size
        if not path.endswith(".ipynb"):  # of which the cells of code alone count
            assert (found.size, found.lines) == (len(content), len(content.removesuffix(b"\n").split(b"\n")))
        assert found.language


@given(
    changed_text(["https://ada:secret@forge.example:8443/ada/engine.git?token=secret#x", "git@forge.example:ada/x.git"])
)
def test_a_remote_keeps_neither_user_nor_password(url: str) -> None:
    if found := remote(url):
        assert len(found.external_id) <= LONGEST_ID
        assert "@" not in found.external_id.partition("/")[0]
        assert urlsplit(found.url).username is None
