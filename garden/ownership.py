"""The owner's identities: who they are, and whose each fact is by them. What changes them matches every fact anew.

Names, logins and addresses come from the settings, from connected accounts and from the owner. `settings` rows say what
facts were last matched with; everything else in the table holds as it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Lower

from common.text import storable_name
from garden import authorship, sources
from garden.locks import lock_rows
from garden.models import Activity, OwnerIdentity, Project
from garden.vocabulary import ActivityKind, Counts, IdentityKind, Whose

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from garden.drafts import ActivityDraft

OWNER, SETTINGS = "owner", "settings"  # sources of identities
# What has an author who tells whose it is. All other facts are about the project itself.
AUTHORED: Final = frozenset(
    {
        ActivityKind.COMMIT,
        ActivityKind.PULL_REQUEST,
        ActivityKind.ISSUE,
        ActivityKind.RELEASE,
        ActivityKind.DEPLOYMENT,
    }
)
NAMES_OFFERED = 5
LONGEST = 200  # as the column has it
_LOGIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
_ADDRESS: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+")


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """One of the owner's. `value` is in small letters, of an address its keyed hash; `hint` is for people."""

    kind: IdentityKind
    value: str
    hint: str


@dataclass(frozen=True)
class Owners:
    """All identities at once, to hold authors against."""

    identities: frozenset[Identity]

    @property
    def known(self) -> bool:
        """Whether anybody said who the owner is. While nobody did, every person is."""
        return bool(self.identities)

    @cached_property
    def logins(self) -> frozenset[str]:
        """Accounts, in small letters."""
        return frozenset(one.value for one in self.identities if one.kind == IdentityKind.LOGIN)

    @cached_property
    def names(self) -> frozenset[str]:
        """What authors may be called, in small letters: many write commits under the name of their account."""
        return self.logins.union(one.value for one in self.identities if one.kind == IdentityKind.NAME)

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keyed hashes of addresses, with those that GitHub gives to its accounts."""
        of_logins = {key_of(f"{login}@{authorship.NOREPLY}") for login in self.logins}
        return frozenset(of_logins).union(one.value for one in self.identities if one.kind == IdentityKind.EMAIL)

    def match(self, name: str, key: str = "", login: str = "") -> bool:
        """Whether an author is the owner."""
        return name.lower() in self.names or key in self.keys or login.lower() in self.logins

    def whose(self, name: str, key: str = "", login: str = "", *, bot: bool) -> Whose:
        """Whose a fact is by its author; `bot` says that a service is."""
        if self.known and self.match(name, key, login):
            return Whose.OWNER
        if bot:
            return Whose.BOT
        return Whose.OTHER if self.known else Whose.OWNER

    def condition(self) -> Case:
        """The same as `whose`, for facts that are kept. What a bot's address told stays a bot's."""
        named = authorship.BOTS | {f"{agent}[bot]" for agent in authorship.AGENTS | authorship.AGENTS_OR_PEOPLE}
        agents = named - authorship.BOTS
        bots = (Q(author__iendswith="[bot]") & ~Q(lowered__in=agents)) | Q(lowered__in=authorship.BOTS)
        hints = {one.hint for one in self.identities if one.kind != IdentityKind.EMAIL}
        mine = Q(lowered__in=self.names) | Q(author__in=hints) | Q(author_key__in=self.keys)
        mine |= Q(lowered_login__in=self.logins)
        return Case(
            *([When(mine, then=Value(Whose.OWNER))] if self.known else []),
            When(bots | Q(whose=Whose.BOT), then=Value(Whose.BOT)),
            default=Value(Whose.OTHER if self.known else Whose.OWNER),
        )


@dataclass(frozen=True, slots=True)
class Author:
    """What is kept of who made a fact."""

    name: str
    login: str
    key: str
    whose: Whose
    assisted: bool


def owners() -> Owners:
    """The identities as they stand, those of the settings at once. One query."""
    rows = OwnerIdentity.objects.exclude(source=SETTINGS).values_list("kind", "value", "hint")
    return Owners(frozenset(Identity(IdentityKind(kind), value, hint) for kind, value, hint in rows) | _of_settings())


def author_of(draft: ActivityDraft, owners: Owners) -> Author:
    """Who made what a draft tells. Its addresses are read and go no further."""
    name, with_tool = authorship.without_tool(draft.author)
    address, login = draft.email, draft.login
    helpers = authorship.people(draft.co_authors)
    agent = authorship.is_agent(draft.author, address) or bool(login and authorship.is_agent(login))
    assisted = agent or with_tool or any(authorship.is_agent(*helper) for helper in helpers)
    if agent:  # it worked for somebody, who is named beside it or nowhere
        people = [one for one in helpers if not authorship.is_agent(*one) and not authorship.is_bot(*one)]
        asked_by = next((one for one in people if owners.match(one[0], key_of(one[1]))), people[0] if people else None)
        address = asked_by[1] if asked_by else address
        if asked_by and owners.known and owners.match(asked_by[0]):
            return Author(name, login, key_of(address), Whose.OWNER, assisted=True)
    if draft.kind not in AUTHORED:
        return Author(name, login, key_of(address), Whose.OWNER, assisted=False)
    bot = not agent and (authorship.is_bot(draft.author, address) or (bool(login) and authorship.is_bot(login)))
    key = key_of(address)
    return Author(name, login, key, owners.whose(name, key, login, bot=bot), assisted)


def key_of(address: str) -> str:
    """The keyed hash that is kept of an address; empty where there is none."""
    return authorship.author_key(address, settings.AUTHOR_KEY)


def identity(said: str, *, login: bool = False) -> Identity:
    """What a person wrote as an identity: an address, or a name; one word is the name of an account as well.

    `login` says that it is an account's. Raises `ValueError` for what can be none.
    """
    said = storable_name(said, LONGEST)
    if not said:
        raise ValueError("Write a name, the name of an account, or an e-mail address.")
    if _ADDRESS.fullmatch(said):
        return Identity(IdentityKind.EMAIL, key_of(said), authorship.masked(said))
    if "@" in said:
        raise ValueError(f"“{said}” is no name, and no e-mail address either.")
    kind = IdentityKind.LOGIN if login or _LOGIN.fullmatch(said) else IdentityKind.NAME
    return Identity(kind, said.lower(), said)


def add(*, said: str, now: datetime) -> tuple[Identity, bool]:
    """Let the owner be known by a name, a login or an address. Returns it, and whether that was news.

    Raises `ValueError` for what can be none. `services.recount_all` follows.
    """
    one = identity(said)
    with transaction.atomic():
        _, is_new = OwnerIdentity.objects.get_or_create(
            kind=one.kind, value=one.value, source=OWNER, defaults={"hint": one.hint, "created_at": now}
        )
        if is_new:
            rematch(now=now)
    return one, is_new


@transaction.atomic
def remove(*, identities: Iterable[OwnerIdentity], now: datetime) -> int:
    """Let the owner be known by these no longer. Returns how many. `services.recount_all` follows."""
    gone, _ = OwnerIdentity.objects.filter(pk__in=[one.pk for one in identities]).exclude(source=SETTINGS).delete()
    if gone:
        rematch(now=now)
    return gone


def follow_settings(*, now: datetime) -> bool:
    """Match facts anew where the settings name another owner than when they were last matched. One query if not."""
    return _follow(SETTINGS, _of_settings(), now)


def follow_account(*, provider: str, login: str, now: datetime) -> bool:
    """The same for the account that is connected at a forge; an empty `login` says that none is."""
    return _follow(provider, frozenset({identity(login, login=True)} if login else ()), now)


def _follow(source: str, identities: frozenset[Identity], now: datetime) -> bool:
    rows = OwnerIdentity.objects.filter(source=source)
    if {(row.kind, row.value) for row in rows} == {(one.kind, one.value) for one in identities}:
        return False
    with transaction.atomic():
        rows.delete()
        OwnerIdentity.objects.bulk_create(
            [
                OwnerIdentity(kind=one.kind, value=one.value, hint=one.hint, source=source, created_at=now)
                for one in sorted(identities)
            ],
            ignore_conflicts=True,
        )
        rematch(now=now)
    return True


def _of_settings() -> frozenset[Identity]:
    name, login = storable_name(settings.OWNER_NAME, LONGEST), storable_name(settings.GITHUB_USERNAME, LONGEST)
    said = {Identity(IdentityKind.NAME, name.lower(), name)} if name else set()
    return frozenset(said | ({Identity(IdentityKind.LOGIN, login.lower(), login)} if login else set()))


@transaction.atomic
def rematch(*, now: datetime) -> int:
    """Say anew whose every fact is, and mark the plants for which that changes what counts. Returns how many.

    As many statements however many facts there are. Projects are locked, so that facts which come in meanwhile are held
    against what stands afterwards.
    """
    projects = lock_rows(Project.objects.filter(is_demo=False).only("pk"))
    condition = owners().condition()
    lowered = Activity.objects.alias(lowered=Lower("author"), lowered_login=Lower("author_login"))
    facts = lowered.filter(kind__in=AUTHORED, project__in=Project.objects.filter(is_demo=False))
    facts = facts.alias(found=condition).exclude(whose=F("found"))
    changed = set(facts.order_by().values_list("project_id", flat=True).distinct())
    if changed:
        facts.update(whose=condition)
    changed |= decide(projects)
    Project.objects.filter(pk__in=changed).update(recount_due=True, updated_at=now)
    return len(changed)


def decide(projects: Collection[Project]) -> set[UUID]:
    """Decide whose work counts for each project, unless the owner did. Returns those changed. At most six queries.

    The caller holds the rows; those of `projects` are brought up to date in this, and `recount_due` is left to it.
    """
    open_ones = [project for project in projects if not project.is_demo and "counts" not in project.owner_edited]
    if not open_ones:
        return set()
    known = owners()
    counted: dict[UUID, dict[str, int]] = {}
    rows = Activity.objects.filter(project__in=open_ones, kind=ActivityKind.COMMIT).order_by()
    for pk, whose, number in rows.values_list("project_id", "whose").annotate(Count("pk")):
        counted.setdefault(pk, {})[whose] = number
    homes = _homes(open_ones) if known.logins else {}
    changed = set()
    for project in open_ones:
        of_this = counted.get(project.pk, {})
        found = default_counts(
            is_fork=project.is_fork,
            is_own=homes[project.pk] in known.logins if project.pk in homes else None,
            owner=of_this.get(Whose.OWNER, 0),
            others=of_this.get(Whose.OTHER, 0),
        )
        if found != project.counts:
            project.counts = found
            changed.add(project.pk)
    for counts in Counts:
        now_so = [project.pk for project in open_ones if project.pk in changed and project.counts == counts]
        if now_so:
            Project.objects.filter(pk__in=now_so).update(counts=counts)
    return changed


def default_counts(*, is_fork: bool, is_own: bool | None, owner: int, others: int) -> Counts:
    """Whose work a plant grows from where the owner did not say.

    `is_own` tells whether the repository belongs to the owner's account, where that is known. Of anything else it is
    the owner's alone where others made most of its commits.
    """
    if is_fork or is_own is False:
        return Counts.MINE
    return Counts.MINE if not is_own and others > owner else Counts.EVERYONE


def _homes(projects: Sequence[Project]) -> dict[UUID, str]:
    """The accounts at forges that projects belong to, in small letters. One query."""
    rows = Project.objects.filter(pk__in=[project.pk for project in projects]).prefetch_related("sources").only("pk")
    accounts = {row.pk: sources.account_of(row.sources.all()) for row in rows}
    return {pk: account.lower() for pk, account in accounts.items() if account}


def whose_are(authors: Mapping[tuple[str, str], int]) -> Counter[Whose]:
    """How many commits are whose, by the name and the address of their authors. One query."""
    known, found = owners(), Counter[Whose]()
    for (name, address), number in authors.items():
        bot = authorship.is_bot(name, address)
        found[known.whose(authorship.without_tool(name)[0], key_of(address), bot=bot)] += number
    return found


def commits_by_name() -> Counter[str]:
    """How many commits that are no bot's each name made in the plants that somebody brought in. One query.

    What two plants hold, a fork and what it was made from say, counts once.
    """
    rows = Activity.objects.filter(kind=ActivityKind.COMMIT, project__in=Project.objects.brought())
    found = rows.exclude(whose=Whose.BOT).exclude(author="").order_by().values_list("author")
    return Counter(dict(found.annotate(commits=Count("external_id", distinct=True))))


def offered(found: Mapping[str, int]) -> list[tuple[str, int]]:
    """Those to offer as the owner, with their commits: who made the most of them."""
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))[:NAMES_OFFERED]


def any_work() -> bool:
    """Whether any commit is the owner's. One query."""
    own = Activity.objects.filter(kind=ActivityKind.COMMIT, whose=Whose.OWNER, project__is_demo=False)
    return own.exists()
