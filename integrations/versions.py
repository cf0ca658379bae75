"""Which tags are versions. One that marks something else (a backup, a nightly build, a deployment) releases nothing."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 200  # characters; a longer one names no version, and would be looked at from all its marks

# `v1`, `2.0.1`, `1.0rc2`, `2024.05`, `release-1.2`, `REL_9_6_1`, `go1.22`, and, in a repository of several packages,
# `@scope/name@1.2.3`, `name-v1.2.3`, `name/v2`. A single number is a version only where a word for it stands before it.
_VERSION: Final = re.compile(
    r"""(?P<before>(?:.*[@/_+-])?)                    # the package, or what else the number is about
        (?:
            (?:[a-z]+[.-]?)? \d+ (?:[._]\d+)+         # 1.2, v1.2.3, go1.22, 9_6
          | (?:v|r|rel|release|version|ver)[._-]?\d+  # v2, release-7
          | \d{4}-\d{2}(?:-\d{2})?                    # a month or a day, as a version by date
        )
        (?P<after>(?:[._+-]?[a-z][\w.+-]*|[+-][\w.+-]+)?)""",  # what kind of version: rc1, -beta.2, .post1, +build.5
    re.IGNORECASE | re.VERBOSE,
)
_ABOUT_SOMETHING_ELSE: Final = re.compile(
    r"(?:^|[^a-z])(?:after|archived?|ba(?:k|ckup)|before|build|canary|checkpoint|ci|deploy(?:ed|ment)?|draft|latest"
    r"|merged?|nightly|old|pre|prod|production|snapshot|staging|sync|te?mp|test|upstream|wip)(?:$|[^a-z])",
    re.IGNORECASE,
)
_NO_LONGER_IT: Final = re.compile(
    r"(?:^|[^a-z])(?:ba(?:k|ckup)|before|broken|merged?|old|te?mp|wip)(?:$|[^a-z])", re.IGNORECASE
)


def is_version(tag: str) -> bool:
    """Whether a tag names a version."""
    found = _VERSION.fullmatch(tag) if len(tag) <= LONGEST else None
    return bool(
        found and not _ABOUT_SOMETHING_ELSE.search(found["before"]) and not _NO_LONGER_IT.search(found["after"])
    )
