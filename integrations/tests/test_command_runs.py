"""Runs of commands beside a greenhouse that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.utils import timezone

from integrations import runs
from integrations.models import SyncRun, SyncStatus
from integrations.problems import Problem
from integrations.tasks import run_requested

if TYPE_CHECKING:
    from datetime import datetime


def begin() -> SyncRun:
    return runs.begin_command(provider="git", subject="~/code/moss", now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_the_run_of_a_command_waits_for_nobody_who_does_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = runs.claim
    done_by_others: list[int] = []

    def slow(run: SyncRun, *, now: datetime) -> None:
        monkeypatch.setattr(runs, "claim", claim)
        if not connection.in_atomic_block:  # then others see the run now
            done_by_others.append(run_requested())
        claim(run, now=now)

    monkeypatch.setattr(runs, "claim", slow)
    run = begin()
    assert run.status == SyncStatus.RUNNING
    assert not any(done_by_others)
    with pytest.raises(Problem, match="Another import of ~/code/moss is running"):
        begin()
    runs.finish(run, counts={})
    assert begin().pk != run.pk


@pytest.mark.django_db(transaction=True)
def test_a_command_that_ends_before_it_begins_leaves_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(run: SyncRun, *, now: datetime) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "claim", killed)
    with pytest.raises(KeyboardInterrupt):
        begin()
    assert not SyncRun.objects.exists()
