"""What the endpoints about the outside world say."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from common.strict import ModelOut
from garden.vocabulary import Whose, choices
from integrations.limits import Circuit
from integrations.models import OutgoingEndpoint, SyncRun, SyncStatus, SyncTrigger
from weather.music import MusicMood, Shown


class SyncRunOut(ModelOut[SyncRun]):
    """One run: how far it is, what it brought in, and what went wrong in plain words with the fix."""

    status = serializers.ChoiceField(choices=SyncStatus.choices)
    trigger = serializers.ChoiceField(choices=SyncTrigger.choices)
    percent = serializers.IntegerField(allow_null=True, help_text="0–100; null where the end is not known.")
    counts = serializers.DictField(child=serializers.IntegerField())

    class Meta:
        model = SyncRun
        fields = (
            "id",
            "provider",
            "subject",
            "status",
            "trigger",
            "requested_at",
            "started_at",
            "ended_at",
            "done",
            "total",
            "percent",
            "step",
            "counts",
            "error_code",
            "error",
            "fix",
            "next_run_at",
        )
        read_only_fields = fields


class WebhookStatusOut(serializers.Serializer[Any]):
    """How a provider's webhook is doing."""

    configured = serializers.BooleanField(help_text="Whether its secret is set.")
    waiting = serializers.IntegerField(help_text="Deliveries that are still to be worked on.")
    failed = serializers.IntegerField(help_text="Deliveries that were given up.")
    last_received_at = serializers.DateTimeField(allow_null=True)


class EndpointOut(ModelOut[OutgoingEndpoint]):
    """How one kind of request to a service went so far."""

    mean_ms = serializers.FloatField(help_text="Milliseconds until an answer was read, in the mean.")

    class Meta:
        model = OutgoingEndpoint
        fields = ("endpoint", "requests", "errors", "last_status", "mean_ms", "last_at", "since")
        read_only_fields = fields


class OutgoingOut(serializers.Serializer[Any]):
    """How our requests to a service are limited, and how they went."""

    per_minute = serializers.IntegerField(help_text="Requests that we allow ourselves.")
    burst = serializers.IntegerField(help_text="Of them, how many may go out at once.")
    tokens = serializers.IntegerField(help_text="How many may go out at once now.")
    circuit = serializers.ChoiceField(
        choices=[one.value for one in Circuit],
        help_text="Open: it failed so often that nothing is asked until next_try_at. Half open: one request finds out.",
    )
    failures = serializers.IntegerField(help_text="Requests in a row that failed.")
    next_try_at = serializers.DateTimeField(
        allow_null=True, help_text="When it is asked again, after a pause that it asked for or an open circuit."
    )
    endpoints = EndpointOut(many=True)


class IntegrationOut(serializers.Serializer[Any]):
    """One provider: whether it is connected, and how it went last."""

    provider = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of that name, not the label of a field
    enabled = serializers.BooleanField()
    configured = serializers.BooleanField()
    missing = serializers.CharField(help_text="What has to be set before it works; empty when it is configured.")
    mock_data = serializers.BooleanField(help_text="Whether built-in samples stand in for the service.")
    username = serializers.CharField()
    has_token = serializers.BooleanField()
    health = serializers.ChoiceField(
        choices=["ok", "degraded", "failing", "running", "nothing_to_ask", "unknown", "not_configured", "off"]
    )
    paused_until = serializers.DateTimeField(allow_null=True, help_text="When the service is asked again.")
    outgoing = OutgoingOut(allow_null=True, help_text="Null where nothing is asked.")
    as_of = serializers.DateTimeField(allow_null=True, help_text="When data was last brought in.")
    current_run = SyncRunOut(allow_null=True)
    last_run = SyncRunOut(allow_null=True)
    webhook = WebhookStatusOut(allow_null=True)


class IntegrationStatusOut(serializers.Serializer[Any]):
    """Every provider."""

    integrations = IntegrationOut(many=True)


class ListeningOut(serializers.Serializer[Any]):
    """The owner's music, as far as the owner shows it. What is not shown is null."""

    shown = serializers.ChoiceField(choices=choices(Shown), help_text="How much the owner shows.")
    as_of = serializers.DateTimeField(allow_null=True, help_text="When a player was last asked.")
    is_playing = serializers.BooleanField(allow_null=True, default=None, help_text="False is silence.")
    mood = serializers.ChoiceField(choices=choices(MusicMood), allow_null=True, default=None)
    energy = serializers.FloatField(allow_null=True, default=None, help_text="0–1; null where unknown.")
    valence = serializers.FloatField(allow_null=True, default=None, help_text="0–1, dark to glad.")
    genre = serializers.CharField(allow_null=True, default=None, help_text="A family of genres, such as folk.")
    features_source = serializers.CharField(
        allow_null=True, default=None, help_text="Who told energy and valence; empty where nobody knows them."
    )
    source = serializers.CharField(  # type: ignore[assignment] # a field of that name, not the source of a field
        allow_null=True, default=None, help_text="The player."
    )
    kind = serializers.CharField(allow_null=True, default=None, help_text="track, episode or local.")
    artist = serializers.CharField(allow_null=True, default=None)
    title = serializers.CharField(allow_null=True, default=None)


