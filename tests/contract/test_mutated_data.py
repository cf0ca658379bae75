"""What services really sent, with a few things changed: the same holds of it as of what we made up (`tests/fuzz/`)."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import registry
from tests.contract.github_data import GITHUB
from tests.fuzz.mutations import changed_bytes, changed_json
from tests.fuzz.test_clients import AGENTS, as_parsed, check_heartbeat
from tests.fuzz.test_feeds import check_feed
from tests.fuzz.test_histories import check_saved_log
from tests.fuzz.test_hooks import check_delivery
from tests.fuzzing import examples

if TYPE_CHECKING:
    from pathlib import Path

DATA = GITHUB.parent
FEW = examples(30)
LONGEST = 8 * 1024  # bytes of a file: enough to hold each kind of line


def beside(pattern: str) -> list[Path]:
    return sorted(path for path in DATA.glob(pattern) if path.is_file())


def begin_of(path: Path) -> bytes:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return file.read(LONGEST)


DELIVERIES, FEEDS, LOGS = beside("github/webhooks/*/*.json"), beside("social/feeds/*"), beside("git/*.log.gz")
BEATS = beside("wakatime/heartbeats-bulk.request.json")
pytestmark = [
    pytest.mark.contract,
    pytest.mark.fuzz,
    pytest.mark.skipif(
        not (DELIVERIES and FEEDS and LOGS and BEATS), reason="the services' own payloads are not beside the project"
    ),
]


@FEW
@given(st.data())
def test_github_s_deliveries(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(DELIVERIES))
    payload: Any = data.draw(changed_json([json.loads(path.read_bytes())]))
    if isinstance(payload, dict):
        check_delivery(registry.hook_provider("github"), path.parent.name, payload)


@FEW
@given(st.data())
def test_feeds_of_people(data: st.DataObject) -> None:
    check_feed(data.draw(changed_bytes([begin_of(path) for path in FEEDS])))


@FEW
@given(st.data())
def test_logs_of_projects(data: st.DataObject) -> None:
    check_saved_log(data.draw(changed_bytes([begin_of(path) for path in LOGS])))


@FEW
@given(st.data())
def test_heartbeats_of_editors(data: st.DataObject) -> None:
    items = json.loads(BEATS[0].read_bytes())
    check_heartbeat(as_parsed(data.draw(changed_json(items))), data.draw(st.sampled_from(AGENTS)))
