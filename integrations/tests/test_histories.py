"""Repositories, read by the real git, and saved logs, read from real files."""

from __future__ import annotations

import errno
import gzip
import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from garden.engine.life import BYTES_PER_LINE
from garden.sources import root_commit, saved_log
from integrations.histories import Repository, SavedLog, find_histories
from integrations.histories.git_command import Git
from integrations.histories.manifests import technologies_in
from integrations.histories.readme import LONGEST, LONGEST_EXCERPT, MOST_CODE_LINES, excerpt, first_paragraph
from integrations.histories.repository import is_repository
from integrations.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

SHA = "a" * 40
LOG = f"commit {SHA}\tAda\t2020-01-01T00:00:00Z\tFirst\n3\t0\ta.py\n\n"


def git(path: Path, *arguments: str, at: str = "2024-03-01T12:00:00+01:00") -> str:
    people = {
        "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_AUTHOR_DATE": at,
        "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org", "GIT_COMMITTER_DATE": at,
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    }  # fmt: skip
    return subprocess.run(
        ["git", "-C", str(path), *arguments], env=os.environ | people, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit(path: Path, message: str, at: str = "2024-03-01T12:00:00+01:00", **files: str) -> str:
    for name, text in files.items():
        file = path / name.replace("__", "/").replace("_dot_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    git(path, "add", "--all")
    git(path, "commit", "--quiet", "--allow-empty", "--message", message, at=at)
    return git(path, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    path = tmp_path / "workshop"
    path.mkdir()
    git(path, "init", "--quiet", "--initial-branch=main")
    commit(
        path,
        "First",
        "2024-03-01T12:00:00+01:00",
        a_dot_py="one\ntwo\n",
        README_dot_md="# Workshop\n\nA place to *mend* things.\n",
    )
    commit(path, "Second", "2024-03-02T12:00:00+01:00", b_dot_js="1\n", node_modules__x_dot_js="theirs\n" * 90)
    return path


def test_a_repository_tells_its_commits_oldest_first(repository: Path) -> None:
    history = Repository(repository)
    facts = list(history.activities())
    assert [fact.title for fact in facts] == ["First", "Second"]
    assert [fact.amount for fact in facts] == [1.0, 1.0]
    assert facts[0].occurred_at.isoformat() == "2024-03-01T11:00:00+00:00"
    assert history.commits == 2
    assert history.skipped == ""


@pytest.fixture
def clone(repository: Path, tmp_path: Path) -> Path:
    """A clone that was made when the default branch was called master."""
    git(repository, "branch", "--move", "main", "master")
    git(tmp_path, "clone", "--quiet", str(repository), "clone")
    return tmp_path / "clone"


@pytest.mark.parametrize("fetch", [["fetch"], ["fetch", "--prune"]], ids=["fetched", "pruned"])
@pytest.mark.parametrize("name", ["main", "trunk"])
def test_an_old_clone_grows_on_when_the_default_branch_was_renamed(
    repository: Path, clone: Path, fetch: list[str], name: str
) -> None:
    git(repository, "branch", "--move", "master", name)
    newest = commit(repository, "Third", "2024-03-03T12:00:00+01:00", c_dot_py="three\n")
    git(clone, *fetch)
    history = Repository(clone)
    assert [fact.title for fact in history.activities()][-1] == "Third"
    assert (history.commits, history.tip, history.skipped) == (3, newest, "")


def test_a_branch_beside_the_default_one_is_not_taken_for_it(repository: Path, clone: Path) -> None:
    git(repository, "checkout", "--quiet", "-b", "develop")
    commit(repository, "Unfinished")
    git(repository, "branch", "main", "master~1")  # left behind long ago
    git(clone, "fetch")
    assert Repository(clone).commits == 2


def test_a_default_branch_that_is_gone_without_a_known_name_is_said(repository: Path, clone: Path) -> None:
    git(repository, "branch", "--move", "master", "production")
    git(clone, "fetch", "--prune")
    history = Repository(clone)
    assert len(list(history.activities())) == 2
    assert "what came after master, which is gone from its remote" in history.skipped


def test_a_repository_describes_its_project(repository: Path) -> None:
    project = Repository(repository).project
    assert (project.name, project.description) == ("workshop", "A place to mend things.")
    assert project.languages == {"Python": 8, "JavaScript": 2}
    assert project.lines == {"Python": 2, "JavaScript": 1}
    assert project.sources == (root_commit(git(repository, "rev-list", "--max-parents=0", "HEAD")),)
    assert project.created_at is not None
    assert project.created_at.isoformat() == "2024-03-01T11:00:00+00:00"


def test_merges_are_left_out_and_branches_not_merged_too(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "side")
    commit(repository, "On the side", c_dot_py="x\n")
    git(repository, "switch", "--quiet", "main")
    commit(repository, "On main", d_dot_py="x\n")
    git(repository, "merge", "--quiet", "--no-edit", "side")
    git(repository, "switch", "--quiet", "--create", "later")
    commit(repository, "Not merged")
    git(repository, "switch", "--quiet", "main")
    assert {fact.title for fact in Repository(repository).activities()} == {"First", "Second", "On the side", "On main"}


def test_a_clone_on_a_feature_branch_tells_the_default_branch(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(repository), "clone")
    git(tmp_path / "clone", "switch", "--quiet", "--create", "feature")
    commit(tmp_path / "clone", "Half done")
    assert [fact.title for fact in Repository(tmp_path / "clone").activities()] == ["First", "Second"]


def test_a_bare_repository_a_clone_and_a_worktree_are_the_same_project(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), "elsewhere.git")
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    paths = [repository, tmp_path / "elsewhere.git", tmp_path / "tree", repository / ".git"]
    assert len({Repository(path).project.sources for path in paths}) == 1
    assert Repository(tmp_path / "elsewhere.git").project.name == "elsewhere"


def test_a_remote_on_github_makes_it_the_project_there(repository: Path) -> None:
    git(repository, "remote", "add", "backup", "https://github.com/else/backup.git")
    git(repository, "remote", "add", "origin", "https://me:token@github.com/Owner/Workshop.git")
    history = Repository(repository)
    assert history.project.github_repo == "Owner/Workshop"
    facts = list(history.activities())
    assert facts[0].url == f"https://github.com/Owner/Workshop/commit/{facts[0].external_id}"
    assert "token" not in repr(history.project) + repr(facts)


def test_a_mirror_of_the_same_name_is_the_same_repository_and_no_other_remote_is(repository: Path) -> None:
    git(repository, "remote", "add", "upstream", "https://github.com/grace/workshop")
    git(repository, "remote", "add", "mirror", "https://github.com/ada/workshop")
    git(repository, "remote", "add", "disk", "/srv/backup.git")
    git(repository, "remote", "add", "pushed-to", "git@codeberg.org:ada/WORKSHOP.git")
    git(repository, "remote", "add", "origin", "https://codeberg.org/Ada/workshop")
    assert [source.external_id for source in Repository(repository).remotes] == [
        "codeberg.org/ada/workshop",
        "github.com/ada/workshop",
    ]


@pytest.mark.parametrize(
    ("program", "external_id"),
    [
        ('echo "user git"; echo "hostname github.com"; echo "port 22"', "github.com/ada/engine"),
        ('test "$3" = work && echo "hostname codeberg.org"', "codeberg.org/ada/engine"),
        ("exit 1", "work/ada/engine"),
        ("printf 'hostname \\377\\n'", "work/ada/engine"),
    ],
)
def test_an_alias_is_the_host_that_the_ssh_settings_name(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, external_id: str
) -> None:
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(f"#!/bin/sh\n{program}\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}{os.pathsep}{os.environ['PATH']}")
    git(repository, "remote", "add", "origin", "git@work:ada/engine.git")
    assert [source.external_id for source in Repository(repository).remotes] == [external_id]


def test_tags_become_releases(repository: Path) -> None:
    git(repository, "tag", "v1", "HEAD~1")
    git(repository, "tag", "--annotate", "v2", "--message", "Two", at="2024-05-01T00:00:00Z")
    releases = [fact for fact in Repository(repository).activities() if fact.kind == "release"]
    assert {(fact.external_id, fact.occurred_at.date().isoformat()) for fact in releases} == {
        ("v1", "2024-03-01"),
        ("v2", "2024-05-01"),
    }


def test_tags_that_are_no_versions_are_no_releases(repository: Path) -> None:
    for tag in ("backup-2024-01-01", "before-the-rewrite", "latest", "edition-12", "engine@1.2.0", "2.0.0-rc.1"):
        git(repository, "tag", tag)
    releases = [fact for fact in Repository(repository).activities() if fact.kind == "release"]
    assert {fact.external_id for fact in releases} == {"engine@1.2.0", "2.0.0-rc.1"}


def test_settings_in_the_repository_run_nothing(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for setting in (
        "core.fsmonitor",
        "diff.external",
        "diff.py.textconv",
        "core.pager",
        "gpg.program",
        "core.sshCommand",
    ):
        git(repository, "config", setting, str(trap))
    git(repository, "config", "log.showSignature", "true")
    (repository / ".gitattributes").write_text("*.py diff=py\n")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(trap))
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    commit_count = len(list(Repository(repository).activities()))
    assert Repository(repository).project.lines == {"Python": 2, "JavaScript": 1}
    assert commit_count == 2
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("protocol", ["ext", "file"])
def test_no_protocol_that_the_repository_allows_itself_is_used(repository: Path, tmp_path: Path, protocol: str) -> None:
    address = {"ext": f"ext::touch {tmp_path}/sprung", "file": f"file://{repository}"}[protocol]
    git(repository, "config", f"protocol.{protocol}.allow", "always")
    git(repository, "remote", "add", "elsewhere", address)
    with pytest.raises(Problem, match=f"transport '{protocol}' not allowed"):
        Git(repository).ask("ls-remote", "elsewhere")
    assert not (tmp_path / "sprung").exists()


def test_a_shallow_clone_says_how_to_get_the_rest(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository}", "shallow")
    with pytest.raises(Problem, match="shallow clone") as caught:
        list(Repository(tmp_path / "shallow").activities())
    assert "fetch --unshallow" in caught.value.fix


def test_a_partial_clone_is_told_and_nothing_is_fetched(repository: Path, tmp_path: Path) -> None:
    git(repository, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{repository}", "partial")
    with pytest.raises(Problem, match="partial clone"):
        list(Repository(tmp_path / "partial").activities())


def test_a_repository_without_commits_says_so(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "new")
    with pytest.raises(Problem, match="no commits yet"):
        _ = Repository(tmp_path / "new").commits


def test_a_damaged_repository_is_a_problem_with_gits_own_reason(repository: Path) -> None:
    for pack in (repository / ".git" / "objects").rglob("*"):
        if pack.is_file():
            pack.chmod(0o644)
            pack.write_bytes(b"damaged")
    with pytest.raises(Problem) as caught:
        list(Repository(repository).activities())
    assert caught.value.code in {"git_failed", "no_commits"}


def test_without_git_it_is_said_that_git_is_missing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Problem, match="not installed"):
        _ = Repository(repository).commits
    with pytest.raises(Problem, match="not installed"):
        list(Repository(repository).activities())


def test_a_folder_gives_every_history_in_it(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no history")
    (tmp_path / "other.log").write_text(LOG)
    assert [history.label for history in find_histories(tmp_path)] == ["workshop", "other"]


def test_what_else_lies_in_a_folder_hides_no_history(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "npm-debug.log").write_text("0 verbose cli\ncommit this\n")
    (tmp_path / "server.log").mkdir()
    (tmp_path / "again").symlink_to(repository)
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "locked").mkdir()

    def may_look(path: Path) -> bool:
        if path.name == "locked":  # as `stat` answers who is not root
            raise PermissionError(errno.EACCES, "Permission denied")
        return is_repository(path)

    monkeypatch.setattr("integrations.histories.is_repository", may_look)
    assert [history.path for history in find_histories(tmp_path)] == [repository]


@pytest.mark.parametrize("name", ["missing", "plain"])
def test_a_path_without_a_history_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(Problem, match=name):
        find_histories(tmp_path / name)


def test_a_folder_inside_a_repository_is_not_the_repository(repository: Path) -> None:
    (repository / "inside").mkdir()
    with pytest.raises(Problem, match="no git repository"):
        find_histories(repository / "inside")


def write_log(path: Path, text: bytes, about: Any = None, zipped: bool = False) -> SavedLog:
    file = path / ("thing.log.gz" if zipped else "thing.log")
    file.write_bytes(gzip.compress(text) if zipped else text)
    if about is not None:
        (path / "thing.json").write_text(about if isinstance(about, str) else json.dumps(about))
    return SavedLog(file)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_saved_log_is_described_by_the_json_beside_it(tmp_path: Path, zipped: bool) -> None:
    about = {
        "name": "Thing", "full_name": "ada/thing", "description": "It does.", "language_bytes": {"Python": 9},
        "default_branch_commits_without_merges": 5, "releases": [{"name": "1.0", "date": "2021-01-01T00:00:00+02:00"}],
        "first_commit_in_repository": "2018-01-01T00:00:00Z",
    }  # fmt: skip
    history = write_log(tmp_path, LOG.encode(), about, zipped)
    assert (history.project.name, history.project.github_repo) == ("Thing", "ada/thing")
    assert (history.project.earlier_commits, history.commits) == (4, 1)
    assert str(history.project.created_at) == "2018-01-01 00:00:00+00:00"
    assert [fact.kind for fact in history.activities()] == ["commit", "release"]


def test_a_log_without_a_description_is_called_by_its_file(tmp_path: Path) -> None:
    project = write_log(tmp_path, LOG.encode()).project
    assert (project.name, project.sources) == ("thing", (saved_log("thing"),))


def test_a_log_without_a_description_tells_what_is_left_of_its_code(tmp_path: Path) -> None:
    letters = f"commit {'b' * 40}\tAda\t2021-01-01T00:00:00Z\tJune\n169490\t0\tjune.md\n2\t1\ta.py\n5\t0\tb.js\n\n"
    gone = f"commit {'c' * 40}\tAda\t2022-01-01T00:00:00Z\tGone\n0\t5\tb.js\n\n"
    assert write_log(tmp_path, (LOG + letters + gone).encode()).project.languages == {"Python": 4 * BYTES_PER_LINE}


def test_new_languages_stand_at_the_oldest_commit_though_the_newest_comes_first(tmp_path: Path) -> None:
    newer = f"commit {'b' * 40}\tAda\t2021-01-01T00:00:00Z\tLater\n1\t0\tb.py\n1\t0\tc.js\n\n"
    facts = list(write_log(tmp_path, (newer + LOG).encode()).activities())
    assert [fact.amount for fact in facts] == [1.0, 1.0]


def test_broken_lines_are_counted_once(tmp_path: Path) -> None:
    history = write_log(tmp_path, b"rubbish\n" + LOG.encode() + b"\x00\xff\n" + b"x" * 200_000 + b"\n")
    assert len(list(history.activities())) == 1
    assert history.skipped == "6 lines that could not be read"


def test_a_log_that_is_cut_off_gives_what_is_there(tmp_path: Path) -> None:
    many = "".join(f"commit {number:040x}\tAda\t2020-01-01T00:00:00Z\tA {number}\n\n" for number in range(5000))
    history = write_log(tmp_path, many.encode(), zipped=True)
    history.path.write_bytes(history.path.read_bytes()[:-3000])
    assert 0 < len(list(history.activities())) < 5000
    assert "cut off" in history.skipped


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\x89PNG\r\n", gzip.compress(b"", mtime=0)])
def test_a_file_that_is_no_log_is_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Problem, match="holds no commit"):
        _ = write_log(tmp_path, content).commits


def test_a_broken_description_is_told_and_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"thing\.json cannot be read"):
        _ = write_log(tmp_path, LOG.encode(), "{").project


