"""One plant as everyone sees it, and how the facts make it what it was on a day of its past. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from garden.engine import growth
from garden.engine.genome import visual_growth
from garden.engine.life import Life
from garden.vocabulary import stage_label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from garden.engine.genome import Genome
    from garden.engine.layout import Position
    from garden.engine.life import DayTally, Portrait
    from garden.vocabulary import GrowthStage, PlantType

HEAT_DAYS: Final = 14  # how long a commit keeps its bed warm
HEAT_COMMITS: Final = 20  # commits in that time that make it as warm as it gets


@dataclass(frozen=True, slots=True)
class PlantView:
    """What it takes to draw and to name a plant on one day. Numbers without a unit are 0–1."""

    id: UUID
    slug: str
    name: str
    plant_type: PlantType
    genome: Genome
    position: Position
    growth_stage: GrowthStage
    growth_factor: float
    stage_progress: float
    vitality: float
    commit_count: int
    commit_heat: float
    assisted_share: float = 0.0  # of the owner's commits, the part with an agent
    anonymous: bool = False  # no name of its own, and no page
    featured: bool = False  # what the owner wants to be seen first

    @property
    def stage_label(self) -> str:
        """The stage as a visitor reads it (a tree says `sapling`)."""
        return stage_label(self.plant_type, self.growth_stage)

    @property
    def growth(self) -> float:
        """How far the drawn plant has grown."""
        return visual_growth(self.growth_stage, self.stage_progress, self.plant_type)


@dataclass(frozen=True, slots=True)
class PlantFacts:
    """All that is known of a plant: how it stands today, and what its growth is worked out from."""

    today: PlantView
    portrait: Portrait
    tallies: Sequence[DayTally]


def plant_on(day: date, facts: PlantFacts, *, today: date) -> PlantView | None:
    """The plant as it was at the end of a UTC day, `None` before it was planted.

    Size, stage and vitality are the growth engine's, as `growth.history` replays them: what has no date (stars,
    languages) is scaled by the part of the work until `today` that was done by then. Name, form and place are today's.
    Conditions are neutral, as nobody knows the weather of each day.
    """
    life = Life(facts.tallies, facts.portrait, now=datetime.combine(today, time(), UTC))
    number = day.toordinal()
    if number < life.planted:
        return None
    done = life.totals_on(number)
    factor = growth.growth_on(life, done, number)
    stage = growth.stage_for(factor)  # on the way here the factor never fell, so no rung was held against it
    warm = day - timedelta(days=HEAT_DAYS)
    return replace(
        facts.today,
        growth_stage=stage,
        growth_factor=factor,
        stage_progress=growth.progress_in(stage, factor),
        vitality=growth.vitality_on(life, done, number),
        commit_count=int(done.commits)
        + sum(tally.uncounted_commits for tally in facts.tallies if tally.day <= day)
        + life.earlier_by(number)
        + life.uncounted_earlier_by(number),
        commit_heat=heat_of(sum(tally.commits for tally in facts.tallies if warm < tally.day <= day)),
    )


def heat_of(commits: int) -> float:
    """How warm a bed is from the commits of the last `HEAT_DAYS` days, 0–1."""
    return round(min(commits, HEAT_COMMITS) / HEAT_COMMITS, 2)
