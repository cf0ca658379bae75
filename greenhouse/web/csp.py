"""The content security policy: strict for the site, one word looser for the console."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from csp.constants import UNSAFE_EVAL
from csp.middleware import CSPMiddleware

if TYPE_CHECKING:
    from csp.middleware import PolicyParts
    from django.http import HttpRequest, HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """The policy of the settings; in the admin also `'unsafe-eval'`, which its Alpine.js cannot do without."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The parts of the policy for one answer; the console is known by its route: another path may begin alike."""
        parts = super().get_policy_parts(request, response, report_only)
        route = request.resolver_match
        if route is not None and route.route.startswith("admin/"):
            return replace(parts, update={**(parts.update or {}), "script-src": [UNSAFE_EVAL]})
        return parts
