"""What is counted in the files of a repository: lines and bytes by language, and what it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integrations.histories import Repository
from integrations.tests.test_histories import commit, git

if TYPE_CHECKING:
    from pathlib import Path

CODE = "x\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    path = tmp_path / "workshop"
    path.mkdir()
    git(path, "init", "--quiet", "--initial-branch=main")
    return path


def write(repository: Path, message: str, files: dict[str, str]) -> None:
    """Commit files by their paths."""
    for name, text in files.items():
        file = repository / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    commit(repository, message)


def test_a_lock_file_is_no_code(repository: Path) -> None:
    write(repository, "All", {"main.js": CODE * 56, "package-lock.json": "{}\n" * 7968, "yarn.lock": "a\n" * 900})
    project = Repository(repository).project
    assert (project.lines, project.languages) == ({"JavaScript": 56}, {"JavaScript": 112})


def test_a_letter_is_no_code(repository: Path) -> None:
    write(repository, "Twelve issues", {"june.md": "Dear reader\n" * 5000, "readers.csv": "1,2\n" * 900})
    project = Repository(repository).project
    assert (project.languages, project.lines, project.technologies) == ({}, {}, ())


@pytest.mark.parametrize("bare", [False, True])
def test_what_attributes_say_is_honoured(repository: Path, tmp_path: Path, bare: bool) -> None:
    attributes = """\
theirs/* linguist-vendored
*.gen.py linguist-generated=true
guide/** linguist-documentation
*.tpl linguist-language=HTML
node_modules/ours.js -linguist-vendored
*.schema.json linguist-detectable
"""
    files = {
        ".gitattributes": attributes,
        "theirs/x.py": CODE * 50,
        "a.gen.py": CODE * 50,
        "guide/a/b.py": CODE * 50,
        "page.tpl": CODE,
        "node_modules/ours.js": CODE * 3,
        "node_modules/theirs.js": CODE * 50,
        "bees.schema.json": CODE,
        "übung/ä.py": CODE * 2,
    }
    write(repository, "All", files)
    if bare:
        git(tmp_path, "clone", "--quiet", "--bare", str(repository), "bare.git")
    project = Repository(tmp_path / "bare.git" if bare else repository).project
    assert project.lines == {"Python": 2, "HTML": 1, "JavaScript": 3, "JSON": 1}


def test_attributes_of_a_folder_hold_there(repository: Path) -> None:
    write(repository, "All", {"lib/.gitattributes": "* linguist-vendored\n", "lib/a.c": CODE, "src/a.c": CODE})
    assert Repository(repository).project.lines == {"C": 1}


def test_what_is_not_committed_is_not_counted(repository: Path) -> None:
    write(repository, "All", {"a.py": CODE})
    (repository / "b.py").write_text(CODE)
    (repository / ".gitattributes").write_text("*.py linguist-vendored\n")
    assert Repository(repository).project.lines == {"Python": 1}


def test_dotfiles_and_scripts_without_an_ending_are_code(repository: Path) -> None:
    files = {
        ".bashrc": CODE * 4,
        "vim/.vimrc": CODE * 3,
        "bin/backup": "#!/usr/bin/env python3\nx\n",
        "Makefile": CODE,
        "LICENSE": "As is\n" * 20,
    }
    write(repository, "All", files)
    assert Repository(repository).project.lines == {"Shell": 4, "Vim script": 3, "Python": 2, "Makefile": 1}


def test_a_language_is_new_only_where_its_code_is_the_projects(repository: Path) -> None:
    write(repository, "Theirs", {".gitattributes": "theirs/* linguist-vendored\n", "theirs/x.go": CODE})
    write(repository, "A script", {"tool": "#!/usr/bin/env ruby\nputs 1\n"})
    facts = {fact.title: fact.amount for fact in Repository(repository).activities()}
    assert facts == {"Theirs": 0.0, "A script": 1.0}


def test_links_and_submodules_are_not_read(repository: Path) -> None:
    write(repository, "All", {"a.py": CODE})
    (repository / "b.py").symlink_to("a.py")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},lib")
    git(repository, "add", "b.py")
    git(repository, "commit", "--quiet", "--message", "A link and a module")
    assert Repository(repository).project.lines == {"Python": 1}


def test_the_manifests_of_packages_are_read(repository: Path) -> None:
    files = {
        "package.json": '{"workspaces": ["packages/*"]}',
        "packages/web/package.json": '{"dependencies": {"react": "1"}}',
        "packages/web/test/fixture/package.json": '{"dependencies": {"electron": "1"}}',
        "crates/core/Cargo.toml": '[dependencies]\ntokio = "1"\n',
        "services/api/pyproject.toml": '[project]\ndependencies = ["django>=5"]\n',
        "examples/x/pyproject.toml": '[project]\ndependencies = ["flask"]\n',
        "cmd/go.mod": "module x\nrequire github.com/gin-gonic/gin v1\n",
        "node_modules/y/package.json": '{"dependencies": {"vue": "1"}}',
    }
    write(repository, "All", files)
    assert set(Repository(repository).project.technologies) == {"Django", "React", "Tokio", "Gin"}
