"""The garden's weather through time, and what it was made of: the sky, the music, the owner's own word."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from common.clock import local_words
from common.units import unit_interval, within_unit
from garden.vocabulary import Precipitation, Season, TimeOfDay, WeatherType, choices
from weather.music import Shown

if TYPE_CHECKING:
    from datetime import datetime

CLOCKS_DIFFER = timedelta(hours=1)  # what is further in the future is a mistake


class Place(models.Model):
    """Where the owner lives, as coarse as a town: the sun, the season and the sky of the garden are those of here."""

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    name = models.CharField(max_length=120, blank=True, help_text="As visitors read it; empty says nothing.")
    latitude = models.FloatField(
        validators=[MinValueValidator(-90.0), MaxValueValidator(90.0)],
        help_text="Degrees north. Two decimals are kept, about a kilometre.",
    )
    longitude = models.FloatField(
        validators=[MinValueValidator(-180.0), MaxValueValidator(180.0)], help_text="Degrees east."
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "place"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="place_only_one")]

    def __str__(self) -> str:
        return self.name or f"{self.latitude:.2f}, {self.longitude:.2f}"

    @property
    def coordinates(self) -> tuple[float, float]:
        """Degrees north and east."""
        return self.latitude, self.longitude


class WeatherState(models.Model):
    """One stretch of weather in the garden: from when it began until another took its place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    weather_type = models.CharField(max_length=50, choices=choices(WeatherType))
    intensity = models.FloatField(validators=unit_interval)
    precipitation = models.CharField(
        max_length=20, choices=choices(Precipitation), blank=True, help_text="Real weather; empty where unknown."
    )
    atmosphere = models.CharField(max_length=50, blank=True, help_text="The mood's name, such as serene_morning.")

    energy = models.FloatField(validators=unit_interval)
    focus = models.FloatField(validators=unit_interval)
    creativity = models.FloatField(validators=unit_interval)
    serenity = models.FloatField(validators=unit_interval)
    drive = models.FloatField(validators=unit_interval, help_text="The mood's own intensity, its fifth component.")

    github_commits_today = models.PositiveIntegerField(default=0)
    coding_hours_today = models.FloatField(default=0.0)
    music_mood = models.CharField(max_length=50, blank=True)
    actual_weather = models.CharField(max_length=50, blank=True)
    influences = models.JSONField(default=list, blank=True, help_text="Which sources spoke, how old, with what weight.")

    productivity_score = models.FloatField(null=True, blank=True, validators=unit_interval)
    creativity_index = models.FloatField(null=True, blank=True, validators=unit_interval)
    stress_level = models.FloatField(null=True, blank=True, validators=unit_interval)

    time_of_day = models.CharField(max_length=20, choices=choices(TimeOfDay))
    season = models.CharField(max_length=20, choices=choices(Season))
    started_at = models.DateTimeField(default=timezone.now)
    looked_at = models.DateTimeField(default=timezone.now, help_text="The last look that found it so.")
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["started_at"], name="weatherstate_started"),
            models.Index(fields=["weather_type"], name="weatherstate_type"),
        ]
        constraints = [
            models.CheckConstraint(condition=within_unit("intensity"), name="weatherstate_intensity_unit"),
            # Two looks at the same moment must not leave two weathers.
            models.UniqueConstraint(
                models.ExpressionWrapper(models.Q(ended_at=None), output_field=models.BooleanField()),
                condition=models.Q(ended_at=None),
                name="weatherstate_one_now",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weather_type} from {local_words(self.started_at)}"


class WeatherOverride(models.Model):
    """A mood that wins until it ends: the owner's word, or a storm of commits."""

    weather_type = models.CharField(max_length=50, choices=choices(WeatherType))
    intensity = models.FloatField(
        null=True, blank=True, validators=unit_interval, help_text="Null: as strong as the mood makes it."
    )
    # What the owner said is heard and done; it takes the place of what the sources tell.
    energy = models.FloatField(null=True, blank=True, validators=unit_interval)
    valence = models.FloatField(null=True, blank=True, validators=unit_interval)
    acousticness = models.FloatField(null=True, blank=True, validators=unit_interval)
    productivity = models.FloatField(null=True, blank=True, validators=unit_interval)
    reason = models.CharField(max_length=200)
    source = models.CharField(max_length=40)
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["ends_at"], name="weatheroverride_ends")]

    def __str__(self) -> str:
        return f"{self.weather_type} until {local_words(self.ends_at)}"


