"""Webhook deliveries: what services told us, and what became of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesCheckboxFilter

from garden.admin.base import Button, ReadOnlyAdmin, UsedLatelyFilter, sign
from garden.templatetags.console import ago
from integrations import webhooks
from integrations.admin.base import label_of
from integrations.models import DeliveryStatus, WebhookDelivery

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

BODY_SHOWN = 20_000  # characters of a delivery; the rest says nothing more to a person
DELIVERY_COLOURS = {"processed": "success", "failed": "danger", "received": "info"}


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    """What services told us, and what became of it."""

    when_empty = (
        "Nobody has called yet. How a forge, a pipeline or a git hook tells the garden at once: docs/github.md, "
        "docs/forges.md, docs/deployments.md, docs/git.md."
    )
    list_display = ("what", "state", "when", "attempts", "error")
    list_filter = (("status", ChoicesCheckboxFilter), ("provider", UsedLatelyFilter), ("event", UsedLatelyFilter))
    list_filter_submit = True
    search_fields = ("delivery_id",)
    actions = ("try_again",)
    fields = (
        "what",
        "status",
        "error",
        "attempts",
        "received_at",
        "processed_at",
        "delivery_id",
        "content_type",
        "content",
    )
    readonly_fields = ("what", "content")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        """Lists do without the bodies, which are up to 25 MB each."""
        deliveries: QuerySet[WebhookDelivery] = super().get_queryset(request)
        return deliveries.defer("body")

    @admin.display(description="What", ordering="event")
    def what(self, delivery: WebhookDelivery) -> str:
        """Who told, and about what."""
        return f"{label_of(delivery.provider)}: {delivery.event.replace('_', ' ')}"

    @sign("State", DELIVERY_COLOURS, ordering="status")
    def state(self, delivery: WebhookDelivery) -> tuple[str, str]:
        """What became of it."""
        return delivery.status, delivery.get_status_display()

    @admin.display(description="When", ordering="received_at")
    def when(self, delivery: WebhookDelivery) -> SafeString | str:
        """When it came."""
        return ago(delivery.received_at)

    @admin.display(description="Content")
    def content(self, delivery: WebhookDelivery) -> SafeString:
        """The delivery as readable JSON, cut where it becomes endless."""
        try:
            text = json.dumps(webhooks.payload_in(bytes(delivery.body), delivery.content_type), indent=2)
        except webhooks.Unreadable as error:
            text = f"It cannot be read: {error}."
        further = len(text) - BODY_SHOWN
        note = f"\n… and {further:,} characters more" if further > 0 else ""
        return format_html('<pre class="console-body">{}{}</pre>', text[:BODY_SHOWN], note)

    def buttons(self, obj: WebhookDelivery) -> list[Button]:
        """What failed can be tried again."""
        failed = obj.status == DeliveryStatus.FAILED
        return [Button("try_again", "Try again", "replay", primary=True)] if failed else []

    @admin.action(description="Try again")
    def try_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        """Put failed deliveries back among those that wait; whoever works on the inbox finds them."""
        again = webhooks.retry(deliveries=queryset, now=timezone.now())
        if again:
            self.message_user(request, f"{again} to be worked on again, within a minute.", messages.SUCCESS)
        else:
            self.message_user(request, "Only what failed can be tried again.", messages.WARNING)
