"""Which language a file is written in, by its name, in the names that GitHub uses.

Programming and markup languages only, as GitHub counts them: prose and data (Markdown, JSON, YAML, lock files) would
make every project look alike. The rest of what is left out is what nobody here wrote: vendored, minified, generated.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LARGEST_SOURCE: Final = 1_000_000  # bytes; larger files of source are generated or data

_BY_EXTENSION: Final = {
    extension: language
    for language, extensions in {
        "Ada": "ada adb ads",
        "Assembly": "asm s",
        "Astro": "astro",
        "Awk": "awk",
        "Batchfile": "bat cmd",
        "Bicep": "bicep",
        "C": "c h",
        "C#": "cs",
        "C++": "cc cpp cxx c++ hh hpp hxx",
        "CMake": "cmake",
        "COBOL": "cob cbl",
        "CSS": "css",
        "Clojure": "clj cljs cljc",
        "CoffeeScript": "coffee",
        "Common Lisp": "lisp cl",
        "Crystal": "cr",
        "Cuda": "cu cuh",
        "Cython": "pyx pxd",
        "D": "d",
        "Dart": "dart",
        "Elixir": "ex exs",
        "Elm": "elm",
        "Emacs Lisp": "el",
        "Erlang": "erl hrl",
        "F#": "fs fsi fsx",
        "Fennel": "fnl",
        "Fish": "fish",
        "Fortran": "f f90 f95 f03 for",
        "GDScript": "gd",
        "GLSL": "glsl vert frag",
        "Gleam": "gleam",
        "Go": "go",
        "Groovy": "groovy gradle",
        "HCL": "tf tfvars hcl",
        "HTML": "html htm xhtml",
        "Haskell": "hs",
        "Haxe": "hx",
        "Java": "java",
        "JavaScript": "js mjs cjs jsx",
        "Jinja": "j2 jinja jinja2",
        "Julia": "jl",
        "Jupyter Notebook": "ipynb",
        "Just": "just",
        "Kotlin": "kt kts",
        "Less": "less",
        "Lua": "lua",
        "Makefile": "mk",
        "Mako": "mako",
        "Nim": "nim",
        "Nix": "nix",
        "OCaml": "ml mli",
        "Objective-C": "m",
        "Objective-C++": "mm",
        "PHP": "php",
        "PLpgSQL": "plpgsql",
        "Pascal": "pas",
        "Perl": "pl pm",
        "PowerShell": "ps1 psm1",
        "Prolog": "pro",
        "Pug": "pug",
        "Puppet": "pp",
        "Python": "py pyi pyw",
        "QML": "qml",
        "R": "r",
        "Racket": "rkt",
        "Ruby": "rb rake gemspec",
        "Rust": "rs",
        "SCSS": "scss",
        "SQL": "sql",
        "Sass": "sass",
        "Scala": "scala sc",
        "Scheme": "scm ss",
        "Shell": "sh bash zsh ksh",
        "Solidity": "sol",
        "Starlark": "bzl star",
        "Stylus": "styl",
        "Svelte": "svelte",
        "Swift": "swift",
        "Tcl": "tcl",
        "TeX": "tex sty",
        "Twig": "twig",
        "TypeScript": "ts tsx mts cts",
        "Typst": "typ",
        "V": "v",
        "VHDL": "vhd vhdl",
        "Vala": "vala",
        "Vim Script": "vim",
        "Visual Basic .NET": "vb",
        "Vue": "vue",
        "WGSL": "wgsl",
        "XSLT": "xsl xslt",
        "Zig": "zig",
    }.items()
    for extension in extensions.split()
}
_BY_NAME: Final = {
    "cmakelists.txt": "CMake",
    "containerfile": "Dockerfile",
    "dockerfile": "Dockerfile",
    "gemfile": "Ruby",
    "gnumakefile": "Makefile",
    "jenkinsfile": "Groovy",
    "justfile": "Just",
    "makefile": "Makefile",
    "rakefile": "Ruby",
    "vagrantfile": "Ruby",
}
_NOT_WRITTEN_HERE: Final = re.compile(
    r"(^|/)(node_modules|bower_components|vendor|vendored|_vendor|third[-_]party|site-packages|\.venv|venv|\.yarn|Pods"
    r"|dist|__generated__)/"
    r"|[.-]min\.(js|css|mjs)$|\.bundle\.js$|_pb2(_grpc)?\.pyi?$|\.pb\.go$|\.g\.dart$|\.designer\.cs$",
    re.IGNORECASE,
)


@lru_cache(maxsize=16_384)  # the same paths come again and again in a history
def language_of(path: str) -> str:
    """The language of a file by its path, or an empty string for what is not source or not written here."""
    name = path.rpartition("/")[2].lower()
    stem, dot, extension = name.rpartition(".")
    language = _BY_EXTENSION.get(extension, "") if dot and stem else ""
    if not language:
        language = _BY_NAME.get(name, "") or ("Dockerfile" if name.startswith("dockerfile.") else "")
    return "" if language and _NOT_WRITTEN_HERE.search(path) else language
