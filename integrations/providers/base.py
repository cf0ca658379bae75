"""What a provider is: one class that knows one service, and nothing of the database.

A provider asks the network for payloads (`fetch`), turns payloads into drafts (`parse`, pure), and, where its service
calls us, checks the signature (`verify`) and reads the event (`parse_event`, pure). Everything else is done for it.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from django.conf import settings

from garden.drafts import ActivityDraft, HistoryDraft, ProjectDraft
from integrations.coding.durations import Spent
from social.drafts import FeedItemDraft
from weather.drafts import FeaturesDraft, NowDraft, PlayDraft, SkyDraft

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from garden.sources import SourceRef
    from integrations.http import Http
    from integrations.problems import Problem

Draft: TypeAlias = (
    ProjectDraft
    | ActivityDraft
    | HistoryDraft
    | SkyDraft
    | NowDraft
    | PlayDraft
    | FeaturesDraft
    | FeedItemDraft
    | Spent
)
SKY = "sky"  # the role of those that know the weather
FORCED_FROM = "forced_from"  # in the state of a source: commits that its branch was forced away from, newest last
PROJECT = "project"  # the kind of payload that describes a project; the facts that follow it are about that project


@dataclass(frozen=True, slots=True)
class Connection:
    """Whose data to ask for, and with what right."""

    username: str = ""
    token: str = field(default="", repr=False)
    place: tuple[float, float] | None = None  # where the owner lives, coarse: degrees north and east
    watched: Callable[[], int] = lambda: 0  # paths on this machine that the owner named; read when it is called
    ended: bool = False  # by the service; only the owner can begin it again
    reads_private: Callable[[], bool] = lambda: False  # the owner chose private repositories; read when it is called


@dataclass(frozen=True, slots=True)
class KnownProject:
    """A plant that this provider may have something new about."""

    external_id: str  # the service's own id; empty where the service did not tell of it yet
    name: str  # what the service calls it
    hidden: bool  # taken off the site because the service does not show it
    state: Mapping[str, Any]  # what `Payload.remember` left
    may_be_private: bool = False  # nothing of it that is private can be seen: it may be read all the same


@dataclass(frozen=True, slots=True)
class KnownRepository:
    """A repository on this machine that stands in the garden."""

    uri: str  # where it is, as a file URI
    path: Path
    state: Mapping[str, Any]  # what `Payload.remember` left
    sources: Sequence[SourceRef] = ()  # what its plant is known by, which a first commit that was rewritten is not


@dataclass(frozen=True, slots=True)
class Offer:
    """A repository that could be planted, as a forge lists it."""

    external_id: str
    name: str  # owner/name
    account: str  # whose it is
    description: str = ""
    language: str = ""
    private: bool = False
    fork: bool = False
    archived: bool = False
    pushed_at: datetime | None = None  # UTC


@dataclass(frozen=True, slots=True)
class KnownTrack:
    """A track whose character nobody has told yet."""

    track_id: str
    spotify_id: str
    recording_id: str  # at MusicBrainz
    artist_id: str
    title: str
    artist: str


@dataclass(frozen=True, slots=True)
class Since:
    """What the garden has already, so that only the rest is asked for."""

    connection: Connection
    now: datetime
    projects: Sequence[KnownProject] = ()
    unread: Sequence[KnownProject] = ()  # plants with a home at this service that it did not tell of yet
    only: KnownProject | None = None  # the one plant that is asked for; else all that is new
    # Repositories on this machine; read when it is called.
    repositories: Callable[[], Sequence[KnownRepository]] = lambda: ()
    left_out: Collection[str] = ()  # ids of what the owner does not want to be read
    plants_new: bool = True  # whether what the owner did not decide about becomes a plant
    chosen: Sequence[KnownProject] = ()  # what the owner wants as a plant and is none yet
    # Recent commits without line counts as (name of the repository, SHA), newest first; read when it is called.
    uncounted: Callable[[], Sequence[tuple[str, str]]] = lambda: ()
    # Tracks that this provider was not asked about yet, newest first; read when it is called.
    undescribed: Callable[[], Sequence[KnownTrack]] = lambda: ()
    state: Mapping[str, Any] = field(default_factory=dict)  # what `Payload.remember` left that is about no project
    # HookEvent of every step: what it is, how many are done, how many there are.
    tell: Callable[[str, int, int], None] = lambda _step, _done, _total: None


@dataclass(frozen=True, slots=True)
class SourceState:
    """What a provider may look at to say how soon it wants to be asked. Both are read when they are called."""

    # How long it has told of nothing that plays; zero while it does, `None` where it never told of anything.
    silent_for: Callable[[], timedelta | None] = lambda: None
    undescribed: Callable[[], Sequence[KnownTrack]] = lambda: ()  # as in `Since`


@dataclass(frozen=True, slots=True)
class ProviderNeed:
    """What the owner has to do before a provider can be asked (again). The console adds the way there."""

    title: str
    detail: str
    icon: str = "add_link"  # of Material Symbols
    label: str = "Connect it"  # of the way there
    urgent: bool = False
    optional: bool = False  # the garden does without: said on the page of its schedule, not among what waits


@dataclass(frozen=True, slots=True)
class Payload:
    """A piece of what the service said about one subject. Facts come after a payload of kind `PROJECT`.

    A source that is about no project yields none of that kind; its drafts go where `integrations/sinks.py` says.
    """

    subject: str
    kind: str
    data: Any
    remember: Mapping[str, Any] = field(default_factory=dict)  # merged into the cursor once the facts are kept
    uri: str = ""  # of a repository on this machine, with which what is remembered is kept then


@dataclass(frozen=True, slots=True)
class Trouble:
    """One subject could not be read; the others go on."""

    subject: str
    problem: Problem
    uri: str = ""  # of a repository on this machine; what went wrong is said beside it


@dataclass(frozen=True, slots=True)
class Gone:
    """The service no longer shows a project that it showed before."""

    subject: str
    external_id: str


Found: TypeAlias = Payload | Trouble | Gone


@dataclass(frozen=True, slots=True)
class HookEvent:
    """What one webhook delivery said. `ignored` gives the reason where there is nothing to do."""

    project: ProjectDraft | None = None
    # In place of `project`: a plant that stands already, by any of these. Nothing is learnt of it but the facts.
    known_by: Sequence[SourceRef] = ()
    owner: str = ""  # the account that the project belongs to
    stamp: str = ""  # the service's own time of this state, ISO in UTC; an older one changes nothing newer
    activities: Sequence[ActivityDraft] = ()
    history: HistoryDraft | None = None  # what a branch that was forced holds, as far as it is said
    forced_from: str = ""  # the commit that a branch was forced away from: what led to it may be in it no longer
    author: str = ""
    gone: bool = False  # deleted or made private
    back: bool = False  # made public again
    plantable: bool = True  # whether it may become a new plant
    ignored: str = ""


class BadSignature(Exception):
    """A delivery does not carry a valid signature."""


class Provider(ABC):
    """One service. Subclasses fill in the names and the few methods."""

    slug: ClassVar[str]
    label: ClassVar[str]
    gives: ClassVar[str]  # what it brings into the garden, in words that end a sentence
    settings: ClassVar[tuple[str, ...]]  # every name in settings.py and .env.example
    docs: ClassVar[str]  # the page that says how to connect it
    every: ClassVar[timedelta]  # between two scheduled runs, where the owner chose nothing else; whole minutes
    role: ClassVar[str] = ""  # of those with the same one, the schedule asks the first that is usable, in their order
    fixes: ClassVar[Mapping[str, str]] = {}  # what to do, by code of a problem
    sample_name: ClassVar[str] = ""  # whose data the samples are
    has_account: ClassVar[bool] = True  # the owner has a name or a key there, which the admin can hold
    local: ClassVar[bool] = False  # reads what is on this machine, and asks no service
    forge: ClassVar[bool] = False  # the account it is connected to is the owner's, and their commits carry it
    describes_others: ClassVar[bool] = False  # tells the character of tracks that other sources played
    describes_by_name: ClassVar[bool] = False  # … of those that nobody knows by an id
    brings: ClassVar[str] = ""  # what a token brings, in words
    token_setting: ClassVar[str] = ""  # the setting that holds its key, where that is not <SLUG>_TOKEN

    @property
    def enabled(self) -> bool:
        """Whether the owner leaves it switched on."""
        return bool(getattr(settings, f"ENABLE_{self.slug.upper()}_INTEGRATION"))

    @property
    def rate_limit(self) -> int:
        """Requests a minute that we allow ourselves, at least one."""
        return max(1, int(getattr(settings, f"{self.slug.upper()}_RATE_LIMIT")))

    @property
    def burst(self) -> int:
        """Of them, how many may go out at once; a minute's worth where nobody said otherwise."""
        return max(0, int(getattr(settings, f"{self.slug.upper()}_BURST", 0))) or self.rate_limit

    @property
    @abstractmethod
    def base_url(self) -> str:
        """Where the service answers; empty for one that is `addresses` and nothing else."""

    @property
    def home(self) -> str:
        """Of a forge, the host of its repositories as remotes name it; else empty."""
        return ""

    @property
    def addresses(self) -> Sequence[str]:
        """Whole addresses whose hosts may be asked too. Each host has its own limits, and `headers` do not go there."""
        return ()

    @abstractmethod
    def missing(self, connection: Connection) -> str:
        """What has to be set before anything can be asked, in words; empty when it is configured."""

    @abstractmethod
    def headers(self, connection: Connection) -> dict[str, str]:
        """What goes with every request."""

    @abstractmethod
    def check(self, http: Http, connection: Connection) -> str:
        """One sentence on how the connection is. Raises `Problem` when it does not work."""

    @abstractmethod
    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        """Everything new, as a stream that is asked for while it is read.

        Raises `Problem` for what ends the whole run, and `Limited` when the service asks for a longer pause.
        """

    @abstractmethod
    def parse(self, payload: Payload) -> Sequence[Draft]:
        """The drafts in a payload. Pure. May raise `KeyError`, `TypeError`, `ValueError` or `AttributeError`."""

    def look(self, http: Http, connection: Connection, *, private: bool) -> Iterator[Offer]:
        """Everything of a forge's that could be planted, the private ones only if `private`."""
        raise NotImplementedError(f"{self.label} is no forge")

    def min_interval(self, state: SourceState) -> timedelta | None:
        """The shortest time between two scheduled runs as things stand, whatever `every` is. Pure.

        `None` while there is nothing to ask for.
        """
        return timedelta()

    def needs(self, connection: Connection) -> Iterator[ProviderNeed]:
        """What the owner has to do about the connection. Pure."""
        if connection.ended:
            yield ProviderNeed(
                f"{self.label} has ended the connection",
                "Nothing is lost. Sign in there again, and it goes on where it stopped.",
                icon="link_off",
                label=f"Connect {self.label} again",
                urgent=True,
            )
        elif missing := self.missing(connection):
            yield ProviderNeed(f"{self.label} is not connected", f"Set {missing} ({self.docs}).", optional=True)

    def counted_by(self, connection: Connection) -> str:
        """What the service counts our requests by; limits hold as long as it stays the same. Only a hash is kept."""
        return connection.token

    @abstractmethod
    def samples(self, now: datetime) -> Mapping[str, Any]:
        """Answers by path, shaped like the service's, for a garden without network (`ENABLE_MOCK_DATA`)."""


