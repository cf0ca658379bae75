"""Data of the version before comes over whole, and goes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Migrate = Callable[..., Any]

pytestmark = pytest.mark.django_db(transaction=True)


def test_events_of_before_get_their_subject_and_their_type(migrate: Migrate) -> None:
    events = migrate(garden="0003_archived_at_the_source").get_model("garden", "GardenEvent").objects
    told: list[tuple[str, dict[str, Any]]] = [
        ("seed_planted", {"project_id": "moss", "name": "Moss"}),
        ("visitor_interaction", {"project_id": "moss", "kind": "water"}),
        ("skill_unlock", {"skill_id": "rust", "name": "Rust"}),
        ("system_update", {"component": "skills"}),
        ("system_update", {"what": "place"}),
        ("system_update", {}),
        ("system_update", {"message": "Back at noon."}),
        ("weather_change", {"weather_type": "sunny"}),
    ]
    seqs = [events.create(event_type=kind, source="test", data=data).seq for kind, data in told]

    now = migrate(garden="0004_typed_events").get_model("garden", "GardenEvent").objects
    assert list(now.order_by("seq").values_list("seq", "event_type", "subject", "alters_state", "data")) == [
        (seqs[0], "seed_planted", "project:moss", True, told[0][1]),
        (seqs[1], "visitor_interaction", "project:moss", False, told[1][1]),
        (seqs[2], "skill_unlock", "skill:rust", True, told[2][1]),
        (seqs[3], "state_refreshed", "", True, {"component": "skills"}),
        (seqs[4], "state_refreshed", "", True, {"component": "place"}),
        (seqs[5], "redacted", "", False, {}),
        (seqs[6], "system_update", "", False, {"message": "Back at noon."}),
        (seqs[7], "weather_change", "", True, told[7][1]),
    ]

    before = migrate(garden="0003_archived_at_the_source").get_model("garden", "GardenEvent").objects
    assert [row.event_type for row in before.order_by("seq")] == [kind for kind, _ in told]
    assert before.count() == len(told)


BEFORE_SOURCES = {"garden": "0005_reactions", "integrations": "0003_newest_run_of_each_source"}
WITH_SOURCES = {"garden": "0008_without_source_columns", "integrations": "0005_without_cursors"}
NOTES = {"head": "a" * 40, "stamp": "2026-06-01T00:00:00+00:00", "gone": "2026-06-01T10:00:00"}


def columns(apps: Any) -> list[tuple[Any, ...]]:
    """What the release before knows of its projects and of how far they are read."""
    cursors = {
        (row.project.slug, row.provider): row.state
        for row in apps.get_model("integrations", "SourceCursor").objects.exclude(provider="sources")
    }
    projects = apps.get_model("garden", "Project").objects.order_by("slug")
    known = projects.values_list("slug", "github_id", "github_repo", "source_path", "hidden_by_source", "genome_seed")
    return [*known, *sorted(cursors.items(), key=str)]


def rows(apps: Any) -> list[tuple[Any, ...]]:
    """The same as this release knows it."""
    order = ("project__slug", "provider", "external_id")
    sources = apps.get_model("garden", "ProjectSource").objects.order_by(*order)
    return list(sources.values_list(*order, "name", "url", "state", "gone_at", "project__hidden_by_source"))


def a_garden_with_columns(apps: Any) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "both": {"github_id": 8, "github_repo": "ada/Both", "source_path": "root:" + "b" * 40},
        "by-hand": {},
        "demo": {"source_path": "demo:lantern", "is_demo": True},
        "gone": {"github_id": 9, "github_repo": "ada/gone", "hidden_by_source": True},
        "left-behind": {"github_id": 2**40},
        "local": {"source_path": "root:" + "a" * 40},
        "log": {"source_path": "log:saved", "hidden_by_source": True},
        "named": {"github_repo": "Ada/Named"},
        "numbered": {"github_id": 7, "github_repo": "Ada/Engine"},
    }
    for seed, (slug, said) in enumerate(kinds.items()):
        project = apps.get_model("garden", "Project").objects.create(slug=slug, name=slug, genome_seed=seed, **said)
        if slug in ("numbered", "gone"):
            project.source_cursors.create(provider="github", state=NOTES)
        if slug == "named":  # of a provider that knows it by its home on GitHub
            project.source_cursors.create(provider="pypi", state={"newest": "2.0"})


def test_what_projects_are_known_by_becomes_rows_and_nothing_is_lost(migrate: Migrate) -> None:
    before = migrate(**BEFORE_SOURCES)
    a_garden_with_columns(before)
    known = columns(before)
    last_changed = dict(before.get_model("garden", "Project").objects.values_list("slug", "updated_at"))

    after = migrate(**WITH_SOURCES)
    home, number = "https://github.com/", str(2**40)
    went = datetime(2026, 6, 1, 10, tzinfo=UTC)
    named = after.get_model("garden", "Project").objects.get(slug="named").pk
    assert rows(after) == [
        ("both", "git", "github.com/ada/both", "ada/Both", home + "ada/Both", {}, None, False),
        ("both", "git", "root:" + "b" * 40, "", "", {}, None, False),
        ("both", "github", "8", "ada/Both", home + "ada/Both", {}, None, False),
        ("demo", "demo", "lantern", "", "", {}, None, False),
        ("gone", "git", "github.com/ada/gone", "ada/gone", home + "ada/gone", {}, None, True),
        ("gone", "github", "9", "ada/gone", home + "ada/gone", NOTES, went, True),
        ("left-behind", "github", number, "", "", {}, None, False),
        ("local", "git", "root:" + "a" * 40, "", "", {}, None, False),
        ("log", "git", "log:saved", "", "", {}, last_changed["log"], True),
        ("named", "git", "github.com/ada/named", "Ada/Named", home + "Ada/Named", {}, None, False),
        ("named", "pypi", f"project:{named}", "", "", {"newest": "2.0"}, None, False),
        ("numbered", "git", "github.com/ada/engine", "Ada/Engine", home + "Ada/Engine", {}, None, False),
        ("numbered", "github", "7", "Ada/Engine", home + "Ada/Engine", NOTES, None, False),
    ]
    assert columns(migrate(**BEFORE_SOURCES)) == known


def test_sources_that_the_release_before_has_no_column_for_survive_it(migrate: Migrate) -> None:
    a_garden_with_columns(migrate(**BEFORE_SOURCES))
    now = migrate(**WITH_SOURCES)
    projects = {one.slug: one for one in now.get_model("garden", "Project").objects.all()}
    page, went = "https://gitlab.com/ada/local", datetime(2026, 5, 1, tzinfo=UTC)
    projects["local"].sources.create(provider="git", external_id="gitlab.com/ada/local", name="ada/local", url=page)
    projects["numbered"].sources.create(provider="git", external_id="github.com/ada/old", name="ada/old")
    projects["numbered"].sources.create(provider="github", external_id="70", name="ada/engine-2", state={"head": "c"})
    projects["gone"].sources.create(provider="gitlab", external_id="5", name="ada/gone", gone_at=went, state={"a": 1})
    projects["gone"].sources.filter(provider="github").update(gone_at=None)
    known = rows(now)

    before = migrate(**BEFORE_SOURCES)
    assert columns(before)
    assert rows(migrate(**WITH_SOURCES)) == known


def test_what_the_release_before_learnt_meanwhile_is_believed(migrate: Migrate) -> None:
    a_garden_with_columns(migrate(**BEFORE_SOURCES))
    migrate(**WITH_SOURCES)
    before = migrate(**BEFORE_SOURCES)
    projects = before.get_model("garden", "Project").objects
    projects.filter(slug="numbered").update(github_repo="ada/motor")
    projects.filter(slug="gone").update(hidden_by_source=False)
    projects.filter(slug="local").delete()
    projects.create(slug="new", name="new", genome_seed=99, source_path="root:" + "a" * 40)
    before.get_model("integrations", "SourceCursor").objects.filter(provider="github").update(state={"head": "d" * 40})

    now = migrate(**WITH_SOURCES)
    sources = now.get_model("garden", "ProjectSource").objects
    assert sources.get(provider="github", external_id="7").name == "ada/motor"
    assert {one.external_id for one in sources.filter(project__slug="numbered")} == {
        "7",
        "github.com/ada/motor",
        "github.com/ada/engine",
    }
    assert {one.state["head"] for one in sources.filter(provider="github", state__has_key="head")} == {"d" * 40}
    assert not sources.filter(project__slug="gone").exclude(gone_at=None).exists()
    assert sources.get(external_id="root:" + "a" * 40).project.slug == "new"


def test_bots_and_agents_of_before_are_known_by_their_names(migrate: Migrate) -> None:
    apps = migrate(garden="0008_without_source_columns")
    project = apps.get_model("garden", "Project").objects.create(name="Moss", slug="moss", genome_seed=1)
    facts = apps.get_model("garden", "Activity").objects
    authors = ["Ada", "renovate[bot]", "GitHub Actions", "copilot-swe-agent[bot]"]
    for number, author in enumerate(authors):
        facts.create(
            project=project,
            kind="commit",
            external_id=f"{number:040x}",
            author=author,
            source="git",
            occurred_at=datetime(2026, 1, 1, tzinfo=UTC),
        )

    now = migrate(garden="0009_whose_work")
    assert list(now.get_model("garden", "Activity").objects.order_by("pk").values_list("whose", "assisted")) == [
        ("owner", False), ("bot", False), ("bot", False), ("owner", True)
    ]  # fmt: skip
    assert now.get_model("garden", "Project").objects.get().recount_due


def test_a_log_that_says_of_a_day_that_its_plant_crashed_is_healed(migrate: Migrate) -> None:
    apps = migrate(garden="0011_words_of_projects")
    projects, rows = apps.get_model("garden", "Project").objects, apps.get_model("garden", "GrowthLog").objects
    told = {
        "crashed": ["seed*", "growing*", "blooming*", "sprout", "blooming", "mature"],
        "crashed-twice": ["growing*", "seed", "sprout", "growing", "sprout", "growing"],
        "shrunk": ["growing*", "blooming", "growing"],  # facts were taken away: it never came back
        "empty": [],
    }
    for number, (slug, stages) in enumerate(told.items()):
        project = projects.create(name=slug, slug=slug, genome_seed=number)
        for day, stage in enumerate(stages, start=1):
            rows.create(
                project=project,
                new_stage=stage.removesuffix("*"),
                previous_stage="" if day == 4 else "seed",
                backfilled=stage.endswith("*"),
                growth_factor=0.1,
                recorded_at=datetime(2026, 1, day, tzinfo=UTC),
            )

    log = migrate(garden="0012_history_that_was_rewritten").get_model("garden", "GrowthLog").objects
    found = {
        slug: list(log.filter(project__slug=slug).order_by("recorded_at").values_list("previous_stage", "new_stage"))
        for slug in told
    }
    assert found == {
        "crashed": [
            ("", "seed"), ("seed", "growing"), ("growing", "blooming"), ("blooming", "blooming"), ("blooming", "mature")
        ],
        "crashed-twice": [("", "growing"), ("growing", "growing"), ("growing", "growing")],
        "shrunk": [("", "growing"), ("growing", "blooming"), ("blooming", "growing")],
        "empty": [],
    }  # fmt: skip


def test_where_lines_are_from_is_known_of_projects_of_before(migrate: Migrate) -> None:
    before = migrate(garden="0012_history_that_was_rewritten")
    projects, sources = (before.get_model("garden", name).objects for name in ("Project", "ProjectSource"))
    facts = before.get_model("garden", "Activity").objects
    at = datetime(2026, 1, 1, tzinfo=UTC)

    def made(slug: str, state: dict[str, Any] | None = None, imported: bool = False, **more: Any) -> Any:
        project = projects.create(name=slug, slug=slug, genome_seed=1, grown_at=at, **more)
        if state is not None:
            sources.create(project=project, provider="github", external_id=slug, state=state)
        if imported:
            facts.create(project=project, kind="commit", external_id=slug, occurred_at=at, source="git")
        return project

    counted = made("counted", imported=True, lines_of_code=90, languages={"C": 4_000})
    made("github", {"details_for": "x", "size_for": "x"}, lines_of_code=9_000, languages={"C": 4_000})
    made("both", {"details_for": "x", "size_for": "x"}, True, lines_of_code=9_000, languages={"C": 4_000})
    made("listed", {"listed": []}, lines_of_code=0, languages={"C": 90_000_000})
    made("bare", lines_of_code=7)
    made("demo", is_demo=True, lines_of_code=5, languages={"C": 200})
    for tag in ("v1.0", "backup-june", "latest"):
        facts.create(project=counted, kind="release", external_id=tag, occurred_at=at, source="git")
    facts.create(project=counted, kind="release", external_id="june", occurred_at=at, source="github")

    now = migrate(garden="0013_counted_lines")
    said = ("slug", "lines_from", "lines_of_code", "languages", "recount_due")
    assert {
        tuple(str(value) for value in row) for row in now.get_model("garden", "Project").objects.values_list(*said)
    } == {
        ("counted", "files", "90", "{'C': 4000}", "True"),
        ("github", "size", "100", "{'C': 4000}", "True"),
        ("both", "size", "100", "{'C': 4000}", "True"),
        ("listed", "commits", "0", "{'C': 1}", "True"),
        ("bare", "commits", "0", "{}", "True"),
        ("demo", "files", "5", "{'C': 200}", "False"),
    }
    releases = now.get_model("garden", "Activity").objects.filter(kind="release")
    assert set(releases.values_list("external_id", flat=True)) == {"v1.0", "june"}
