"""glibc's allocator, told to keep little of what was freed. Another libc is left as it is."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

LARGE_BLOCK: Final = 1024 * 1024  # bytes
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # of malloc.h
ARENAS: Final = 2  # the allocator would have eight a core; Python's threads mostly wait for one another anyway


def keep_little() -> None:
    """Have the threads share few arenas, and map large blocks by themselves.

    What one request needed is then there for the next, whichever thread answers it, and a large body leaves no memory
    behind. glibc begins with the latter and gives it up at the first large block that is freed; each thread then keeps
    up to 64 MB.
    """
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(M_ARENA_MAX, ARENAS)
        libc.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


def give_back() -> None:
    """Hand the system the pages within the arenas that nothing lies on. A few milliseconds.

    By itself glibc gives back the end of an arena alone, and something that lives long is always near the end.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
