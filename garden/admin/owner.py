"""The page of the owner's identities: names, logins and addresses that their commits carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from common.words import count
from garden import ownership, tasks
from garden.admin.base import ConsoleAdmin
from garden.models import OwnerIdentity, Project

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class IdentityForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the owner writes about themselves."""

    said = forms.CharField(
        label="Name, login or address",
        max_length=ownership.LONGEST,
        widget=UnfoldAdminTextInputWidget(),
        help_text="As your commits carry it. Of an address a keyed hash is kept, and nobody can read it back.",
    )

    class Meta:
        model = OwnerIdentity
        fields: tuple[str, ...] = ()

    def clean_said(self) -> str:
        """Something that an author can be called."""
        said: str = self.cleaned_data["said"]
        try:
            one = ownership.identity(said)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if OwnerIdentity.objects.filter(kind=one.kind, value=one.value, source=ownership.OWNER).exists():
            raise ValidationError("You are known by this already.")
        return said


@admin.register(OwnerIdentity)
class OwnerIdentityAdmin(ConsoleAdmin):
    """Who the owner is. Every commit is matched anew when this changes; the plants follow within a minute."""

    when_empty = (
        "Say under which names and addresses you commit, so that only your work counts as yours (docs/what-counts.md)."
    )
    form = IdentityForm
    list_display = ("known_as", "kind", "said_by")
    fields = ("said",)

    @admin.display(description="Known as", ordering="hint")
    def known_as(self, identity: OwnerIdentity) -> str:
        """As the owner wrote it; of an address what tells it from others."""
        return identity.hint

    @admin.display(description="Said by", ordering="source")
    def said_by(self, identity: OwnerIdentity) -> str:
        """Where it comes from."""
        return "you" if identity.source == ownership.OWNER else identity.source

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One is taken back and another added."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OwnerIdentity | None = None) -> bool:
        """What the settings or an account say is changed there."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.source == ownership.OWNER)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A name that was found, where the way here offers one."""
        return {"said": request.GET.get("said", "")}

    def save_model(self, request: HttpRequest, obj: OwnerIdentity, form: Any, change: bool) -> None:
        """Add it, and let the plants follow."""
        one, _ = ownership.add(said=form.cleaned_data["said"], now=timezone.now())
        self._follow(request)
        kept = OwnerIdentity.objects.get(kind=one.kind, value=one.value, source=ownership.OWNER)
        obj.pk, obj.kind, obj.value, obj.hint = kept.pk, kept.kind, kept.value, kept.hint

    def delete_model(self, request: HttpRequest, obj: OwnerIdentity) -> None:
        """Take it back, and let the plants follow."""
        self.delete_queryset(request, OwnerIdentity.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[OwnerIdentity]) -> None:
        """The same for several; what the settings or an account say stays."""
        ownership.remove(identities=queryset.filter(source=ownership.OWNER), now=timezone.now())
        self._follow(request)

    def _follow(self, request: HttpRequest) -> None:
        """Writing the past of every plant takes longer than a request may."""
        transaction.on_commit(tasks.dispatch_recount)
        if number := Project.objects.filter(recount_due=True).count():
            self.message_user(request, f"{count(number, 'plant')} will be counted anew within a minute.")
