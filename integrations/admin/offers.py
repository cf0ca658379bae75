"""What to plant: every repository that an account shows, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.widgets import UnfoldAdminSelectWidget

from garden.admin.base import ConsoleAdmin, RadioFilter
from garden.templatetags.console import ago
from integrations import choices, connections, registry
from integrations.admin.base import look_at, repositories, request_run
from integrations.models import OfferedRepository, PlantAs, SourceSchedule
from integrations.problems import Problem

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern
    from django.utils.safestring import SafeString

    from integrations.providers.base import Provider

PAGE = "admin:integrations_offeredrepository_changelist"


class OfferForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """One row: how it is planted. Of a plant, its visibility says so."""

    plant_as = forms.ChoiceField(choices=PlantAs.choices, widget=UnfoldAdminSelectWidget())

    class Meta:
        model = OfferedRepository
        fields = ("plant_as",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        if row.pk is None:
            return  # the empty form, which the page makes for its scripts
        self.initial["plant_as"] = choices.planted_as(row)
        field = self.fields["plant_as"]
        if row.is_private and isinstance(field, forms.ChoiceField):
            field.choices = [(choice.value, choice.label) for choice in choices.FOR_PRIVATE]
        field.widget.attrs["aria-label"] = f"Plant {row.name} as"

    def clean_plant_as(self) -> str:
        """A private one is planted anonymously or not at all."""
        wanted: str = self.cleaned_data["plant_as"]
        if self.instance.is_private and wanted not in choices.FOR_PRIVATE:
            raise ValidationError("It is private: plant it anonymously, or leave it out.")
        return wanted


class KindFilter(RadioFilter):
    """By what a repository is."""

    title = "Kind"
    parameter_name = "kind"
    FIELDS: ClassVar[dict[str, str]] = {"private": "is_private", "fork": "is_fork", "archived": "is_archived"}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The kinds that are marked in the list."""
        return [("private", "Private"), ("fork", "Forks"), ("archived", "Archived"), ("plain", "None of these")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OfferedRepository]) -> QuerySet[OfferedRepository]:
        """Those of the kind."""
        if self.value() == "plain":
            return queryset.filter(**dict.fromkeys(self.FIELDS.values(), False))
        field = self.FIELDS.get(self.value() or "")
        return queryset.filter(**{field: True}) if field else queryset


