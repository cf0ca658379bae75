"""One turn of the schedule, as the tests of the sources take it."""

from __future__ import annotations

from integrations import tasks
from integrations.models import SourceSchedule, SyncRun


def turn(*providers: str) -> dict[str, str]:
    """Ask those of `providers` that are due, and do it. Returns the states of the new runs, by provider.

    Other providers are off, so that none of them is asked over the network.
    """
    SourceSchedule.objects.exclude(provider__in=providers).update(enabled=False)
    before = list(SyncRun.objects.values_list("pk", flat=True))
    tasks.sync_due()
    tasks.run_requested()
    return dict(SyncRun.objects.exclude(pk__in=before).order_by("requested_at").values_list("provider", "status"))
