"""What could be done about it, each with its reason and the way there. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from garden.vocabulary import RESTING_BELOW
from visitors.figures.patterns import at_least
from visitors.vocabulary import Vital

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from visitors.figures.patterns import DropOff
    from visitors.figures.speeds import Speed
    from visitors.insights.correlations import Finding

SEEN: Final = 10  # visits that a plant was seen in, before anything is said of it
LOVED: Final = 5  # interactions
ENDS_HERE: Final = 0.5  # of visits that leave an area, at least (95 % confidence)
QUIET: Final = 14  # days without a post
ENOUGH_VISITS: Final = 50  # to hope for something
MOSTLY_MACHINES: Final = 0.5
MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Something to do."""

    what: str
    why: str
    link: str  # where it is done
    link_label: str


@dataclass(frozen=True, slots=True)
class PlantSeen:
    """A plant as visitors find it."""

    name: str
    link: str  # to its form
    sessions: int
    interactions: int
    vitality: float  # 0–1
    says_something: bool
    featured: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What recommendations are made of."""

    visits: int
    set_aside: int
    plants: Sequence[PlantSeen] = ()
    drop_offs: Sequence[DropOff] = ()
    speeds: Sequence[Speed] = ()
    findings: Sequence[Finding] = ()
    days_since_post: int | None = None  # none where there was no post yet
    goals: int = 0
    links: Mapping[str, str] = field(default_factory=dict)  # post, goal, ledger, figures, journeys


def recommend(known: Known) -> list[Recommendation]:
    """What to do, the surest first."""
    return [*_slow(known), *_plants(known), *_ends(known), *_post(known), *_goal(known), *_machines(known)][:MOST]


def _slow(known: Known) -> Iterator[Recommendation]:
    for speed in known.speeds:
        if speed.verdict == "poor":
            said = f"{speed.p75:g}" if speed.vital == Vital.CLS else f"{speed.p75:,.0f} ms"
            yield Recommendation(
                "Make the pages quicker.",
                f"For one of four page views {speed.vital.upper()} is {said} or more ({speed.count:,} views).",
                known.links["figures"],
                "See which pages",
            )


def _plants(known: Known) -> Iterator[Recommendation]:
    for plant in sorted(known.plants, key=lambda one: -one.sessions):
        if plant.sessions < SEEN:
            continue
        seen = f"{plant.sessions:,} visits saw it"
        if not plant.says_something:
            yield Recommendation(f"Say what {plant.name} is.", f"{seen}, and it has no words yet.", plant.link, "Write")
        elif plant.vitality < RESTING_BELOW:
            why = f"{seen}, and it rests: a commit would wake it, a word on its page would explain it."
            yield Recommendation(f"Look after {plant.name}.", why, plant.link, "Open it")
        elif plant.interactions >= LOVED and not plant.featured and plant is _loved(known):
            why = f"No plant has more from its visitors: {plant.interactions:,} times they did something with it."
            yield Recommendation(f"Let {plant.name} stand in front.", why, plant.link, "Feature it")


def _loved(known: Known) -> PlantSeen:
    return max(known.plants, key=lambda one: one.interactions)


def _ends(known: Known) -> Iterator[Recommendation]:
    for one in known.drop_offs[:2]:
        if at_least(one.ended, one.left) >= ENDS_HERE:
            why = f"{one.ended:,} of the {one.left:,} times that a visit left it, it ended there."
            yield Recommendation(f"Show a way on from {one.area}.", why, known.links["journeys"], "See the paths")


def _post(known: Known) -> Iterator[Recommendation]:
    lead = next((one for one in known.findings if one.cause == "posts" and one.effect == "visits"), None)
    if lead and lead.correlation.coefficient > 0 and (known.days_since_post is None or known.days_since_post > QUIET):
        yield Recommendation("Write a post.", lead.sentence, known.links["post"], "Write")


def _goal(known: Known) -> Iterator[Recommendation]:
    if not known.goals and known.visits >= ENOUGH_VISITS:
        why = "With a goal, the figures say how many visits come there, and from where."
        yield Recommendation("Say what you hope that visitors do.", why, known.links["goal"], "Set a goal")


def _machines(known: Known) -> Iterator[Recommendation]:
    everyone = known.visits + known.set_aside
    if everyone >= ENOUGH_VISITS and known.set_aside / everyone > MOSTLY_MACHINES:
        why = f"{known.set_aside:,} of {everyone:,} visits were set aside; a wrong guess can be corrected."
        yield Recommendation("Look at what was set aside.", why, known.links["ledger"], "See it")
