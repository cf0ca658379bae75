"""What the endpoints of consent take and give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from common.strict import StrictSerializer
from garden.vocabulary import choices
from visitors.consent.models import Consent, SubjectRequest
from visitors.consent.vocabulary import RequestType
from visitors.models import Session, Step

if TYPE_CHECKING:
    from django.db.models import Model


class CategoriesIn(StrictSerializer):
    """What is agreed to; what is left out is not."""

    essential = serializers.BooleanField(default=True, help_text="What the site cannot do without. Always true.")
    analytics = serializers.BooleanField(
        default=False, help_text="Your visits are linked to your token, so that you can read and erase them."
    )
    personalisation = serializers.BooleanField(
        default=False, help_text="It is remembered when you were last here, to tell what grew since."
    )
    live_presence = serializers.BooleanField(
        default=False, help_text="Other visitors see where you stand in the garden, as a firefly without a name."
    )

    def validate_essential(self, essential: bool) -> bool:
        """No question."""
        if not essential:
            raise serializers.ValidationError("This is always true: it is what the site cannot do without.")
        return essential


class ConsentIn(StrictSerializer):
    """A visitor's choice."""

    categories = CategoriesIn()


class CategoriesOut(serializers.Serializer[Any]):
    """What is agreed to."""

    essential = serializers.BooleanField()
    analytics = serializers.BooleanField()
    personalisation = serializers.BooleanField()
    live_presence = serializers.BooleanField()


class ConsentOut(serializers.Serializer[Any]):
    """What was agreed to, and the token for it."""

    token = serializers.CharField(help_text="Keep it: here it is kept as a digest alone.")
    categories = CategoriesOut()
    expires_at = serializers.DateTimeField()


class RequestIn(StrictSerializer):
    """What is asked of the owner."""

    type = serializers.ChoiceField(choices=choices(RequestType))


class RequestOut(serializers.ModelSerializer[SubjectRequest]):
    """What was asked of the owner, and by when it is answered."""

    class Meta:
        model = SubjectRequest
        fields = ("id", "type", "status", "opened_at", "due_at", "closed_at")


class KeptConsentOut(serializers.ModelSerializer[Consent]):
    """A consent as it is kept."""

    categories = CategoriesOut(source="choices")

    class Meta:
        model = Consent
        fields = ("reference", "categories", "given_at", "changed_at", "expires_at", "seen_at", "previous_visit_at")


def columns_of(model: type[Model]) -> list[str]:
    """The names of all its columns."""
    return [column.name for column in model._meta.concrete_fields]


class VisitOut(serializers.ModelSerializer[Session]):
    """A visit, every field of it."""

    class Meta:
        model = Session
        fields = read_only_fields = columns_of(Session)  # what is only read has no bounds, which differ by database


class VisitStepOut(serializers.ModelSerializer[Step]):
    """A step of a visit, every field of it."""

    class Meta:
        model = Step
        fields = read_only_fields = columns_of(Step)


class ExportOut(serializers.Serializer[Any]):
    """All that is kept under a token."""

    exported_at = serializers.DateTimeField()
    consent = KeptConsentOut()
    visits = VisitOut(many=True, help_text="Only with consent to analytics, and as long as raw visits are kept.")
    steps = VisitStepOut(many=True)
    requests = RequestOut(many=True)
    not_included = serializers.CharField(help_text="What may be kept of you and cannot be found by a token.")
