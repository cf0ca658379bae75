"""What of the outside world waits for the owner: connections, runs, deliveries, and what sources cannot decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q
from django.urls import reverse

from common.words import ago, count, utc_date
from garden.admin.needs import Need, press_of, press_of_these
from garden.models import Project
from integrations import connections, registry, selectors
from integrations.admin.base import is_import, label_of
from integrations.coding.selectors import unassigned
from integrations.coding.shapes import in_words
from integrations.models import Account, DeliveryStatus, SyncStatus, WebhookDelivery
from integrations.problems import Problem
from integrations.providers.base import OAuthProvider
from weather.selectors import place_in_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrations.models import SyncRun
    from integrations.providers.base import Provider, ProviderNeed

NAMES_ASKED = 3  # those with the most time; the others wait on the page of coding time
UNREACHED_PATIENCE = timedelta(hours=6)  # a service that did not answer for so long may need the owner
DELIVERY_PATIENCE = timedelta(minutes=10)  # an inbox that nobody worked on for so long is stuck


def needs(now: datetime) -> Iterator[Need]:
    """Everything that waits. Eight queries at most."""
    yield from _runs(now)
    yield from _connections()
    yield from deliveries(now)
    yield from _archived()
    yield from _names()


NO_NEED = ("reconnect", "left_out")  # codes of runs: of these the provider itself tells, or nobody can do anything


def source_name(run: SyncRun) -> str:
    """The source of a run as a person calls it."""
    return f"{label_of(run.provider)} ({run.subject})" if run.subject else label_of(run.provider)


def _runs(now: datetime) -> Iterator[Need]:
    newest = selectors.latest_runs()
    silent = selectors.unreached_since(newest, now - UNREACHED_PATIENCE)
    for run in newest:
        if not run.is_troubled or run.error_code in NO_NEED:
            continue
        action, label = ("leave_it", "Leave it at that") if is_import(run) else ("try_again", "Try again")
        failed = run.status == SyncStatus.FAILED
        passes = run.is_unreached and (run.provider, run.subject) not in silent
        how = "did not come through yet" if passes else "failed" if failed else "was only partly done"
        yield Need(
            "cloud_off" if passes else "sync_problem",
            f"The last sync of {source_name(run)} {how}",
            " ".join(part for part in (run.error, run.fix) if part),
            reverse("admin:integrations_syncrun_change", args=[run.pk]),
            "See the run",
            urgent=failed and not passes,
            press=press_of("integrations_syncrun", action, run.pk, label),
        )


def _connections() -> Iterator[Need]:
    """What the providers themselves ask for, of those that are switched on."""
    # Where exactly the garden is makes no difference to what is missing.
    accounts, place = {account.provider: account for account in Account.objects.all()}, place_in_settings().coordinates
    for provider in registry.PROVIDERS:
        account = accounts.get(provider.slug)
        if provider.local or not provider.enabled or (account and not account.enabled):
            continue
        try:
            connection = connections.connection_from(provider, account, place)
        except Problem as problem:
            yield Need("key_off", problem.message, problem.fix, _page_of(account), "Store it again", urgent=True)
            continue
        for need in provider.needs(connection):
            if not need.optional:
                yield _need_of(provider, account, need)


def _need_of(provider: Provider, account: Account | None, need: ProviderNeed) -> Need:
    signs_in = isinstance(provider, OAuthProvider) and not (account and account.needs_reconnect)
    link = reverse("admin:integrations_account_connect", args=[provider.slug]) if signs_in else _page_of(account)
    return Need(need.icon, need.title, need.detail, link, need.label, urgent=need.urgent)


def _page_of(account: Account | None) -> str:
    if account is None:
        return reverse("admin:integrations_account_add")
    return reverse("admin:integrations_account_change", args=[account.pk])


def deliveries(now: datetime) -> Iterator[Need]:
    """Webhooks that failed, and an inbox that nobody works on. Two queries."""
    page = reverse("admin:integrations_webhookdelivery_changelist")
    received = Q(status=DeliveryStatus.RECEIVED)
    inbox = WebhookDelivery.objects.aggregate(
        waiting=Count("pk", filter=received),
        oldest=Min("received_at", filter=received),
    )
    failed = list(WebhookDelivery.objects.filter(status=DeliveryStatus.FAILED).values_list("pk", flat=True))
    if failed:
        yield Need(
            "webhook",
            f"{count(len(failed), 'webhook')} could not be worked in",
            "What they told is kept and can be tried again.",
            f"{page}?status__exact=failed",
            "See them",
            urgent=True,
            press=press_of_these(
                f"{page}?status__exact=failed", "try_again", failed, "Try again", label_of_some="Try the newest"
            ),
        )
    if inbox["oldest"] and now - inbox["oldest"] > DELIVERY_PATIENCE:
        yield Need(
            "hourglass_top",
            f"{count(inbox['waiting'], 'webhook')} waiting, the oldest since {ago(inbox['oldest'], now)}",
            "Nothing is lost. Is the process that works on tasks running?",
            f"{page}?status__exact=received",
            "See them",
            urgent=True,
        )


def _archived() -> Iterator[Need]:
    """Plants whose sources archived them, while nobody said what that means for the plant."""
    asked = Project.objects.shown().filter(archived_at_source__isnull=False, stands_though_archived=False)
    for project in asked.order_by("-created_at").prefetch_related("sources"):
        since = project.archived_at_source
        yield Need(
            "inventory_2",
            f"“{project.name}” is archived {_where(project)}",
            f"{f'First seen so on {utc_date(since)}. ' if since else ''}The plant stands until you say otherwise; "
            "archived, it leaves the garden and keeps its page.",
            reverse("admin:garden_project_change", args=[project.pk]),
            "Look at it",
            press=press_of("garden_project", "archive", project.pk, "Archive its plant"),
            other=press_of("garden_project", "let_stand", project.pk, "Let it stand"),
        )


def _where(project: Project) -> str:
    """Where a plant comes from, where one service has told of it."""
    services = {source.provider for source in project.sources.all()} & {
        one.slug for one in registry.PROVIDERS if not one.local
    }
    return f"on {label_of(services.pop())}" if len(services) == 1 else "where it comes from"


def _names() -> Iterator[Need]:
    page = reverse("admin:integrations_codingname_changelist")
    worked = [(name, name.seconds) for name in unassigned() if name.seconds]
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
