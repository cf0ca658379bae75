"""The console's pages of messages to the owner: where they go and about what, and those that were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from garden.admin.base import Button, ReadOnlyAdmin, SingletonAdmin
from garden.templatetags.console import ago
from greenhouse.models import MessageSettings, OwnerMessage
from greenhouse.run.messages.noticing import FAILURES, SPIKE_LEAST, SPIKE_TIMES
from greenhouse.run.messages.sending import WORDS, MayHaveArrived, NotSent, send, ways
from integrations.crypto import CredentialUnreadable, decrypt, encrypt

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString


WHERE: Final = (
    "By mail, to a webhook, or both; with neither, nothing is written. A message says what happened in a line or two, "
    "and leads here. What did not arrive is tried again for half an hour."
)


class MessageSettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Where to write. The webhook's address is a key: it is kept encrypted and never shown again."""

    hook = forms.CharField(
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        label="Webhook address",
    )
    forget_hook = forms.BooleanField(
        required=False, label="Forget the webhook address", widget=UnfoldBooleanSwitchWidget()
    )

    class Meta:
        model = MessageSettings
        fields = ("mail_to", "hook_form", "broken", "seed", "spike", "week")
        labels = {
            "mail_to": "Mail address",
            "hook_form": "Service",
            "broken": "Something broke",
            "seed": "A seed waits",
            "spike": "Many visits",
            "week": "The week in short",
        }
        help_texts = {
            "mail_to": "Needs a mail server: EMAIL_URL.",
            "hook_form": "What the webhook address below belongs to.",
            "broken": f"A task or a source failed {FAILURES} times in a row, nobody keeps the schedule, or tasks wait "
            "for a worker; and once more when it works again.",
            "seed": "A visitor proposed a plant; once an hour at most, without a word of theirs.",
            "spike": f"An hour has {SPIKE_LEAST} or more, and {SPIKE_TIMES} times those of a usual one; once a day.",
            "week": "On Monday mornings: commits, new plants, visits, what waits for you and what is broken.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        host = _host(self.instance)
        there = f"One at {host} is kept, and never shown again; empty leaves it. " if host else ""
        self.fields["hook"].help_text = (
            f"{there}Where the service takes messages, such as https://ntfy.sh/a-long-word, or "
            "https://gotify.example.org/message?token=…"
        )

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
        if self.cleaned_data.get("forget_hook"):
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
class MessageSettingsAdmin(SingletonAdmin):
    """The one row. Without an address nothing is written."""

    form = MessageSettingsForm
    actions = ("test",)
    fieldsets = (
        ("Where to", {"fields": ("mail_to", "hook_form", "hook", "forget_hook"), "description": WHERE}),
        ("About what, and when", {"fields": ("broken", "seed", "spike", "week")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: MessageSettings | None = None) -> Any:
        """What can be forgotten only where there is something."""
        forget = {"forget_hook"} if obj is None or not obj.hook_encrypted else set()
        return [
            (title, how | {"fields": [name for name in how["fields"] if name not in forget]})
            for title, how in super().get_fieldsets(request, obj)
        ]

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
                    self.message_user(request, f"By {WORDS[channel]}: {error}", messages.ERROR)
                except MayHaveArrived as error:
                    self.message_user(request, f"By {WORDS[channel]}: {error} Look whether it did.", messages.WARNING)
                else:
                    self.message_user(request, f"By {WORDS[channel]}: sent. Look whether it arrived.", messages.SUCCESS)


@admin.register(OwnerMessage)
class OwnerMessageAdmin(ReadOnlyAdmin):
    """What was written, and how far it is."""

    list_display = ("title", "channel", "status", "at", "error")
    list_filter = ("status", "channel")
    search_fields = ("title", "text")
    fields = ("title", "text", "channel", "status", "attempts", "next_try_at", "error", "created_at", "key")
    when_empty = "Nothing was written yet. Messages to you says where to and about what."

    @admin.display(description="Written", ordering="created_at")
    def at(self, message: OwnerMessage) -> SafeString | str:
        """How long ago."""
        return ago(message.created_at)
