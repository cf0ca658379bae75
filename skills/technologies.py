"""What is generally known about technologies, as data: their names, their constellations, how they belong together.

A name that stands here has its place in everybody's sky. What does not stand here is a skill all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["prerequisite", "similar", "complement", "co_use"]


@dataclass(frozen=True, slots=True)
class Group:
    """A constellation. `x` and `y` are its middle, 0–1 from the left and from the horizon upwards."""

    key: str
    label: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Technology:
    """A well-known technology: its usual name, its constellation, and its turn in it, the best known first."""

    name: str
    group: str
    turn: int


LANGUAGE: Final = "language"
OTHER: Final = "other"  # stars of no constellation, scattered over the whole sky
GROUPS: Final = {
    group.key: group
    for group in (
        Group(LANGUAGE, "Languages", 0.50, 0.80),
        Group("frontend", "Frontend", 0.17, 0.75),
        Group("backend", "Backend", 0.83, 0.75),
        Group("data", "Data", 0.85, 0.45),
        Group("devops", "Operations", 0.81, 0.16),
        Group("testing", "Testing", 0.51, 0.47),
        Group("tools", "Tools", 0.49, 0.16),
        Group("mobile", "Mobile", 0.15, 0.46),
        Group("ai", "Machine learning", 0.18, 0.16),
        Group(OTHER, "Further skills", 0.5, 0.5),
    )
}
# The best known first; other spellings after a bar. What a key folds away (case, spaces, dots, hyphens) needs no alias.
_NAMES: Final = {
    LANGUAGE: """
        Python|py|python3; JavaScript|js|ecmascript|es6; TypeScript|ts; HTML|html5; CSS|css3;
        Shell|bash|sh|zsh|shellscript; Java; C; C++|cpp|cxx; C#|csharp; Go|golang; Rust|rs; Ruby|rb; PHP;
        Kotlin|kt; Swift; SQL; R; Scala; Dart; Lua; Perl; Haskell; Elixir; Erlang; Clojure; Julia; MATLAB;
        PowerShell|pwsh; Assembly|asm; Objective-C|objc; F#|fsharp; OCaml; Zig; Nim; Crystal; Elm; TeX|latex;
        Markdown|md; SCSS|sass; Less; Jinja|jinja2; GLSL; WebAssembly|wasm; Groovy; Fortran; COBOL; Prolog;
        Scheme; Racket; Common Lisp|lisp; Emacs Lisp|elisp; Vim Script|viml|vimscript; Solidity; Visual
        Basic|vb|vba|visual basic net; Pascal|delphi; Cython; PLpgSQL; Jupyter Notebook|ipynb; Nix; HCL; XML;
        YAML|yml; JSON; GDScript; Vala; ActionScript; CoffeeScript; Haxe
    """,
    "frontend": """
        React|reactjs; Vue|vuejs|vue3; Angular|angularjs; Svelte; Next.js; Tailwind CSS|tailwind; Three.js;
        Vite; Webpack; jQuery; Bootstrap; Redux; htmx; Alpine.js; Nuxt|nuxtjs; SvelteKit; Astro; D3|d3js; WebGL;
        WebGPU; React Three Fiber|r3f; Zustand; Solid|solidjs; Preact; Lit; Web Components; Babel; Rollup;
        esbuild; Parcel; Remix; Gatsby; Ember|emberjs; Backbone.js; Storybook; Material UI|mui; Styled
        Components; Leaflet; PWA
    """,
    "backend": """
        Django; Node.js|node; Flask; FastAPI; Express|expressjs; Django REST Framework|drf|djangorestframework;
        Spring|springboot|spring framework; Ruby on Rails|rails|ror; Laravel; ASP.NET|asp net core|aspnetcore;
        .NET|dotnet|net core; Celery; GraphQL; REST|rest api|restful; WebSocket|websockets; gRPC;
        Channels|django channels; Starlette; NestJS; Phoenix; Symfony; Gin; Actix; Axum; Tokio; aiohttp;
        Tornado; Deno; Bun; Pyramid; Sinatra; OAuth|oauth2; WordPress; Wagtail; Strapi; SQLAlchemy;
        Prisma; Hibernate
    """,
    "data": """
        PostgreSQL|postgres|pg|psql|pgsql; SQLite|sqlite3; Redis; MySQL|mariadb; MongoDB|mongo;
        Elasticsearch|elastic; pandas; NumPy; Apache Kafka|kafka; Apache Spark|spark|pyspark; RabbitMQ; DuckDB;
        ClickHouse; Cassandra|apache cassandra; DynamoDB; Snowflake; BigQuery; dbt; Airflow|apache airflow;
        Jupyter; Polars; Matplotlib; Datasette; Neo4j; InfluxDB; Supabase; Firebase; Memcached; OpenSearch;
        Parquet; Oracle|oracle database; SQL Server|mssql; Power BI; Tableau
    """,
    "devops": """
        Docker|dockerfile|docker compose; Kubernetes|k8s; Linux|gnu linux; AWS|amazon web services; GitHub
        Actions|gha; Terraform; Nginx; Ansible; Google Cloud|gcp|google cloud platform; Azure|microsoft azure;
        Helm; Prometheus; Grafana; Jenkins; GitLab CI|gitlab ci cd; CI/CD|continuous integration; Heroku;
        Vercel; Netlify; Cloudflare; systemd; Podman; Traefik; Pulumi; Vagrant; Packer; Argo CD; Istio;
        OpenTelemetry; Sentry; Caddy; uvicorn; Apache|apache httpd; NixOS
    """,
    "testing": """
        pytest; Jest; Playwright; Cypress; Selenium; Vitest; unittest; JUnit; Hypothesis; Testing Library;
        Mocha; RSpec; PHPUnit; Cucumber; Locust; k6; tox; Puppeteer; Schemathesis
    """,
    "tools": """
        Git; GitHub; Vim|neovim|nvim; VS Code|vscode|visual studio code; npm; Makefile|make|gnu make; tmux;
        ESLint; Ruff; mypy; Prettier; Poetry; uv; CMake; Gradle; Maven; Emacs; Click; Biome; Black; Yarn; pnpm;
        Cargo; GitLab; Sphinx; MkDocs; Figma; Blender; Unity; Godot; Unreal Engine|unreal; Raspberry Pi;
        Arduino; OpenAPI|swagger; Pandoc; FFmpeg; Homebrew; Jira
    """,
    "mobile": """
        Android; iOS; React Native; Flutter; SwiftUI; Jetpack Compose; Expo; Ionic; Xamarin; Cordova; UIKit;
        Electron; Tauri; Capacitor; Qt; GTK
    """,
    "ai": """
        PyTorch; TensorFlow; scikit-learn|sklearn; Keras; Hugging Face|transformers; LangChain; OpenCV;
        OpenAI|openai api; LLM|llms|large language models; JAX; spaCy; NLTK; XGBoost; SciPy; Computer Vision;
        NLP|natural language processing; Ollama; MLflow; CUDA; ONNX; Machine Learning|ml
    """,
}

# Two technologies and what joins them, with how strongly (0–1). Of a prerequisite the first is what the others need.
_RELATIONS: Final[tuple[tuple[str, Kind, float, str], ...]] = (
    (
        "Python",
        "prerequisite",
        0.9,
        "Django; Flask; FastAPI; pytest; pandas; NumPy; Celery; SQLAlchemy; Starlette; Datasette",
    ),
    (
        "Python",
        "prerequisite",
        0.8,
        "PyTorch; scikit-learn; Jupyter; Click; aiohttp; Tornado; Polars; Matplotlib; SciPy; Keras",
    ),
    (
        "Python",
        "prerequisite",
        0.7,
        "TensorFlow; Wagtail; Poetry; Ruff; mypy; Hypothesis; tox; unittest; spaCy; Pyramid; LangChain",
    ),
    ("Django", "prerequisite", 0.9, "Django REST Framework; Wagtail; Channels"),
    (
        "JavaScript",
        "prerequisite",
        0.9,
        "TypeScript; React; Vue; Node.js; Angular; Svelte; jQuery; Three.js; D3; Alpine.js; Preact",
    ),
    (
        "JavaScript",
        "prerequisite",
        0.7,
        "Express; Webpack; Vite; Jest; Electron; React Native; npm; ESLint; Vitest; Mocha; Leaflet",
    ),
    ("Node.js", "prerequisite", 0.8, "Express; NestJS; npm; Next.js; Nuxt"),
    (
        "React",
        "prerequisite",
        0.9,
        "Next.js; React Native; Redux; React Three Fiber; Gatsby; Remix; Zustand; Material UI",
    ),
    ("Vue", "prerequisite", 0.9, "Nuxt"),
    ("Svelte", "prerequisite", 0.9, "SvelteKit"),
    ("Three.js", "prerequisite", 0.8, "React Three Fiber"),
    ("WebGL", "prerequisite", 0.7, "Three.js"),
    ("HTML", "prerequisite", 0.7, "CSS; React; Vue; htmx; Jinja; Svelte; Web Components"),
    ("CSS", "prerequisite", 0.8, "SCSS; Tailwind CSS; Bootstrap; Less"),
    (
        "SQL",
        "prerequisite",
        0.8,
        "PostgreSQL; SQLite; MySQL; DuckDB; ClickHouse; BigQuery; Snowflake; SQL Server; dbt; PLpgSQL",
    ),
    ("Java", "prerequisite", 0.9, "Spring; Hibernate; JUnit; Maven; Gradle"),
    ("Kotlin", "prerequisite", 0.8, "Jetpack Compose"),
    ("Swift", "prerequisite", 0.9, "SwiftUI; UIKit"),
    ("Dart", "prerequisite", 0.9, "Flutter"),
    ("Ruby", "prerequisite", 0.9, "Ruby on Rails; Sinatra; RSpec"),
    ("PHP", "prerequisite", 0.9, "Laravel; Symfony; WordPress; PHPUnit"),
    ("C#", "prerequisite", 0.9, ".NET; ASP.NET; Unity; Xamarin"),
    ("Rust", "prerequisite", 0.9, "Actix; Axum; Tokio; Cargo; Tauri"),
    ("Go", "prerequisite", 0.9, "Gin"),
    ("Elixir", "prerequisite", 0.9, "Phoenix"),
    ("Docker", "prerequisite", 0.8, "Kubernetes; Podman"),
    ("Kubernetes", "prerequisite", 0.8, "Helm; Argo CD; Istio"),
    ("Linux", "prerequisite", 0.6, "Docker; Ansible; systemd; Nginx"),
    ("Git", "prerequisite", 0.7, "GitHub; GitLab; GitHub Actions; GitLab CI"),
    ("NumPy", "prerequisite", 0.7, "pandas; SciPy; scikit-learn; PyTorch"),
    ("C", "similar", 0.6, "C++; Zig; Objective-C"),
    ("Java", "similar", 0.6, "Kotlin; C#; Scala"),
    ("Django", "similar", 0.7, "Flask; FastAPI; Ruby on Rails; Laravel"),
    ("Flask", "similar", 0.8, "FastAPI; Express; Sinatra"),
    ("React", "similar", 0.7, "Vue; Svelte; Angular; Preact; Solid"),
    ("PostgreSQL", "similar", 0.8, "MySQL; SQLite; SQL Server; Oracle"),
    ("PyTorch", "similar", 0.9, "TensorFlow; JAX"),
    ("pandas", "similar", 0.8, "Polars; DuckDB"),
    ("pytest", "similar", 0.8, "unittest"),
    ("Jest", "similar", 0.9, "Vitest; Mocha"),
    ("Playwright", "similar", 0.8, "Cypress; Selenium; Puppeteer"),
    ("Webpack", "similar", 0.8, "Vite; Rollup; esbuild; Parcel"),
    ("AWS", "similar", 0.8, "Google Cloud; Azure"),
    ("Terraform", "similar", 0.8, "Pulumi; Ansible"),
    ("GitHub Actions", "similar", 0.8, "GitLab CI; Jenkins"),
    ("Android", "similar", 0.6, "iOS"),
    ("Rust", "similar", 0.5, "C++; Zig; Go"),
    ("Django", "complement", 0.8, "PostgreSQL; Celery; Redis; htmx; Docker; pytest"),
    ("Celery", "complement", 0.8, "Redis; RabbitMQ"),
    ("FastAPI", "complement", 0.7, "SQLAlchemy; uvicorn; PostgreSQL"),
    ("React", "complement", 0.7, "TypeScript; Tailwind CSS; GraphQL; Vite; Testing Library"),
    ("Node.js", "complement", 0.6, "MongoDB; TypeScript"),
    ("Docker", "complement", 0.7, "GitHub Actions; Nginx; Terraform"),
    ("Kubernetes", "complement", 0.7, "Prometheus; Terraform"),
    ("Prometheus", "complement", 0.9, "Grafana"),
    ("HTML", "complement", 0.8, "JavaScript"),
    ("Shell", "complement", 0.5, "Linux; Docker; Makefile; Git"),
    ("Kotlin", "complement", 0.8, "Android; Gradle"),
    ("Swift", "complement", 0.9, "iOS"),
    ("Jupyter", "complement", 0.8, "pandas; Matplotlib"),
    ("VS Code", "complement", 0.4, "Git"),
    ("Datasette", "complement", 0.9, "SQLite"),
)


def key(name: str) -> str:
    """What two spellings of one name share: "Node.js" and "node-js" are `nodejs`; "C" and "C++" differ."""
    folded = name.strip().casefold()
    return re.sub(r"(?<=.)[\s._-]+", "", folded) or folded


def _read() -> tuple[dict[str, Technology], dict[str, int]]:
    known: dict[str, Technology] = {}
    sizes: dict[str, int] = {}
    for group, text in _NAMES.items():
        entries = [entry.split("|") for entry in " ".join(text.split()).split("; ")]
        sizes[group] = len(entries)
        for turn, (name, *aliases) in enumerate(entries):
            technology = Technology(name, group, turn)
            for spelling in (name, *aliases):
                known.setdefault(key(spelling), technology)
    return known, sizes


TECHNOLOGIES, GROUP_SIZES = _read()  # by every key that names one; how many each constellation knows


def technology(name: str) -> Technology | None:
    """The well-known technology that a name means, however it is spelled."""
    return TECHNOLOGIES.get(key(name))


def _related() -> dict[frozenset[str], tuple[str, Kind, str, float]]:
    return {
        frozenset((key(first), key(second))): (key(first), kind, key(second), strength)
        for first, kind, strength, seconds in _RELATIONS
        for second in seconds.split("; ")
    }


def _needs() -> dict[str, set[str]]:
    needs: dict[str, set[str]] = {}
    for first, kind, second, _ in RELATED.values():
        if kind == "prerequisite":
            needs.setdefault(second, set()).add(first)
    return needs


RELATED: Final = _related()  # by the keys of both
NEEDS: Final = _needs()  # what a technology builds on, by keys


def canonical(name: str) -> str:
    """The usual name: "postgres" is "PostgreSQL". A name that nobody knows stays as it is written."""
    known = technology(name)
    return known.name if known else " ".join(name.split())


def canonical_key(name: str) -> str:
    """The key of the usual name: what all spellings of one skill share."""
    return key(canonical(name))
