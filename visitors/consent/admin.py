"""Privacy in the console: what visitors ask of the owner, with its deadline, what they agreed to, and the two logs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from rest_framework.utils.encoders import JSONEncoder
from unfold.contrib.filters.admin import ChoicesCheckboxFilter

from garden.admin.base import Button, ReadOnlyAdmin, sign
from garden.templatetags.console import ago
from visitors.consent import services
from visitors.consent.export import export_of
from visitors.consent.models import AuditEntry, Consent, SaltDeletion, SubjectRequest
from visitors.consent.serializers import ExportOut
from visitors.consent.vocabulary import ASKED, AuditAction, RequestStatus, RequestType

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString


@admin.register(SubjectRequest)
class SubjectRequestAdmin(ReadOnlyAdmin):
    """What visitors ask of the owner. They are known by their token alone, so the answer lies where they find it."""

    when_empty = (
        "Nobody has asked. Visitors read, take along and erase what is kept of them by themselves; a request "
        "stands here if one would rather have you look."
    )
    list_display = ("type", "state", "opened", "due", "visitor")
    list_filter = (("status", ChoicesCheckboxFilter), ("type", ChoicesCheckboxFilter))
    list_filter_submit = True
    list_select_related = ("consent",)
    actions = ("fulfil",)

    @sign("State", {"open": "warning", "late": "danger", "done": "success"}, ordering="status")
    def state(self, asked: SubjectRequest) -> tuple[str, str]:
        """Whether it waits, and whether it waits too long."""
        if asked.status == RequestStatus.DONE:
            return "done", "done"
        return ("late", "past its time") if asked.due_at < timezone.now() else ("open", "open")

    @admin.display(description="Asked", ordering="opened_at")
    def opened(self, asked: SubjectRequest) -> SafeString | str:
        """When it was asked."""
        return ago(asked.opened_at)

    @admin.display(description="Due", ordering="due_at")
    def due(self, asked: SubjectRequest) -> SafeString | str:
        """By when it has to be done."""
        return ago(asked.due_at)

    @admin.display(description="Visitor")
    def visitor(self, asked: SubjectRequest) -> str:
        """The name in the audit log of who asks."""
        return str(asked.consent) if asked.consent else "erased"

    def buttons(self, obj: SubjectRequest) -> list[Button]:
        """What is asked for, in one click."""
        if obj.status == RequestStatus.DONE:
            return []
        if obj.type == RequestType.DELETION:
            return [Button("fulfil", "Erase everything of theirs", "delete_forever", primary=True)]
        return [Button("fulfil", "It is answered", "check", primary=True)]

    @admin.action(description="Do it")
    def fulfil(self, request: HttpRequest, queryset: QuerySet[SubjectRequest]) -> None:
        """Erase where that is asked for; the rest is answered by the export that their token opens."""
        waiting = list(queryset.filter(status=RequestStatus.OPEN))
        for one in waiting:
            services.fulfil(one, now=timezone.now())
        self.message_user(request, f"{len(waiting)} done. It stands in the audit log.", messages.SUCCESS)


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """What visitors agreed to. To look at what is kept under it is an act of its own, which the audit log tells."""

    when_empty = "No visitor has agreed to anything. They are asked on the front page and at /privacy/."
    list_display = ("reference", "agreed", "given_at", "changed_at", "expires_at")
    list_filter = ("analytics", "personalisation", "live_presence")
    exclude = ("digest",)
    actions = ("look_at",)

    @admin.display(description="Agreed to")
    def agreed(self, consent: Consent) -> str:
        """The categories."""
        return ", ".join(category.label for category in ASKED if category in consent.categories) or "nothing"

    def buttons(self, obj: Consent) -> list[Button]:
        """For a request of access or of a copy."""
        return [Button("look_at", "See what is kept of them", "visibility")]

    @admin.action(description="See what is kept of them")
    def look_at(self, request: HttpRequest, queryset: QuerySet[Consent]) -> HttpResponse:
        """The same file that their token gets, of one visitor."""
        consent = queryset.first()
        if consent is None:
            return HttpResponseRedirect(reverse("admin:consent_consent_changelist"))
        found = export_of(consent, now=timezone.now(), action=AuditAction.LOOKED_AT)
        said = json.dumps(ExportOut(found).data, cls=JSONEncoder, indent=1, ensure_ascii=False)
        name = f"visitor-{consent.reference}.json"
        return HttpResponse(said, "application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """What was done with visitors' data. `manage.py audit_verify` checks that nothing of it was altered."""

    when_empty = "What is done with visitors' data stands here from the first consent on."
    list_display = ("number", "at", "action", "subject", "told")
    list_filter = (("action", ChoicesCheckboxFilter),)
    list_filter_submit = True
    search_fields = ("subject",)
    ordering = ("-number",)

    @admin.display(description="What")
    def told(self, entry: AuditEntry) -> str:
        """Counts and categories."""
        return ", ".join(f"{name}: {_words(value)}" for name, value in entry.detail.items()) or "–"


@admin.register(SaltDeletion)
class SaltDeletionAdmin(ReadOnlyAdmin):
    """The public log of deleted salts, as `/privacy/salts.json` tells it."""

    when_empty = "The first secret is deleted about two days after the first visit was counted."
    list_display = ("number", "day", "deleted_at", "fingerprint")
    ordering = ("-number",)


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
