"""What waits for the owner: each with its reason, and the one click that settles it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from garden.vocabulary import ProjectStatus
from greenhouse.site.words import ago, count, utc_date
from integrations.admin.base import label_of
from integrations.coding.shapes import in_words
from integrations.crypto import CredentialUnreadable
from integrations.models import SyncStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from django_celery_beat.models import PeriodicTask

    from garden.models import Project
    from integrations.coding.selectors import UnassignedName
    from integrations.models import Account, CodingName, SyncRun

SEEDS_NAMED = 5  # each is a decision of its own; more than these are one line
NAMES_ASKED = 3  # those with the most time; the others wait on the page of coding time
TURNS_MISSED = 3  # of the busiest task
SCHEDULE_PATIENCE = timedelta(minutes=5)  # on top of them: a restart takes its time
DELIVERY_PATIENCE = timedelta(minutes=10)  # an inbox that nobody worked on for so long is stuck


@dataclass(frozen=True, slots=True)
class Press:
    """A button that runs an action of an admin page."""

    label: str
    url: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for the owner."""

    icon: str
    title: str
    detail: str
    link: str
    link_label: str
    urgent: bool = False
    press: Press | None = None
    other: Press | None = None  # where the answer may as well be no
    which: CodingName | None = None  # asks which plant this is


@dataclass(frozen=True, slots=True)
class Inbox:
    """How the webhook inbox stands."""

    failed: int = 0
    waiting: int = 0
    oldest_waiting: datetime | None = None


def press_of(model: str, action: str, pk: object, label: str) -> Press:
    """The button that runs a list action of `app_model` on one object."""
    return Press(
        label, reverse(f"admin:{model}_changelist"), {"action": action, "_selected_action": str(pk), "index": "0"}
    )


def press_of_all(listed: str, action: str, label: str) -> Press:
    """The button that runs a list action on everything that the address `listed` lists."""
    return Press(label, listed, {"action": action, "_selected_action": "all", "select_across": "1", "index": "0"})


def needs(
    *,
    projects: Sequence[Project],
    runs: Iterable[SyncRun],
    accounts: Sequence[Account],
    inbox: Inbox,
    tasks: Sequence[PeriodicTask],
    names: Sequence[UnassignedName],
    now: datetime,
) -> list[Need]:
    """Everything that waits, the urgent first. No query."""
    found = [
        *_broken_sources(runs, accounts),
        *_stuck_machinery(inbox, tasks, now),
        *_seeds(projects),
        *_archived(projects),
        *_names(names),
        *_beginnings(projects, accounts),
    ]
    return sorted(found, key=lambda need: not need.urgent)


def _broken_sources(runs: Iterable[SyncRun], accounts: Iterable[Account]) -> Iterator[Need]:
    for run in runs:
        if run.status not in (SyncStatus.FAILED, SyncStatus.PARTIAL) or run.error_code == "reconnect":
            continue  # the account itself says what to do
        failed = run.status == SyncStatus.FAILED
        yield Need(
            "sync_problem",
            f"The last sync of {source_name(run)} {'failed' if failed else 'was only partly done'}",
            " ".join(part for part in (run.error, run.fix) if part),
            reverse("admin:integrations_syncrun_change", args=[run.pk]),
            "See the run",
            urgent=failed,
            press=press_of("integrations_syncrun", "try_again", run.pk, "Try again"),
        )
    for account in accounts:
        if account.needs_reconnect:
            label = label_of(account.provider)
            yield Need(
                "link_off",
                f"{label} has ended the connection",
                "Nothing is lost. Sign in there again, and the garden goes on listening.",
                reverse("admin:integrations_account_change", args=[account.pk]),
                f"Connect {label} again",
                urgent=True,
            )
            continue
        try:
            _ = account.token
        except CredentialUnreadable:
            yield Need(
                "key_off",
                f"The stored token of {account} cannot be opened",
                "The key it was sealed with is gone. Store the token again, or bring the old key back.",
                reverse("admin:integrations_account_change", args=[account.pk]),
                "Store it again",
                urgent=True,
            )


def _stuck_machinery(inbox: Inbox, tasks: Sequence[PeriodicTask], now: datetime) -> Iterator[Need]:
    deliveries = reverse("admin:integrations_webhookdelivery_changelist")
    if inbox.failed:
        yield Need(
            "webhook",
            f"{count(inbox.failed, 'webhook')} could not be worked in",
            "What they told is kept and can be tried again.",
            f"{deliveries}?status__exact=failed",
            "See them",
            urgent=True,
            press=press_of_all(f"{deliveries}?status__exact=failed", "try_again", "Try again"),
        )
    if inbox.oldest_waiting and now - inbox.oldest_waiting > DELIVERY_PATIENCE:
        yield Need(
            "hourglass_top",
            f"{count(inbox.waiting, 'webhook')} waiting, the oldest since {ago(inbox.oldest_waiting, now)}",
            "Nothing is lost. Is the process that works on tasks running?",
            f"{deliveries}?status__exact=received",
            "See them",
            urgent=True,
        )
    if (silent_since := _schedule_silent_since(tasks, now)) is not None:
        yield Need(
            "schedule",
            "The schedule is not running",
            f"No task has run since {ago(silent_since, now)}. Start the tasks process: make run starts both.",
            reverse("admin:django_celery_beat_periodictask_changelist"),
            "See the schedule",
            urgent=True,
        )


