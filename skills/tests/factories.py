"""Skills for tests, as the owner would enter them."""

from __future__ import annotations

from typing import Any

from garden.tests.factories import NOW
from skills.curation import curate
from skills.models import Skill


def entered(name: str, **said: Any) -> Skill:
    """A skill that the owner entered."""
    return curate(skill=Skill(), changes={"name": name, **said}, now=NOW)