class SkyQuerySet(models.QuerySet["SkyObservation"]):
    """Looks at the sky, newest first."""

    def known_at(self, moment: datetime) -> SkyQuerySet:
        """Those up to a moment; a service whose clock is a little fast is believed."""
        return self.filter(observed_at__lte=moment + CLOCKS_DIFFER)


class SkyObservation(models.Model):
    """What a weather service said of the sky over the owner's place at one moment."""

    source = models.CharField(max_length=40)
    observed_at = models.DateTimeField()
    condition = models.CharField(max_length=40, help_text="Our word for it, such as drizzle.")
    precipitation = models.CharField(max_length=20, choices=choices(Precipitation))
    temperature = models.FloatField(null=True, blank=True, help_text="Degrees Celsius.")
    cloud_cover = models.FloatField(null=True, blank=True, validators=unit_interval)
    wind_speed = models.FloatField(null=True, blank=True, help_text="Metres a second.")
    humidity = models.FloatField(null=True, blank=True, validators=unit_interval)
    pressure = models.FloatField(null=True, blank=True, help_text="Hectopascal.")
    forecast = models.JSONField(default=dict, blank=True, help_text="Hours and days ahead, as of this observation.")
    recorded_at = models.DateTimeField(auto_now_add=True)
    is_demo = models.BooleanField(default=False, help_text="Invented (ENABLE_MOCK_DATA); goes with the demo.")

    objects = SkyQuerySet.as_manager()

    class Meta:
        ordering = ["-observed_at"]
        constraints = [models.UniqueConstraint(fields=["source", "observed_at"], name="skyobservation_once")]

    def __str__(self) -> str:
        return f"{self.condition} at {local_words(self.observed_at)}"


class MusicMoment(models.Model):
    """One track that was heard, with what is known of its character and where that knowledge is from."""

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=240, help_text="Names the play: source's track id and time.")
    track_id = models.CharField(max_length=200, blank=True)
    spotify_id = models.CharField(max_length=40, blank=True, help_text="The track at Spotify, where it is known.")
    recording_id = models.CharField(max_length=40, blank=True, help_text="At MusicBrainz, where it is known.")
    artist_id = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300, blank=True)
    artist = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=20, default="track", help_text="track, episode or local.")
    played_at = models.DateTimeField()
    duration = models.FloatField(null=True, blank=True, help_text="Seconds.")
    is_playing = models.BooleanField(default=False)
    heard_at = models.DateTimeField(null=True, blank=True, help_text="The last look that found it playing.")
    progress = models.FloatField(null=True, blank=True, help_text="Seconds into it at that look, where it was told.")
    ends_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is over unless told of again, where its source cannot be asked."
    )
    energy = models.FloatField(null=True, blank=True, validators=unit_interval)
    valence = models.FloatField(null=True, blank=True, validators=unit_interval)
    acousticness = models.FloatField(null=True, blank=True, validators=unit_interval)
    danceability = models.FloatField(null=True, blank=True, validators=unit_interval)
    instrumentalness = models.FloatField(null=True, blank=True, validators=unit_interval)
    tempo = models.FloatField(null=True, blank=True, help_text="Beats a minute.")
    genres = models.JSONField(default=list, blank=True)
    features_source = models.CharField(
        max_length=40, blank=True, help_text="Who told energy and valence: spotify, reccobeats, genres, or empty."
    )
    features_asked = models.JSONField(default=list, blank=True, help_text="Who was asked for its character.")
    recorded_at = models.DateTimeField(auto_now_add=True)
    is_demo = models.BooleanField(default=False, help_text="Invented (ENABLE_MOCK_DATA); goes with the demo.")

    class Meta:
        ordering = ["-played_at"]
        indexes = [
            models.Index(fields=["-played_at"], name="musicmoment_played"),
            models.Index(fields=["-heard_at"], name="musicmoment_heard"),
            models.Index(fields=["source", "-played_at"], name="musicmoment_source"),
            models.Index(fields=["source", "track_id", "-played_at"], name="musicmoment_track"),
            models.Index(fields=["source", "artist_id", "-played_at"], name="musicmoment_artist"),
            models.Index(
                fields=["spotify_id", "-played_at"], name="musicmoment_spotify", condition=~models.Q(spotify_id="")
            ),
            models.Index(fields=["source"], name="musicmoment_playing", condition=models.Q(is_playing=True)),
        ]
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="musicmoment_once")]

    def __str__(self) -> str:
        return " – ".join(filter(None, (self.artist, self.title)))


