"""The form of the site: what the owner says, checked before anything is written."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from unfold.widgets import UnfoldAdminTextareaWidget

from common import validators
from garden.forms import PictureField
from owner.models import Site

MOST_LINKS: Final = 12
LONGEST_LABEL: Final = 60
_LINE: Final = re.compile(r"(?P<label>.*?)\s*(?P<url>https?://\S+)\s*", re.IGNORECASE)
_is_web_address = URLValidator(schemes=["http", "https"])


class LinksField(forms.CharField):
    """Links, one a line: a label and an address, or an address alone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}), **kwargs)
        self.validators.append(validators.printable)

    def prepare_value(self, value: Any) -> Any:
        """Stored links as the owner writes them."""
        return "\n".join(f"{label} {url}" for label, url in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Pairs of label and address, in the order they were written. Raises `ValidationError` and names the line."""
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]
        if len(lines) > MOST_LINKS:
            raise ValidationError(f"These are {len(lines)} links; at most {MOST_LINKS} can be kept.")
        return [self._pair(line) for line in lines]

    @staticmethod
    def _pair(line: str) -> list[str]:
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValidationError(f"“{line[:80]}” has no address that begins with https://.")
        _is_web_address(match["url"])
        label = match["label"].rstrip(":– ") or urlsplit(match["url"]).netloc.removeprefix("www.")
        if len(label) > LONGEST_LABEL:
            raise ValidationError(f"“{label[:LONGEST_LABEL]}…” is too long for the name of a link.")
        return [label, match["url"]]

    def run_validators(self, value: Any) -> None:
        """Check the text as it was written: the validators of a text field know no lists."""
        super().run_validators("\n".join(" ".join(pair) for pair in value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other links, or another order of them, were written."""
        try:
            return bool(list(initial or []) != self.to_python(data))
        except ValidationError:
            return True


class IntroduceForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """The first questions: who you are, and what you do."""

    needs_name: ClassVar = True

    class Meta:
        model = Site
        fields = ("owner_name", "line")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.needs_name:
            self.fields["owner_name"].required = True
            self.fields["owner_name"].error_messages["required"] = "Without a name there is nothing to greet by."

    def clean_owner_name(self) -> str:
        """A name that shows, or none."""
        return _name(self.cleaned_data["owner_name"])

    def clean_line(self) -> str:
        """One line of text."""
        validators.printable(self.cleaned_data["line"])
        return " ".join(self.cleaned_data["line"].split())


class SiteForm(IntroduceForm):
    """Everything that the owner says."""

    needs_name = False  # without one, the environment's stands
    links = LinksField(
        help_text="One a line: a name and an address, such as “Mastodon https://example.social/@ada”. They are told to "
        "be you (rel=me), so that those places can confirm it.",
    )
    portrait = PictureField(required=False, longest_side=640, help_text=Site._meta.get_field("portrait").help_text)

    class Meta:
        model = Site
        fields = ("owner_name", "line", "portrait", "now", "links", "email", "about", "cv", "site_name")
        widgets = {
            "about": UnfoldAdminTextareaWidget(attrs={"rows": 12}),
            "cv": UnfoldAdminTextareaWidget(attrs={"rows": 12}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, variable in (("owner_name", "OWNER_NAME"), ("site_name", "SITE_NAME")):
            said = getattr(settings, variable)
            own = bool(getattr(self.instance, field))
            self.fields[field].widget.attrs["placeholder"] = said
            self.fields[field].help_text = f"{self.fields[field].help_text} {_where_from(variable, said, own=own)}"

    def clean_site_name(self) -> str:
        """A name that shows, or none."""
        return _name(self.cleaned_data["site_name"])


def _name(written: str) -> str:
    name = written.strip()
    if name:
        validators.name(name)
    return name


def _where_from(variable: str, said: str, *, own: bool) -> str:
    if own:
        return f"Set here; without it, the environment’s {variable} says “{said}”." if said else "Set here."
    return f"From the environment ({variable}) until you write something here." if said else "Not said yet."
