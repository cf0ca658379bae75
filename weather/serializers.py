"""What the endpoints of the weather take and give."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from common import validators
from common.strict import StrictSerializer
from common.units import unit_interval
from garden.vocabulary import Precipitation, Season, TimeOfDay, WeatherType, choices
from weather.audio_features import features_of_genres
from weather.services import LONGEST_OVERRIDE

DEFAULT_MINUTES = 60
DEFAULT_INTENSITY = 0.7
MOST_MINUTES = int(LONGEST_OVERRIDE.total_seconds() // 60)


@extend_schema_serializer(deprecate_fields=["drive"])
class MoodComponentsOut(serializers.Serializer[Any]):
    """A mood in five numbers, 0–1."""

    energy = serializers.FloatField()
    focus = serializers.FloatField()
    creativity = serializers.FloatField()
    serenity = serializers.FloatField()
    intensity = serializers.FloatField(help_text="The mood's own, not the weather's.")
    drive = serializers.FloatField(help_text="As `intensity`, by its former name.")


class InfluenceOut(serializers.Serializer[Any]):
    """One source: whether it spoke, how old that is, how much it counted."""

    source = serializers.CharField(  # type: ignore[assignment]  # a field's attribute by the same name
        help_text="music, sky, productivity, time_of_day, or override."
    )
    spoke = serializers.BooleanField()
    weight = serializers.FloatField(help_text="As it is when all sources speak.")
    share = serializers.FloatField(help_text="As it was now: silent sources give theirs to the others.")
    as_of = serializers.DateTimeField(allow_null=True)
    age = serializers.IntegerField(allow_null=True, help_text="Seconds.")
    says = serializers.CharField()


@extend_schema_serializer(deprecate_fields=["energy"])
class MusicInfluenceOut(serializers.Serializer[Any]):
    """What the music of late did, as far as the owner lets it be known."""

    type = serializers.ChoiceField(choices=choices(WeatherType), help_text="The weather that it alone would make.")
    intensity = serializers.FloatField(help_text="Of that mood, 0–1.")
    mood = serializers.CharField()
    track_name = serializers.CharField(allow_null=True, help_text="What plays now; null in silence, or if not shown.")
    artist = serializers.CharField(allow_null=True)
    energy_level = serializers.FloatField()
    energy = serializers.FloatField(help_text="As `energy_level`, by its former name.")
    valence = serializers.FloatField()


@extend_schema_serializer(deprecate_fields=["condition"])
class GardenWeatherOut(serializers.Serializer[Any]):
    """The garden's weather, why it is so, and who had a say in it."""

    weather_type = serializers.ChoiceField(choices=choices(WeatherType))
    intensity = serializers.FloatField()
    precipitation = serializers.ChoiceField(
        choices=choices(Precipitation), allow_null=True, help_text="Real weather; null where no source spoke."
    )
    atmosphere = serializers.CharField(help_text="The mood's name, such as serene_morning.")
    sentence = serializers.CharField(help_text="The weather and why, in plain words.")
    sources = serializers.ListField(child=serializers.CharField())
    influences = InfluenceOut(many=True)
    mood = MoodComponentsOut()
    music_influence = MusicInfluenceOut(allow_null=True)
    music_mood = serializers.CharField(allow_null=True, help_text="In a word; null in silence, or if not shown.")
    github_commits_today = serializers.IntegerField(
        help_text="The owner's, in plants that everyone sees. Today begins at five in the morning by the sun."
    )
    season = serializers.ChoiceField(choices=choices(Season))
    time_of_day = serializers.ChoiceField(choices=choices(TimeOfDay))
    actual_weather = serializers.CharField(allow_null=True, help_text="What the real sky does, such as partly_cloudy.")
    condition = serializers.CharField(allow_null=True, help_text="As `actual_weather`, by its former name.")
    temperature = serializers.FloatField(allow_null=True, help_text="Degrees Celsius.")
    as_of = serializers.DateTimeField(allow_null=True, help_text="When the real sky was looked at.")
    attribution = serializers.CharField(allow_blank=True, help_text="To be shown with the real weather.")
    since = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="Null while it stands.")
    overridden_until = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(deprecate_fields=["condition", "commits_today"])
class MoodOut(GardenWeatherOut):
    """The same with what the day comes to; null where it is not known."""

    commits_today = serializers.IntegerField(help_text="As `github_commits_today`, by its former name.")
    coding_hours_today = serializers.FloatField()
    productivity_score = serializers.FloatField(allow_null=True)
    creativity_index = serializers.FloatField(allow_null=True)
    stress_level = serializers.FloatField(allow_null=True)


class StretchOut(serializers.Serializer[Any]):
    """A weather from when it began until it ended."""

    begins = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    weather_type = serializers.CharField()
    intensity = serializers.FloatField()
    atmosphere = serializers.CharField()
    levels = MoodComponentsOut()


