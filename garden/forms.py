"""Forms of the console: what the owner decides about a project, checked before anything is written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminImageFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from common import pictures, validators
from common.meanwhile import MeanwhileForm
from common.validators import MAX_WORD_LENGTH, MAX_WORDS
from garden import ground, identity, sources
from garden.engine.layout import SMALLEST, Position
from garden.engine.life import BYTES_PER_LINE
from garden.from_sources import GIVEN_BACK
from garden.models import Project, ProjectMedia
from garden.vocabulary import PlantType, ProjectStatus, choices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from garden.sources import SourceRef

PLACE = ("position_x", "position_z")
HALF_A_PLACE = "This is half a place. Fill in both, or leave both empty: then the garden finds one."
LEFT_TO_THE_GARDEN = {"status", "plant_type", *PLACE}  # of a new plant, where nothing is said
BYTES_OF_NOTHING_KNOWN = 10_000  # shared out among the languages of a project without a source
_LANGUAGE = re.compile(r"(?P<name>.*?\S)(?:\s*(?P<percent>\d{1,3}(?:\.\d{1,4})?)\s*%)?")


class WordsField(forms.CharField):
    """A list of words, written with commas."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextInputWidget(), **kwargs)
        self.validators.append(validators.printable)

    def prepare_value(self, value: Any) -> Any:
        """A stored list as the owner writes it."""
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The words, each once, in the order they were written."""
        words = (word.strip() for word in (super().to_python(value) or "").split(","))
        return list(dict.fromkeys(word for word in words if word))

    def validate(self, value: Sequence[str]) -> None:
        """Refuse what no plant could show."""
        if len(value) > MAX_WORDS:
            raise ValidationError(f"These are {len(value)} words; at most {MAX_WORDS} can be kept.")
        if too_long := next((word for word in value if len(word) > MAX_WORD_LENGTH), None):
            raise ValidationError(f"“{too_long[:MAX_WORD_LENGTH]}…” is too long. Are the words separated by commas?")

    def run_validators(self, value: Any) -> None:
        """Check the text as it was written: the validators of a text field know no lists."""
        super().run_validators(", ".join(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other words, or another order of them, were written."""
        return bool(list(initial or []) != self.to_python(data))


class LanguagesField(forms.CharField):
    """Languages with their part of the code, written as `Python 80%, Shell 20%`. The value has their parts, 0–1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextInputWidget(), **kwargs)
        self.validators.append(validators.printable)

    def prepare_value(self, value: Any) -> Any:
        """What is known (an amount for each language) as the owner writes it, the largest part first."""
        if not isinstance(value, dict):
            return value
        total = sum(value.values()) or 1
        parts = sorted(value.items(), key=lambda item: -item[1])
        return ", ".join(f"{name} {100 * amount / total:.3g}%" for name, amount in parts)

    def to_python(self, value: Any) -> Any:
        """The parts. Languages without a percentage share evenly in what the others leave."""
        words = [word.strip() for word in (super().to_python(value) or "").split(",") if word.strip()]
        found = {match["name"]: match["percent"] for word in words if (match := _LANGUAGE.fullmatch(word))}
        said = {name: float(percent) for name, percent in found.items() if percent}
        unsaid = [name for name, percent in found.items() if not percent]
        left = 100 - sum(said.values())
        if unsaid and left <= 0:
            raise ValidationError(f"Nothing is left for {unsaid[0]}: the others make {100 - left:g}%.")
        parts = said | {name: left / len(unsaid) for name in unsaid}
        total = sum(parts.values())
        return {name: part / total for name, part in sorted(parts.items(), key=lambda item: -item[1]) if part}

    def validate(self, value: Mapping[str, float]) -> None:
        """Refuse what no page could show."""
        if len(value) > MAX_WORDS:
            raise ValidationError(f"These are {len(value)} languages; at most {MAX_WORDS} can be kept.")
        if too_long := next((name for name in value if len(name) > MAX_WORD_LENGTH), None):
            raise ValidationError(f"“{too_long[:MAX_WORD_LENGTH]}…” is too long. Are they separated by commas?")

    def run_validators(self, value: Any) -> None:
        """Check the names: the validators of a text field know no parts."""
        super().run_validators(", ".join(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether something else was written than what stands there."""
        return bool((self.prepare_value(initial) or "") != (data or "").strip())


