"""What is GitHub's own in its REST bodies; the rest is every forge's (`forges/facts.py`). Pure, as that is."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any

from garden import sources
from integrations.histories.readme import LONGEST_FILE
from integrations.items import number_id, text
from integrations.providers.forges import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from garden.drafts import ProjectDraft


def project(
    repository: Mapping[str, Any], *, readme: Mapping[str, Any] | None = None, asked: str = "", **more: Any
) -> ProjectDraft:
    """A repository as every listing, detail and webhook shows it. `asked` is a name that it was known by before."""
    named = sources.github(text(repository["full_name"]), number_id(repository["id"]))
    kept_at = sources.each_once((*named, *sources.github(asked)))
    return facts.project(repository, kept_at=kept_at, readme="" if readme is None else _readme(readme), **more)


def page_of(repository: Mapping[str, Any]) -> str:
    """A repository's address on the web."""
    return f"{sources.GITHUB_HOME}{repository['full_name']}"


def _readme(file: Mapping[str, Any]) -> str:
    """The text of a README as `GET /repos/{owner}/{repo}/readme` shows it. One above a megabyte comes without."""
    if file.get("encoding") != "base64":
        return ""
    return text(b64decode(file["content"])[:LONGEST_FILE].decode("utf-8", "replace"))
