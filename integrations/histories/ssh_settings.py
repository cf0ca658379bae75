"""What an alias in a remote stands for, by the SSH settings of whoever runs the import."""

from __future__ import annotations

import subprocess
from typing import Final

from garden.sources import remote_host

QUICK: Final = 5  # seconds; SSH reads its settings and connects to nothing


def host_behind(url: str) -> str:
    """The host that SSH would connect to for a remote; empty where it is no SSH one, or nothing can say.

    `Host work` with `HostName github.com` makes `git@work:ada/engine` the repository on GitHub.
    """
    host = remote_host(url)
    return _resolved(host) if host else ""


def _resolved(host: str) -> str:
    try:
        answer = subprocess.run(  # noqa: S603 - a list of arguments, no shell
            ["ssh", "-G", "--", host],  # noqa: S607 - the same program that git would take
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=QUICK,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    said = dict(line.split(b" ", 1) for line in answer.stdout.splitlines() if b" " in line)
    return said.get(b"hostname", b"").decode("ascii", "ignore")
