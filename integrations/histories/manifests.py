"""Which technologies a project stands on, by the dependencies its manifests name: those at its top and of its packages.

Workspaces (npm, pnpm, Cargo, uv, Poetry, Go) each say in another way which folders are packages, and many repositories
hold several without saying so. So each folder with a manifest is one, but for tests, templates and what is no code.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from integrations.languages.naming import is_documentation, is_vendored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MOST_SHOWN: Final = 8
LANGUAGES_SHOWN: Final = 4  # the main ones; frameworks say more than a fifth language

# Dependency to the name people use, those that shape a project first. Only what says something about the craft: no
# helpers, no linters.
_TECHNOLOGIES: Final = {
    "django": "Django",
    "flask": "Flask",
    "fastapi": "FastAPI",
    "rails": "Ruby on Rails",
    "laravel/framework": "Laravel",
    "symfony/framework-bundle": "Symfony",
    "phoenix": "Phoenix",
    "@angular/core": "Angular",
    "next": "Next.js",
    "nuxt": "Nuxt",
    "@sveltejs/kit": "SvelteKit",
    "astro": "Astro",
    "react": "React",
    "react-native": "React Native",
    "vue": "Vue.js",
    "svelte": "Svelte",
    "solid-js": "SolidJS",
    "preact": "Preact",
    "@nestjs/core": "NestJS",
    "express": "Express",
    "fastify": "Fastify",
    "actix-web": "Actix",
    "axum": "Axum",
    "rocket": "Rocket",
    "tokio": "Tokio",
    "github.com/gin-gonic/gin": "Gin",
    "github.com/spf13/cobra": "Cobra",
    "torch": "PyTorch",
    "tensorflow": "TensorFlow",
    "transformers": "Transformers",
    "scikit-learn": "scikit-learn",
    "pandas": "pandas",
    "polars": "Polars",
    "numpy": "NumPy",
    "scipy": "SciPy",
    "matplotlib": "Matplotlib",
    "three": "Three.js",
    "@react-three/fiber": "React Three Fiber",
    "d3": "D3",
    "bevy": "Bevy",
    "wgpu": "wgpu",
    "electron": "Electron",
    "tauri": "Tauri",
    "expo": "Expo",
    "pyside6": "Qt",
    "textual": "Textual",
    "click": "Click",
    "djangorestframework": "Django REST Framework",
    "channels": "Django Channels",
    "celery": "Celery",
    "sqlalchemy": "SQLAlchemy",
    "pydantic": "Pydantic",
    "starlette": "Starlette",
    "aiohttp": "aiohttp",
    "httpx": "HTTPX",
    "playwright": "Playwright",
    "htmx.org": "htmx",
    "tailwindcss": "Tailwind CSS",
    "vite": "Vite",
    "psycopg": "PostgreSQL",
    "psycopg2": "PostgreSQL",
    "psycopg2-binary": "PostgreSQL",
    "pg": "PostgreSQL",
    "redis": "Redis",
    "pymongo": "MongoDB",
    "mongoose": "MongoDB",
    "kafkajs": "Kafka",
}
MOST_MANIFESTS: Final = 200  # those nearest to the top; further ones name nothing new
DEEPEST: Final = 4  # folders above a package's manifest, as in `apps/@scope/name/`
_MANIFEST: Final = re.compile(
    r"(?:.*/)?(?:requirements[\w.-]*\.(?:txt|in)|requirements/[\w.-]+\.(?:txt|in)|pyproject\.toml|package\.json"
    r"|composer\.json|cargo\.toml|go\.mod|gemfile|mix\.exs)",
    re.IGNORECASE,
)
_NOT_THE_PROJECTS: Final = re.compile(
    r"(^|/)(__tests__|__fixtures__|tests?|specs?|e2e|fixtures?|templates?|benchmarks?|playgrounds?|examples?|samples?)/",
    re.IGNORECASE,
)
_DEPENDENCY_TABLE: Final = re.compile(r"dependenc|^require(-dev)?$", re.IGNORECASE)
_FIRST_WORD: Final = re.compile(r"""^[^\S\n]*+(?:require[^\S\n]+|gem[^\S\n]+|\{:)?["']?([@\w./-]+)""", re.MULTILINE)


def manifests_among(paths: Iterable[str]) -> list[str]:
    """Those paths at which the dependencies of the project and its packages stand, nearest to the top first."""
    found = [
        path
        for path in paths
        if _MANIFEST.fullmatch(path)
        and path.count("/") <= DEEPEST
        and not (_NOT_THE_PROJECTS.search(path) or is_vendored(path) or is_documentation(path))
    ]
    return sorted(found, key=lambda path: (path.count("/"), path))[:MOST_MANIFESTS]


def technologies_in(manifests: Mapping[str, str], *, languages: Mapping[str, int]) -> tuple[str, ...]:
    """The main languages and the technologies that manifests (path to text) name, at most `MOST_SHOWN`."""
    used = {
        name.lower()
        for manifest, text in manifests.items()
        # Beside a requirements.in, the .txt is compiled: it names what the dependencies depend on.
        if manifest.removesuffix(".txt") + ".in" not in manifests
        for name in _dependencies(manifest, text)
    }
    found = dict.fromkeys(technology for dependency, technology in _TECHNOLOGIES.items() if dependency in used)
    return (*list(languages)[:LANGUAGES_SHOWN], *found)[:MOST_SHOWN]


def _dependencies(manifest: str, text: str) -> Iterator[str]:
    try:
        if manifest.lower().endswith(".json"):
            yield from _named(json.loads(text))
        elif manifest.lower().endswith(".toml"):
            yield from _named(tomllib.loads(text))
        else:
            yield from _FIRST_WORD.findall(text)
    except (ValueError, RecursionError):
        return  # a manifest that is broken names nothing


def _named(table: Any, *, inside: bool = False) -> Iterator[str]:
    """Names in the dependency tables of a manifest: keys of tables, first words of lists."""
    if isinstance(table, dict):
        for key, value in table.items():
            if inside:
                yield str(key)
            within = inside or _DEPENDENCY_TABLE.search(str(key)) is not None
            if within or isinstance(value, dict):
                yield from _named(value, inside=within)
    elif isinstance(table, list) and inside:
        for entry in table:
            if isinstance(entry, str):
                yield from _FIRST_WORD.findall(entry)
