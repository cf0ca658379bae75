"""What libraries load merely because it is installed, and no process of ours needs. It comes before all of them.

Python answers an import of a name whose module is `None` as if it were not installed, and these libraries do without.
"""

from __future__ import annotations

import sys
import warnings
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# REST framework and unfold look for fields that no model of ours has, and psycopg comes along: 9 MB, on SQLite too.
FIELDS_OF_POSTGRESQL: Final = "django.contrib.postgres.fields"
# structlog's colours for a terminal, which we do not use, and its part for programs on Twisted: 7 MB.
AROUND_STRUCTLOG: Final = ("rich", "structlog.twisted")
# What guesses the encoding of a text that does not say it: 3 MB. We read JSON and bytes; requests then takes UTF-8.
AROUND_REQUESTS: Final = ("chardet", "charset_normalizer")


def leave_out() -> None:
    """Have them not loaded by this process."""
    sys.modules.setdefault(FIELDS_OF_POSTGRESQL, None)  # type: ignore[arg-type] # that is how it is written
    with _absent(*AROUND_STRUCTLOG):
        import_module("structlog")
    with _absent(*AROUND_REQUESTS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Unable to find acceptable character detection")
        import_module("requests")  # which allauth brings to every process


@contextmanager
def _absent(*names: str) -> Iterator[None]:
    """Within it, what is not loaded yet is not there: whoever else wants it (a tool of the tests) still finds it."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
