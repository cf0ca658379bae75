"""Where this copy, a clone or an installed package, keeps its things, and by which words it is run."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """What differs between a clone and a package."""

    directory: Path  # has .env; relative paths of the settings begin here
    data: str  # the data directory in it, unless GREENHOUSE_DATA_DIR names another
    manage: str  # runs a command
    start: str  # sets up and serves


def home(base_dir: Path) -> Home:
    """The clone at `base_dir`; a package has a place in the account's own data (XDG), which an upgrade leaves alone."""
    if (base_dir / "pyproject.toml").is_file():
        return Home(base_dir, "var", f"{sys.executable.removeprefix(f'{base_dir}/')} manage.py", "make run")
    from platformdirs import user_data_path  # here, as a clone and the image's processes do without

    return Home(user_data_path("digital-greenhouse"), "", "digital-greenhouse", "digital-greenhouse")
