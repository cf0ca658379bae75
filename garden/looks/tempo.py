"""How long things take on screen."""

from dataclasses import dataclass

from garden.looks.reading import read


@dataclass(frozen=True, slots=True)
class ConcernTempo:
    """After a failed deployment."""

    seconds: float
    level: float


@dataclass(frozen=True, slots=True)
class TempoLooks:
    """Seconds that things take on screen."""

    growth: float
    bloom: float  # after a deployment
    concern: ConcernTempo
    light: float  # from one weather to the next


TEMPO = read(TempoLooks, "tempo")
