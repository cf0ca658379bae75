"""The first steps: a short path through pages that are there anyway, with "next" at each.

A step is done by what the garden knows, and passed by "next" or "skip". The path goes on at the first that is neither,
so that it can be left at any place, and walked again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from garden import ownership
from garden.models import Activity, Project
from garden.tasks import dispatch_recount
from garden.vocabulary import Visibility
from greenhouse.console.sources import Source, sources
from greenhouse.models import PassedStep
from integrations import keys, registry, watching
from integrations.choices import planted_as, with_plants
from integrations.models import Intake, OfferedRepository, SyncRun, WatchedPath
from integrations.providers.git import Git
from integrations.providers.music import Player
from integrations.providers.wakatime import WakaTime
from integrations.runs import OPEN
from owner.selectors import site_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser, User
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse


ON_THE_WAY: Final = "first_step"  # in the session: the step that the asker came from
PREVIEWED: Final = 12  # repositories that the step of choosing shows
RUNS_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is for, whether it is done, and what its page shows."""

    slug: str
    title: str
    words: str
    done: Callable[[], bool]
    shown: Callable[[], dict[str, Any]] = dict

    @property
    def template(self) -> str:
        """The part of the page that is this step's own."""
        return f"admin/steps/{self.slug}.html"


# --- What is done, and what is shown ----------------------------------------------------------------------------------


def _forges() -> list[Source]:
    return sources(lambda provider: provider.forge)


def _players() -> list[Source]:
    return sources(lambda provider: isinstance(provider, Player))


def _editors() -> list[Source]:
    return sources(lambda provider: isinstance(provider, WakaTime))


def _editors_key() -> bool:
    return keys.are_there(Intake.HEARTBEATS, now=timezone.now())


def _some(of_a_kind: Iterable[Source]) -> bool:
    return any(source.connected for source in of_a_kind)


def _you() -> dict[str, Any]:
    known = ownership.owners()
    found = [(name, commits) for name, commits in watching.names_found() if not (known.known and known.match(name))]
    return {"site": site_now(), "identities": sorted(known.identities), "names": found}


def _names_to_ask() -> list[tuple[str, int]]:
    """The names found, while nobody said which of them the owner is: what lies in folders waits for that."""
    return [] if ownership.owners().known else watching.names_found()


def _source_done() -> bool:
    return WatchedPath.objects.exists() or _some(_forges())


def _planted_paths() -> QuerySet[WatchedPath]:
    """The repositories on this machine that are plants."""
    return WatchedPath.objects.filter(is_folder=False, project__isnull=False)


def _to_plant() -> dict[str, Any]:
    from integrations.admin.offers import forges  # not above: the console's site is made before its pages

    offered = [(row, planted_as(row).label) for row in with_plants().order_by("-pushed_at")[:PREVIEWED]]
    paths = WatchedPath.objects.filter(is_folder=False)
    return {
        "forges": [forge for forge in forges() if forge["connected"]],
        "offered": offered,
        "more": max(OfferedRepository.objects.count() - PREVIEWED, 0),
        "found": paths.count(),
        "planted": _planted_paths().count(),
        "names": _names_to_ask(),
        "going_on": _histories().filter(status__in=OPEN).exists(),
    }


def _histories() -> QuerySet[SyncRun]:
    """The runs that bring commits in."""
    slugs = [provider.slug for provider in registry.PROVIDERS if provider.forge or provider.local]
    return SyncRun.objects.filter(provider__in=slugs)


def _came_in() -> bool:
    return Activity.objects.filter(project__in=Project.objects.brought()).exists()


def _runs() -> dict[str, Any]:
    from integrations.admin.base import panel  # as above

    runs = list(_histories().order_by("-requested_at")[:RUNS_SHOWN])
    return {
        "runs": [panel(run) for run in runs],
        "names": _names_to_ask(),
        "going_on": any(run.status in OPEN for run in runs),
        "plants": Project.objects.filter(is_demo=False).count(),
        "ready": [one for one in sources(lambda provider: provider.forge or provider.local) if one.connected],
    }


def _seen() -> dict[str, Any]:
    counts = dict(
        Project.objects.filter(is_demo=False).values_list("visibility").annotate(Count("pk")).order_by("visibility")
    )
    return {"seen": [(visibility, counts.get(visibility, 0)) for visibility in Visibility]}


