"""The owner's accounts: tokens, signing in at a service, trying a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from common.words import utc_date
from garden.admin.base import Button, ConsoleAdmin
from garden.templatetags.console import ago
from integrations import connections, oauth, registry, sync
from integrations.admin.base import gone, in_words, label_of, look_at, panel, provider_called, request_run
from integrations.models import Account, SyncRun, WebhookDelivery
from integrations.problems import Malformed, Problem
from integrations.providers.base import HookOnly, HookProvider, OAuthProvider

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import ModelForm
    from django.http import HttpRequest
    from django.urls import URLPattern
    from django.utils.safestring import SafeString

SIGN_IN = "sign_in"  # what a session remembers while the owner is at a service


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """An account. Its token goes in and never comes out."""

    provider = forms.ChoiceField(
        label="Service",
        widget=UnfoldAdminSelectWidget(),
        help_text="Those that take an account and have none here yet. Feeds are named in RSS_FEEDS, the sky follows "
        "your place, folders have a page of their own, and an editor or a player that calls needs a key.",
    )
    new_token = forms.CharField(
        required=False,
        max_length=500,
        label="New token",
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Kept encrypted and never shown again. Left empty, the stored one stays.",
    )
    forget_token = forms.BooleanField(
        required=False, label="Forget the stored token", widget=UnfoldBooleanSwitchWidget()
    )

    class Meta:
        model = Account
        fields = ("provider", "username", "enabled")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["provider"]  # an account stays with its service
        elif isinstance(which := self.fields["provider"], forms.ChoiceField):
            known = set(Account.objects.values_list("provider", flat=True))
            which.choices = [
                (one.slug, one.label) for one in registry.PROVIDERS if one.has_account and one.slug not in known
            ]

    def clean(self) -> dict[str, Any]:
        """Not a new token and none at once."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("new_token") and cleaned.get("forget_token"):
            raise ValidationError("Either store a new token, or forget the stored one.")
        return cleaned


