"""What limits our own requests: buckets, pauses that were asked for, circuits, and how each endpoint went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils import timezone

from garden.admin.base import Button, ReadOnlyAdmin, sign
from garden.templatetags.console import ago
from integrations import limits
from integrations.admin.base import label_of, provider_called
from integrations.limits import Circuit
from integrations.models import OutgoingEndpoint, OutgoingLimit
from integrations.outgoing import BESIDE, slug_of

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

STATES = {"open": ("Left alone", "danger"), "half_open": ("One request finds out", "warning")}
COLOURS = {"paused": "info", "open": "danger", "half_open": "warning", "closed": "success"}


@admin.register(OutgoingLimit)
class OutgoingLimitAdmin(ReadOnlyAdmin):
    """Whether each service is asked, and when again where it is not."""

    when_empty = "A service stands here once it was asked something."
    list_display = ("source", "state", "asked_again", "at_once", "in_plain_words")
    actions = ("ask_again",)
    fields = ("standing", "asked_again", "at_once", "in_plain_words", "endpoints")
    readonly_fields = fields

    @admin.display(description="Service", ordering="provider")
    def source(self, limit: OutgoingLimit) -> str:
        """The service, and whether it is a host beside its own."""
        label = label_of(slug_of(limit.provider))
        return f"{label}, another host" if BESIDE in limit.provider else label

    @sign("State", COLOURS)
    def state(self, limit: OutgoingLimit) -> tuple[str, str]:
        """Whether it is asked."""
        now = timezone.now()
        circuit = limits.circuit_of(limit, now=now)
        if circuit is not Circuit.CLOSED:
            return circuit.value, STATES[circuit][0]
        return ("paused", "Waits, as it asked") if limits.next_try(limit, now=now) else ("closed", "Asked")

    @admin.display(description="State")
    def standing(self, limit: OutgoingLimit) -> str:
        """The same on the service's own page."""
        return self.state(limit)[1]

    @admin.display(description="Asked again")
    def asked_again(self, limit: OutgoingLimit) -> SafeString | str:
        """When, where something is in the way."""
        until = limits.next_try(limit, now=timezone.now())
        return ago(until) if until else "–"

    @admin.display(description="May go out at once")
    def at_once(self, limit: OutgoingLimit) -> str:
        """What is in its bucket."""
        provider = provider_called(slug_of(limit.provider))
        if provider is None or provider.local:
            return "–"
        size = {"per_minute": provider.rate_limit, "burst": provider.burst}
        tokens = limits.tokens_at(limit, **size, now=timezone.now())
        return f"{tokens:,} of {provider.burst:,}, and {provider.rate_limit:,} a minute"

    @admin.display(description="In plain words")
    def in_plain_words(self, limit: OutgoingLimit) -> str:
        """Why it waits, or what it met last."""
        failed = f"{limit.failures} in a row failed. {limit.trouble}" if limit.failures else ""
        return failed or (limit.reason if limits.next_try(limit, now=timezone.now()) else "") or "–"

    @admin.display(description="Requests")
    def endpoints(self, limit: OutgoingLimit) -> SafeString:
        """How they went, by endpoint."""
        rows = OutgoingEndpoint.objects.filter(provider=slug_of(limit.provider))
        return render_to_string("admin/console/endpoints.html", {"endpoints": rows})

    def buttons(self, obj: OutgoingLimit) -> list[Button]:
        """An open circuit can be closed; a pause is the service's own word."""
        return [Button("ask_again", "Ask again at once", "bolt", primary=True)] if obj.failures else []

    @admin.action(description="Ask again at once")
    def ask_again(self, request: HttpRequest, queryset: QuerySet[OutgoingLimit]) -> None:
        """Close the circuits."""
        for pk in queryset.values_list("pk", flat=True):
            limits.close(pk=pk)
        self.message_user(request, "What failed may be asked again now. A pause that a service asked for is kept.")
