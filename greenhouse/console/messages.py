"""The console's pages of messages to the owner: where they go and about what, and those that were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextInputWidget

from garden.admin.base import Button, ConsoleAdmin, ReadOnlyAdmin
from garden.templatetags.console import ago
from greenhouse.models import MessageSettings, OwnerMessage
from greenhouse.run.messages.sending import MayHaveArrived, NotSent, send, ways
from integrations.crypto import CredentialUnreadable, decrypt, encrypt

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString


class MessageSettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Where to write. The hook's address is a key: it is kept encrypted and never shown again."""

    hook = forms.CharField(
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        label="Hook",
    )
    forget_hook = forms.BooleanField(required=False, label="Take the hook away")

    class Meta:
        model = MessageSettings
        fields = ("mail_to", "hook_form", "broken", "seed", "spike", "week")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        host = _host(self.instance)
        there = f"One at {host} is kept; empty leaves it. " if host else ""
        self.fields["hook"].help_text = f"{there}Such as https://ntfy.sh/a-long-word, or https://gotify/message?token=…"

    def clean_mail_to(self) -> str:
        """A mail address, where mail can be sent."""
        to = str(self.cleaned_data["mail_to"])
        if to and not settings.EMAIL_URL:
            raise ValidationError("No mail server is set. Set EMAIL_URL (.env.example says how), then start anew.")
        return to

    def clean_hook(self) -> str:
        """An address of the web."""
        said = str(self.cleaned_data["hook"]).strip()
        try:
            url = urlsplit(said)
            right = url.scheme in ("http", "https") and bool(url.hostname)
        except ValueError:
            right = False
        if said and not right:
            raise ValidationError("This is no address such as https://ntfy.sh/a-long-word.")
        return said

    def save(self, commit: bool = True) -> MessageSettings:
        """Keep the hook encrypted."""
        self.instance.pk = MessageSettings.THE_ONE
        if self.cleaned_data["forget_hook"]:
            self.instance.hook_encrypted = None
        elif hook := self.cleaned_data["hook"]:
            self.instance.hook_encrypted = encrypt(hook)
        saved: MessageSettings = super().save(commit)
        return saved


def _host(wishes: MessageSettings) -> str:
    if not wishes.hook_encrypted:
        return ""
    try:
        return urlsplit(decrypt(bytes(wishes.hook_encrypted))).hostname or ""
    except CredentialUnreadable:
        return "an address that the present keys do not open"


@admin.register(MessageSettings)
class MessageSettingsAdmin(ConsoleAdmin):
    """The one row. Without an address nothing is written."""

    form = MessageSettingsForm
    actions = ("test",)
    fieldsets = (
        ("Where", {"fields": ("mail_to", "hook_form", "hook", "forget_hook")}),
        ("About what", {"fields": ("broken", "seed", "spike", "week")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Addresses are emptied instead."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one."""
        return super().has_add_permission(request) and not MessageSettings.objects.exists()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The one there is, in place of a list of it; buttons of its page post here."""
        if request.method == "POST":
            return super().changelist_view(request, extra_context)
        page = ("change", [MessageSettings.THE_ONE]) if MessageSettings.objects.exists() else ("add", [])
        return HttpResponseRedirect(reverse(f"admin:greenhouse_messagesettings_{page[0]}", args=page[1]))

    def buttons(self, obj: MessageSettings) -> list[Button]:
        """A message to try it with."""
        return [Button("test", "Send a test", "send")] if ways(obj) else []

    @admin.action(description="Send a test")
    def test(self, request: HttpRequest, queryset: QuerySet[MessageSettings]) -> None:
        """Send a message now on each way, and say how it went."""
        for wishes in queryset:
            for channel in ways(wishes):
                try:
                    send(channel, wishes, "A test", "This is a test message.")
                except NotSent as error:
                    self.message_user(request, f"By {channel}: {error}", messages.ERROR)
                except MayHaveArrived as error:
                    self.message_user(request, f"By {channel}: {error} Look whether it did.", messages.WARNING)
                else:
                    self.message_user(request, f"By {channel}: sent. Look whether it arrived.", messages.SUCCESS)


@admin.register(OwnerMessage)
class OwnerMessageAdmin(ReadOnlyAdmin):
    """What was written, and how far it is."""

    list_display = ("title", "channel", "status", "at", "error")
    list_filter = ("status", "channel")
    fields = ("title", "text", "channel", "status", "attempts", "next_try_at", "error", "created_at", "key")
    when_empty = "Nothing was written yet. Messages to you says where to and about what."

    @admin.display(description="Written", ordering="created_at")
    def at(self, message: OwnerMessage) -> SafeString | str:
        """How long ago."""
        return ago(message.created_at)
