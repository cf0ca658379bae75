"""Deployments that any pipeline tells of, with one signed request (docs/deployments.md). Pure.

The body is `{"repository", "status", "environment", "url", "id"}`, of which the first two have to be there.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final

from common.text import storable
from garden import sources
from garden.drafts import ActivityDraft
from garden.vocabulary import ActivityKind, DeploymentStatus
from integrations.items import plain_text, text, web_address
from integrations.problems import Malformed
from integrations.providers.base import HookEvent, HookOnly
from integrations.providers.signatures import SIGNATURE_HEADER, verify

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from garden.sources import SourceRef

EVENT: Final = "deployment"
LONGEST_ID: Final = 100  # characters of an id that is kept as it is
_ANY_HOST: Final = "forge"  # a word, as an alias of somebody's SSH settings: the name behind it says which is meant


class CiCd(HookOnly):
    """Pipelines of any kind, which share one secret."""

    slug = "cicd"
    label = "CI/CD"
    gives = "deployments: a plant blooms when it ships and droops when that fails"
    docs = "docs/deployments.md"
    settings: ClassVar[tuple[str, ...]] = ("ENABLE_CICD_INTEGRATION", "CICD_WEBHOOK_SECRET")
    hook_settings = "CICD_WEBHOOK_SECRET"
    signature_header = SIGNATURE_HEADER
    event_header = delivery_header = ""

    def verify(self, body: bytes, headers: Mapping[str, str], secret: str) -> None:
        verify(body, headers, secret)

    def name_of(self, body: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
        """A deployment, known by its id in its repository, or else by its body."""
        payload: Any = None
        with suppress(ValueError, RecursionError):
            payload = json.loads(body)
        if not isinstance(payload, dict):
            return EVENT, hashlib.sha256(body).hexdigest()  # whoever reads it whole says what is wrong
        for name in ("repository", "status"):
            if not isinstance(payload.get(name), str) or not payload[name].strip():
                raise Malformed(f"A deployment has to name its {name}, as text ({self.docs}).")
        told = _id_of(payload)
        return EVENT, f"{_digest(payload['repository'].strip().lower())}:{told}" if told else _digest(body)

    def parse_event(self, event: str, payload: Mapping[str, Any], *, arrived_at: datetime) -> HookEvent:
        repository, status = plain_text(payload["repository"]).strip(), plain_text(payload["status"]).strip().lower()
        if status not in set(DeploymentStatus):
            return HookEvent(ignored=f"the garden has no use for the status {storable(status, 40)!r}")
        known_by = _sources_of(repository)
        if not known_by:
            return HookEvent(ignored="its repository is neither owner/name nor the URL of a remote")
        told = _id_of(payload) or _digest(json.dumps(payload, sort_keys=True))
        fact = ActivityDraft(
            kind=ActivityKind.DEPLOYMENT,
            external_id=f"cicd:{told}",
            occurred_at=arrived_at,
            title=f"Deployment to {text(payload.get('environment')) or 'production'}",
            url=web_address(payload.get("url")),
            data={"status": status},
        )
        return HookEvent(known_by=known_by, activities=[fact])


def _sources_of(repository: str) -> tuple[SourceRef, ...]:
    """What a plant may be known by: a repository on GitHub first, then one of that name on whichever forge has it."""
    if repository.count("/") == 1 and ":" not in repository:
        anywhere = sources.remote(f"{_ANY_HOST}:{repository}")
        return (*sources.github(repository), *([anywhere] if anywhere else []))
    found = sources.remote(repository)
    return (found,) if found else ()


def _id_of(payload: Mapping[str, Any]) -> str:
    """What a pipeline calls the deployment; of something long, or of no text, its digest. Empty where it says none."""
    told = payload.get("id")
    if told in (None, ""):
        return ""
    if isinstance(told, str | int) and not isinstance(told, bool) and len(written := str(told)) <= LONGEST_ID:
        return storable(written).strip() or _digest(written)
    return _digest(json.dumps(told, sort_keys=True))


def _digest(said: str | bytes) -> str:
    return hashlib.sha256(said.encode("utf-8", "surrogatepass") if isinstance(said, str) else said).hexdigest()[:32]