class ForgeFilter(RadioFilter):
    """By where a repository is."""

    title = "Forge"
    parameter_name = "forge"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every forge."""
        return [(provider.slug, provider.label) for provider in registry.PROVIDERS if provider.forge]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OfferedRepository]) -> QuerySet[OfferedRepository]:
        """Those of one."""
        return queryset.filter(provider=self.value()) if self.value() else queryset


@admin.register(OfferedRepository)
class OfferedRepositoryAdmin(ConsoleAdmin):
    """The list in which the owner chooses what to plant."""

    when_empty = "Repositories stand here once an account was looked at."
    list_display = ("repository", "marks", "pushed", "plant_as", "now")
    list_display_links = None
    list_editable = ("plant_as",)
    list_filter = (ForgeFilter, "account", KindFilter, ("plant_as", ChoicesCheckboxFilter), "language")
    list_filter_submit = True
    list_per_page = 100
    search_fields = ("name", "description")
    actions = ("as_public", "as_unlisted", "as_anonymous", "leave_out")
    list_before_template = "admin/console/offers.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """What there is to choose from, the account says."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One that is not wanted is left out."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[OfferedRepository]:
        """With the plants that they are."""
        return choices.with_plants()

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[OfferForm]:
        """The form of a row."""
        return OfferForm

    @admin.display(description="Repository", ordering="name")
    def repository(self, row: OfferedRepository) -> SafeString:
        """Its name and what it is about."""
        about = f"{registry.label_of_source(row.provider)} · {row.description or row.language or 'No description.'}"
        return format_html('<span class="console-two"><strong>{}</strong><span>{}</span></span>', row.name, about)

    @admin.display(description="Kind")
    def marks(self, row: OfferedRepository) -> SafeString | str:
        """What may keep one from planting it."""
        marks = {"private": row.is_private, "fork": row.is_fork, "archived": row.is_archived}
        found = [(word,) for word, holds in marks.items() if holds]
        return format_html_join(" ", '<span class="console-mark">{}</span>', found) if found else "–"

    @admin.display(description="Pushed to", ordering="pushed_at")
    def pushed(self, row: OfferedRepository) -> SafeString | str:
        """When work was last pushed."""
        return ago(row.pushed_at) if row.pushed_at else "never"

    @admin.display(description="Now")
    def now(self, row: Any) -> SafeString | str:
        """The plant that it is."""
        if not row.plant_id:
            return "no plant" if row.decided else "not decided"
        address = reverse("admin:garden_project_change", args=[row.plant_id])
        return format_html('<a class="text-link" href="{}">a plant, {}</a>', address, row.plant_visibility)

    def save_model(self, request: HttpRequest, obj: OfferedRepository, form: Any, change: bool) -> None:
        """Choose, by the row's own select."""
        one = OfferedRepository.objects.filter(pk=obj.pk)
        choices.choose(repositories=one, plant_as=PlantAs(form.cleaned_data["plant_as"]), now=timezone.now())

    @admin.action(description="Plant as public")
    def as_public(self, request: HttpRequest, queryset: QuerySet[OfferedRepository]) -> None:
        """Everybody sees the plant and its page."""
        self._choose(request, queryset, PlantAs.PUBLIC)

    @admin.action(description="Plant as unlisted: for those who have its address")
    def as_unlisted(self, request: HttpRequest, queryset: QuerySet[OfferedRepository]) -> None:
        """A page that nothing leads to."""
        self._choose(request, queryset, PlantAs.UNLISTED)

    @admin.action(description="Plant anonymously: no name, no words, no page")
    def as_anonymous(self, request: HttpRequest, queryset: QuerySet[OfferedRepository]) -> None:
        """The plant alone."""
        self._choose(request, queryset, PlantAs.ANONYMOUS)

    @admin.action(description="Leave out")
    def leave_out(self, request: HttpRequest, queryset: QuerySet[OfferedRepository]) -> None:
        """Not read; a plant that it is already is kept, out of sight."""
        self._choose(request, queryset, PlantAs.LEAVE_OUT)

    def _choose(self, request: HttpRequest, rows: QuerySet[OfferedRepository], plant_as: PlantAs) -> None:
        chosen, private = choices.choose(
            repositories=OfferedRepository.objects.filter(pk__in=[row.pk for row in rows]),
            plant_as=plant_as,
            now=timezone.now(),
        )
        if chosen:
            self.message_user(request, f"{repositories(chosen)}: {plant_as.label.lower()}.", messages.SUCCESS)
        if private:
            what = "A private repository is planted anonymously or not at all"
            self.message_user(request, f"{what}: {private} left as it was.", messages.WARNING)

    # --- Above the list ---

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With what can be done about the whole list."""
        return super().changelist_view(request, {**(extra_context or {}), "forges": forges()})

    def get_urls(self) -> list[URLPattern]:
        """What can be done about the whole list."""
        acts = {"look": self.look, "plant": self.plant, "new": self.switch_new}
        return [
            *(
                path(
                    f"{name}/<slug:provider>/",
                    self.admin_site.admin_view(require_POST(act)),
                    name=f"integrations_offeredrepository_{name}",
                )
                for name, act in acts.items()
            ),
            *super().get_urls(),
        ]

    def look(self, request: HttpRequest, provider: str) -> HttpResponse:
        """Look at the account, plant nothing."""
        forge = self._acting_on(request, provider)
        look_at(request, forge, private="private" in request.POST)
        return HttpResponseRedirect(reverse(PAGE))

    def plant(self, request: HttpRequest, provider: str) -> HttpResponse:
        """Let the list stand as it is, and bring in what it says."""
        forge = self._acting_on(request, provider)
        choices.settle(forge.slug)
        run = request_run(request, forge.slug)
        return HttpResponseRedirect(
            reverse("admin:integrations_syncrun_change", args=[run.pk]) if run else reverse(PAGE)
        )

    def switch_new(self, request: HttpRequest, provider: str) -> HttpResponse:
        """Say what happens to new repositories."""
        forge = self._acting_on(request, provider)
        wanted = request.POST.get("wanted") == "yes"
        choices.plant_new(provider=forge.slug, wanted=wanted)
        messages.success(request, f"New repositories are {'planted' if wanted else 'left out'} from now on.")
        return HttpResponseRedirect(reverse(PAGE))

    def _acting_on(self, request: HttpRequest, slug: str) -> Provider:
        """The forge of that name, for who may change the list."""
        if not self.may_act(request):
            raise PermissionDenied
        try:
            return registry.forge(slug)
        except KeyError as error:
            raise Http404 from error


def forges() -> list[dict[str, Any]]:
    """What the page says about each forge."""
    told = [_forge(provider) for provider in registry.PROVIDERS if provider.forge]
    connected = sum(forge["connected"] for forge in told)
    for place, forge in enumerate(told):  # who has none yet hears of the first; of the others a line is enough
        forge |= {"first": not connected and place == 0, "several": connected > 1}
    return told


def _forge(provider: Provider) -> dict[str, Any]:
    """What the page says about a forge."""
    rows = OfferedRepository.objects.filter(provider=provider.slug)
    try:
        connection = connections.connection_of(provider)
        connected, has_token = not provider.missing(connection), bool(connection.token)
    except Problem:
        connected = has_token = False
    return {
        "provider": provider,
        "connected": connected,
        "has_token": has_token,
        "count": rows.count(),
        "made": rows.filter(decided=True).exists(),
        "plants_new": SourceSchedule.objects.get(provider=provider.slug).plants_new,
        "seen_at": rows.order_by("-seen_at").values_list("seen_at", flat=True).first(),
    }
