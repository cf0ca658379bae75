"""Everything that can be wrong with a set-up, named with its cure: one list, for the command and the console's page.

The parts that `/health` and *Needs you* look at as well are asked of the same functions.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from common.telling import as_typed
from common.words import count
from greenhouse.console.doctor import address
from greenhouse.run import data_dir, task_health
from greenhouse.web import health
from greenhouse.web.health import Status
from integrations import key_rotation, skew, trial
from integrations.crypto import CredentialUnreadable, decrypt
from integrations.problems import UNREACHED
from integrations.trial import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLOCK_TOLERANCE: Final = 60.0  # seconds; signatures and tokens of services end within minutes


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at."""

    what: str
    said: str
    cure: str = ""
    fault: bool = True


def _well(what: str, said: str) -> Diagnosis:
    return Diagnosis(what, said, fault=False)


def database() -> Iterator[Diagnosis]:
    """It answers, and knows all migrations."""
    try:
        finding = health.database()
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        yield Diagnosis("Database", f"It does not answer: {error}", "Start it, or mend DATABASE_URL.")
        return
    if missing := [node for node, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]:
        said = f"{len(missing)} migrations are missing, the first is {missing[0].app_label}.{missing[0].name}."
        yield Diagnosis("Database", said, f"Stop the site, then: {as_typed('migrate')}")
        return
    yield _well("Database", finding.detail)


def data_directory() -> Iterator[Diagnosis]:
    """Nobody else can read it, nor a database file beside it."""
    paths = [settings.DATA_DIR]
    if connection.vendor == "sqlite" and (file := Path(connection.settings_dict["NAME"])).is_file():
        paths.append(file)
    for path in paths:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & data_dir.OTHERS:
            closed = f"{mode & ~data_dir.OTHERS:03o}"
            said = f"Others on this machine may look into {path} (its mode is {mode:03o}): it holds keys and tokens."
            yield Diagnosis("Data directory", said, f"chmod {closed} {path}")
            return
    yield _well("Data directory", f"{settings.DATA_DIR} is yours alone.")


def disk() -> Iterator[Diagnosis]:
    """There is room."""
    finding = health.disk()
    if finding.status is Status.OK:
        yield _well("Disk", finding.detail)
    else:
        cure = f"Make room on the disk of {settings.DATA_DIR}: old backups and before-restore-… first."
        yield Diagnosis("Disk", f"It is nearly full: {finding.detail}.", cure)


def static_files() -> Iterator[Diagnosis]:
    """The frontend is built, and where static files are served from a copy, all of them are in it."""
    vite = settings.DJANGO_VITE["default"]
    if not vite["dev_mode"] and not Path(vite["manifest_path"]).is_file():
        said = "The frontend is not built: pages come without their looks."
        yield Diagnosis("Static files", said, "npm --prefix frontend run build (make run does it, too)")
        return
    if settings.WHITENOISE_USE_FINDERS:
        yield _well("Static files", "Each is served from where it lies.")
        return
    copies = Path(settings.STATIC_ROOT)
    names = {name for finder in get_finders() for name, _ in finder.list(StaticFilesConfig.ignore_patterns)}
    if missing := sorted(name for name in names if not (copies / name).is_file()):
        said = f"Not collected: {len(missing):,} of {count(len(names), 'file')}, the first is {missing[0]}."
        yield Diagnosis("Static files", said, f"{as_typed('collectstatic --noinput')}, then start the site again")
        return
    yield _well("Static files", f"All {len(names):,} are collected.")


def redis() -> Iterator[Diagnosis]:
    """It answers, where there is one."""
    from redis.exceptions import RedisError  # here, as the web process has this module, and seldom looks

    try:
        yield _well("Redis", health.redis().detail)
    except (RedisError, OSError) as error:
        hangs = "timeout" in type(error).__name__.lower()
        said = "It takes connections and does not answer." if hangs else f"It cannot be reached: {error}."
        yield Diagnosis("Redis", said, "Start it anew, or mend REDIS_URL. The site goes on without; tasks do not.")