@pytest.mark.parametrize(
    ("readme", "expected"),
    [
        ("# Title\n\nIt *does* a [thing](https://x.example) with `care`.\n\nMore.", "It does a thing with care."),
        ("Title\n=====\n\nPlain and simple text.\nOn two lines.\n", "Plain and simple text. On two lines."),
        (
            "[![CI](https://x.example/a.svg)](https://x.example)\n![x](y)\n\n<p>Made by hand today</p>",
            "Made by hand today",
        ),
        (".. image:: x.png\n   :alt: y\n\nA thing in `reST <https://x.example>`_ form.", "A thing in reST form."),
        ("<!-- hidden words are here -->\n\n- a list of things\n\n```\ncode is not prose\n```\n", ""),
        ("snake_case_names stay as they are", "snake_case_names stay as they are"),
        ("", ""),
    ],
)
def test_a_readme_says_what_it_is_in_its_first_paragraph(readme: str, expected: str) -> None:
    assert first_paragraph(readme) == expected


def test_a_long_first_paragraph_is_cut_between_words() -> None:
    cut = first_paragraph("word " * 400)
    assert len(cut) <= LONGEST + 2
    assert cut.endswith("word …")


def test_technologies_are_what_the_manifests_name() -> None:
    manifests = {
        "package.json": json.dumps({"name": "vue", "dependencies": {"react": "^19"}, "devDependencies": {"vite": "7"}}),
        "pyproject.toml": '[project]\nname = "flask"\ndependencies = ["Django>=5", "celery[redis]"]\n',
        "requirements.in": "httpx\n",
        "requirements.txt": "click==8.1\n",
        "cargo.toml": "broken [",
    }
    found = technologies_in(manifests, languages={"Python": 5, "JavaScript": 2})
    assert found == ("Python", "JavaScript", "Django", "React", "Celery", "HTTPX", "Vite")


