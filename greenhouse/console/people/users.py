"""The console's page for people: one owner, seldom a helper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from garden.admin.base import ConsoleAdmin
from garden.templatetags.console import ago
from greenhouse.console.people.roles import ROLES

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

admin.site.unregister(Group)  # the roles are in roles.py
admin.site.unregister(User)


# Django's is not subscriptable when it runs, and its `get_form` takes `change` among the keywords.
@admin.register(User)
class UserAdmin(DjangoUserAdmin, ConsoleAdmin):  # type: ignore[type-arg, misc]
    """Those who may enter the console."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "is_staff", "is_active", "seen")
    list_filter = ("is_active", "is_superuser")
    filter_horizontal = ()
    list_before_template = "admin/console/new_helper.html"
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2", "groups")}),)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Who", {"fields": ("first_name", "last_name", "email")}),
        ("May", {"fields": ("is_active", "groups", "is_staff", "is_superuser")}),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With a way to a new helper of each role."""
        by_name = (
            {role.name: role for role in Group.objects.filter(name__in=ROLES)}
            if self.has_add_permission(request)
            else {}
        )
        roles = [by_name[name] for name in ROLES if name in by_name]
        return super().changelist_view(request, {"roles": roles, **(extra_context or {})})

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A helper's role, of three."""
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        return forms.ModelMultipleChoiceField(
            Group.objects.filter(name__in=ROLES),
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
            required=False,
            label="Role",
            help_text="Of a helper. Look: public plants, their past, posts, the weather. Tend: change, approve and "
            "archive them, set the weather. Publish: plant, say who sees what, write posts, announce. The rest is "
            "yours alone.",
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Whoever has a role may enter the console."""
        super().save_related(request, form, formsets, change)
        if not form.instance.is_staff and form.instance.groups.exists():
            form.instance.is_staff = True
            form.instance.save(update_fields=["is_staff"])

    @admin.display(description="Last signed in", ordering="last_login")
    def seen(self, user: User) -> SafeString | str:
        """When they last came in."""
        return ago(user.last_login) if user.last_login else "never"
