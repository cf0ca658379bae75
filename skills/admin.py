"""Skills in the console: the sources know where a skill is used, the owner says what it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from common import validators
from garden.admin.base import Button, ConsoleAdmin, bar, sign
from skills import curation, services
from skills.line_admin import LineInline
from skills.models import Skill
from skills.practice import HIGHEST
from skills.selectors import by_key, visible
from skills.technologies import GROUPS, canonical_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from django.db.models import QuerySet
    from django.forms import ModelForm
    from django.http import HttpRequest

NO_PROJECT = "no public project"
STANDING_COLOURS = {"pinned": "success", "hidden": "warning", NO_PROJECT: "warning", "": "default"}


class SkillForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """What the owner says about a skill."""

    class Meta:
        model = Skill
        fields = curation.EDITABLE
        labels = {"proficiency_level": "Proficiency", "color_hex": "Colour", "constellation_group": "Constellation"}
        help_texts = {
            "constellation_group": f"{', '.join(GROUPS)}, or a word of your own. Empty for the usual one.",
            "category": "Empty for the usual one.",
            "proficiency_level": "1 to 10. Empty to have it worked out from practice.",
            "hours_practiced": "0 to have them counted from the projects.",
            "color_hex": "As #rrggbb; empty for the sky's own.",
        }

    def clean_color_hex(self) -> str:
        """A colour that a browser understands."""
        colour: str = self.cleaned_data["color_hex"].lower()
        if colour and not re.fullmatch(r"#[0-9a-f]{6}", colour):
            raise ValidationError("Write the colour as #rrggbb, for instance #3572a5.")
        return colour

    def clean_name(self) -> str:
        """A name that no other skill has, in no spelling."""
        name: str = self.cleaned_data["name"]
        validators.name(name)
        holder = by_key(Skill.objects.exclude(pk=self.instance.pk)).get(canonical_key(name))
        if holder is not None:
            raise ValidationError(f"This is the skill {holder.name}. Merge the two instead, from the list.")
        return name


@admin.register(Skill)
class SkillAdmin(ConsoleAdmin):
    """The stars by constellation: what they are called, how well they are known, where they are used."""

    when_empty = (
        "A star lights up with the first plant of your own work that names a language or a technology. "
        "First steps bring such work in; the demonstration and other people's plants light none."
    )
    form = SkillForm
    inlines = (LineInline,)
    list_display = (
        "name",
        "constellation",
        "level",
        "hours",
        "trend",
        "projects",
        "last_used",
        "standing",
    )
    list_filter = ("constellation_group", "is_hidden", "is_pinned")
    search_fields = ("name", "category", "constellation_group")
    ordering = ("constellation_group", F("proficiency_level").desc(nulls_last=True), "name")
    actions: tuple[str, ...] = ("merge_into_best_known", "hide", "show_again", "pin", "unpin", "work_out")
    readonly_fields = (
        "projects_used_in",
        "first_used_date",
        "last_used_date",
        "learning_velocity",
        "other_names",
        "kept_by_hand",
    )
    fieldsets = (
        (None, {"fields": ("name", "constellation_group", "category", "description")}),
        ("How well it is known", {"fields": ("proficiency_level", "hours_practiced")}),
        ("In the sky", {"fields": ("is_pinned", "is_hidden", "shows_alone", "color_hex", "icon_url")}),
        (
            "Known from projects",
            {"fields": ("projects_used_in", "first_used_date", "last_used_date", "learning_velocity")},
        ),
        ("Said by you", {"fields": ("other_names", "kept_by_hand")}),
    )

    def view_on_site(self, skill: Skill) -> str | None:
        """Its page, where it has one."""
        return skill.get_absolute_url() if skill in visible() else None

    def buttons(self, obj: Skill) -> Sequence[Button]:
        """Hiding and pinning, or the way back."""
        return (
            Button("show_again", "Show again", "visibility")
            if obj.is_hidden
            else Button("hide", "Hide", "visibility_off"),
            Button("unpin", "Unpin", "keep_off") if obj.is_pinned else Button("pin", "Pin", "keep"),
            Button("work_out", "Work out now", "refresh"),
        )

    def save_model(self, request: HttpRequest, obj: Skill, form: ModelForm[Skill], change: bool) -> None:
        """What the owner changed goes the way of everything that they say about a skill."""
        said = {field: form.cleaned_data[field] for field in form.changed_data if field in curation.EDITABLE}
        curation.curate(skill=obj, changes=said, now=timezone.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Lines that the owner touched are theirs."""
        formset.write()

    @admin.display(description="Constellation", ordering="constellation_group")
    def constellation(self, skill: Skill) -> str:
        """Its group."""
        return skill.constellation_group

    @admin.display(description="Projects", ordering="projects_used_in")
    def projects(self, skill: Skill) -> int:
        """How many use it."""
        return skill.projects_used_in

    @admin.display(description="Level", ordering="proficiency_level")
    def level(self, skill: Skill) -> str:
        """The level as a bar."""
        if skill.proficiency_level is None:
            return "unknown"
        words = f"level {skill.proficiency_level} of {HIGHEST}"
        by_hand = " (yours)" if "proficiency_level" in skill.owner_edited else ""
        return format_html("{}{}{}", bar(skill.proficiency_level / HIGHEST, words), skill.proficiency_level, by_hand)

    @admin.display(description="Hours", ordering="hours_practiced")
    def hours(self, skill: Skill) -> str:
        """Hours of practice."""
        return f"{skill.hours_practiced:,}"

    @admin.display(description="Last quarter", ordering="learning_velocity")
    def trend(self, skill: Skill) -> str:
        """Levels gained in the last quarter."""
        return f"{skill.learning_velocity:+.1f}" if abs(skill.learning_velocity) >= 0.05 else ""

    @admin.display(description="Last used", ordering="last_used_date")
    def last_used(self, skill: Skill) -> str:
        """The last day with work in a project that uses it."""
        return date_format(skill.last_used_date) if skill.last_used_date else ""

    @sign("Standing", STANDING_COLOURS)
    def standing(self, skill: Skill) -> tuple[str, str]:
        """Whether it is pinned, or why it is off the site."""
        is_off = not skill.projects_used_in and not skill.shows_alone
        word = "hidden" if skill.is_hidden else NO_PROJECT if is_off else "pinned" if skill.is_pinned else ""
        return word, word or "shown"

    @admin.display(description="Other names")
    def other_names(self, skill: Skill) -> str:
        """What it answers to besides its name, from merges and renames."""
        return ", ".join(skill.aliases) or "none"

    @admin.display(description="Kept by hand")
    def kept_by_hand(self, skill: Skill) -> str:
        """What no sync overwrites."""
        return ", ".join(field.replace("_", " ") for field in skill.owner_edited) or "nothing"

    @admin.action(description="Merge into the best known of them")
    def merge_into_best_known(self, request: HttpRequest, skills: QuerySet[Skill]) -> None:
        """Make one of several; the names of the others stay known as its own."""
        best, *others = skills.order_by(
            F("proficiency_level").desc(nulls_last=True), "-hours_practiced", "-projects_used_in", "name"
        )
        if not others:
            self.message_user(request, "Choose two or more skills to merge.", messages.WARNING)
            return
        curation.merge(into=best, others=others, now=timezone.now())
        names = ", ".join(other.name for other in others)
        self.message_user(request, f"{best.name} now answers to {names}, too.", messages.SUCCESS)

    @admin.action(description="Hide")
    def hide(self, request: HttpRequest, skills: QuerySet[Skill]) -> None:
        """Take them off the site."""
        self._say(request, skills, {"is_hidden": True}, "is off the site")

    @admin.action(description="Show again")
    def show_again(self, request: HttpRequest, skills: QuerySet[Skill]) -> None:
        """Bring them back."""
        self._say(request, skills, {"is_hidden": False}, "is on the site again")

    @admin.action(description="Pin")
    def pin(self, request: HttpRequest, skills: QuerySet[Skill]) -> None:
        """Name them first."""
        self._say(request, skills, {"is_pinned": True}, "is named first")

    @admin.action(description="Unpin")
    def unpin(self, request: HttpRequest, skills: QuerySet[Skill]) -> None:
        """Back into the row."""
        self._say(request, skills, {"is_pinned": False}, "stands in the row again")

    @admin.action(description="Work out now")
    def work_out(self, request: HttpRequest, skills: QuerySet[Skill]) -> None:
        """Look at the projects now instead of at the next turn of the schedule."""
        done = services.sync_from_projects(now=timezone.now())
        words = f"Worked out from the projects: {done.new} new, {done.gone} gone."
        self.message_user(request, words, messages.SUCCESS)

    def _say(self, request: HttpRequest, skills: QuerySet[Skill], said: dict[str, bool], words: str) -> None:
        marked = curation.mark(skills=skills, now=timezone.now(), **said)
        self.message_user(request, f"{', '.join(skill.name for skill in marked)} {words}.", messages.SUCCESS)