@pytest.mark.parametrize(
    ("readme", "expected"),
    [
        ("It counts spores now.\n\n```sh\nmake\n\n  it\n```", "It counts spores now.\n\n    make\n    \n      it"),
        ("Install it like so:\n\n    pip install moss\n\nAnd be very happy.", None),
        ("Install it like so::\n\n   pip install moss\n\nAnd be very happy.", None),
        ("Install it like so:\n\n.. code:: sh\n   :caption: x\n\n   pip install moss\n\nAnd be very happy.", None),
        ("```\nno words before it\n```\n\nIt counts all spores.", "It counts all spores."),
        ("It counts all spores. It has three parts:\n\n- a part of it\n\n    and more words", "It counts all spores."),
        ("It counts all spores.\n\nThese are its parts:\n\n- one", "It counts all spores."),
        ("These are all its parts:\n\n- one", ""),
        ("Call it like this:\n\n~~~\n```\n~~~", "Call it like this:\n\n    ```"),
        ("It counts all spores.\n\n```\n\n```\n\n```\nnever closed", "It counts all spores.\n\n    never closed"),
    ],
)  # fmt: skip
def test_an_excerpt_keeps_code_and_announces_nothing_that_it_leaves_out(readme: str, expected: str | None) -> None:
    usual = "Install it like so:\n\n    pip install moss\n\nAnd be very happy."
    assert excerpt(readme) == (usual if expected is None else expected)


def test_long_code_in_an_excerpt_is_cut_between_lines() -> None:
    code = excerpt("It counts all spores.\n\n```\n" + "line\n" * 40 + "```").partition("\n\n")[2].split("\n")
    assert code == ["    line"] * (MOST_CODE_LINES - 1) + ["    …"]


def test_an_excerpt_has_the_first_paragraphs_and_no_pictures_and_tags() -> None:
    readme = "# Moss\n\n![badge](x)\n\nIt *counts* spores.\n\n| a | table |\n\nThen it tells <b>you</b> why."
    assert excerpt(readme) == "It counts spores.\n\nThen it tells you why."
    assert excerpt("") == ""


def test_an_excerpt_ends_with_a_paragraph_where_it_can() -> None:
    long, short = "word " * 250, "It counts spores."
    assert excerpt(f"{short}\n\n{long}\n\n{long}") == f"{short}\n\n{long.strip()}"
    assert LONGEST_EXCERPT - 5 < len(excerpt("word " * 400)) <= LONGEST_EXCERPT + 2