STEPS: Final = (
    Step(
        "you",
        "Who you are",
        "Your name heads the site. The names and addresses that you commit under tell your work from others'.",
        lambda: bool(site_now().owner_name) and ownership.owners().known,
        _you,
    ),
    Step(
        "source",
        "Where your work is",
        "An account at a forge, or a folder with repositories on the machine that the garden runs on. One is enough.",
        _source_done,
        lambda: {"sources": _forges(), "folders": WatchedPath.objects.filter(folder=None)},
    ),
    Step(
        "plants",
        "What becomes a plant",
        "Each repository is a plant, or is left out. Nothing of a private one is shown unless you say so.",
        lambda: OfferedRepository.objects.filter(decided=True).exists() or _planted_paths().exists(),
        _to_plant,
    ),
    Step(
        "import",
        "Bring it in",
        "The whole history is read once, and the plants grow while it is. You need not wait for it here.",
        lambda: _came_in() and not _histories().filter(status__in=OPEN),
        _runs,
    ),
    Step(
        "music",
        "Music",
        "What you listen to colours the weather of the garden. It does without as well.",
        lambda: _some(_players()),
        lambda: {"sources": _players()},
    ),
    Step(
        "coding",
        "Coding time",
        "Hours in the editor water the plants that they went into.",
        lambda: _some(_editors()) or _editors_key(),
        lambda: {"sources": _editors(), "keys": _editors_key()},
    ),
    Step(
        "public",
        "What is public",
        "Look once at what visitors see, before you show the garden around.",
        lambda: False,  # to be looked at; nothing tells whether it was
        _seen,
    ),
)


# --- The way along them -----------------------------------------------------------------------------------------------


def next_step() -> Step | None:
    """The first step that is neither done nor passed."""
    passed = _passed()
    return next((step for step in STEPS if step.slug not in passed and not step.done()), None)


def _passed() -> set[str]:
    return set(PassedStep.objects.values_list("step", flat=True))


def wanted_after_sign_in(user: User | AnonymousUser) -> bool:
    """Whether to lead there: an owner whose garden nothing feeds yet, and who did not set out before."""
    return user.is_superuser and not PassedStep.objects.exists() and not _source_done()


def page(request: HttpRequest, context: dict[str, Any], slug: str = "") -> HttpResponse:
    """One step, or the first that waits. "Next" and "skip" are the same: both pass it."""
    if not request.user.is_superuser:
        raise PermissionDenied
    if not slug:
        return _arrive(request, again="again" in request.POST)
    step = next((one for one in STEPS if one.slug == slug), None)
    if step is None:
        raise Http404
    if request.method == "POST":
        if "said" in request.POST:
            _say(request, request.POST["said"])
            return HttpResponseRedirect(_address(step))
        pass_step(step, now=timezone.now())
        return HttpResponseRedirect(_address(_after(step)))
    request.session[ON_THE_WAY] = step.slug
    passed = _passed()
    states = [{"step": one, "done": one.done(), "passed": one.slug in passed, "here": one is step} for one in STEPS]
    number = STEPS.index(step) + 1
    here = context | {
        "title": "First steps",
        "step": step,
        "states": states,
        "number": number,
        "before": STEPS[number - 2] if number > 1 else None,
        "done": states[number - 1]["done"],
        "last": number == len(STEPS),
    }
    here.pop("bar", None)  # the page says itself where one is
    return TemplateResponse(request, "admin/steps/page.html", here | step.shown())


def _say(request: HttpRequest, said: str) -> None:
    """Know the owner by a name that was found, and look again into what was left out as nobody's of theirs."""
    from integrations.admin.base import request_run  # as above

    try:
        one, _ = ownership.add(said=said, now=timezone.now())
    except ValueError as error:
        messages.error(request, str(error))
        return
    messages.success(request, f"You are known by {one.hint}. Your plants are counted anew within a minute.")
    transaction.on_commit(dispatch_recount)
    if WatchedPath.objects.exists():
        request_run(request, Git.slug)


def pass_step(step: Step, *, now: datetime) -> None:
    """Go on from a step."""
    PassedStep.objects.update_or_create(step=step.slug, defaults={"passed_at": now})


def bar(request: HttpRequest) -> dict[str, Any] | None:
    """On the owner's other pages: the step that they came from while it is not done, else the first that waits."""
    if not (request.user.is_authenticated and request.user.is_superuser):
        return None
    slug = request.session.get(ON_THE_WAY)
    step = next((one for one in STEPS if one.slug == slug and not one.done()), None) or next_step()
    return {"step": step, "number": STEPS.index(step) + 1, "of": len(STEPS)} if step else None


def _arrive(request: HttpRequest, *, again: bool) -> HttpResponse:
    if request.method == "POST":
        if not again:  # enough of it
            for step in STEPS:
                pass_step(step, now=timezone.now())
            return HttpResponseRedirect(_end(request))
        PassedStep.objects.all().delete()
        return HttpResponseRedirect(_address(STEPS[0]))
    return HttpResponseRedirect(_address(next_step() or STEPS[0]))


def _after(step: Step) -> Step | None:
    rest = STEPS[STEPS.index(step) + 1 :]
    return rest[0] if rest else None


def _address(step: Step | None) -> str:
    return reverse("admin:first-step", args=[step.slug]) if step else reverse("admin:first-steps-end")


def end(request: HttpRequest) -> HttpResponse:
    """The path is walked: to the overview, without the bar."""
    return HttpResponseRedirect(_end(request))


def _end(request: HttpRequest) -> str:
    request.session.pop(ON_THE_WAY, None)
    return reverse("admin:index")