class ListenedOut(serializers.Serializer[Any]):
    """What was heard over a time. How much is null where only the mood is shown."""

    mood = serializers.ChoiceField(choices=choices(MusicMood))
    energy = serializers.FloatField(allow_null=True, help_text="0–1, the mean by length; null where unknown.")
    valence = serializers.FloatField(allow_null=True, help_text="0–1, dark to glad.")
    plays = serializers.IntegerField(allow_null=True, default=None)
    minutes = serializers.FloatField(allow_null=True, default=None)


class ListenedDayOut(ListenedOut):
    """One day."""

    date = serializers.DateField(help_text="By the garden's calendar.")


class HeardArtistOut(serializers.Serializer[Any]):
    """An artist who was heard much."""

    name = serializers.CharField()
    plays = serializers.IntegerField()


class ListeningTrendsOut(serializers.Serializer[Any]):
    """How the last days sounded, as far as the owner shows it. What is not shown is null, and of days an empty list."""

    shown = serializers.ChoiceField(choices=choices(Shown), help_text="How much the owner shows.")
    days = ListenedDayOut(many=True, help_text="The oldest first, silent ones too.")
    whole = ListenedOut(allow_null=True, default=None, help_text="All of them together.")
    genres = serializers.ListField(
        child=serializers.CharField(), allow_null=True, default=None, help_text="Families, the most heard first."
    )
    artists = HeardArtistOut(many=True, allow_null=True, default=None, help_text="The most heard first.")


class RecentCommitOut(serializers.Serializer[Any]):
    """A commit of a plant that everyone sees."""

    project_id = serializers.UUIDField()
    project = serializers.CharField()
    repo = serializers.CharField(help_text="owner/name; empty for a project without a home on GitHub.")
    sha = serializers.CharField()
    message = serializers.CharField()
    author = serializers.CharField()
    whose = serializers.ChoiceField(choices=choices(Whose), help_text="The owner's, another person's, or a bot's.")
    assisted = serializers.BooleanField(help_text="An agent wrote it, or helped.")
    url = serializers.CharField()
    timestamp = serializers.DateTimeField()
    lines_added = serializers.IntegerField(allow_null=True, help_text="Null until they are known.")
    lines_removed = serializers.IntegerField(allow_null=True)
    impact_level = serializers.ChoiceField(choices=["low", "medium", "high"], help_text="By the lines it changed.")


class FiguresOut(serializers.Serializer[Any]):
    """What was done, counted."""

    commits = serializers.IntegerField(help_text="People's.")
    pull_requests = serializers.IntegerField()
    issues = serializers.IntegerField()
    releases = serializers.IntegerField()
    bots_commits = serializers.IntegerField(help_text="Not among the commits.")


class DayFiguresOut(FiguresOut):
    """The same of one UTC day."""

    day = serializers.DateField()


class ProjectFiguresOut(FiguresOut):
    """The same of one plant."""

    project_id = serializers.UUIDField()
    slug = serializers.CharField()
    project = serializers.CharField(help_text="Its name.")


class ActivityOut(serializers.Serializer[Any]):
    """Some days of work."""

    since = serializers.DateField()
    until = serializers.DateField()
    totals = FiguresOut()
    by_day = DayFiguresOut(many=True, help_text="Every day, oldest first.")
    by_project = ProjectFiguresOut(many=True, help_text="The busiest first; anonymous ones are in the totals alone.")


class DeploymentIn(serializers.Serializer[Any]):
    """How a deployment ended. Whatever else a pipeline says is ignored."""

    repository = serializers.CharField(help_text="owner/name, or the URL of its remote.")
    status = serializers.CharField(help_text="success or failure; any other is taken without effect.")
    environment = serializers.CharField(required=False, help_text="Where to; production where it is not said.")
    url = serializers.CharField(required=False, help_text="Where it can be looked at.")
    id = serializers.CharField(required=False, help_text="What the pipeline calls it: what has it, counts once.")


class DeploymentTakenOut(serializers.Serializer[Any]):
    """What became of a deployment at the door. The work follows."""

    status = serializers.ChoiceField(choices=["processed", "already received"])


class DeliveryOut(serializers.Serializer[Any]):
    """What became of a webhook delivery at the door. The work follows."""

    status = serializers.ChoiceField(choices=["accepted", "already received"])
