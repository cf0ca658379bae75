"""A chain of entries shows every change, and a noted digest shows where its end was cut off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from visitors.consent import audit
from visitors.consent.chain import FIRST, Link, digest_of_entry, fault_of
from visitors.consent.models import AuditEntry, SaltDeletion
from visitors.consent.vocabulary import AuditAction

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def chain(length: int) -> list[Link]:
    links, previous = list[Link](), FIRST
    for number in range(1, length + 1):
        facts = {"what": f"entry {number}"}
        links.append(Link(number, facts, previous, digest_of_entry(number, facts, previous)))
        previous = links[-1].digest
    return links


def test_a_chain_as_it_was_written_is_whole() -> None:
    links = chain(4)
    assert fault_of([]) == ""
    assert fault_of(links) == ""
    assert fault_of(links, head=links[2].digest) == ""


def test_a_change_a_gap_and_an_insertion_are_found() -> None:
    links = chain(4)
    assert "Entry 2 was changed" in fault_of([links[0], replace(links[1], facts={"what": "other"}), *links[2:]])
    assert "Entry 2 is missing" in fault_of([links[0], *links[2:]])
    forged = Link(2, {"what": "forged"}, links[0].digest, digest_of_entry(2, {"what": "forged"}, links[0].digest))
    assert "Entry 3 does not follow" in fault_of([links[0], forged, *links[2:]])


def test_an_end_that_was_cut_off_is_found_by_a_digest_that_was_noted() -> None:
    links = chain(4)
    assert fault_of(links[:3]) == ""
    assert "cut off" in fault_of(links[:3], head=links[3].digest)


@pytest.mark.django_db
def test_the_command_tells_a_whole_log_and_names_the_entry_that_was_changed() -> None:
    for _ in range(3):
        audit.append(AuditAction.FORGOTTEN, now=NOW, steps=5)
    told = StringIO()
    call_command("audit_verify", stdout=told)
    assert "3 entries" in told.getvalue()
    assert audit.head_of(AuditEntry) in told.getvalue()
    call_command("audit_verify", head=[audit.head_of(AuditEntry)], stdout=StringIO())
    with pytest.raises(CommandError, match="cut off"):
        call_command("audit_verify", head=["f" * 64], stdout=StringIO())
    QuerySet(AuditEntry).filter(number=2).update(detail={"steps": 6})  # by whoever goes around the model
    with pytest.raises(CommandError, match="Entry 2 was changed"):
        call_command("audit_verify", stdout=StringIO())


@pytest.mark.django_db
@pytest.mark.parametrize("log", [AuditEntry, SaltDeletion])
def test_entries_are_neither_changed_nor_deleted(log: type[AuditEntry | SaltDeletion]) -> None:
    with pytest.raises(TypeError):
        log.objects.all().delete()
    with pytest.raises(TypeError):
        log.objects.all().update(digest="")