def _schedule_silent_since(tasks: Sequence[PeriodicTask], now: datetime) -> datetime | None:
    """Since when no task has run, or `None` where all is well or nothing is due at intervals."""
    turns = [
        timedelta(**{task.interval.period: task.interval.every}) for task in tasks if task.enabled and task.interval
    ]
    if not turns:
        return None
    last: datetime = max(task.last_run_at or task.date_changed for task in tasks if task.enabled)
    return last if now - last > TURNS_MISSED * min(turns) + SCHEDULE_PATIENCE else None


def _seeds(projects: Sequence[Project]) -> Iterator[Need]:
    seeds = [project for project in projects if project.status == ProjectStatus.PROPOSED]
    for seed in seeds[:SEEDS_NAMED]:
        yield Need(
            "grass",
            f"A visitor proposes “{seed.name}”",
            seed.description[:160] or "Without a word of description.",
            reverse("admin:garden_project_change", args=[seed.pk]),
            "Look at it",
            press=press_of("garden_project", "approve_seed", seed.pk, "Approve"),
        )
    if (further := len(seeds) - SEEDS_NAMED) > 0:
        yield Need(
            "grass",
            f"{count(further, 'more seed')} to look at",
            "Nobody but you sees them until you approve them.",
            f"{reverse('admin:garden_project_changelist')}?needs=approval",
            "Look at them",
        )


def _archived(projects: Sequence[Project]) -> Iterator[Need]:
    for project in projects:
        if project.archived_at_source and not project.stands_though_archived and project.in_garden:
            yield Need(
                "inventory_2",
                f"“{project.name}” is archived on GitHub",
                f"First seen so on {utc_date(project.archived_at_source)}. The plant stands until you say otherwise; "
                "archived, it leaves the garden and keeps its page.",
                reverse("admin:garden_project_change", args=[project.pk]),
                "Look at it",
                press=press_of("garden_project", "archive", project.pk, "Archive its plant"),
                other=press_of("garden_project", "let_stand", project.pk, "Let it stand"),
            )


def _names(names: Sequence[UnassignedName]) -> Iterator[Need]:
    page = reverse("admin:integrations_codingname_changelist")
    worked = [(name, name.seconds) for name in names if name.seconds]
    for name, seconds in worked[:NAMES_ASKED]:
        yield Need(
            "code",
            f"Which plant is “{name}”?",
            f"An editor tells of {in_words(seconds)} of work under this name. They count for the plant you choose.",
            page,
            "See coding time",
            which=name,
        )
    if (further := len(worked) - NAMES_ASKED) > 0:
        yield Need(
            "code",
            f"{count(further, 'more name')} from your editors {'is' if further == 1 else 'are'} no plant yet",
            "Say which plants they are, or that they are none.",
            page,
            "Look at them",
        )


def _beginnings(projects: Sequence[Project], accounts: Sequence[Account]) -> Iterator[Need]:
    own = [project for project in projects if not project.is_demo and project.status != ProjectStatus.PROPOSED]
    demo = [project for project in projects if project.is_demo]
    if settings.ENABLE_GITHUB_INTEGRATION and not settings.GITHUB_USERNAME and not _has(accounts, "github"):
        yield Need(
            "add_link",
            "GitHub is not connected",
            "With your user name alone the garden reads what is public. A token adds private work and more requests.",
            reverse("admin:integrations_account_add"),
            "Connect it",
        )
    if (
        settings.ENABLE_SPOTIFY_INTEGRATION
        and settings.SPOTIFY_CLIENT_ID
        and not settings.ENABLE_MOCK_DATA
        and not any(account.provider == "spotify" and account.has_token for account in accounts)
    ):
        yield Need(
            "music_note",
            "Spotify is not connected",
            "The garden's weather can follow your music. Visitors learn of it what you allow, at first the mood alone.",
            reverse("admin:integrations_account_connect", args=["spotify"]),
            "Connect it",
        )
    if own and demo:
        demo_plants = f"{reverse('admin:garden_project_changelist')}?demo=yes"
        yield Need(
            "theater_comedy",
            f"{count(len(demo), 'demo plant')} still standing among yours",
            "They came so that the garden was not empty. manage.py demo brings them back at any time.",
            demo_plants,
            "See them",
            press=press_of_all(demo_plants, "remove_demo_plants", "Remove them"),
        )


def _has(accounts: Iterable[Account], provider: str) -> bool:
    return any(account.provider == provider for account in accounts)


def source_name(run: SyncRun) -> str:
    """The source of a run as a person calls it."""
    return f"{label_of(run.provider)} ({run.subject})" if run.subject else label_of(run.provider)
