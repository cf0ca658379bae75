"""Histories that were rewritten on GitHub, as syncs and deliveries learn of it; merges; dates of both."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from garden import recording, rewriting, services
from garden.drafts import ActivityDraft, HistoryDraft
from garden.models import Activity, GardenEvent, Project
from garden.sources import GITHUB, SourceRef
from garden.tests.factories import ProjectFactory
from garden.vocabulary import ActivityKind, EventType, Withdrawn
from integrations import webhooks
from integrations.models import DeliveryStatus, WebhookDelivery
from integrations.providers.forges import facts
from integrations.services import remembered
from integrations.tests.github_stub import Account, Reply, commit, commits
from integrations.tests.test_github_hooks import push
from integrations.tests.test_sync import NOW, commits_of, synced

if TYPE_CHECKING:
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db
ENGINE = SourceRef(GITHUB, "1000")
HALF_PAST = "2026-01-10T11:30:00Z"


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def rebased(one: dict[str, Any], sha: int, **told: str) -> dict[str, Any]:
    """The same work as another commit: its author's date stays, its committer's does not."""
    again = copy.deepcopy(one) | {"sha": f"{sha:040x}"}
    again["commit"]["committer"] = again["commit"]["committer"] | {"date": HALF_PAST}
    again["commit"] |= told
    return again


def shas() -> set[int]:
    facts = Activity.objects.filter(kind=ActivityKind.COMMIT)
    return {int(sha, 16) for sha in facts.values_list("external_id", flat=True)}


def delivered(payload: dict[str, Any]) -> None:
    """Have a push arrive and be worked on."""
    delivery = WebhookDelivery.objects.create(
        provider="github",
        event="push",
        delivery_id=str(WebhookDelivery.objects.count()),
        content_type="application/json",
        body=json.dumps(payload).encode(),
        received_at=timezone.now(),
        next_attempt_at=timezone.now(),
    )
    assert webhooks.process(delivery.pk, now=timezone.now()) == DeliveryStatus.PROCESSED


def pushed(*told: dict[str, Any], before: int, forced: bool = False) -> dict[str, Any]:
    """A push of commits as lists show them, newest first."""
    payload = push(
        commits=[
            {
                "id": one["sha"],
                "message": one["commit"]["message"],
                "timestamp": one["commit"]["author"]["date"],
                "author": {"name": one["commit"]["author"]["name"], "email": one["commit"]["author"]["email"]},
            }
            for one in reversed(told)
        ],
        before=f"{before:040x}",
        forced=forced,
    )
    payload["repository"] |= {"id": 1000, "full_name": "ada/engine", "name": "engine"}
    return payload


def test_a_rebase_on_github_counts_once_and_is_no_news(ada: Account) -> None:
    old = [commit(number, f"2026-01-10T{number:02}:00:00Z") for number in (5, 4, 3, 2, 1)]
    number = ada.add("engine", old)
    synced()
    told = GardenEvent.objects.filter(event_type=EventType.COMMIT_PUSHED).count()
    ada.force(number, rebased(old[0], 15), rebased(old[1], 14), rebased(old[2], 13), lost=3, pushed_at=HALF_PAST)
    run = synced()
    assert (run.counts["facts"], run.counts["withdrawn"]) == (3, 3)
    assert shas() == {1, 2, 13, 14, 15}
    assert Project.objects.get().commit_count == 5
    assert GardenEvent.objects.filter(event_type=EventType.COMMIT_PUSHED).count() == told
    assert set(Activity.all_told.exclude(withdrawn="").values_list("withdrawn", flat=True)) == {Withdrawn.REWRITTEN}


def test_a_branch_that_was_set_back_counts_less_and_goes_on_from_there(ada: Account) -> None:
    number = ada.add("engine", commits(5))
    synced()
    ada.force(number, lost=2, pushed_at=HALF_PAST)
    assert synced().counts["withdrawn"] == 2
    assert shas() == {1, 2, 3}
    assert remembered(source=ENGINE)["head"] == f"{3:040x}"
    ada.push(number, commit(9, HALF_PAST), pushed_at="2026-01-10T11:40:00Z")
    synced()
    assert shas() == {1, 2, 3, 9}


def test_a_history_of_which_github_knows_nothing_old_is_read_again_over_all_its_pages(ada: Account) -> None:
    number = ada.add("engine", commits(250, "2025-03-03T09:00:00Z"))
    synced()
    ada.commits[number] = [rebased(one, int(one["sha"], 16) + 1000) for one in ada.commits[number][10:]]
    ada.repositories[number] |= {"pushed_at": HALF_PAST, "updated_at": HALF_PAST}
    synced()
    assert shas() == set(range(1001, 1241))
    project = Project.objects.get()
    assert (project.commit_count, project.earlier_commits) == (240, 0)
    kinds = Activity.all_told.exclude(withdrawn="").values_list("withdrawn", flat=True)
    assert sorted(kinds) == [Withdrawn.REWRITTEN] * 240 + [Withdrawn.UNREACHABLE] * 10


def test_it_is_read_on_where_the_allowance_ended(ada: Account, stub: Stub, time_machine: TimeMachineFixture) -> None:
    number = ada.add("engine", commits(350, "2025-03-03T09:00:00Z"))
    synced()
    ada.commits[number] = [rebased(one, int(one["sha"], 16) + 1000) for one in ada.commits[number]]
    ada.repositories[number] |= {"pushed_at": HALF_PAST, "updated_at": HALF_PAST}
    stub.allowance, stub.reset = 7, int(NOW.timestamp()) + 3600
    synced()
    for _hour in range(3):
        time_machine.shift(timedelta(hours=1, minutes=1))
        stub.allowance, stub.reset = 60, int(timezone.now().timestamp()) + 3600
        synced()
    assert shas() == set(range(1001, 1351))
    assert remembered(source=ENGINE)["reread"] is None


def test_what_is_pushed_while_a_history_is_read_again_belongs_to_it(
    ada: Account, stub: Stub, time_machine: TimeMachineFixture
) -> None:
    number = ada.add("engine", commits(350, "2025-03-03T09:00:00Z"))
    synced()
    ada.commits[number] = [rebased(one, int(one["sha"], 16) + 1000) for one in ada.commits[number]]
    ada.repositories[number] |= {"pushed_at": HALF_PAST, "updated_at": HALF_PAST}
    stub.allowance, stub.reset = 6, int(NOW.timestamp()) + 3600
    synced()
    assert remembered(source=ENGINE)["reread"]
    ada.push(number, commit(2000, HALF_PAST), pushed_at="2026-01-10T11:45:00Z")
    time_machine.shift(timedelta(hours=1, minutes=1))
    stub.allowance = None
    synced()
    assert shas() == {*range(1001, 1351), 2000}


@pytest.mark.parametrize("asked", range(2, 7))
def test_a_run_that_ends_anywhere_in_a_rewritten_history_is_taken_up_by_the_next(
    ada: Account, stub: Stub, time_machine: TimeMachineFixture, asked: int
) -> None:
    number = ada.add("engine", commits(5))
    synced()
    ada.force(number, rebased(commit(4), 14), lost=2, pushed_at=HALF_PAST)
    stub.allowance, stub.reset = asked, int(NOW.timestamp()) + 3600
    synced()
    time_machine.shift(timedelta(hours=1, minutes=1))
    stub.allowance = None
    synced()
    assert shas() == {1, 2, 3, 14}
    assert Project.objects.get().commit_count == 4


def test_a_forced_delivery_lets_go_of_twins_at_once_and_the_next_reading_of_the_rest(ada: Account, stub: Stub) -> None:
    number = ada.add("engine", commits(3))
    synced()
    late = [commit(5, "2026-01-10T11:05:00Z"), commit(4, "2026-01-10T11:04:00Z")]
    delivered(pushed(*late, before=3))
    assert shas() == {1, 2, 3, 4, 5}
    again = rebased(late[1], 14)
    delivered(pushed(again, before=5, forced=True))
    assert shas() == {1, 2, 3, 5, 14}  # that 5 is gone nobody said yet
    ada.push(number, again, pushed_at=HALF_PAST)  # what the sync knows of, `3`, is still in the branch
    stub.on(f"/repos/ada/engine/compare/main...{5:040x}", Reply({"commits": late[::-1], "status": "diverged"}))
    synced()
    assert shas() == {1, 2, 3, 14}
    asked = len(stub.requests)
    synced()
    assert not [one for one in stub.requests[asked:] if "/compare/" in one.path]


def test_a_delivery_that_is_sent_again_brings_nothing_back(ada: Account) -> None:
    number = ada.add("engine", commits(3))
    synced()
    ada.force(number, lost=1, pushed_at=HALF_PAST)
    synced()
    delivered(pushed(commit(3), before=2))
    assert shas() == {1, 2}


def test_a_merge_is_known_by_its_parents_and_work_by_its_one(ada: Account) -> None:
    number = ada.add("engine", commits(1))
    synced()
    work = commit(2, "2026-01-10T11:02:00Z")
    work["commit"]["message"] = "Merge tag support into the editor (#12)"
    merge = commit(3, "2026-01-10T11:03:00Z", parents=[{"sha": f"{2:040x}"}, {"sha": "f" * 40}])
    merge["commit"]["message"] = "Bring the side branch in"
    squashed = commit(4, "2026-01-10T11:04:00Z")
    squashed["commit"]["message"] = "Merge branch 'side' into main"
    delivered(pushed(squashed, merge, work, before=1))
    assert shas() == {1, 2, 3}  # by what the payload says
    ada.push(number, squashed, merge, work, pushed_at=HALF_PAST)
    synced()
    assert shas() == {1, 2, 4}  # by what the parents say
    assert Project.objects.get().commit_count == 3
    delivered(pushed(squashed, merge, work, before=1))
    assert shas() == {1, 2, 4}


@pytest.mark.parametrize(
    ("message", "is_merge"),
    [
        ("Merge pull request #3 from ada/fix", True),
        ("Merge branch 'main' of github.com:ada/engine into side", True),
        ("Merge branches 'a', 'b' and 'c'", True),
        ("Merge remote-tracking branch 'origin/main'", True),
        ("Merge tag 'v1.2' into main", True),
        ("Merge tag support into the editor (#12)", False),
        ("Merge branch protection rules", False),
        ("Merge pull request templates", False),
        ("Merge branch 'main' into side (#7)", False),
    ],
)
def test_of_a_push_only_what_git_itself_words_as_a_merge_is_taken_for_one(message: str, is_merge: bool) -> None:
    told = {"id": "a" * 40, "timestamp": HALF_PAST, "author": {"name": "Ada"}, "message": f"{message}\n\nBecause."}
    assert len(facts.pushed_commits([told], page="https://github.com/ada/engine")) == (not is_merge)


def test_dates_that_cannot_be_are_the_committers_on_github_too(ada: Account) -> None:
    told = commits(4, "2026-01-05T09:00:00Z")
    dates = ("2026-01-05T09:00:00Z", "1980-01-01T00:00:00Z", "2031-01-01T00:00:00Z", "")
    for one, date in zip(told, dates, strict=True):
        one["commit"]["author"] = one["commit"]["author"] | {"date": date}
    ada.add("engine", told, created_at="2026-01-04T10:00:00Z")
    run = synced()
    assert run.counts["redated"] == 3
    assert {f"{fact.occurred_at:%Y-%m-%d}" for fact in Activity.objects.all()} == {"2026-01-05"}
    assert Project.objects.get().planted_date.year == 2026


def test_a_pushed_date_from_before_git_is_not_believed_and_the_next_reading_corrects_it(ada: Account) -> None:
    number = ada.add("engine", commits(1))
    synced()
    odd = commit(2, "2026-01-10T11:20:00Z")
    odd["commit"]["author"] = odd["commit"]["author"] | {"date": "1980-01-01T00:00:00Z"}
    payload = pushed(odd, before=1)
    payload["repository"]["pushed_at"] = int(datetime(2026, 1, 10, 11, 30, tzinfo=UTC).timestamp())
    delivered(payload)
    fact = Activity.objects.get(external_id=odd["sha"])
    assert fact.occurred_at == datetime(2026, 1, 10, 11, 30, tzinfo=UTC)
    ada.push(number, odd, pushed_at=HALF_PAST)
    synced()
    fact.refresh_from_db()
    assert fact.occurred_at == datetime(2026, 1, 10, 11, 20, tzinfo=UTC)


def test_a_sync_while_the_clock_is_behind_loses_nothing(ada: Account, time_machine: TimeMachineFixture) -> None:
    number = ada.add("engine", commits(2))
    synced()
    services.grow_all(now=NOW, source="schedule")
    before = Project.objects.get()
    time_machine.move_to(NOW - timedelta(days=200), tick=False)  # a machine without a clock of its own, just started
    ada.push(number, commit(4, "2026-01-10T11:00:00Z"), commit(3, "2026-01-10T10:00:00Z"), pushed_at=HALF_PAST)
    synced()
    services.grow_all(now=timezone.now(), source="schedule")
    meanwhile = Project.objects.get()
    assert meanwhile.growth_stage == before.growth_stage
    assert meanwhile.growth_factor == before.growth_factor
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    services.grow_all(now=timezone.now(), source="schedule")
    project = Project.objects.get()
    assert project.commit_count == commits_of(project) == 4
    assert project.last_activity_at == datetime(2026, 1, 10, 11, tzinfo=UTC)
    assert project.growth_factor > before.growth_factor


class TestOrder(TestCase):
    """However versions of a history arrive, the facts are those of the one that was read last."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def test_the_last_whole_reading_decides_in_whatever_parcels_the_others_came(self, data: st.DataObject) -> None:
        moments = data.draw(st.lists(st.integers(0, 5), min_size=1, max_size=8))
        versions = [
            [
                ActivityDraft(
                    kind=ActivityKind.COMMIT,
                    external_id=f"{turn:02}{place:02}",
                    occurred_at=NOW - timedelta(days=10 - moment),
                    title=f"Change {place}",
                    author="Ada",
                    merge=False,
                )
                for place, moment in enumerate(moments)
            ]
            for turn in range(3)
        ]
        project = ProjectFactory.create()
        for version in [*data.draw(st.permutations(versions[:2])), versions[2]]:
            told = data.draw(st.permutations(version))
            cut = data.draw(st.integers(0, len(told)))
            for parcel in (told[:cut], told):
                recording.record_activities(project=project, drafts=parcel, source="git", now=NOW)
            reachable = frozenset(draft.external_id for draft in version)
            rewriting.settle(project=project, history=HistoryDraft(reachable))
            services.catch_up(project=project, now=NOW, source="git")
        straight = ProjectFactory.create(planted_date=project.planted_date)
        recording.record_activities(project=straight, drafts=versions[2], source="git", now=NOW)
        services.catch_up(project=straight, now=NOW, source="git")
        assert project.commit_count == straight.commit_count == len(moments)
        assert project.growth_factor == pytest.approx(straight.growth_factor)
        assert [row.new_stage for row in project.growth_log.all()] == [
            row.new_stage for row in straight.growth_log.all()
        ]
