"""Where a project is kept, and by that what tells one project from another. Pure.

What counts as the same, strongest first: the number a forge gave a repository; the remote, as `host/owner/name`; and
for histories without any remote the commit they begin with, or the name of the file they were saved in. Forks begin
with the same commit, and so do projects made from one template: it is no evidence against two different remotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from common.text import storable

if TYPE_CHECKING:
    from collections.abc import Iterable

GIT: Final = "git"  # remotes and local histories
GITHUB: Final = "github"  # by GitHub's own number
DEMO: Final = "demo"
GITHUB_HOME: Final = "https://github.com/"
GITHUB_HOST: Final = "github.com"

LONGEST_ID: Final = 500
LONGEST_NAME: Final = 255
LONGEST_URL: Final = LONGEST_ID + len(GITHUB_HOME)
_ROOT, _LOG = "root:", "log:"  # a remote begins with its host and a slash
_DEFAULT_PORTS: Final = {"ssh": 22, "https": 443, "http": 80, "git": 9418}
_SCHEMES: Final = {"git+ssh": "ssh", "ssh+git": "ssh", "git+https": "https", "git+http": "http"}
# Other names of the same forges; the second kind listens for SSH on port 443.
_ALSO_CALLED: Final = {
    "www.github.com": "github.com",
    "ssh.github.com": "github.com",
    "www.gitlab.com": "gitlab.com",
    "altssh.gitlab.com": "gitlab.com",
    "www.bitbucket.org": "bitbucket.org",
    "altssh.bitbucket.org": "bitbucket.org",
}
# `github.com-work`: how people name a second key for the same host in their SSH settings. No such domain can exist.
_SECOND_KEY: Final = re.compile(r"(github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)-[\w.-]+")
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|[0-9a-f:]*:[0-9a-f:.]*")
_SCP: Final = re.compile(r"(?:[^@/:\s]+@)?(?P<host>[^@/:\s]{2,}):(?!:|//)(?P<path>.+)")  # one letter is a Windows drive
_NUMBER: Final = re.compile(r"(?:[^/\s]+/)?\d+", re.ASCII)  # of a repository, behind its host where forges have several
_REPOSITORY: Final = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class SourceRef:
    """One source as a draft names it: `provider` and `external_id` are the identity, the rest is for people."""

    provider: str
    external_id: str
    name: str = ""  # what the service calls it, such as owner/name
    url: str = ""  # its page


class Named(Protocol):
    """What a `SourceRef` and a row of `ProjectSource` have in common."""

    @property
    def provider(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def name(self) -> str: ...


def github(name: str, number: int | None = None) -> tuple[SourceRef, ...]:
    """A repository on GitHub: by its number where that is known, and by its remote where its name is."""
    name = storable(name, LONGEST_NAME)
    by_remote = remote(GITHUB_HOME + name) if name else None
    by_number = SourceRef(GITHUB, str(number), name, by_remote.url if by_remote else "") if number else None
    return tuple(source for source in (by_number, by_remote) if source)


def called(source: Named) -> str:
    """What people read of it: its name, or that it has none; the SHA of a first commit says nothing to them."""
    if source.name:
        return source.name
    return "git, without a remote" if source.external_id.startswith(_ROOT) else source.external_id.removeprefix(_LOG)


def root_commit(sha: str) -> SourceRef:
    """A history without a remote, known by the first commit on its main line."""
    return SourceRef(GIT, f"{_ROOT}{sha}")


def saved_log(stem: str) -> SourceRef:
    """A saved history that does not say where it comes from, known by the name of its file."""
    return SourceRef(GIT, f"{_LOG}{storable(stem, LONGEST_NAME)}")


def remote(url: str, *, host: str = "") -> SourceRef | None:
    """The repository that the URL of a git remote leads to; `None` for a path on this machine.

    Its scheme, user, password, default port and `.git` are no part of the identity, and neither is the case: every
    forge of today treats `Ada/Engine` and `ada/engine` as one. `host` replaces the one in the URL, where SSH settings
    say what an alias stands for.
    """
    scheme, written, port, path = _parts_of(storable(url).strip())
    host = _canonical_host((host or written).lower())
    path = re.sub(r"/{2,}", "/", path).strip("/").removesuffix(".git").rstrip("/")
    if not path or not _HOST.fullmatch(host) or len(path) > LONGEST_NAME:
        return None
    if port == _DEFAULT_PORTS.get(scheme) or (port == 443 and _canonical_host(written) != written):
        port = None
    place = f"{host}:{port}" if port else host
    page = f"{scheme}://{place}/{path}" if port and scheme.startswith("http") else f"https://{host}/{path}"
    external_id = f"{place}/{path}".lower()
    if len(external_id) > LONGEST_ID:
        return None
    return SourceRef(GIT, external_id, path, page if "." in host else "")


def remote_host(url: str) -> str:
    """The host that SSH is asked for by a remote, as it is written there; empty where the remote is no SSH one."""
    scheme, host, _port, _path = _parts_of(url.strip())
    return host if scheme == "ssh" and _HOST.fullmatch(host.lower()) else ""


def _parts_of(url: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port and path of a remote; the host is empty for a path on this machine."""
    nothing = ("", "", None, "")
    if "://" in url:
        try:
            parsed = urlsplit(url)
            scheme = _SCHEMES.get(parsed.scheme, parsed.scheme)
            return (scheme, parsed.hostname or "", parsed.port, parsed.path) if scheme in _DEFAULT_PORTS else nothing
        except ValueError:
            return nothing
    if found := _SCP.fullmatch(url):
        return "ssh", found["host"], None, found["path"]
    return nothing


