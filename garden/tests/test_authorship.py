"""People, bots and agents are told apart by names and addresses."""

from __future__ import annotations

import pytest

from garden.authorship import author_key, co_authors_in, is_agent, is_bot, masked, normalized, people


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("renovate[bot]", ""),
        ("Dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("github-actions", ""),
        ("GitHub Action", "action@github.com"),
        ("deploy", "github-actions@github.com"),
        ("pre-commit-ci[bot]", ""),
    ],
)
def test_a_service_that_commits_by_itself_is_a_bot(name: str, address: str) -> None:
    assert is_bot(name, address)
    assert not is_agent(name, address)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Claude", "noreply@anthropic.com"),
        ("Claude Opus 4.1", ""),
        ("claude[bot]", "209825114+claude[bot]@users.noreply.github.com"),
        ("Copilot", "223556219+Copilot@users.noreply.github.com"),
        ("copilot-swe-agent[bot]", ""),
        ("devin-ai-integration[bot]", ""),
        ("aider (gpt-4o)", "aider@aider.chat"),
        ("Cursor", "cursoragent@cursor.com"),
    ],
)
def test_a_program_that_writes_for_somebody_is_an_agent_and_no_bot(name: str, address: str) -> None:
    assert is_agent(name, address)
    assert not is_bot(name, address)


@pytest.mark.parametrize(
    ("name", "address"),
    [("Claude", "claude@example.fr"), ("Devin Moss", ""), ("Ada", "ada@anthropic.com"), ("Abbot", ""), ("", "")],
)
def test_a_person_is_neither(name: str, address: str) -> None:
    assert not is_agent(name, address)
    assert not is_bot(name, address)


def test_co_authors_are_read_from_the_trailers_of_a_message() -> None:
    message = "Add moss\n\nWhy not.\n\nCo-Authored-By: Claude <noreply@anthropic.com>\nco-authored-by: Ada <a@b.org>\n"
    assert people(co_authors_in(message)) == [("Claude", "noreply@anthropic.com"), ("Ada", "a@b.org")]
    assert co_authors_in("A subject that says Co-authored-by: nobody") == ()


def test_of_an_address_a_keyed_hash_and_a_hint_are_kept() -> None:
    assert author_key("Ada@Example.org ", "k") == author_key("ada@example.org", "k") != author_key("a@b.org", "k")
    assert author_key("ada@example.org", "another") != author_key("ada@example.org", "k")
    assert author_key("nobody", "k") == ""
    assert masked("ada@example.org") == "a…@example.org"


def test_the_number_that_a_forge_writes_before_a_login_is_not_told_apart() -> None:
    assert normalized("<12345+Ada@users.noreply.github.com>") == "ada@users.noreply.github.com"
    assert normalized("ada+lists@example.org") == "ada+lists@example.org"
