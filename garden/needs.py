"""What of the garden waits for the owner: seeds to look at, and demo plants among the owner's own."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Count, Max, Q
from django.urls import reverse

from common.words import count, shortened
from garden import ownership
from garden.admin.needs import Need, press_of, press_of_all, press_of_these
from garden.models import Project, ReactionFailure
from garden.reactions import TRIES
from garden.vocabulary import ProjectStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

SEEDS_NAMED = 3  # each is a decision of its own; more than these are one line altogether


def needs(now: datetime) -> Iterator[Need]:
    """Everything that waits. At most seven queries."""
    yield from _set_aside()
    yield from _owner()
    yield from _seeds()
    yield from _demo()


def _set_aside() -> Iterator[Need]:
    """What reactions gave up on, by reaction. Two queries."""
    failures = ReactionFailure.objects.filter(set_aside_at__isnull=False)
    errors = dict(failures.order_by("reaction").values_list("reaction").annotate(Max("error")))
    by_reaction: dict[str, list[int]] = defaultdict(list)
    for reaction, pk in failures.order_by("-pk").values_list("reaction", "pk") if errors else ():
        by_reaction[reaction].append(pk)
    page = reverse("admin:garden_reactionfailure_changelist")
    for reaction, error in errors.items():
        pks, listed = by_reaction[reaction], f"{page}?reaction={reaction}"
        yield Need(
            "replay",
            f"“{reaction}” could not follow {count(len(pks), 'event')}",
            f"It was tried {TRIES} times and set aside; the rest goes on. The last word was: {error}",
            listed,
            "See them",
            urgent=True,
            press=press_of_these(listed, "try_again", pks, "Try again", label_of_some="Try the newest"),
            other=press_of_these(listed, "let_go", pks, "Let it go", label_of_some="Let go the newest"),
        )


def _owner() -> Iterator[Need]:
    """Who the owner is, where nobody said it, or where what was said is on no commit."""
    if ownership.any_work() and ownership.owners().known:
        return
    found = ownership.offered(ownership.commits_by_name())
    if not found:
        return
    known = ownership.owners().known
    names = ", ".join(f"{name} ({number:,})" for name, number in found)
    yield Need(
        "badge",
        "None of the commits is yours" if known else "Whose work is it?",
        ("What you are known by is on no commit. " if known else "Until you say so, every person's commits are yours. ")
        + f"Found: {names}.",
        f"{reverse('admin:garden_owneridentity_add')}?{urlencode({'said': found[0][0]})}",
        "Say who you are",
    )


def _seeds() -> Iterator[Need]:
    seeds = list(Project.objects.filter(status=ProjectStatus.PROPOSED).order_by("-created_at"))
    if len(seeds) > SEEDS_NAMED:
        waiting = f"{reverse('admin:garden_project_changelist')}?needs=approval"
        names = ", ".join(f"“{shortened(seed.name, 40)}”" for seed in seeds[:SEEDS_NAMED])
        yield Need(
            "grass",
            f"{count(len(seeds), 'seed')} to look at",
            f"{names} and {len(seeds) - SEEDS_NAMED} more. Nobody but you sees them until you approve them.",
            reverse("admin:garden_project_seeds"),
            "Decide on them",
            settled_by="approve_seed",
            press=press_of_these(
                waiting,
                "decline_seed",
                [seed.pk for seed in seeds],
                "Decline all",
                label_of_some="Decline the newest",
            ),
        )
        return
    for seed in seeds:
        yield Need(
            "grass",
            f"A visitor proposes “{seed.name}”",
            shortened(seed.description, 160) or "Without a word of description.",
            reverse("admin:garden_project_change", args=[seed.pk]),
            "Look at it",
            press=press_of("garden_project", "approve_seed", seed.pk, "Approve"),
            other=press_of("garden_project", "decline_seed", seed.pk, "Decline"),
        )


def _demo() -> Iterator[Need]:
    of_owner = Q(is_demo=False) & ~Q(status=ProjectStatus.PROPOSED)
    standing = Project.objects.aggregate(
        demo=Count("pk", filter=Q(is_demo=True)), of_owner=Count("pk", filter=of_owner)
    )
    if standing["demo"] and standing["of_owner"]:
        demo_plants = f"{reverse('admin:garden_project_changelist')}?demo=yes"
        yield Need(
            "theater_comedy",
            f"{count(standing['demo'], 'demo plant')} still standing among yours",
            "They came so that the garden was not empty. manage.py demo brings them back at any time.",
            demo_plants,
            "See them",
            press=press_of_all(demo_plants, "remove_demo_plants", "Remove them"),
        )
