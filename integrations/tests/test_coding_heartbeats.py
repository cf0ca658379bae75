"""What plugins send is read with patience, and only five things of it are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.coding.heartbeats import Refused, editor_of, project_name, read

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
AGENT = "wakatime/v1.98.1 (linux-6.1.0-x86_64) go1.22 vscode/1.90.0 vscode-wakatime/24.5.0"


def heartbeat(**said: Any) -> dict[str, Any]:
    return {
        "time": NOW.timestamp() - 60,
        "entity": "/home/ada/secret-client/engine/main.py",
        "type": "file",
        "project": "engine",
        "language": "Python",
        "category": "debugging",
        **said,
    }


def test_five_things_are_kept_and_no_path() -> None:
    beat = read(heartbeat(), agent=AGENT, now=NOW)
    assert (beat.project, beat.language, beat.category, beat.editor) == ("engine", "Python", "debugging", "VS Code")
    assert beat.at == NOW - timedelta(minutes=1)
    assert "secret" not in repr(beat)
    assert "/" not in repr(beat)


def test_what_is_missing_or_of_a_wrong_type_is_not_said() -> None:
    beat = read({"time": 1.5, "project": None, "language": 7, "category": None, "lineno": "6"}, agent="", now=NOW)
    assert (beat.project, beat.language, beat.category, beat.editor) == ("", "", "coding", "")


def test_a_language_that_is_not_said_is_told_by_the_name_of_the_file() -> None:
    assert read(heartbeat(language=None), agent="", now=NOW).language == "Python"
    assert read(heartbeat(language=None, entity="C:\\work\\Engine.CS"), agent="", now=NOW).language == "C#"
    assert read(heartbeat(language=None, type="domain", entity="example.rs"), agent="", now=NOW).language == ""


def test_a_plugin_in_a_browser_is_known_by_what_its_body_says() -> None:
    browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
    said = {"plugin": "vscode/1.104.0 vscode-wakatime/25.3.0"}
    assert read(heartbeat(**said), agent=browser, now=NOW).editor == "VS Code"
    extension = {"user_agent": "Chrome/140.0.0.0 linux_x86-64 chrome-wakatime/4.1.0", "type": "url", "category": None}
    beat = read(heartbeat(**extension, entity="https://example.com/private"), agent=browser, now=NOW)
    assert (beat.editor, beat.category) == ("Chrome", "browsing")
    assert "private" not in repr(beat)


@pytest.mark.parametrize("time", [None, "soon", True, [], -1, 0, "nan", "inf", 10**15, NOW.timestamp() + 31_536_000])
def test_a_time_that_is_none_or_lies_ahead_is_refused(time: Any) -> None:
    with pytest.raises(Refused, match="time"):
        read(heartbeat(time=time), agent="", now=NOW)


def test_a_clock_that_is_a_little_fast_and_a_number_as_text_are_taken() -> None:
    assert read(heartbeat(time=NOW.timestamp() + 600), agent="", now=NOW).at == NOW + timedelta(minutes=10)
    assert read(heartbeat(time=str(NOW.timestamp())), agent="", now=NOW).at == NOW


@pytest.mark.parametrize("item", [None, [], "text", 7])
def test_what_is_no_object_is_refused(item: Any) -> None:
    with pytest.raises(Refused):
        read(item, agent="", now=NOW)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("engine", "engine"),
        ("ada/engine", "ada/engine"),
        ("/home/ada/engine", "engine"),
        ("/home/ada/engine/", "engine"),
        ("~/code/engine", "engine"),
        ("C:\\Users\\Ada\\engine", "engine"),
        ("\\\\server\\share\\engine", "engine"),
        ("file:///home/ada/engine", "engine"),
        ("../../home/ada/clients/engine", "engine"),
        ("./engine", "engine"),
        ("home/ada/clients/engine", "engine"),
        ("Users\\ada\\clients\\engine", "engine"),
        ("$HOME/clients/engine", "engine"),
        ("%USERPROFILE%/engine", "engine"),
        (".dotfiles", ".dotfiles"),
        ("~", ""),
        ("/", ""),
        ("  ", ""),
        ("x" * 500, "x" * 200),
    ],
)
def test_of_a_path_only_the_last_part_is_a_name(said: str, name: str) -> None:
    assert project_name(said) == name


@pytest.mark.parametrize(
    ("agent", "editor"),
    [
        (AGENT, "VS Code"),
        ("wakatime/13.1.0 (Linux) Python3.11.7.final.0 vim/9.0 vim-wakatime/11.1.2", "Vim"),
        ("wakatime/v1 (x) go1 Kakoune/2024 kakoune-wakatime/1.0", "kakoune"),
        ("wakatime/13.0.6", ""),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_the_editor_is_told_by_its_plugin_without_a_version(agent: str, editor: str) -> None:
    assert editor_of(agent) == editor


def test_text_that_cannot_be_stored_is_cleaned() -> None:
    assert read(heartbeat(project="en\x00gine\ud800"), agent="", now=NOW).project == "engine"
