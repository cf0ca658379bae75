"""What every page of the console shares: buttons that act on one object, records nobody edits, small signs."""

from __future__ import annotations

from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django import forms
from django.contrib.admin import AllValuesFieldListFilter
from django.contrib.auth import get_permission_codename
from django.db.models import CharField, TextField
from django.forms.utils import pretty_name
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from common.validators import printable
from garden.models import Project
from garden.vocabulary import ProjectStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.contrib import admin
    from django.db.models import Field, QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    RadioFilter = admin.SimpleListFilter
else:
    # Django's own classes in another look; they bring no types.
    from unfold.admin import ModelAdmin, TabularInline
    from unfold.contrib.filters.admin import RadioFilter

MOST_WORDS = 8  # that a search heeds: each is a condition of its own, and a database takes only so many
NEWEST = 1_000  # rows
Column = TypeVar("Column", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Button:
    """One click that runs a list action on the object it stands beside."""

    action: str  # the name of the action
    label: str
    icon: str  # of Material Symbols
    primary: bool = False


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Where the button that was pressed stands, if that is on this site."""
    origin = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        origin, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return origin if ours else otherwise


def _missed_by_name(fields: Mapping[str, forms.Field]) -> dict[str, forms.Field]:
    """The fields of a form, which say that they are missing by their name, where they have no words of their own.

    They are copies: what a form class declares is shared by all that are made of it.
    """
    nameless = forms.Field.default_error_messages["required"]
    named = deepcopy(dict(fields))
    for name, field in named.items():
        if field.error_messages["required"] == nameless:
            field.error_messages["required"] = f"{capfirst(str(field.label or pretty_name(name)))} cannot stay empty."
    return named


class ConsoleAdmin(ModelAdmin):
    """A page of the console. Its actions also work as buttons beside one object, and come back to where they stood."""

    show_full_result_count = False  # counts a whole table to say a number nobody reads
    list_per_page = 30
    warn_unsaved_form = True
    at_hand: tuple[Button, ...] = ()  # actions that are a button each below the list, once rows of it are chosen
    when_empty = ""  # what an empty list says: what fills it, or why there is nothing to do
    when_empty_by_query: Mapping[str, str] = {}  # the same of what the menu leads to by a filter
    change_form_outer_before_template = "admin/console/above_form.html"

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """The field of a form; what is written into it can be shown."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(db_field, (CharField, TextField)) and not db_field.choices:
            field.validators.append(printable)
        return field

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form; what must not stay empty says so by its name."""
        form = super().get_form(request, obj, change, **kwargs)
        form.base_fields = _missed_by_name(form.base_fields)
        return form

    def buttons(self, obj: Any) -> Sequence[Button]:
        """The actions offered above the form of one object."""
        return ()

    def may_act(self, request: HttpRequest) -> bool:
        """Whether this asker has the right to change, also where nobody edits the record by its form."""
        change = get_permission_codename("change", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{change}")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows. A helper sees none of projects that not everyone may name; of the seeds that wait, who decides."""
        rows: QuerySet[Any] = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        if self.model is Project:
            seen = rows.filter(pk__in=Project.objects.open_to_helpers())
            return seen if self.may_act(request) else seen.exclude(status=ProjectStatus.PROPOSED)
        if any(field.name == "project" for field in self.opts.get_fields()):
            return rows.filter(project__in=Project.objects.open_to_helpers())
        return rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What fits the words. Of a text that somebody pasted the first few count."""
        words = " ".join(search_term.split()[:MOST_WORDS])
        found: tuple[QuerySet[Any], bool] = super().get_search_results(request, queryset, words)
        return found

    def get_list_filter(self, request: HttpRequest) -> Any:
        """The filters; one by project would name them all, so that a helper has none."""
        filters: Sequence[Any] = super().get_list_filter(request)
        return filters if request.user.is_superuser else [one for one in filters if one != "project"]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The actions, for those who may act."""
        actions: dict[str, Any] = super().get_actions(request)
        if self.may_act(request):
            return actions
        # Those that name a permission of their own, such as deleting, have been asked for it already.
        return {name: action for name, action in actions.items() if hasattr(action[0], "allowed_permissions")}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With a button for each of the actions that need no choice from a list first."""
        actions = self.get_actions(request) if self.at_hand else {}
        shown = [button for button in self.at_hand if button.action in actions]
        return super().changelist_view(request, {"at_hand": shown, **(extra_context or {})})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The rows as they are listed, with what is said where there are none."""
        listed: Any = super().get_changelist_instance(request)
        listed.when_empty = self.when_empty_by_query.get(request.GET.urlencode(), "")
        return listed

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Add the buttons of this object to its form, and leave out one that nobody needs."""
        actions = self.get_actions(request) if obj is not None else {}
        buttons = [button for button in self.buttons(obj) if button.action in actions] if actions else ()
        context |= {"buttons": buttons, "show_save_and_add_another": False}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Run the action, then return to the page whose button was pressed, unless the action leads to another."""
        response = super().response_action(request, queryset, *args, **kwargs)
        if isinstance(response, HttpResponseRedirect) and response.url == request.get_full_path():
            return HttpResponseRedirect(way_back(request, response.url))
        return response


class SingletonAdmin(ConsoleAdmin):
    """The page of the one row of a table: its address in the menu opens the row, or the form that makes it."""

    only_one = True  # as the way to a page asks it, which is read where no admin class is

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Fields are emptied instead."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one."""
        return super().has_add_permission(request) and not self.model._default_manager.exists()

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Without a look whether there is one, since every page of the console asks it twice."""
        seen, changed = self.has_view_permission(request), self.has_change_permission(request)
        return {"add": False, "change": changed, "delete": False, "view": seen}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The one there is, in place of a list of it; buttons of its page post here."""
        if request.method == "POST":
            return super().changelist_view(request, extra_context)
        known = self.model._default_manager.values_list("pk", flat=True).first()
        page, arguments = ("add", []) if known is None else ("change", [known])
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return HttpResponseRedirect(reverse(name, args=arguments))


class ReadOnlyAdmin(ConsoleAdmin):
    """A record of what happened: it is read, filtered and never edited."""

    paginator = InfinitePaginator  # there may be millions, which counting would read
    warn_unsaved_form = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, which says no number of rows: nobody counted them, and the paginator's own is made up."""
        uncounted = {"is_uncounted": True, "selection_note_all": "All selected"}
        return super().changelist_view(request, {**uncounted, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Nobody writes history by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes it by hand; what is past its time is pruned."""
        return False


class ChoiceFilter(RadioFilter):
    """A filter by a question of the owner's own, one answer at a time."""


class UsedLatelyFilter(AllValuesFieldListFilter):
    """A filter by the values that the newest rows have, and the one that is chosen: all of them would be read."""

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, model_admin: ModelAdmin, field_path: str
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        newest = model_admin.get_queryset(request).values_list(field.name, flat=True)[:NEWEST]
        self.lookup_choices: Any = sorted({*newest, *(self.lookup_val or ())})


class ConsoleInline(TabularInline):
    """Rows that belong to one object, on a tab of their own."""

    extra = 0
    tab = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The rows' forms; what must not stay empty says so by its name."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.base_fields = _missed_by_name(formset.form.base_fields)
        return formset


class ReadOnlyInline(ConsoleInline):
    """The same for rows that nobody edits, newest first, a dozen at a time."""

    per_page = 12
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody writes history by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes it."""
        return False


def sign(description: str, variants: Mapping[str, str], ordering: str | None = None) -> Callable[[Column], Column]:
    """A column drawn as a coloured label. The method returns `(value, text)`; `variants` maps values to colours.

    A value without a colour is drawn in grey; without the default, Unfold would show the value instead of its text.
    """
    colours = defaultdict(str, variants)
    return cast("Callable[[Column], Column]", display(description=description, label=colours, ordering=ordering))


def measured(share: float, label: str, words: str = "") -> SafeString:
    """A value between 0 and 1 in percent, with words before it and its bar below."""
    figure = f"{words} · {share:.0%}" if words else f"{share:.0%}"
    return format_html('<span class="console-two"><span>{}</span>{}</span>', figure, bar(share, label))


def bar(share: float, label: str) -> SafeString:
    """A horizontal bar for a value between 0 and 1, named for those who cannot see it."""
    return format_html(
        '<progress class="console-bar" max="100" value="{}" aria-label="{}"></progress>', round(share * 100), label
    )