class TrendOut(serializers.Serializer[Any]):
    """One component over the time."""

    mean = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    direction = serializers.ChoiceField(choices=["rising", "falling", "steady"])


class TrendsOut(serializers.Serializer[Any]):
    """How the mood went."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    dominant = serializers.CharField(allow_blank=True)
    changes = serializers.IntegerField()
    hours = serializers.DictField(child=serializers.FloatField(), help_text="By weather.")
    components = serializers.DictField(child=TrendOut())
    stretches = StretchOut(many=True)


class ForecastHourOut(serializers.Serializer[Any]):
    """An hour ahead."""

    at = serializers.DateTimeField()
    condition = serializers.CharField()
    temperature = serializers.FloatField(allow_null=True)
    chance = serializers.FloatField(allow_null=True, help_text="Of rain or snow, 0–1.")


class ForecastDayOut(serializers.Serializer[Any]):
    """A day ahead."""

    day = serializers.DateField()
    condition = serializers.CharField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class SkyOut(serializers.Serializer[Any]):
    """What was seen of the sky."""

    condition = serializers.CharField()
    precipitation = serializers.CharField()
    temperature = serializers.FloatField(allow_null=True, help_text="Degrees Celsius.")
    cloud_cover = serializers.FloatField(allow_null=True)
    wind_speed = serializers.FloatField(allow_null=True, help_text="Metres a second.")
    humidity = serializers.FloatField(allow_null=True)
    pressure = serializers.FloatField(allow_null=True, help_text="Hectopascal.")


class GrowingConditionsOut(serializers.Serializer[Any]):
    """What season and weather do for the plants."""

    factor = serializers.FloatField(help_text="0.9 to 1.1; colours vitality and momentum, never growth itself.")
    sentence = serializers.CharField()


class ForecastOut(serializers.Serializer[Any]):
    """The real weather: now, the hours and days ahead, and what it does to the garden."""

    place = serializers.CharField(allow_blank=True)
    season = serializers.CharField()
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # as above
    as_of = serializers.DateTimeField(allow_null=True)
    stale = serializers.BooleanField(help_text="Too old to have a say in the mood.")
    attribution = serializers.CharField(allow_blank=True)
    current = SkyOut(allow_null=True)
    hours = ForecastHourOut(many=True)
    days = ForecastDayOut(many=True)
    atmospheric_mood = MoodComponentsOut(allow_null=True)
    growing_conditions = GrowingConditionsOut()


class MusicIn(StrictSerializer):
    """What is heard, 0–1: as it is said, and what is not said as its genre usually is."""

    genre = serializers.CharField(required=False, max_length=60, help_text="Such as jazz, or indie folk.")
    energy = serializers.FloatField(required=False, validators=unit_interval)
    valence = serializers.FloatField(required=False, validators=unit_interval)
    acousticness = serializers.FloatField(required=False, validators=unit_interval, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Energy, valence and acousticness, from one place or the other."""
        genre = attrs.pop("genre", None)
        usual = features_of_genres([genre]) if genre else None
        if genre and usual is None and not {"energy", "valence"} <= attrs.keys():
            raise serializers.ValidationError(
                {"genre": "Nobody here knows this genre: write a commoner one, or energy and valence."}
            )
        if usual:
            attrs = {"energy": usual.energy, "valence": usual.valence, "acousticness": usual.acousticness} | attrs
        missing = [name for name in ("energy", "valence") if name not in attrs]
        if missing:
            raise serializers.ValidationError(dict.fromkeys(missing, "Give it, or a genre."))
        return attrs


class MoodUpdateIn(StrictSerializer):
    """The owner's word on the weather: a weather, or music and productivity to make one of."""

    weather_type = serializers.ChoiceField(choices=choices(WeatherType), required=False)
    music = MusicIn(required=False)
    productivity = serializers.FloatField(
        required=False, validators=unit_interval, help_text="How full the day is, 0–1, whatever was counted."
    )
    intensity = serializers.FloatField(
        required=False,
        validators=unit_interval,
        help_text=f"Without: {DEFAULT_INTENSITY} of a weather, and of music and productivity what comes of them.",
    )
    duration_minutes = serializers.IntegerField(min_value=1, max_value=MOST_MINUTES, default=DEFAULT_MINUTES)
    reason = serializers.CharField(
        max_length=200, allow_blank=True, default="", validators=[validators.printable], help_text="Visitors read it."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two, and not both."""
        if ("weather_type" in attrs) == bool(attrs.keys() & {"music", "productivity"}):
            raise serializers.ValidationError("Give either a weather_type, or music or productivity to make one of.")
        return attrs