class ProjectForm(MeanwhileForm):
    """What the owner decides about a project."""

    together = PLACE
    not_compared = ("languages",)
    known: QuerySet[Project] | None = None  # what the asker may know of, where they are not the owner
    technologies = WordsField(help_text="Separated by commas. They tint the foliage and spread or gather the branches.")
    topics = WordsField(help_text="Separated by commas.")
    languages = LanguagesField(help_text="As “Python 80%, Shell 20%”. What you write stays until you give it back.")
    give_back = forms.MultipleChoiceField(
        label="Give back",
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text="You set these by hand, and no sync changes them. Those you choose follow their source again.",
    )
    github_repo = forms.CharField(
        label="GitHub repository",
        required=False,
        max_length=sources.LONGEST_NAME,
        widget=UnfoldAdminTextInputWidget(),
        help_text="owner/name on GitHub.",
    )
    also_at = forms.CharField(
        label="Also lives at",
        required=False,
        max_length=10 * sources.LONGEST_URL,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Addresses of the same repository at GitLab, Codeberg or elsewhere, one in a line. A commit that is "
        "known by its SHA counts once, wherever it is read.",
    )

    class Meta:
        model = Project
        fields = (
            "name",
            "description",
            "story",
            "homepage_url",
            "demo_url",
            "status",
            "visibility",
            "counts",
            "plant_type",
            "genome_seed",
            "technologies",
            "languages",
            "topics",
            "position_x",
            "position_z",
            "planted_date",
        )
        labels = {
            "homepage_url": "Homepage",
            "demo_url": "Demo",
            "position_x": "To the right",
            "position_z": "To the front",
            "planted_date": "Planted",
            "counts": "Whose work counts",
        }
        widgets = {
            "description": UnfoldAdminTextareaWidget(attrs={"rows": 4}),
            "story": UnfoldAdminTextareaWidget(attrs={"rows": 10}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "github_repo" in self.fields and not self.instance._state.adding:
            self.initial["github_repo"] = self.instance.github_repo
            self.initial["also_at"] = "\n".join(
                row.url or row.external_id for row in identity.other_homes(self.instance)
            )
        self.initial["languages"] = self.instance.code_by_language
        if isinstance(give_back := self.fields.get("give_back"), forms.MultipleChoiceField):
            edited = [name for name in GIVEN_BACK if name in self.instance.owner_edited]
            give_back.choices = [(name, name.replace("_", " ")) for name in edited]
            give_back.help_text = give_back.help_text if edited else "There is nothing to give back."
        if isinstance(status := self.fields.get("status"), forms.TypedChoiceField):
            # Only a visitor proposes; a seed becomes a plant by its approval, which gives it its place.
            status.choices = [choice for choice in choices(ProjectStatus) if choice[0] != ProjectStatus.PROPOSED]

        if planted := self.fields.get("planted_date"):
            planted.show_hidden_initial = False  # what is stored decides whether it changed, not what a browser says
        if self.instance._state.adding:
            for name in LEFT_TO_THE_GARDEN & self.fields.keys():
                self.fields[name].required = False
                self.initial[name] = None
            if isinstance(kind := self.fields.get("plant_type"), forms.TypedChoiceField):
                kind.choices = [("", "As its words suggest"), *choices(PlantType)]
            if isinstance(status := self.fields.get("status"), forms.TypedChoiceField):
                self.initial["status"] = ProjectStatus.ACTIVE
        else:
            self.showing()

    def clean_name(self) -> str:
        """A name that shows."""
        name: str = self.cleaned_data["name"].strip()
        validators.name(name)
        return name

    def clean_planted_date(self) -> datetime:
        """A day that has been."""
        planted: datetime = self.cleaned_data["planted_date"]
        validators.past(planted)
        return planted

    def clean_languages(self) -> dict[str, int]:
        """The bytes of each language, as many in all as are known."""
        parts: dict[str, float] = self.cleaned_data["languages"]
        known = sum(self.instance.languages.values()) or BYTES_PER_LINE * self.instance.lines_of_code
        return {name: max(1, round(part * (known or BYTES_OF_NOTHING_KNOWN))) for name, part in parts.items()}

    def clean_github_repo(self) -> str:
        """`owner/name`, also from a pasted address."""
        return identity.written_repository(self.cleaned_data["github_repo"], project=self.instance)

    def clean_also_at(self) -> list[SourceRef]:
        """Repositories at other forges than GitHub."""
        return identity.written_homes(self.cleaned_data["also_at"], project=self.instance)

    def _post_clean(self) -> None:
        """Refuse a place where nothing can stand. A plant that was not moved stays, wherever it stands."""
        super()._post_clean()  # type: ignore[misc]  # Django's own hook for what needs the changed instance
        if self.errors or not {*PLACE} & set(self.changed_data):
            return
        if missing := [name for name in PLACE if self.cleaned_data[name] is None]:
            if len(missing) < len(PLACE):
                self.add_error(missing[0], HALF_A_PLACE)
            return
        try:
            others = ground.standing_beside(self.instance, among=self.known)
            variant = SMALLEST if self.instance._state.adding else self.instance.genome.variant
            at = Position(self.cleaned_data["position_x"], self.cleaned_data["position_z"])
            ground.check_ground(variant, at, beside=others)
        except ground.BarrenGround as barren:
            self.add_error("position_x", str(barren))


class PictureField(forms.FileField):
    """An upload that is a picture, written anew before anything else sees it (`common/pictures.py`)."""

    def __init__(self, *, longest_side: int = pictures.LONGEST_SIDE, **kwargs: Any) -> None:
        accept = ",".join(f".{extension}" for extension in pictures.EXTENSIONS)
        attrs = {"accept": accept, "data-most-bytes": pictures.MOST_BYTES}
        super().__init__(widget=UnfoldAdminImageFieldWidget(attrs=attrs), **kwargs)
        self.longest_side = longest_side

    def to_python(self, data: Any) -> Any:
        """The picture as it is kept. Raises `ValidationError` for what is none."""
        upload = super().to_python(data)
        if upload is None:
            return None
        return pictures.reencoded(upload, name=Path(upload.name or "picture").stem[:40], longest_side=self.longest_side)


class MediaForm(forms.ModelForm):  # type: ignore[type-arg]
    """A picture or a link, and what it shows."""

    image = PictureField(required=False)

    class Meta:
        model = ProjectMedia
        fields = ("image", "url", "alt", "order")

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("image") and not cleaned.get("url"):
            raise ValidationError("Choose a picture, or give the address of a film or a talk.")
        return cleaned