class Piece(models.Model):
    """A piece of music of the imported past: what all of its plays share, however services write its name."""

    key = models.CharField(max_length=32, unique=True, help_text="A digest of the title and the first artist.")
    title = models.CharField(max_length=300)
    artist = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=20, default="track", help_text="track or episode.")
    spotify_id = models.CharField(max_length=40, blank=True)
    recording_id = models.CharField(max_length=40, blank=True, help_text="At MusicBrainz, where it is known.")
    energy = models.FloatField(null=True, blank=True, validators=unit_interval)
    valence = models.FloatField(null=True, blank=True, validators=unit_interval)
    acousticness = models.FloatField(null=True, blank=True, validators=unit_interval)
    genres = models.JSONField(default=list, blank=True)
    features_source = models.CharField(max_length=40, blank=True, help_text="Who told energy and valence, as of plays.")
    asked = models.CharField(max_length=200, blank=True, help_text="Who was asked for its character, each in commas.")
    plays = models.PositiveIntegerField(
        default=0, help_text="As of the last import; who was heard most is asked first."
    )

    class Meta:
        indexes = [
            models.Index(fields=["spotify_id"], name="piece_spotify", condition=~models.Q(spotify_id="")),
            models.Index(fields=["features_source", "-plays"], name="piece_undescribed"),
        ]

    def __str__(self) -> str:
        return " – ".join(filter(None, (self.artist, self.title)))


class PastPlay(models.Model):
    """A play that an export told of, and no player did. Kept until the owner lets it go."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, db_index=False)
    source = models.CharField(max_length=40)
    played_at = models.DateTimeField()
    month = models.DateField(help_text="The first of its month, by the owner's calendar.")
    seconds = models.FloatField(null=True, blank=True, help_text="How long it was heard, or how long it is.")

    class Meta:
        indexes = [models.Index(fields=["played_at"], name="pastplay_played")]
        constraints = [models.UniqueConstraint(fields=["piece", "source", "played_at"], name="pastplay_once")]

    def __str__(self) -> str:
        return f"{self.piece_id} at {local_words(self.played_at)}"


class PastMonth(models.Model):
    """What exports told of one month, summed up: counted after an import and once a day."""

    month = models.DateField(help_text="Its first, by the owner's calendar.")
    source = models.CharField(max_length=40)
    plays = models.PositiveIntegerField()
    known = models.PositiveIntegerField(help_text="Of them, those whose character is known.")
    seconds = models.FloatField()
    weight = models.FloatField(help_text="Seconds of the known ones.")
    energy = models.FloatField(help_text="Times weight.")
    valence = models.FloatField(help_text="Times weight.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "source"], name="pastmonth_once")]

    def __str__(self) -> str:
        return f"{self.month:%B %Y}, {self.source}"


class MusicSharing(models.Model):
    """What visitors may learn of the owner's music. The garden's weather hears it in any case."""

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    shown = models.CharField(max_length=20, choices=choices(Shown), default=Shown.MOOD)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "music sharing"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="musicsharing_only_one")]

    def __str__(self) -> str:
        return str(self.shown)