@admin.register(Account)
class AccountAdmin(ConsoleAdmin):
    """The owner's accounts with the services that feed the garden."""

    when_empty = "Name yourself at a service, and the garden asks it by itself from then on."
    form = AccountForm
    list_display = ("service", "username", "token_state", "enabled", "last_run")
    actions = ("test_connection", "sync_now", "disconnect")
    readonly_fields = ("service", "token_state", "connection", "what_to_plant", "latest_run", "webhook_help")
    add_fieldsets = ((None, {"fields": ("provider", "username", "new_token", "enabled")}),)

    def get_fieldsets(self, request: HttpRequest, obj: Account | None = None) -> Any:
        """What concerns the token and the webhook only where there is one."""
        if obj is None:
            return self.add_fieldsets
        provider = provider_called(obj.provider)
        if isinstance(provider, OAuthProvider):
            return (
                (None, {"fields": ("service", "enabled")}),
                ("Connection", {"fields": ("connection",)}),
                ("Sync", {"fields": ("latest_run",)}),
            )
        token = ("token_state", "new_token", "forget_token") if obj.has_token else ("token_state", "new_token")
        return (
            (None, {"fields": ("service", "username", "enabled")}),
            ("Token", {"fields": token, "description": getattr(provider, "brings", "")}),
            ("Sync", {"fields": ("what_to_plant", "latest_run") if provider and provider.forge else ("latest_run",)}),
            ("Webhook", {"fields": ("webhook_help",)}),
        )

    def save_model(self, request: HttpRequest, obj: Account, form: ModelForm[Account], change: bool) -> None:
        """Seal the token that was given; the form never had the stored one."""
        if form.cleaned_data.get("new_token"):
            obj.token = form.cleaned_data["new_token"]
        elif form.cleaned_data.get("forget_token"):
            obj.token = ""
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Account, post_url_continue: str | None = None) -> HttpResponse:
        """From a new account of a forge to the list of what it has, looked at now. Others are synced at once."""
        provider = provider_called(obj.provider)
        if provider and provider.forge:
            if obj.enabled:
                look_at(request, provider)
            return HttpResponseRedirect(reverse("admin:integrations_offeredrepository_changelist"))
        self._begin(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Account) -> HttpResponse:
        """With a new token the account is synced at once."""
        if request.POST.get("new_token"):
            self._begin(request, obj)
        return super().response_change(request, obj)

    def _begin(self, request: HttpRequest, account: Account) -> None:
        provider = provider_called(account.provider)
        if account.enabled and provider and not isinstance(provider, HookOnly):
            ready = not provider.missing(connections.connection_of(provider))
            if ready:
                transaction.on_commit(lambda: request_run(request, account.provider))

    def buttons(self, obj: Account) -> list[Button]:
        """Try it, use it."""
        connected = obj.has_token and isinstance(provider_called(obj.provider), OAuthProvider)
        return [
            Button("sync_now", "Sync now", "sync", primary=True),
            Button("test_connection", "Test the connection", "network_check"),
            *([Button("disconnect", "Disconnect", "link_off")] if connected else []),
        ]

    @admin.display(description="Service", ordering="provider")
    def service(self, account: Account) -> str:
        """The provider as a person calls it."""
        return label_of(account.provider)

    @admin.display(description="Token")
    def token_state(self, account: Account) -> str:
        """Whether a token is stored, never which."""
        if account.needs_reconnect:
            return "Ended by the service: connect it again."
        if account.has_token:
            return f"Stored, encrypted. Account last changed {utc_date(account.updated_at)}."
        provider = provider_called(account.provider)
        known = provider and connections.token_of_environment(provider)
        return "From the environment." if known else "None: public data only."

    @admin.display(description="Last sync")
    def last_run(self, account: Account) -> SafeString | str:
        """When it was last synced, and how that went."""
        run = SyncRun.objects.filter(provider=account.provider, project=None).first()
        return format_html("{} · {}", ago(run.requested_at), run.get_status_display().lower()) if run else "never"

    @admin.display(description="What to plant")
    def what_to_plant(self, account: Account) -> SafeString:
        """The way to the list that the owner chooses from."""
        address = reverse("admin:integrations_offeredrepository_changelist")
        return format_html('<a class="text-link" href="{}">Choose among its repositories</a>', address)

    @admin.display(description="Latest run")
    def latest_run(self, account: Account) -> SafeString | str:
        """The newest run, live while it goes on."""
        run = SyncRun.objects.filter(provider=account.provider, project=None).first()
        return panel(run) if run else "It has not been synced yet."

    @admin.display(description="Connection")
    def connection(self, account: Account) -> str:
        """How it is connected, and the way to the service's own sign-in."""
        provider = provider_called(account.provider)
        if not isinstance(provider, OAuthProvider):
            return "It needs no sign-in."
        return render_to_string(
            "admin/console/connection.html",
            {
                "account": account,
                "provider": provider,
                "client_id": provider.client[0],
                "redirect": settings.SITE_URL + _return_path(provider),
            },
        )

    @admin.display(description="How to set it up")
    def webhook_help(self, account: Account) -> str:
        """What to enter at the service, and whether it arrives."""
        provider = provider_called(account.provider)
        if not isinstance(provider, HookProvider):
            return "This service does not call."
        return render_to_string(
            "admin/console/webhook.html",
            {
                "provider": provider,
                "address": settings.SITE_URL + reverse("webhook", args=[provider.slug]),
                "secret_is_set": bool(connections.hook_secret(provider)),
                "last": WebhookDelivery.objects.filter(provider=provider.slug).first(),
            },
        )

    @admin.action(description="Test the connection")
    def test_connection(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        """Ask each service how the connection is."""
        for account in queryset:
            try:
                self.message_user(request, _tested(account), messages.SUCCESS)
            except Problem as problem:
                self.message_user(request, f"{label_of(account.provider)}: {in_words(problem)}", messages.ERROR)

    @admin.action(description="Disconnect: forget the tokens of a sign-in")
    def disconnect(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        """Forget the tokens of those that were signed in to."""
        for account in queryset:
            provider = provider_called(account.provider)
            if isinstance(provider, OAuthProvider):
                oauth.disconnect(provider)
                self.message_user(request, f"{provider.label} is disconnected. What was heard stays.", messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        """The way to a service's sign-in, and the way back."""
        guarded = self.admin_site.admin_view
        return [
            path("connect/<slug:provider>/", guarded(self.connect), name="integrations_account_connect"),
            path("connected/<slug:provider>/", guarded(self.connected), name="integrations_account_connected"),
            *super().get_urls(),
        ]

    def connect(self, request: HttpRequest, provider: str) -> HttpResponse:
        """Send the owner to the service. A link and no form: the console's own policy keeps forms on this site."""
        found = self._signing_in(request, provider)
        here, home = request.get_host(), urlsplit(settings.SITE_URL).netloc
        try:
            if settings.ENABLE_MOCK_DATA:
                raise Problem(
                    "samples",
                    f"Built-in samples stand in for {found.label}, and need no sign-in.",
                    fix="Set ENABLE_MOCK_DATA=false to connect the real one.",
                )
            if here != home:
                raise Problem(
                    "elsewhere",
                    f"The way back from {found.label} leads to {settings.SITE_URL}, and this page is at {here}.",
                    fix=f"Open the console at {settings.SITE_URL}, or set SITE_URL to the address you use.",
                )
            redirect = oauth.redirect_uri(_return_path(found))
            attempt = oauth.begin(found, redirect=redirect)
        except Problem as problem:
            messages.error(request, in_words(problem))
            return HttpResponseRedirect(reverse("admin:integrations_account_changelist"))
        request.session[SIGN_IN] = {"provider": found.slug, "state": attempt.state, "verifier": attempt.verifier}
        return HttpResponseRedirect(attempt.address)

    def connected(self, request: HttpRequest, provider: str) -> HttpResponse:
        """Take up what the service sent the owner back with. Each attempt is good for one return."""
        found, begun = self._signing_in(request, provider), request.session.pop(SIGN_IN, None)
        listed = reverse("admin:integrations_account_changelist")
        state = request.GET.get("state", "")
        if not begun or begun["provider"] != found.slug or not constant_time_compare(state, begun["state"]):
            messages.error(request, "This sign-in was not begun here, or it was used already. Connect again.")
            return HttpResponseRedirect(listed)
        if "error" in request.GET or not request.GET.get("code"):
            messages.warning(request, f"{found.label} was not connected: it was not allowed there.")
            return HttpResponseRedirect(listed)
        try:
            account = oauth.complete(
                found,
                code=request.GET["code"],
                verifier=begun["verifier"],
                redirect=oauth.redirect_uri(_return_path(found)),
                now=timezone.now(),
            )
        except (KeyError, TypeError, ValueError):
            messages.error(request, f"{Malformed.answer_of(found.label).message} Try again.")
            return HttpResponseRedirect(listed)
        except Problem as problem:
            messages.error(request, in_words(problem))
            return HttpResponseRedirect(listed)
        messages.success(request, f"{found.label} is connected.")
        request_run(request, found.slug)
        return HttpResponseRedirect(reverse("admin:integrations_account_change", args=[account.pk]))

    def _signing_in(self, request: HttpRequest, slug: str) -> OAuthProvider:
        """The provider of that name. Only those that are signed in to, and only for who may change accounts."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        provider = provider_called(slug)
        if not isinstance(provider, OAuthProvider):
            raise Http404
        return provider

    @admin.action(description="Sync now")
    def sync_now(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        """Ask for a run of each."""
        for account in queryset:
            request_run(request, account.provider)


def _return_path(provider: OAuthProvider) -> str:
    """Where the service sends the owner back to, on this site."""
    return reverse("admin:integrations_account_connected", args=[provider.slug])


def _tested(account: Account) -> str:
    """What the service says of the connection. Raises `Problem`."""
    provider = provider_called(account.provider)
    if provider is None:
        raise gone(account.provider)
    return sync.check(provider)
