"""A real server on a fresh garden, and a real browser that looks at it."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.needs import missing
from tests.running import ROOT, Greenhouse, greenhouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.e2e.pages import Visit

PATIENCE = 60_000  # milliseconds; what is waited for comes or does not, on a busy machine too
OWNER = {"OWNER_NAME": "Ada Lovelace"}
expect.set_options(timeout=PATIENCE)

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@contextmanager
def served(directory: Path, like: Path) -> Iterator[Greenhouse]:
    """A garden of its own in the embedded shape, begun as a copy of another, its web process running."""
    shutil.copytree(like, directory, dirs_exist_ok=True)
    with greenhouse(directory, **OWNER) as site:
        site.serve("manage.py", "runweb")
        yield site


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    """The data directory of a garden in which nothing is planted yet, to begin others with."""
    assert (ROOT / "static/dist/.vite/manifest.json").is_file(), "the frontend is not built; `make test` builds it"
    directory = shutil.copytree(migrated_sqlite, tmp_path_factory.mktemp("bare"), dirs_exist_ok=True)
    Greenhouse(directory, OWNER).manage("collectstatic", "--noinput", "--verbosity", "0")
    return directory


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory, bare: Path) -> Path:
    """The data directory of the demonstration garden, to begin others with."""
    directory = shutil.copytree(bare, tmp_path_factory.mktemp("demonstration"), dirs_exist_ok=True)
    Greenhouse(directory, OWNER).manage("demo")
    return directory


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory, demonstration: Path) -> Iterator[Greenhouse]:
    """The demonstration garden, served."""
    with served(tmp_path_factory.mktemp("garden"), demonstration) as site:
        yield site


@pytest.fixture
def bare_garden(tmp_path: Path, bare: Path) -> Iterator[Greenhouse]:
    """A garden in which nothing is planted yet, served."""
    with served(tmp_path / "bare", bare) as site:
        yield site


@pytest.fixture(scope="module")
def flags() -> list[str]:
    """What Chromium is started with besides; a module that needs WebGL names its own."""
    return []


@pytest.fixture(scope="module")
def browser(flags: list[str]) -> Iterator[Browser]:
    """Chromium. It ends with the module: while it runs, Django takes this thread for an asynchronous one."""
    if CHROMIUM is None:
        missing("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *flags])
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens addresses, each as a visitor of its own; fails the test if the console complained."""
    complaints: list[str] = []
    contexts = []

    def opened(site: Greenhouse, path: str = "/", *, width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(2 * PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None,
        )
        page.goto(f"http://127.0.0.1:{site.port}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@dataclass
class Repository:
    """A git repository in which the owner works."""

    path: Path
    commits: int = 0

    def commit(self, number: int = 1) -> None:
        """So many commits of some lines each, today."""
        for _ in range(number):
            self.commits += 1
            (self.path / f"module_{self.commits}.py").write_text("value = 1\n" * 40)
            self.git("add", ".")
            self.git("commit", "--quiet", "--message", f"Change {self.commits}")

    @property
    def name(self) -> str:
        """What its plant is called."""
        return self.path.name

    def git(self, *arguments: str) -> None:
        """Run git as its owner."""
        who = ["-c", "user.name=Ada Lovelace", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(self.path), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with one commit, of a name that no other test uses."""
    made = Repository(tmp_path / f"engine-{uuid.uuid4().hex[:6]}")
    made.path.mkdir()
    made.git("init", "--quiet")
    made.commit()
    return made
