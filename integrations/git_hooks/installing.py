"""Putting the hook into a repository, and taking it out again."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from common.text import path_text
from integrations.problems import Problem

HERE: Final = Path(__file__).resolve().parent
SCRIPT, HOOK = HERE / "tell_garden.py", HERE / "hook.sh"
MARK: Final = "From the greenhouse:"  # in every hook of ours
BEFORE: Final = ".before-greenhouse"  # at the end of the name of a hook that was there
SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where the hook of a repository belongs."""

    hook: Path  # the file that git runs
    home: Path  # the directory of our script, its settings and its notes
    shared: bool  # the directory of hooks serves every repository of this account

    @property
    def before(self) -> Path:
        """Where the hook that was there is kept."""
        return self.hook.with_name(self.hook.name + BEFORE)

    @property
    def is_installed(self) -> bool:
        """Whether our hook stands there."""
        try:
            return MARK in self.hook.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return False


def place_in(repository: Path) -> Place:
    """Where the hook belongs: `post-commit`, or `post-receive` in a bare repository. Raises `Problem`.

    git is asked as the account that runs this, since `core.hooksPath` may stand in its settings.
    """
    home = Path(_git(repository, "rev-parse", "--git-common-dir"))
    hooks = Path(_git(repository, "rev-parse", "--git-path", "hooks"))
    is_bare = _git(repository, "rev-parse", "--is-bare-repository") == "true"
    own = _git(repository, "config", "--local", "--get", "core.hooksPath", may_refuse=True)
    anywhere = _git(repository, "config", "--get", "core.hooksPath", may_refuse=True)
    return Place(
        hook=(repository / hooks / ("post-receive" if is_bare else "post-commit")).absolute(),
        home=(repository / home / "greenhouse").absolute(),
        shared=bool(anywhere) and not own,
    )


def install(repository: Path, *, url: str, secret: str, known_as: str = "") -> Place:
    """Have a repository tell the garden at `url`. Doing it again brings everything up to date. Raises `Problem`."""
    place = place_in(repository)
    try:
        _install(place, {"url": url, "secret": secret, "repository": known_as})
    except OSError as error:
        raise _refused(place, error) from error
    if not (place.home / "told").exists() and (newest := _git(repository, "rev-parse", "HEAD", may_refuse=True)):
        (place.home / "told").write_text(newest)
    return place


def _install(place: Place, settings: dict[str, str]) -> None:
    place.home.mkdir(mode=0o700, exist_ok=True)
    _write(place.home / "hook.json", json.dumps(settings, indent=1), 0o600)
    _write(place.home / SCRIPT.name, SCRIPT.read_text(encoding="utf-8"), 0o700)
    place.hook.parent.mkdir(parents=True, exist_ok=True)
    if place.hook.exists() and not place.is_installed:
        if place.before.exists():
            raise Problem(
                "two_hooks", f"{place.hook.name} and {place.before.name} both exist.", fix="Remove one of them."
            )
        place.hook.rename(place.before)
    _write(place.hook, HOOK.read_text(encoding="utf-8").replace("@python@", shlex.quote(sys.executable)), 0o755)


def remove(repository: Path) -> Place:
    """Have a repository tell nothing any more, and bring back the hook that was there. Raises `Problem`.

    A hook that serves every repository of the account stays, for the others; it does nothing in this one.
    """
    place = place_in(repository)
    try:
        shutil.rmtree(place.home, ignore_errors=True)
        if place.is_installed and not place.shared:
            place.hook.unlink()
            if place.before.exists():
                place.before.rename(place.hook)
    except OSError as error:
        raise _refused(place, error) from error
    return place


def _write(path: Path, text: str, mode: int) -> None:
    """Put a file in its place at once, never readable by more than `mode` says."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
    draft.chmod(mode)
    draft.replace(path)


def _refused(place: Place, error: OSError) -> Problem:
    return Problem(
        "refused",
        f"{path_text(place.hook)} cannot be written: {error.strerror}.",
        fix="Run this as the account that the repository belongs to.",
    )


def _git(repository: Path, *question: str, may_refuse: bool = False) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_DIR")}
    try:
        answer = subprocess.run(  # noqa: S603 - a list of arguments, no shell
            ["git", "-C", str(repository), *question],  # noqa: S607 - the same program that runs the hook
            env=environment | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise Problem("no_git", "git is not installed, or not on the PATH.", fix="Install git.") from error
    if answer.returncode and not may_refuse:
        said = answer.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[0].removeprefix("fatal: ") if said else "it gives no reason"
        raise Problem(
            "no_repository",
            f"git finds no repository at {path_text(repository)}: {reason.rstrip('.')}.",
            fix="Name the top folder of a repository, and run this as the account that it belongs to.",
        )
    return "" if answer.returncode else os.fsdecode(answer.stdout).strip("\n")
