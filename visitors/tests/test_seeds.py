from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from garden import recording
from garden.models import Project
from garden.tests.factories import ProjectFactory, commit
from garden.vocabulary import GrowthStage, ProjectStatus, Visibility
from visitors import seeds
from visitors.models import SeedTicket
from visitors.selectors import ticket_of, working_days
from visitors.services import plant_seed

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def test_a_seed_grows_with_every_day_of_work_and_never_back() -> None:
    seen = [seeds.grown(days) for days in range(200)]
    rungs = [(list(GrowthStage).index(stage), progress) for stage, progress in seen]
    assert rungs == sorted(rungs)
    assert seen[0] == (GrowthStage.SEED, 0.0)
    assert seen[1][0] == GrowthStage.SPROUT
    assert seen[-1] == (GrowthStage.ANCIENT, 1.0)
    assert all(0 <= progress <= 1 for _, progress in seen)


@pytest.mark.django_db
def test_the_key_leads_to_the_seed_and_is_kept_nowhere() -> None:
    key = plant_seed(name="A moss map", description="Where it grows.", now=NOW).key
    ticket = ticket_of(key)
    assert ticket is not None
    assert ticket.project is not None
    assert (ticket.project.status, ticket.project.name) == (ProjectStatus.PROPOSED, "A moss map")
    assert key not in str(SeedTicket.objects.values().get())
    for other in ("", key[:-1], f"{key}x", "\ud800"):
        assert ticket_of(other) is None


@pytest.mark.django_db
def test_two_seeds_of_one_name_have_two_addresses() -> None:
    keys = {plant_seed(name="Moss", description="", now=NOW).key for _ in range(2)}
    assert len({ticket.project_id for key in keys if (ticket := ticket_of(key))}) == 2


@pytest.mark.django_db
def test_a_seed_outlives_the_owners_no() -> None:
    key = plant_seed(name="Moss", description="", now=NOW).key
    Project.objects.all().delete()
    ticket = ticket_of(key)
    assert ticket is not None
    assert (ticket.name, ticket.project) == ("Moss", None)


@pytest.mark.django_db
def test_only_days_of_the_owners_public_work_since_then_count() -> None:
    public = ProjectFactory.create()
    hidden = ProjectFactory.create(visibility=Visibility.PRIVATE)
    at = [NOW - timedelta(days=1), NOW + timedelta(hours=1), NOW + timedelta(hours=2), NOW + timedelta(days=2)]
    later = NOW + timedelta(days=9)
    facts = [commit(number, at=moment) for number, moment in enumerate(at)]
    recording.record_activities(project=public, drafts=facts, source="git", now=later)
    private = [commit(100 + number, at=NOW + timedelta(days=number)) for number in range(9)]
    recording.record_activities(project=hidden, drafts=private, source="git", now=later)
    assert working_days(NOW) == 2
