from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from garden.vocabulary import EventType
from greenhouse.site.happenings import SENTENCES, Happening, PageName, PlantName, happenings

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
PLANTS = {name: PlantName(name, f"/projects/{name}/", "herb") for name in ("moss", "fern", "reed", "sage", "mint")}
PLANTS["oak"] = PlantName("oak", "/projects/oak/", "tree")
SKILLS = {"rust": PageName("Rust", "/skills/rust/")}


@dataclass
class Row:
    seq: int
    event_type: str
    data: dict[str, Any] = field(default_factory=dict)
    timestamp: datetime = NOW


def told(*rows: Row, limit: int = 8) -> list[str]:
    return [sentence(line) for line in happenings(sorted(rows, key=lambda row: -row.seq), PLANTS, SKILLS, limit=limit)]


def sentence(line: Happening) -> str:
    return "".join(f"{words}{plant.name}" for words, plant in line.about) + line.after


def grew(seq: int, name: str, before: str, now: str, **more: Any) -> Row:
    return Row(seq, "project_growth", {"project_id": name, "from_stage": before, "to_stage": now}, **more)


def planted(seq: int, name: str, **more: Any) -> Row:
    return Row(seq, "seed_planted", {"project_id": name}, **more)


def test_a_tree_grows_by_the_names_of_trees() -> None:
    assert told(grew(1, "oak", "growing", "blooming")) == ["oak grew from sapling to young tree."]


def test_a_lost_rung_is_said_plainly() -> None:
    assert told(grew(1, "moss", "mature", "blooming")) == ["moss went back from mature to blooming."]


def test_growth_within_a_stage_is_no_line() -> None:
    assert told(grew(1, "moss", "mature", "mature")) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"commit_count": 1, "author": "Ada"}, "1 new commit by Ada in moss."),
        ({"commit_count": 1200, "author": ""}, "1,200 new commits in moss."),
    ],
)
def test_commits_are_counted_and_their_author_named(data: dict[str, Any], said: str) -> None:
    assert told(Row(1, "commit_pushed", {"project_id": "moss", **data})) == [said]


def test_deployments_say_how_they_ended() -> None:
    ended = [
        Row(1, "deployment", {"project_id": "moss", "status": "success"}),
        Row(2, "deployment", {"project_id": "moss", "status": "failure"}),
    ]
    assert told(*ended) == ["A deployment of moss failed.", "moss was deployed."]


def test_looking_at_a_plant_is_no_news_but_watering_is() -> None:
    rows = [
        Row(n, "visitor_interaction", {"project_id": "moss", "kind": kind}) for n, kind in enumerate(["view", "water"])
    ]
    assert told(*rows) == ["A visitor watered moss."]


def test_what_a_plant_grew_when_its_history_came_is_one_story_with_its_planting() -> None:
    assert told(planted(1, "oak"), grew(2, "oak", "seed", "mature")) == [
        "oak was planted with its history and has grown from seed to mature tree."
    ]


def test_that_story_takes_the_place_of_its_newest_event() -> None:
    (line,) = happenings([grew(2, "oak", "seed", "mature"), planted(1, "oak")], PLANTS, SKILLS, limit=8)
    assert line.seq == 2


def test_growth_long_after_the_planting_is_a_line_of_its_own() -> None:
    later = grew(2, "moss", "seed", "sprout", timestamp=NOW + timedelta(days=3))
    assert told(planted(1, "moss"), later) == ["moss grew from seed to sprout.", "moss was planted."]


def test_a_whole_garden_planted_at_once_is_one_line() -> None:
    rows = [planted(seq, name) for seq, name in enumerate(PLANTS)]
    assert told(*rows) == ["oak, mint, sage and 3 other plants were planted."]


def test_a_few_seeds_are_all_named() -> None:
    assert told(planted(1, "moss"), planted(2, "fern")) == ["fern and moss were planted."]
    four = [planted(seq, name) for seq, name in enumerate(("moss", "fern", "reed", "sage"))]
    assert told(*four) == ["sage, reed, fern and moss were planted."]


def test_plants_that_left_are_not_spoken_of() -> None:
    assert told(planted(1, "secret"), grew(2, "secret", "seed", "sprout")) == []


def test_events_of_an_unknown_shape_are_passed_over() -> None:
    assert told(grew(1, "moss", "seed", "gigantic"), Row(2, "deployment_of_the_future", {"project_id": "moss"})) == []


def test_only_the_newest_lines_are_told() -> None:
    rows = [Row(n, "commit_pushed", {"project_id": "moss", "commit_count": n}) for n in range(1, 20)]
    assert told(*rows, limit=3) == [f"{n} new commits in moss." for n in (19, 18, 17)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"is_new": True, "level": 3}, "A new star: Rust, at level 3."),
        ({"is_new": True, "level": None}, "A new star: Rust."),
        ({"is_new": False, "level": 4}, "Rust rose to level 4."),
    ],
)
def test_a_star_that_appears_or_rises_is_a_line(data: dict[str, Any], said: str) -> None:
    event = Row(2, "skill_unlock", {"skill_id": "rust", "name": "Whatever it was called then", **data})
    assert told(planted(1, "moss"), event, grew(3, "fern", "seed", "sprout")) == [
        "fern grew from seed to sprout.",
        said,
        "moss was planted.",
    ]


def test_a_star_that_is_not_seen_any_more_is_no_line() -> None:
    assert told(Row(1, "skill_unlock", {"skill_id": "cobol", "name": "COBOL", "is_new": True, "level": 9})) == []


@pytest.mark.parametrize("event_type", EventType)
def test_every_event_has_a_sentence_or_none_on_purpose(event_type: EventType) -> None:
    assert event_type in SENTENCES, f"say {event_type} in greenhouse/site/happenings.py: SENTENCES, or None there"
