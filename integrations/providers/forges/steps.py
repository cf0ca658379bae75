"""Steps that are taken over many repositories, and what each remembers beside its plant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from integrations.problems import Limited, Problem
from integrations.providers.base import FORCED_FROM, PROJECT, Found, KnownProject, Payload, Since, Trouble

if TYPE_CHECKING:
    from integrations.providers.forges.repositories import Repository

PAGES_A_RUN: Final = 100  # of one history; the next run goes on
PAGES_TOGETHER: Final = 5  # between two looks at the plant
REMEMBERED: Final = 50  # pushes that replaced a history, of one repository
SETTLED: Final = "settled"  # in the state: the commits that the branch was forced away from, once they were looked into
State: TypeAlias = Mapping[str, Any]
Step: TypeAlias = "Callable[[Repository, State], Iterator[Payload]]"


def take(
    steps: Mapping[str, Step], repositories: Sequence[Repository], known: Mapping[int, KnownProject], since: Since
) -> Iterator[Found]:
    """Every step over every repository. One that makes trouble is left out of the steps that follow.

    `steps` are by the words that tell of them. Each is given what was remembered of the repository so far. Raises
    `Limited`, with how far it came, where the forge asks for a pause.
    """
    states = {
        number: dict(known[number].state) if number in known else {}
        for number in (int(repository["id"]) for repository in repositories)
    }
    failed: set[int] = set()
    total = len(repositories)
    for done, (label, step) in enumerate(steps.items()):
        for place, repository in enumerate(repositories):
            since.tell(f"{label} of {repository['full_name']}", done * total + place, len(steps) * total)
            number = int(repository["id"])
            if number in failed:
                continue
            try:
                for payload in step(repository, states[number]):
                    states[number].update(payload.remember)
                    yield payload
            except Limited as limited:
                limited.message += f" Stopped at {label}: {total - place} of {total} repositories to go."
                raise
            except Problem as problem:
                failed.add(number)
                yield Trouble(repository["full_name"], problem)


def about(repository: Repository, *, remember: State | None = None, **more: Any) -> Payload:
    """The payload that every group of payloads of the steps begins with.

    That the repository is public was said with its description, and the list grows old while the steps go on. That it
    is private is said again: a fork may have no description before.
    """
    described = {name: value for name, value in repository.items() if name != "private" or value}
    return Payload(repository["full_name"], PROJECT, {"repository": described, **more}, remember or {})


def forced_from(state: State) -> list[str]:
    """The commits that deliveries told a branch was forced away from, and that nobody looked into yet."""
    settled = state.get(SETTLED) or ()
    return [sha for sha in state.get(FORCED_FROM) or () if sha not in settled]


def settled(state: State, forced: Sequence[str]) -> State:
    """That those were looked into. Deliveries note theirs in a list of their own, so that none is lost in between."""
    return {SETTLED: [*(state.get(SETTLED) or ()), *forced][-REMEMBERED:]} if forced else {}
