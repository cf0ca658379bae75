"""What the pages of the sources share: their names, the panel of a run, and asking for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.template.loader import render_to_string
from django.utils import timezone

from integrations import choices, registry, sync, tasks, watching
from integrations.dumps import PROVIDER as WAKATIME_DUMP
from integrations.items import UNREADABLE
from integrations.models import SyncRun, SyncTrigger
from integrations.problems import Malformed, Problem
from integrations.providers.git import Git
from integrations.runs import OPEN

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from garden.models import Project
    from integrations.providers.base import Provider

BY_COMMAND = {WAKATIME_DUMP: "WakaTime dump"}  # read from a path that only the command knows


def label_of(slug: str) -> str:
    """A source as a person calls it."""
    labels = {provider.slug: provider.label for provider in registry.PROVIDERS} | BY_COMMAND
    return labels.get(slug, slug)


def is_import(run: SyncRun) -> bool:
    """Whether a run read one path that a command named, so that only the command can read it again."""
    return run.provider in BY_COMMAND or (run.provider == Git.slug and run.subject != "" and run.project_id is None)


def provider_called(slug: str) -> Provider | None:
    """The provider of that name, or `None` for a local import and for one that is no longer there."""
    return next((provider for provider in registry.PROVIDERS if provider.slug == slug), None)


def in_words(problem: Problem) -> str:
    """What happened, and what to do about it."""
    return " ".join(part for part in (problem.message, problem.fix) if part)


def panel(run: SyncRun) -> SafeString:
    """How a run goes or went. While it goes on it follows `/ws/runs`, or asks for itself each second."""
    counts = [(name.replace("_", " "), value) for name, value in run.counts.items() if value]
    return render_to_string(
        "admin/console/run.html",
        {
            "run": run,
            "label": label_of(run.provider),
            "going_on": run.status in OPEN,
            "counts": counts,
            "waiting": _waiting(run),
        },
    )


def _waiting(run: SyncRun) -> dict[str, int]:
    """What the newest look into folders left until somebody says who the owner is; empty where nothing was."""
    provider = provider_called(run.provider)
    if provider is None or not provider.local or run.status in OPEN:
        return {}
    if SyncRun.objects.filter(provider=run.provider, requested_at__gt=run.requested_at).exists():
        return {}
    waiting = watching.commits_waiting()
    return waiting._asdict() if waiting.commits else {}


def request_run(request: HttpRequest, slug: str, *, project: Project | None = None) -> SyncRun | None:
    """Ask for a run, of one plant if one is given, and say so. `None` where it could not be; that is said too."""
    provider = provider_called(slug)
    try:
        if provider is None:
            raise gone(slug)
        now, trigger = timezone.now(), SyncTrigger.OWNER
        if project:
            run = sync.request_of(project=project, provider=provider, trigger=trigger, now=now)
        else:
            run = sync.request(provider=provider, trigger=trigger, now=now)
    except Problem as problem:
        messages.error(request, in_words(problem))
        return None
    tasks.dispatch_run(run)
    what = f"{run.subject} on {provider.label}" if project else provider.label
    messages.success(request, f"{what} is being synced. You can leave this page: it goes on by itself.")
    return run


def repositories(number: int) -> str:
    return "1 repository" if number == 1 else f"{number:,} repositories"


def look_at(request: HttpRequest, forge: Provider, *, private: bool = False) -> None:
    """Look at what an account of a forge has, and say so. Nothing is planted."""
    try:
        new = choices.look(forge, private=private, now=timezone.now())
    except Problem as problem:
        problem.fix = forge.fixes.get(problem.code, problem.fix)
        messages.error(request, in_words(problem))
    except UNREADABLE:
        messages.error(request, Malformed.answer_of(forge.label).message)
    else:
        messages.success(request, f"{repositories(new)} new here. Nothing was planted.")


def gone(slug: str) -> Problem:
    return Problem("unknown_provider", f"There is no source called {label_of(slug)} that could be asked.")
