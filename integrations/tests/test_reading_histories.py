"""Reading what git prints and what saved logs hold, without git and without files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.histories import reading as git

SHA, OTHER = "a" * 40, "b" * 40


NOBODY = (b"", b"")  # no address and no co-author


def read_log(*tokens: bytes) -> tuple[list[git.Commit], int]:
    broken: list[int] = []
    return list(git.commits_of_log(tokens, broken.append)), sum(broken)


def read_saved(text: str | bytes) -> tuple[list[git.Commit], int]:
    broken: list[int] = []
    raw = text if isinstance(text, bytes) else text.encode()
    return list(git.commits_of_saved_log(raw.splitlines(keepends=True), broken.append)), sum(broken)


def test_a_commit_of_a_log_has_its_lines_and_languages() -> None:
    [commit], broken = read_log(
        f"commit {SHA}".encode(),
        "Zoë".encode(),
        b"1400000000",
        b"Say more",
        *NOBODY,
        b"\n3\t1\ta.py",
        b"2\t0\tb/c.js",
        b"1\t1\td.py",
    )
    assert (commit.author, commit.subject) == ("Zoë", "Say more")
    assert commit.authored_at == datetime(2014, 5, 13, 16, 53, 20, tzinfo=UTC)
    assert (commit.lines_added, commit.lines_removed) == (6, 2)
    assert commit.languages == ("Python", "JavaScript")
    assert broken == 0


def test_a_path_or_a_subject_in_the_form_of_a_commit_confuses_nobody() -> None:
    commits, _ = read_log(
        f"commit {SHA}".encode(), b"commit me", b"1400000000", b"1\t2\tx.py", *NOBODY,
        b"\n5\t0\t", b"old.py", f"commit {OTHER}".encode(), b"1\t0\tcommit x.js",
    )  # fmt: skip
    assert [commit.sha for commit in commits] == [SHA]
    assert commits[0].lines_added == 6
    assert commits[0].subject == "1\t2\tx.py"


def test_the_language_of_a_renamed_file_is_that_of_its_new_name() -> None:
    [commit], _ = read_log(
        f"commit {SHA}".encode(), b"A", b"1400000000", b"Move", *NOBODY, b"\n1\t1\t", b"a.py", b"a.ts"
    )
    assert commit.languages == ("TypeScript",)


def test_binary_files_have_no_lines_and_merges_without_files_are_commits() -> None:
    commits, _ = read_log(
        f"commit {SHA}".encode(), b"A", b"1400000000", b"", *NOBODY,
        f"commit {OTHER}".encode(), b"A", b"1400000001", b"Picture", *NOBODY,
        b"\n-\t-\tlogo.png",
    )  # fmt: skip
    assert [(commit.sha, commit.lines_added) for commit in commits] == [(SHA, 0), (OTHER, 0)]


@pytest.mark.parametrize("seconds", [b"0", b"-5", b"", b"soon", b"9" * 30])
def test_a_commit_whose_date_is_no_date_is_left_out_and_counted(seconds: bytes) -> None:
    commits, broken = read_log(
        f"commit {SHA}".encode(),
        b"A",
        seconds,
        b"Lost",
        *NOBODY,
        b"\n9\t9\ta.py",
        f"commit {OTHER}".encode(),
        b"A",
        b"1",
        b"Kept",
        *NOBODY,
    )
    assert [commit.sha for commit in commits] == [OTHER]
    assert commits[0].lines_added == 0
    assert broken == 1


def test_bytes_that_are_no_utf8_become_replacement_characters() -> None:
    [commit], _ = read_log(f"commit {SHA}".encode(), b"J\xf6rg", b"1", b"Gr\xfc\xdfe", *NOBODY, b"\n1\t0\t\xff\xfe.py")
    assert commit.author == "J\ufffdrg"
    assert commit.languages == ("Python",)


def test_a_saved_log_is_read_commit_by_commit() -> None:
    commits, broken = read_saved(
        f"commit {SHA}\tAda\t2020-01-01T01:00:00+02:00\tOne\ttwo\n1\t2\ta.py\n-\t-\tb.png\n\n"
        f"commit {OTHER}\tBob\t2019-06-01T00:00:00Z\t\n\n"
    )
    assert commits[0].authored_at == datetime(2019, 12, 31, 23, tzinfo=UTC)
    assert commits[0].subject == "One\ttwo"
    assert (commits[0].lines_added, commits[0].lines_removed, commits[0].languages) == (1, 2, ("Python",))
    assert (commits[1].author, commits[1].subject, broken) == ("Bob", "", 0)


@pytest.mark.parametrize(
    "header",
    [
        "commit",
        "commit nonsense\tAda\t2020-01-01T00:00:00Z\tShort hash",
        f"commit {SHA}\tAda\tyesterday\tNo date",
        f"commit {SHA}\tAda\t0001-01-01T00:00:00+14:00\tBefore all days",
        f"commit {SHA}\tAda",
    ],
)
def test_a_broken_commit_takes_its_files_with_it_and_nothing_else(header: str) -> None:
    commits, broken = read_saved(
        f"commit {SHA}\tAda\t2020-01-01T00:00:00Z\tFirst\n1\t0\ta.py\n\n{header}\n50\t0\tb.py\n\n"
        f"commit {OTHER}\tAda\t2020-01-02T00:00:00Z\tThird\n2\t0\tc.py\n"
    )
    assert [commit.lines_added for commit in commits] == [1, 2]
    assert broken == 2


@pytest.mark.parametrize("line", ["rubbish", "1\t2", "x\ty\tz", "1" * 40 + "\t0\ta.py"])
def test_a_broken_line_is_counted_and_the_rest_of_its_commit_kept(line: str) -> None:
    commits, broken = read_saved(f"commit {SHA}\tAda\t2020-01-01T00:00:00Z\tFirst\n1\t0\ta.py\n{line}\n2\t0\tb.py\n")
    assert (commits[0].lines_added, broken) == (3, 1)


@given(st.binary(max_size=400))
def test_no_bytes_bring_the_reading_down(noise: bytes) -> None:
    read_saved(noise)
    read_log(*noise.split(b"\0"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/{old => new}/a.py", "src/new/a.py"),
        ("{a.py => b.js}", "b.js"),
        ("old.py => new.rs", "new.rs"),
        ("src/{ => lib}/a.py", "src/lib/a.py"),
        ('"\\303\\244.py"', "\\303\\244.py"),
        ("plain.py", "plain.py"),
    ],
)
def test_a_renamed_path_is_its_new_one(path: str, expected: str) -> None:
    assert git.new_path(path) == expected


def test_addresses_in_names_and_subjects_are_taken_out() -> None:
    [commit], _ = read_log(
        f"commit {SHA}".encode(), b"a.b@example.org", b"1", b"Thank Ann <ann@mail.example.org> for it", *NOBODY
    )
    assert commit.author == ""
    assert commit.subject == "Thank Ann  for it"


def test_a_description_of_wrong_types_says_nothing() -> None:
    draft = git.project_of_description(
        {"name": 5, "full_name": "../../etc", "language_bytes": ["x"], "default_branch_commits_without_merges": "many"},
        stem="thing",
        commits=3,
        first_commit_at=None,
    )
    assert (draft.name, draft.github_repo, draft.languages, draft.earlier_commits) == ("thing", "", {}, 0)
    assert (
        list(git.releases_of_description({"releases": [1, {"name": "x"}, {"name": "y", "date": 3}]}, github_repo=""))
        == []
    )


def test_what_a_description_says_can_be_stored() -> None:
    draft = git.project_of_description(
        {"language_bytes": {"Py\0thon": 5, "C": -1, "D": 10**30}, "default_branch_commits_without_merges": 10**30},
        stem="thing",
        commits=3,
        first_commit_at=None,
    )
    assert (draft.languages, draft.earlier_commits) == ({"Python": 5}, git.MOST_COUNTED)


def test_tags_without_a_date_are_no_releases() -> None:
    releases = list(git.releases_of_refs([b"1400000000\tv1.0", b"\tblob-tag", b""], github_repo="a/b"))
    assert [(release.external_id, release.url) for release in releases] == [
        ("v1.0", "https://github.com/a/b/releases/tag/v1.0")
    ]
