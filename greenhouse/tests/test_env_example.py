"""`.env.example` and what reads it say the same names: each setting has its line there, and no line is for nothing."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from celery.app.defaults import NAMESPACES, flatten
from django.conf import global_settings, settings
from django_structlog.app_settings import AppSettings

from greenhouse import settings as settings_module
from integrations import registry
from tests.running import ROOT, Greenhouse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EXAMPLE = (ROOT / ".env.example").read_text()
LINE = re.compile(r"#?([A-Z][A-Z0-9_]*)=")
IN_COMPOSE = re.compile(r"(?<!\$)\$\{([A-Z][A-Z0-9_]*)")
WHERE_THE_EXAMPLE_GOES = "GREENHOUSE_ENV_FILE"  # says which file is read, so it cannot stand in one
BOTH_SHAPES: tuple[dict[str, str], ...] = (
    {},
    {"DATABASE_URL": "postgres://garden@127.0.0.1/garden", "REDIS_URL": "redis://127.0.0.1:6379/0"},
)
RECORDING = """
import json, environ

class Recorded(environ.FileAwareEnv.ENVIRON.__class__):
    names = set()

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)

environ.FileAwareEnv.ENVIRON = Recorded()
from greenhouse import settings
print(json.dumps(sorted(Recorded.names)))
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Every name that the settings ask the environment for, in either shape, and those that compose puts in."""
    names = set()
    for shape in BOTH_SHAPES:
        process = Greenhouse(tmp_path_factory.mktemp("settings"), shape)
        names |= set(json.loads(process.run(sys.executable, "-c", RECORDING).stdout))
    for compose in ROOT.glob("docker-compose*.yml"):
        names |= set(IN_COMPOSE.findall(compose.read_text()))
    return frozenset(names - {WHERE_THE_EXAMPLE_GOES})


def lines_of(example: str) -> Iterator[tuple[str, bool]]:
    """Every setting of an example, and whether a word stands over it or over the settings that it continues."""
    explained = False
    for line in example.splitlines():
        if setting := LINE.match(line):
            yield setting[1], explained
        else:
            explained = line.startswith("# ")


def faults(example: str, read: Iterable[str]) -> list[str]:
    """What is wrong with an example, in words that name it."""
    times, read = Counter(name for name, _ in lines_of(example)), set(read)
    return [
        *(f"{name} is read, and .env.example does not say so" for name in sorted(read - set(times))),
        *(f"{name} stands in .env.example, and nothing reads it" for name in sorted(set(times) - read)),
        *(f"{name} stands {count} times in .env.example" for name, count in times.items() if count > 1),
        *(f"{name} has no word on it in .env.example" for name, explained in lines_of(example) if not explained),
    ]


def test_every_setting_stands_in_the_example_with_a_word_on_it_and_every_line_of_it_is_read(
    read: frozenset[str],
) -> None:
    assert len(read) > 50
    assert faults(EXAMPLE, read) == []


def test_any_line_that_is_missing_or_read_by_nobody_is_named(read: frozenset[str]) -> None:
    lines = EXAMPLE.splitlines()
    for place, line in enumerate(lines):
        if setting := LINE.match(line):
            without = "\n".join([*lines[:place], *lines[place + 1 :]])
            assert faults(without, read) == [f"{setting[1]} is read, and .env.example does not say so"]
    assert faults(f"{EXAMPLE}# A word.\n#NOBODY=1\n", read) == ["NOBODY stands in .env.example, and nothing reads it"]
    assert faults(f"{EXAMPLE}\n#PORT=1\n", read) == [
        "PORT stands 2 times in .env.example",
        "PORT has no word on it in .env.example",
    ]


def test_the_example_says_how_to_name_another_file() -> None:
    assert f"# {WHERE_THE_EXAMPLE_GOES}," in EXAMPLE


# --- And what the settings say, somebody reads ------------------------------------------------------------------------


def words_in(files: Iterable[Path]) -> set[str]:
    """Every name in capitals that stands in these files."""
    return {word for file in files for word in re.findall(r"\b[A-Z][A-Z0-9_]+\b", file.read_text(errors="replace"))}


def code_of_ours() -> Iterator[Path]:
    """The code and templates of the greenhouse, without its settings and its tests."""
    for room in ("garden", "owner", "skills", "weather", "visitors", "integrations", "greenhouse", "templates"):
        for file in (ROOT / room).rglob("*"):
            if (
                file.suffix in (".py", ".html")
                and "tests" not in file.parts
                and file != ROOT / "greenhouse/settings.py"
            ):
                yield file


def code_of_libraries() -> Iterator[Path]:
    """The code of every library that the settings put to work, but for Django itself."""
    named = [*settings.INSTALLED_APPS, *settings.MIDDLEWARE, "daphne", "whitenoise", "rest_framework_simplejwt"]
    for package in {name.partition(".")[0] for name in named} - {"django"}:
        found = find_spec(package)
        if found and found.origin and package in packages_distributions():
            yield from Path(found.origin).parent.rglob("*.py")


def test_every_setting_is_read_by_the_greenhouse_or_by_a_library() -> None:
    defined = {name for name in vars(settings_module) if name.isupper()}
    code = re.sub(r'"[^"]*"', "", (ROOT / "greenhouse" / "settings.py").read_text())
    in_each_other = {name for name in defined if len(re.findall(rf"\b{name}\b", code)) > 1}
    by_provider = {name for provider in registry.PROVIDERS for name in provider.settings}
    of_libraries = words_in(code_of_libraries())
    # These three put the names together: a prefix, and their own.
    of_celery = {f"CELERY_{name.upper()}" for name in dict(flatten(NAMESPACES))}
    of_allauth = {f"{app}_{name}" for app in ("ACCOUNT", "MFA", "SOCIALACCOUNT") for name in of_libraries}
    of_structlog = {f"{AppSettings.PREFIX}{name}" for name in dir(AppSettings)}
    read = {*dir(global_settings), *in_each_other, *by_provider, *of_celery, *of_structlog, *of_allauth}
    assert len(defined) > 100
    assert defined - read - of_libraries - words_in(code_of_ours()) == set()
