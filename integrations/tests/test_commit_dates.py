"""When commits were made, where their own dates cannot be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from garden import planting
from garden.models import Activity, Project
from garden.tests.factories import NOW
from integrations.commit_dates import DAY, FAR, CommitStamp, believed, usable
from integrations.models import SyncRun
from integrations.tests.test_histories import git

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = int(datetime(2008, 1, 1, tzinfo=UTC).timestamp())
OF_1980 = int(datetime(1980, 1, 1, tzinfo=UTC).timestamp())


def row(*dates: tuple[int | None, int | None]) -> list[CommitStamp]:
    """Commits in a row, each given by its author's and its committer's date."""
    return [CommitStamp(str(number), (str(number - 1),) if number else (), *said) for number, said in enumerate(dates)]


def of(*dates: tuple[int | None, int | None]) -> list[int | None]:
    """What is believed of a row."""
    stamps = row(*dates)
    otherwise = believed(stamps)
    return [otherwise.get(stamp.sha, stamp.authored) for stamp in stamps]


A, B, C, D = (BEGIN + number * 30 * DAY for number in range(4))
LATE = BEGIN + 15 * FAR


def test_what_can_be_is_believed() -> None:
    assert believed(row((A, A), (B, B), (C - 200 * DAY, C), (D, D))) == {}


def test_an_authors_date_far_from_parents_and_committer_is_the_committers() -> None:
    assert of((A, A), (OF_1980, B), (C, C)) == [A, B, C]
    assert of((OF_1980, A), (B, B)) == [A, B]  # the first commit has no parent: its child stands in
    assert of((A, A), (OF_1980, B), (OF_1980, C), (D, D)) == [A, B, C, D]


@pytest.mark.parametrize("unusable", [None, LATE])
def test_an_authors_date_that_is_none_or_after_the_committers_is_the_committers(unusable: int | None) -> None:
    assert of((A, A), (unusable, B), (C, C)) == [A, B, C]


def test_a_rebase_of_everything_keeps_its_authors_dates() -> None:
    assert believed(row((A, LATE), (B, LATE), (C, LATE), (D, LATE))) == {}
    assert of((A, LATE), (B, LATE), (OF_1980, LATE), (D, LATE)) == [A, B, LATE, D]


def test_a_clock_that_was_wrong_for_both_dates_is_held_against_the_others() -> None:
    assert of((A, A), (OF_1980, OF_1980), (C, C)) == [A, A, C]
    assert of((A, A), (LATE, LATE), (C, C), (D, D)) == [A, C, C, D]  # and what came after is as it was
    assert of((A, A), (None, None), (C, C)) == [A, A, C]
    assert of((None, None), (B, B)) == [B, B]
    assert of((None, None)) == [None]


def test_the_newest_commits_wait_if_they_lie_ahead_and_are_not_moved_back() -> None:
    assert believed(row((A, A), (LATE, LATE), (LATE + DAY, LATE + DAY))) == {}


@settings(deadline=None)
@given(
    gaps=st.lists(st.integers(0, 200), min_size=4, max_size=40),
    wrong=st.sets(st.integers(0, 39), max_size=3),
    by=st.sampled_from([-30, -5, -2, 2, 5]),
    data=st.data(),
)
def test_a_few_wrong_dates_move_no_others(gaps: list[int], wrong: set[int], by: int, data: st.DataObject) -> None:
    days = [BEGIN + FAR * 3 + sum(gaps[: number + 1]) * DAY for number in range(len(gaps))]
    wrong = {number for number in wrong if number < len(days)}
    dates: list[tuple[int | None, int | None]] = [
        (day + by * FAR, day) if number in wrong else (day, day) for number, day in enumerate(days)
    ]
    assert [found for number, found in enumerate(of(*dates)) if number not in wrong] == [
        day for number, day in enumerate(days) if number not in wrong
    ]
    assert believed(row(*dates)) == believed(row(*dates))


@pytest.mark.parametrize("said", ["", "soon", None, "0", "-5", "9" * 30, float("inf")])
def test_what_is_no_time_is_none(said: object) -> None:
    assert usable(said) is None


# --- From a real repository to the page -------------------------------------------------------------------------------


def commit(path: Path, message: str, authored: str, committed: str) -> None:
    git(path, "-c", f"user.name={message}", "commit", "--quiet", "--allow-empty", f"--date={authored}",
        "--message", message, at=committed)  # fmt: skip


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    """A project of 2008 with a commit "of 1980"."""
    path = tmp_path / "engine"
    path.mkdir()
    git(path, "init", "--quiet", "--initial-branch=main")
    commit(path, "First", "2008-05-01T12:00:00Z", "2008-05-01T12:00:00Z")
    commit(path, "Odd", "1980-01-01T12:00:00Z", "2008-06-01T12:00:00Z")
    commit(path, "Odder", "2099-01-01T12:00:00Z", "2008-07-01T12:00:00Z")
    commit(path, "Last", "2008-08-01T12:00:00Z", "2008-08-01T12:00:00Z")
    return path


@pytest.mark.django_db
def test_a_commit_of_1980_makes_nothing_older_and_the_run_says_how_many(
    engine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_git", str(engine))
    project = Project.objects.get()
    days = project.activities.order_by("occurred_at").values_list("occurred_at", flat=True)
    assert [f"{day:%Y-%m}" for day in days] == ["2008-05", "2008-06", "2008-07", "2008-08"]
    assert project.planted_date.year == project.growth_log.first().recorded_at.year == 2008  # type: ignore[union-attr]
    assert SyncRun.objects.get().counts["redated"] == 2
    assert "2 commits have a date that cannot be" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_garden_that_believed_such_a_date_is_healed_by_the_next_reading(engine: Path) -> None:
    call_command("import_git", str(engine))
    wrong = datetime(1980, 1, 1, 12, tzinfo=UTC)
    Activity.objects.filter(title__in=["Odd", "First"]).update(occurred_at=wrong, data={})
    Project.objects.update(planted_date=wrong, recount_due=True)
    call_command("import_git", str(engine))
    project = Project.objects.get()
    assert {row.recorded_at.year >= 2008 for row in project.growth_log.all()} == {True}
    assert project.planted_date.year == 2008


@pytest.mark.django_db
def test_a_planted_date_that_the_owner_set_is_where_a_plant_begins(engine: Path) -> None:
    git(engine, "commit", "--quiet", "--allow-empty", "--message", "x", at="2010-01-01T00:00:00Z")
    call_command("import_git", str(engine))
    project = Project.objects.get()
    planting.curate(project=project, changes={"planted_date": datetime(2009, 1, 1, tzinfo=UTC)}, now=NOW)
    assert project.recount_due
    call_command("import_git", str(engine))
    project.refresh_from_db()
    assert project.planted_date.year == 2009
    first = project.growth_log.first()
    assert first is not None
    assert first.recorded_at.year == 2009
    assert project.commit_count == 5
    age = next(factor for factor in project.growth_reasons if factor["key"] == "age")
    assert "18" not in age["sentence"]
