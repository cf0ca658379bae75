#!/usr/bin/env python3
"""Tell the garden of the commits that it was not told of. Needs Python 3.8 and git, and nothing of the greenhouse.

It lies in the directory `greenhouse` of a repository's git directory, beside `hook.json`: `url`, `secret`, and
`repository` where the garden knows the repository by another address than its remote's. What the last try came to
stands in `hook.log` there, and the newest commit that the garden was told of in `told`.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

HOME = Path(__file__).resolve().parent
ORIGIN = "refs/remotes/origin/"
MOST = 500  # commits in one go; an older history comes by `import_git`
SECONDS = 10  # for the garden to answer
FORMAT = "commit %H%x00%aN%x00%aE%x00%aI%x00%s%x00%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x0A)"
ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def main() -> None:
    settings = json.loads((HOME / "hook.json").read_text(encoding="utf-8"))
    branch = default_branch()
    tip = git("rev-parse", "--verify", "--quiet", branch + "^{commit}") if branch else ""
    told = read("told")
    if not tip or tip == told:
        return
    commits = commits_until(tip, told)
    if commits:
        repository = settings.get("repository") or address() or first_commit(tip)
        send(settings, {"repository": repository, "ref": branch, "commits": commits})
    write("told", tip)


def default_branch() -> str:
    """The remote's default branch where there is one, else what is checked out; empty in the middle of a rebase."""
    fetched = git("symbolic-ref", "--quiet", ORIGIN + "HEAD")
    here = "refs/heads/" + fetched[len(ORIGIN) :] if fetched else ""
    if here and git("rev-parse", "--verify", "--quiet", here):
        return here
    return git("symbolic-ref", "--quiet", "HEAD")


def address() -> str:
    """The URL of the remote without user and password; empty for a path on this machine, and where there is none."""
    url = git("config", "--get", "remote.origin.url")
    if not re.match(r"[\w+]+://|(?:[^@/:\s]+@)?[^@/:\s]{2,}:", url) or url.startswith("file:"):
        return ""
    return re.sub(r"//[^/]*@", "//", url)


def first_commit(tip: str) -> str:
    """What a history without a remote is known by."""
    return git("rev-list", "--first-parent", "--max-parents=0", tip, "--")


def commits_until(tip: str, told: str) -> list[dict[str, object]]:
    """The commits that the garden was not told of, the oldest first; the newest one alone where it never was."""
    known = told and git("merge-base", "--is-ancestor", told, tip, status=True)
    which = [f"--max-count={MOST}", tip, "^" + told] if known else ["--max-count=1", tip]
    plain = ("--no-ext-diff", "--no-textconv", "--ignore-submodules=all")
    output = git("log", "--no-merges", "-z", "--numstat", "--format=" + FORMAT, *plain, *which, "--")
    found: list[dict[str, object]] = []
    tokens = iter(output.split("\0"))
    for token in tokens:
        stat = re.match(r"\n?(\d+|-)\t(\d+|-)\t(.*)", token, re.DOTALL)
        if token.startswith("commit "):
            author, email, authored_at, subject, helpers = (next(tokens, "") for _ in range(5))
            found.append(
                {
                    "sha": token[len("commit ") :],
                    "author": author,
                    "email": email,
                    "authored_at": authored_at,
                    "subject": subject,
                    "co_authors": helpers.splitlines(),
                    "added": 0,
                    "removed": 0,
                }
            )
        elif stat and found:
            if not stat.group(3):  # a rename: both paths follow
                next(tokens, "")
                next(tokens, "")
            for name, number in (("added", stat.group(1)), ("removed", stat.group(2))):
                if number != "-":  # of a binary file
                    found[-1][name] = int(str(found[-1][name])) + int(number)
    return found[::-1]


def send(settings: dict[str, str], payload: dict[str, object]) -> None:
    """Hand it in. Raises `OSError` when the garden is away or does not take it."""
    body = json.dumps(payload).encode()
    signature = hmac.new(settings["secret"].encode(), body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(  # noqa: S310 - an address that the owner gave
        settings["url"],
        data=body,
        headers={"Content-Type": "application/json", "X-Hub-Signature-256": "sha256=" + signature},
    )
    near = urlsplit(settings["url"]).hostname in ON_THIS_MACHINE  # no proxy leads there
    opener = urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if near else []))
    with opener.open(request, timeout=SECONDS) as answer:
        write("hook.log", f"The garden answered {answer.status}.\n")


def git(*arguments: str, status: bool = False) -> str:
    """What git answers, empty where it refuses; with `status`, something where it says yes."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "--no-pager", "--git-dir", str(HOME.parent), "-c", "log.showSignature=false", *arguments]
    answer = subprocess.run(  # noqa: S603 - a list of arguments, no shell
        command, env={**environment, "LC_ALL": "C"}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False
    )
    if answer.returncode:
        return ""
    return "yes" if status else answer.stdout.decode("utf-8", "replace").strip("\n")


def read(name: str) -> str:
    try:
        return (HOME / name).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def write(name: str, text: str) -> None:
    (HOME / name).write_text(text, encoding="utf-8")


def run() -> int:
    """Tell it, and write down what went wrong where it did. Returns the status to end with."""
    try:
        main()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, http.client.HTTPException) as error:
        write("hook.log", f"{error} {what_it_said(error)}\n")
        return 1
    return 0


def what_it_said(error: Exception) -> str:
    """The beginning of a refusal's body, empty where there is none."""
    try:
        return error.read(2000).decode("utf-8", "replace") if isinstance(error, urllib.error.HTTPError) else ""
    except (OSError, http.client.HTTPException):
        return ""


if __name__ == "__main__":
    sys.exit(run())