def _canonical_host(host: str) -> str:
    host = host.rstrip(".")
    second_key = _SECOND_KEY.fullmatch(host)
    return second_key[1] if second_key else _ALSO_CALLED.get(host, host)


def each_once(told: Iterable[SourceRef]) -> tuple[SourceRef, ...]:
    """The sources in their order, those left out that were there before in other words."""
    found: dict[tuple[str, str], SourceRef] = {}
    for source in told:
        found.setdefault((source.provider, source.external_id), source)
    return tuple(found.values())


def is_number(source: Named) -> bool:
    """Whether a forge's own number of a repository is meant, which survives a rename."""
    return source.provider != GIT and _NUMBER.fullmatch(source.external_id) is not None


def is_local(source: Named) -> bool:
    """Whether a history is known by what is on this machine alone: its first commit, or the file it was saved in."""
    return source.provider == GIT and source.external_id.startswith((_ROOT, _LOG))


def is_remote(source: Named) -> bool:
    """Whether a git remote is meant."""
    return source.provider == GIT and not is_local(source)


def is_alias(source: Named) -> bool:
    """Whether a remote names its host by a word that only one machine's SSH settings understand."""
    return is_remote(source) and re.fullmatch(r"[\w-]+", source.external_id.partition("/")[0]) is not None


def is_on_github(source: Named) -> bool:
    """Whether a repository on GitHub is meant, by its number or by its remote."""
    return source.provider == GITHUB or (is_remote(source) and source.external_id.startswith(f"{GITHUB_HOST}/"))


def path_of(source: Named) -> str:
    """`owner/name` of a remote, in lower case: what comes after the host."""
    return source.external_id.partition("/")[2]


def excludes(known: Iterable[Named], told: Iterable[Named], *, shared: Named) -> bool:
    """Whether a project with the sources `known` is another one than that with `told`, although both have `shared`.

    It is where both are also known by something stronger, and nothing of that is shared.
    """
    known, told = list(known), list(told)
    if is_remote(shared):  # a name that a rename left behind may have been taken by another repository
        numbers = {source.provider: source.external_id for source in told if is_number(source)}
        return any(numbers.get(source.provider, source.external_id) != source.external_id for source in known)
    if is_local(shared):
        return any(map(_is_home, known)) and any(map(_is_home, told))
    return False


def _is_home(source: Named) -> bool:
    return is_number(source) or is_remote(source)


def github_repo(sources: Iterable[Named]) -> str:
    """`owner/name` on GitHub: as GitHub last said it, else as a remote does; empty where there is none."""
    sources = list(sources)
    told = [source.name for source in sources if source.provider == GITHUB]
    remotes = [source.name for source in sources if is_remote(source) and is_on_github(source)]
    return next((name for name in told or remotes if _REPOSITORY.fullmatch(name)), "")


def code_page(sources: Iterable[Named]) -> tuple[str, str]:
    """Where the code can be looked at: what the place is called, and the page there; empty where it is nowhere open.

    On GitHub, or else at the first forge that told of it.
    """
    sources = list(sources)
    if name := github_repo(sources):
        return "GitHub", f"{GITHUB_HOME}{name}"
    page = next((url for one in sources if is_number(one) and (url := getattr(one, "url", ""))), "")
    return (urlsplit(page).hostname or "", page) if page else ("", "")


def account_of(sources: Iterable[Named]) -> str:
    """The account or the group that has the repository, at GitHub or else at another forge; empty for none."""
    sources = list(sources)
    named = github_repo(sources) or next((source.name for source in sources if is_number(source) and source.name), "")
    return named.rpartition("/")[0]


def seed_text(sources: Iterable[Named]) -> str:
    """What the form of a new plant is drawn from, so that a repository has one form wherever it is planted.

    Its name on GitHub, else its first commit, its remote, or whatever else it is known by; empty without sources.
    """
    sources = list(sources)
    if name := github_repo(sources):
        return name.lower()
    source = next(filter(is_local, sources), None) or next(filter(is_remote, sources), sources[0] if sources else None)
    if source is None:
        return ""
    return source.external_id if source.provider == GIT else f"{source.provider}:{source.external_id}"
