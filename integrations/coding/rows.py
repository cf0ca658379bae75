"""Days of coding time as rows: written whole, by one writer at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from garden.locks import advisory_lock
from integrations.coding.names import key_of
from integrations.models import CodingName, CodingSource, CodingTime

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from integrations.coding.durations import Spent

_LOCK: Final = 0x636F6465  # any number; the same in every process


def lock() -> None:
    """Let no other transaction write coding time until this one ends.

    What a plant gets of a day is decided over all sources of it; a source that told more meanwhile would be overlooked.
    """
    advisory_lock(_LOCK)


def write(days: Mapping[date, Sequence[Spent]], source: CodingSource) -> None:
    """Let `days` be what a source knows of them. The caller holds `lock`."""
    names = _names({one.project for found in days.values() for one in found})
    sealed = set(CodingTime.objects.filter(source=source, day__in=days, sealed=True).values_list("day", flat=True))
    rows: dict[tuple[object, ...], CodingTime] = {}
    for day, found in days.items():
        for one in found:
            name = names[key_of(one.project)]
            row = CodingTime(
                source=source,
                day=day,
                name=name,
                language=one.language,
                category=one.category,
                editor=one.editor,
                operating_system=one.operating_system,
                seconds=one.seconds,
                last_at=one.last_at,
                sealed=day in sealed,
            )
            key = (day, name.pk, one.language, one.category, one.editor, one.operating_system)
            if key in rows:  # two spellings of one name
                row.seconds += rows[key].seconds
            rows[key] = row
    CodingTime.objects.filter(source=source, day__in=days).delete()
    CodingTime.objects.bulk_create(rows.values(), batch_size=1000)


def with_known_languages(days: Mapping[date, Sequence[Spent]], source: CodingSource) -> dict[date, list[Spent]]:
    """The days, where a project's languages are not told this time cut as they are known. A query where one is not.

    A service says them only to a question of its own, which may stay without an answer.
    """
    things = {(day, key_of(one.project)): False for day, found in days.items() for one in found}
    for day, found in days.items():
        for one in found:
            things[day, key_of(one.project)] |= bool(one.language)
    silent = {thing for thing, tells in things.items() if not tells}
    known = _cuts(silent, source) if silent else {}
    return {
        day: [part for one in found for part in _cut(one, known.get((day, key_of(one.project))))]
        for day, found in days.items()
    }


def _cuts(things: Collection[tuple[date, str]], source: CodingSource) -> dict[tuple[date, str], dict[str, float]]:
    """Seconds by language of some days and names, for those of which any is known."""
    rows = CodingTime.objects.filter(source=source, day__in={day for day, _ in things}).exclude(language="")
    known: defaultdict[tuple[date, str], dict[str, float]] = defaultdict(dict)
    for day, key, language, seconds in rows.values_list("day", "name__key", "language", "seconds"):
        if (day, key) in things:
            known[day, key][language] = known[day, key].get(language, 0.0) + seconds
    return known


def _cut(one: Spent, languages: Mapping[str, float] | None) -> list[Spent]:
    if not languages:
        return [one]
    whole = sum(languages.values())
    return [replace(one, language=name, seconds=one.seconds * part / whole) for name, part in languages.items()]


def _names(said: Collection[str]) -> dict[str, CodingName]:
    """The names by their keys; new ones are made."""
    first_written: dict[str, str] = {}
    for name in sorted(said):
        first_written.setdefault(key_of(name), name)
    known = {one.key: one for one in CodingName.objects.filter(key__in=first_written)}
    if missing := first_written.keys() - known.keys():
        fresh = [CodingName(name=first_written[key], key=key) for key in sorted(missing)]
        CodingName.objects.bulk_create(fresh, ignore_conflicts=True)
        known = {one.key: one for one in CodingName.objects.filter(key__in=first_written)}
    return known
