"""The lines from one skill to others, on its page in the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet

from garden.admin.base import ConsoleInline
from skills.models import ConnectionType, SkillConnection

if TYPE_CHECKING:
    from typing import Any

    from django.db.models import Field, QuerySet
    from django.http import HttpRequest


class LineForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A line that the owner draws. It takes the place of one that was worked out."""

    class Meta:
        model = SkillConnection
        fields = ("skill_b", "connection_type", "strength")

    def clean(self) -> dict[str, Any]:
        """The two are two, and have no line of the owner's yet, in neither direction."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = self.instance.skill_a_id, getattr(cleaned.get("skill_b"), "pk", None)
        if end and start == end:
            raise ValidationError("A line leads to another skill.")
        drawn = SkillConnection.objects.between(start, end).filter(by_owner=True).exclude(pk=self.instance.pk)
        if end and drawn.exists():
            raise ValidationError("You have drawn the line between these two. Change that one, or delete it first.")
        return cleaned


class LineFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The lines together."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Only the owner's own can be deleted: one that was worked out would be there again after the next sync."""
        super().add_fields(form, index)
        if form.instance.pk and not form.instance._state.adding and not form.instance.by_owner:
            form.fields["DELETE"].disabled = True
            form.fields["DELETE"].help_text = "It was worked out, and would come back."

    def clean(self) -> None:
        """No two of them lead to the same skill."""
        super().clean()
        ends = set()
        for form in self.forms:
            end = getattr(form, "cleaned_data", {}).get("skill_b")
            if end is None or form in self.deleted_forms:
                continue
            if end.pk in ends:
                form.add_error(None, "This line stands here twice.")
            ends.add(end.pk)

    def write(self) -> None:
        """Keep what the owner touched, as theirs, in the place of what was worked out between the same two."""
        lines = self.save(commit=False)
        for line in self.deleted_objects:
            line.delete()
        for line in lines:
            worked_out = SkillConnection.objects.between(line.skill_a_id, line.skill_b_id).filter(by_owner=False)
            worked_out.exclude(pk=line.pk).delete()
            line.by_owner = True
            line.save()


class LineInline(ConsoleInline):
    """The lines from this skill to others; those of skills used together come from the projects."""

    model = SkillConnection
    form = LineForm
    formset = LineFormSet
    fk_name = "skill_a"
    fields = ("skill_b", "connection_type", "strength")
    autocomplete_fields = ("skill_b",)
    verbose_name_plural = "lines to other skills"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SkillConnection]:
        """Those that a hand could have drawn."""
        lines: QuerySet[SkillConnection] = super().get_queryset(request)
        return lines.exclude(connection_type=ConnectionType.CO_USE)

    def formfield_for_choice_field(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Every kind of line but the one that no hand draws."""
        if db_field.name == "connection_type":
            kwargs["choices"] = [kind for kind in ConnectionType.choices if kind[0] != ConnectionType.CO_USE]
        return super().formfield_for_choice_field(db_field, request, **kwargs)
