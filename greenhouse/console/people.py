"""The console's page for people: one owner, seldom a helper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from garden.admin.base import ConsoleAdmin
from garden.templatetags.console import ago

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

admin.site.unregister(Group)  # so few people need none
admin.site.unregister(User)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ConsoleAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Those who may enter the console."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "is_staff", "is_active", "seen")
    list_filter = ("is_active", "is_superuser")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Who", {"fields": ("first_name", "last_name", "email")}),
        ("May", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    @admin.display(description="Last signed in", ordering="last_login")
    def seen(self, user: User) -> SafeString | str:
        """When they last came in."""
        return ago(user.last_login) if user.last_login else "never"
