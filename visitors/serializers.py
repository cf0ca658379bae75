"""What the garden's answer says to its visitor."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from garden.vocabulary import choices
from visitors.suggestions import Basis


class GrownOut(serializers.Serializer[Any]):
    """A plant that grew since the last visit."""

    project_id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.CharField()
    from_stage = serializers.CharField(allow_blank=True, help_text="Empty where it was planted since.")
    to_stage = serializers.CharField()
    commits = serializers.IntegerField()
    words = serializers.CharField(help_text="What became of it, to be read behind its name.")


class SuggestionOut(serializers.Serializer[Any]):
    """A plant to see next."""

    project_id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.CharField()
    reason = serializers.CharField()


class VisitorContextOut(serializers.Serializer[Any]):
    """What the garden says to one visitor, or to everyone of an hour or from a kind of site."""

    basis = serializers.ChoiceField(choices=choices(Basis))
    explanation = serializers.CharField(help_text="What it was made of.")
    since = serializers.DateTimeField(allow_null=True, help_text="The end of the visit before, with consent.")
    grown = GrownOut(many=True)
    next = SuggestionOut(many=True)
