"""PyPI: releases of the owner's packages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings

from garden.drafts import ActivityDraft, ProjectDraft
from garden.sources import SourceRef, github
from garden.vocabulary import ActivityKind
from integrations.problems import Limited, Problem
from integrations.providers.base import PROJECT, Connection, Draft, Found, Payload, Provider, Since, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integrations.http import Http

GITHUB = "https://github.com/"


class PyPI(Provider):
    """The packages named in `PYPI_PACKAGES`."""

    slug = "pypi"
    label = "PyPI"
    gives = "releases"
    docs = "docs/pypi.md"
    every = timedelta(hours=6)
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_PYPI_INTEGRATION",
        "PYPI_PACKAGES",
        "PYPI_API_URL",
        "PYPI_RATE_LIMIT",
        "PYPI_BURST",
    )

    @property
    def base_url(self) -> str:
        return str(settings.PYPI_API_URL)

    def missing(self, connection: Connection) -> str:
        return "" if settings.PYPI_PACKAGES else "PYPI_PACKAGES"

    def headers(self, connection: Connection) -> dict[str, str]:
        return {"Accept": "application/json"}

    def check(self, http: Http, connection: Connection) -> str:
        info = http.get(f"/pypi/{settings.PYPI_PACKAGES[0]}/json", keep=True).data["info"]
        return f"PyPI knows {info['name']}, now at {info['version']}."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        for place, package in enumerate(settings.PYPI_PACKAGES):
            since.tell(package, place, len(settings.PYPI_PACKAGES))
            try:
                said = http.get(f"/pypi/{package}/json", keep=True).data
            except Limited:
                raise  # the whole service wants a pause
            except Problem as problem:
                yield Trouble(package, problem)  # the other packages go on
                continue
            yield Payload(package, PROJECT, said["info"])
            yield Payload(package, "releases", said["releases"])

    def parse(self, payload: Payload) -> Sequence[Draft]:
        if payload.kind == PROJECT:
            urls = (payload.data.get("project_urls") or {}).values()
            homes = [url.removeprefix(GITHUB).strip("/") for url in urls if url.startswith(GITHUB)]
            home = next((home for home in homes if home.count("/") == 1), "")
            return [
                ProjectDraft(
                    name=payload.data["name"],
                    description=payload.data["summary"] or "",
                    sources=(SourceRef("pypi", payload.subject), *github(home)),
                )
            ]
        return [
            ActivityDraft(
                kind=ActivityKind.RELEASE,
                external_id=f"pypi:{version}",
                occurred_at=datetime.fromisoformat(files[0]["upload_time_iso_8601"]),
                title=f"{version} on PyPI",
            )
            for version, files in payload.data.items()
            if files
        ]

    def samples(self, now: datetime) -> Mapping[str, Any]:
        info = {
            "name": "engine",
            "version": "2.0",
            "summary": "Computes",
            "project_urls": {"Source": f"{GITHUB}ada/engine"},
        }
        releases = {"1.0": [{"upload_time_iso_8601": "2025-03-01T10:00:00Z"}], "2.0": []}
        return {f"/pypi/{package}/json": {"info": info, "releases": releases} for package in settings.PYPI_PACKAGES}