def schedule() -> Iterator[Diagnosis]:
    """It is kept by one, tasks are begun by workers, and end well."""
    now = timezone.now()
    troubles = [*task_health.troubles(now), *task_health.twice(now)]
    for trouble in troubles:
        yield Diagnosis("Tasks", f"{trouble.title}.", trouble.detail)
    if not troubles:
        yield _well("Tasks", "On schedule.")


def queue() -> Iterator[Diagnosis]:
    """What came from outside is worked on."""
    from integrations.needs import deliveries  # brings the admin along, whose site brings this module

    needs = list(deliveries(timezone.now()))
    for need in needs:
        yield Diagnosis("Webhooks", f"{need.title}.", need.detail)
    if not needs:
        yield _well("Webhooks", "None wait.")


def keys() -> Iterator[Diagnosis]:
    """Everything that is stored sealed can be opened."""
    sealed = list(key_rotation.stored())
    if closed := [one.name for one in sealed if not _is_open(one.value)]:
        cure = (
            "Bring the old key back into FIELD_ENCRYPTION_KEYS (the new one first), or the old secret_key into the "
            "data directory; else connect the account again, or enter anew what cannot be opened."
        )
        yield Diagnosis("Keys", f"The present keys do not open {', '.join(closed)}.", cure)
    else:
        yield _well("Keys", f"All that is stored can be opened: {count(len(sealed), 'credential')}.")


def _is_open(sealed: bytes) -> bool:
    try:
        decrypt(sealed)
    except CredentialUnreadable:
        return False
    return True


def site_address() -> Iterator[Diagnosis]:
    """`SITE_URL` leads here, through proxies that are named; where nobody said it, the address that is served does."""
    site = address.of_the_site()
    found = list(address.faults(site))
    for fault in found:
        yield Diagnosis("Address", fault.said, fault.cure)
    if not found:
        yield _well("Address", f"{site} leads here.")


def sources() -> Iterator[Diagnosis]:
    """Each service answers, and accepts its token; where none is reached at all, it is the network."""
    skew.forget()
    trials = [one for one in trial.trials() if one.outcome in (Outcome.WORKS, Outcome.FAILS)]
    failed = [one for one in trials if one.outcome is Outcome.FAILS]
    asked = [one for one in trials if not one.provider.local]
    if asked and all(one.code in UNREACHED for one in asked):
        names = ", ".join(one.provider.label for one in asked)
        cure = "Is this machine online? Look at its DNS, and at the firewall for outgoing connections (port 443)."
        yield Diagnosis("Network", f"No service can be reached: {names}.", cure)
        return
    for one in failed:
        yield Diagnosis(one.provider.label, one.said, one.fix or f"See {one.provider.docs}.")
    for one in trials:
        if one.outcome is Outcome.WORKS:
            yield _well(one.provider.label, one.said)


def clock() -> Iterator[Diagnosis]:
    """This machine's clock agrees with those of the services that answered just now."""
    ahead = skew.ahead()
    if ahead is None:
        return
    if abs(ahead) > CLOCK_TOLERANCE:
        said = f"This machine's clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the services'."
        yield Diagnosis("Clock", said, "Switch time synchronisation on: timedatectl set-ntp true")
    else:
        yield _well("Clock", "It agrees with the services'.")


Checks = tuple["Callable[[], Iterator[Diagnosis]]", ...]

ASKING_NO_DATABASE: Final[Checks] = (data_directory, disk, static_files, redis)
HERE: Final[Checks] = (*ASKING_NO_DATABASE, schedule, queue, keys)
OUTSIDE: Final[Checks] = (site_address, sources, clock)


def examined(*, outside: bool, tell: Callable[[str, int, int], None] = lambda *_: None) -> list[Diagnosis]:
    """What is found: here, and with `outside` also in the network, which takes some seconds a service."""
    found = list(database())
    works = not any(one.fault for one in found)
    checks = (*HERE, *(OUTSIDE if outside else ())) if works else ASKING_NO_DATABASE
    for number, check in enumerate(checks):
        tell(check.__name__.replace("_", " "), number, len(checks))
        found += check()
    return found
