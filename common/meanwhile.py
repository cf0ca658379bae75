"""A form that stood open while what it edits changed: in another tab, by another hand, or by a source.

It brings along what it showed. What only the others changed stays as they have it; what both changed is said, and
saved the second time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.serializers.json import DjangoJSONEncoder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PLAIN = (str, int, float, bool, list, dict, type(None))
SHOWN_OF_VALUE = 80  # characters of what stands now


class SeenField(forms.CharField):
    """What the form showed, as JSON. No change of it is a change of anything."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class MeanwhileForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Compares what it showed, what stands now and what was sent, field by field."""

    together: ClassVar[Sequence[str]] = ()  # fields that are one answer: whoever changes one of them changes all
    not_compared: ClassVar[Sequence[str]] = ()  # fields that show something else than they keep
    seen = SeenField()

    def showing(self) -> None:
        """Note what the form shows; called once its initial values are complete."""
        self.initial["seen"] = json.dumps(self._standing(), cls=DjangoJSONEncoder)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        shown, standing = self._shown(), self._standing()
        kept = {}
        for name in [one for one in self.fields if one in shown and one in standing and one in cleaned]:
            answer = [one for one in self._answer(name) if one in shown and one in standing]
            if all(shown[one] == standing[one] for one in answer):
                continue
            field = self.fields[name]
            if not any(self.fields[one].has_changed(shown[one], self[one].data) for one in answer):
                cleaned[name] = kept[name] = standing[name]  # nobody touched it here
                self.changed_data[:] = [one for one in self.changed_data if one != name]
            elif any(self.fields[one].has_changed(standing[one], self[one].data) for one in answer):
                now = str(field.prepare_value(standing[name]))[:SHOWN_OF_VALUE] or "empty"
                self.add_error(name, f"This changed meanwhile: it is “{now}” now. Save again to have it your way.")
        if self.errors and shown != standing:
            fresh = {"seen": self.initial.get("seen", "")}
            fresh |= {name: self.fields[name].prepare_value(value) for name, value in kept.items()}
            data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            for name, value in fresh.items():
                data[self.add_prefix(name)] = value
            self.data = data
        return cleaned

    def _answer(self, name: str) -> Sequence[str]:
        return self.together if name in self.together else (name,)

    def _standing(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self.initial.items()
            if name in self.fields and name not in ("seen", *self.not_compared) and isinstance(value, PLAIN)
        }

    def _shown(self) -> Mapping[str, Any]:
        """What the form showed, as far as it can have: each value is of the kind that stands now, or one was empty."""
        try:
            shown = json.loads(self.data.get(self.add_prefix("seen"), "") or "{}")
        except (ValueError, RecursionError):
            return {}
        standing = self._standing()
        return {
            name: value
            for name, value in (shown.items() if isinstance(shown, dict) else ())
            if name in standing and (None in (value, standing[name]) or type(value) is type(standing[name]))
        }
