"""The saved histories of four real repositories, imported as the owner would: every fact arrives, once.

Their logs lie beside the project, in `../shared/data/git`; where they are not, these tests are skipped.
"""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from garden.models import Activity, Project
from garden.vocabulary import ActivityKind, GrowthStage
from integrations.histories import SavedLog
from integrations.imports import import_history
from integrations.models import SyncRun, SyncStatus
from tests.effort import counted

HISTORIES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "git"
NOW = datetime(2026, 9, 1, tzinfo=UTC)  # shortly after the last commit of the logs
LOGS = sorted(HISTORIES.glob("*.log.gz"))
CALLS_A_COMMIT = 2_400  # 1,200 on SQLite

pytestmark = [
    pytest.mark.contract,
    pytest.mark.django_db,
    pytest.mark.skipif(not LOGS, reason="the git histories are not beside the project"),
]


def about(log: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(log.with_name(log.name.replace(".log.gz", ".json")).read_text())
    return described


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
def test_every_commit_and_every_release_arrives(log: Path) -> None:
    said = about(log)
    imported = import_history(SavedLog(log), now=NOW)
    facts = Activity.objects.filter(project=imported.project)
    assert imported.skipped == ""
    assert facts.filter(kind=ActivityKind.COMMIT).count() == said["commits_in_file"]
    # A tag such as 7.x names a line of versions, and none of them.
    versions = {tag["name"] for tag in said["releases"] if not re.fullmatch(r"\d+\.x", tag["name"])}
    assert facts.filter(kind=ActivityKind.RELEASE).count() == len(versions)
    plant = Project.objects.get()
    assert (plant.name, plant.github_repo, plant.description) == (said["name"], said["full_name"], said["description"])
    assert plant.languages == said["language_bytes"]
    assert plant.commit_count == said["default_branch_commits_without_merges"]
    dated = [datetime.fromisoformat(said[key]) for key in ("first_commit_in_repository", "first_commit_in_file")]
    assert plant.planted_date == min(dated)


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
def test_every_line_that_was_changed_is_counted(log: Path) -> None:
    import_history(SavedLog(log), now=NOW)
    with gzip.open(log, "rt", errors="replace") as text:
        counted = [re.match(r"(\d+)\t(\d+)\t", line) for line in text if not line.startswith("commit ")]
    stored = Activity.objects.filter(kind=ActivityKind.COMMIT).values_list("lines_added", "lines_removed")
    assert sum(added or 0 for added, _ in stored) == sum(int(match[1]) for match in counted if match)
    assert sum(removed or 0 for _, removed in stored) == sum(int(match[2]) for match in counted if match)


def test_the_garden_that_grows_from_them_is_believable() -> None:
    for log in LOGS:
        import_history(SavedLog(log), now=NOW)
    stages = {project.github_repo: project.growth_stage for project in Project.objects.all()}
    assert stages["pallets/click"] == GrowthStage.ANCIENT
    assert stages["simonw/shot-scraper"] in (GrowthStage.BLOOMING, GrowthStage.MATURE)
    places = set(Project.objects.values_list("position_x", "position_z"))
    assert len(places) == len(LOGS)


def test_no_address_comes_through() -> None:
    for log in LOGS:
        import_history(SavedLog(log), now=NOW)
    texts = Activity.objects.values_list("author", "title")
    assert not [text for pair in texts for text in pair if re.search(r"\w@\w+\.\w", text)]


def test_a_folder_of_logs_is_imported_in_one_go_and_again_without_effect(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_git", str(HISTORIES))
    before = sorted(Activity.objects.values_list("project__name", "kind", "external_id"))
    call_command("import_git", str(HISTORIES))
    assert sorted(Activity.objects.values_list("project__name", "kind", "external_id")) == before
    assert set(SyncRun.objects.values_list("status", flat=True)) == {SyncStatus.SUCCEEDED}
    assert capsys.readouterr().out.count(": 0 of ") == len(LOGS)


def test_a_commit_is_little_work_with_growth_and_all() -> None:
    log = next(log for log in LOGS if "click" in log.name)
    imported, calls = counted(lambda: import_history(SavedLog(log), now=NOW))
    assert calls / imported.read < CALLS_A_COMMIT