class OAuthProvider(Provider):
    """A service that the owner connects in the admin: authorisation code with PKCE (RFC 7636), tokens that expire."""

    scopes: ClassVar[tuple[str, ...]]
    authorize_path: ClassVar[str]
    token_path: ClassVar[str]

    @property
    @abstractmethod
    def accounts_url(self) -> str:
        """Where the service lets people sign in and hands out tokens."""

    @property
    @abstractmethod
    def client(self) -> tuple[str, str]:
        """The app's id and its secret; the secret may be empty, since PKCE does without."""

    @abstractmethod
    def signed_in_as(self, http: Http) -> str:
        """The name of the account that the token in `http` belongs to."""


class HookProvider(Provider):
    """A service that calls us."""

    hook_settings: ClassVar[str]  # the name of the setting that holds the secret
    signature_header: ClassVar[str]  # what `verify` reads
    # What kind of event a delivery is, and what tells it from others and stays the same when it is sent again. Without
    # these headers every delivery is a push, and is told from others by its body.
    event_header: ClassVar[str]
    delivery_header: ClassVar[str]

    @abstractmethod
    def verify(self, body: bytes, headers: Mapping[str, str], secret: str) -> None:
        """Check that `body` was signed with `secret`. Raises `BadSignature`."""

    def name_of(self, body: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
        """What kind of event a delivery is, and its id; either is empty where its header is missing.

        May raise `Malformed` for a body that can be told to be none at once.
        """
        if not self.delivery_header:
            return "push", hashlib.sha256(body).hexdigest()
        return headers.get(self.event_header, ""), headers.get(self.delivery_header, "")

    @abstractmethod
    def parse_event(self, event: str, payload: Mapping[str, Any], *, arrived_at: datetime) -> HookEvent:
        """What a delivery says. Pure. May raise what `parse` may.

        `arrived_at` is the time of what is said, where the service itself names none.
        """


class HookOnly(HookProvider):
    """A service that calls us and is never asked: it has no schedule, no account and no samples."""

    has_account = False
    local = True
    every = timedelta(days=1)  # which nobody waits for
    base_url = ""

    def missing(self, connection: Connection) -> str:
        return "" if getattr(settings, self.hook_settings) else self.hook_settings

    def headers(self, connection: Connection) -> dict[str, str]:
        return {}

    def check(self, http: Http, connection: Connection) -> str:
        return f"{self.label} is not asked: it calls, and its deliveries are let in."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        return iter(())

    def parse(self, payload: Payload) -> Sequence[Draft]:
        return ()

    def samples(self, now: datetime) -> Mapping[str, Any]:
        return {}
