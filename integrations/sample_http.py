"""Built-in samples in place of a service, for a garden without network."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from integrations.answers import Answer
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class SampleHttp:
    """Stands where a `Door` would, and answers from built-in samples by address or path: no network at all."""

    def __init__(self, *, label: str, samples: Mapping[str, Any]) -> None:
        self.label = label
        self._samples = samples

    def get(
        self,
        address: str,
        *,
        params: Mapping[str, Any] | None = None,
        also: Collection[int] = (),
        keep: bool = False,
        raw: bool = False,
    ) -> Answer:
        """See `Http.get`. Paths without a sample are not found."""
        path = urlsplit(address).path
        for key in (address, path):
            if key in self._samples:
                return Answer(HTTPStatus.OK, self._samples[key])
        if HTTPStatus.NOT_FOUND in also:
            return Answer(HTTPStatus.NOT_FOUND)
        raise Problem("not_found", f"{self.label} has no sample for {path}.", status=HTTPStatus.NOT_FOUND)
