"""Which language a file is in by its path, and whether somebody here wrote it by hand. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from integrations.languages import linguist

# Of the languages that share an ending, the one that is meant where neither a rule nor a first line tells. An ending
# that is not here (`.inc`, `.mod`) may be anything.
_USUAL: Final = {
    ".al": "AL",
    ".as": "ActionScript",
    ".asm": "Assembly",
    ".bas": "Visual Basic 6.0",
    ".bb": "BitBake",
    ".cairo": "Cairo",
    ".cake": "C#",
    ".cgi": "Perl",
    ".cl": "Common Lisp",
    ".cls": "TeX",
    ".cp": "C++",
    ".cs": "C#",
    ".cue": "CUE",
    ".d": "D",
    ".ddl": "SQL",
    ".e": "Eiffel",
    ".es": "JavaScript",
    ".ex": "Elixir",
    ".f": "Fortran",
    ".for": "Fortran",
    ".frag": "GLSL",
    ".fs": "F#",
    ".fx": "HLSL",
    ".gd": "GDScript",
    ".gs": "JavaScript",
    ".h": "C",
    ".hh": "C++",
    ".html": "HTML",
    ".jq": "jq",
    ".json": "JSON",
    ".l": "Lex",
    ".lean": "Lean",
    ".lisp": "Common Lisp",
    ".ls": "LiveScript",
    ".lsp": "Common Lisp",
    ".m": "Objective-C",
    ".m4": "M4",
    ".md": "Markdown",
    ".ml": "OCaml",
    ".mm": "Objective-C++",
    ".mo": "Modelica",
    ".mojo": "Mojo",
    ".mqh": "MQL5",
    ".nu": "Nushell",
    ".odin": "Odin",
    ".p": "Gnuplot",
    ".php": "PHP",
    ".pkl": "Pkl",
    ".pl": "Perl",
    ".plt": "Gnuplot",
    ".pm": "Perl",
    ".pp": "Puppet",
    ".pro": "QMake",
    ".q": "q",
    ".qs": "Q#",
    ".r": "R",
    ".re": "Reason",
    ".res": "ReScript",
    ".rpy": "Ren'Py",
    ".rs": "Rust",
    ".s": "Assembly",
    ".sc": "Scala",
    ".scd": "SuperCollider",
    ".scm": "Scheme",
    ".shader": "ShaderLab",
    ".sls": "Salt",
    ".sol": "Solidity",
    ".sql": "SQL",
    ".st": "Smalltalk",
    ".star": "Starlark",
    ".t": "Perl",
    ".ts": "TypeScript",
    ".tsp": "TypeSpec",
    ".tst": "Scilab",
    ".txt": "Text",
    ".tsx": "TSX",
    ".typ": "Typst",
    ".v": "Verilog",
    ".vba": "VBA",
    ".x": "Logos",
    ".yaml": "YAML",
    ".yml": "YAML",
    ".yy": "Yacc",
}
# Linguist takes these for copies, and as often they are the project's own.
_OWN_AS_OFTEN: Final = re.compile(r"(^|/)cache/")
_COPIED: Final = re.compile(
    r"(^|/)(_vendor|vendored|site-packages|\.venv|venv|\.yarn|Pods|\.tox|\.eggs)/|[.-]min\.(mjs|cjs)$|\.bundle\.js$",
    re.IGNORECASE,
)
_GENERATED: Final = re.compile(
    r"(^|/)(__generated__|__pycache__|htmlcov|__snapshots__)/|_pb2(_grpc)?\.pyi?$|\.pb\.(go|cc|h)$"
    r"|\.(g|freezed)\.dart$|\.designer\.(cs|vb)$|\.feature\.cs$|(^|/)zz_generated[^/]*$|_tlb\.pas$|\.(js|css)\.map$"
    r"|\.lock$|[.-]lock\.(json|ya?ml|hcl|txt)$|\.lockb?$|\.lockfile$|(^|/)(go\.sum|npm-shrinkwrap\.json|\.pnp\.[^/]*)$",
    re.IGNORECASE,
)


def candidates(path: str) -> tuple[str, tuple[str, ...]]:
    """The ending that a file is known by (`.py`; empty where its whole name tells), and the languages it may be in."""
    name = path.rpartition("/")[2]
    if name.startswith("dot_"):  # as tools that keep dotfiles write `.bashrc`
        name = f".{name.removeprefix('dot_')}"
    if found := linguist.BY_FILENAME.get(name):
        return "", found
    name = name.lower()
    if name.startswith(("dockerfile.", "containerfile.")):
        return "", ("Dockerfile",)
    dot = name.find(".", 1)
    while dot != -1:
        if found := linguist.BY_EXTENSION.get(name[dot:]):
            return name[dot:], found
        dot = name.find(".", dot + 1)
    return "", ()


def usual(ending: str, languages: tuple[str, ...]) -> str:
    """The language that is meant by a file's name alone; empty where that says nothing."""
    return languages[0] if len(languages) == 1 else _USUAL.get(ending, "")


def has_no_ending(path: str) -> bool:
    """Whether only a file's first line can tell what it is."""
    return "." not in path.rpartition("/")[2][1:]


def is_vendored(path: str) -> bool:
    """Whether it lies where copies of other people's work lie, or is called like one."""
    return _COPIED.search(path) is not None or linguist.VENDORED.search(_OWN_AS_OFTEN.sub(r"\1", path)) is not None


def is_documentation(path: str) -> bool:
    """Whether it belongs to the documentation, examples among it. A program that is called `readme.py` does not."""
    if linguist.DOCUMENTATION.search(f"{path.rpartition('/')[0]}/"):
        return True
    return linguist.DOCUMENTATION.search(path) is not None and not any(
        map(linguist.is_programming, candidates(path)[1])
    )


def is_generated(path: str) -> bool:
    """Whether it is called like what a tool writes: lock files, stubs, snapshots."""
    return _GENERATED.search(path) is not None


@lru_cache(maxsize=16_384)  # the same paths come again and again in a history
def language_of(path: str) -> str:
    """The language of a file by its path alone; empty for what is no code, or nobody here wrote."""
    language = usual(*candidates(path))
    if not linguist.is_code(language) or is_generated(path) or is_vendored(path) or is_documentation(path):
        return ""
    return linguist.counted_as(language)
