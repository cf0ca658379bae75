from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from garden.vocabulary import WeatherType
from weather import services
from weather.models import WeatherOverride, WeatherState
from weather.sky import Condition
from weather.tests.factories import heard, seen

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

pytestmark = pytest.mark.django_db
MOOD, OVERRIDES = "/admin/weather/weatherstate/", "/admin/weather/weatheroverride/"


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_page_of_the_mood_says_when_nobody_looked(admin_client: Client) -> None:
    page = text_of(admin_client, MOOD)
    assert "Nobody has looked at the mood" in page
    assert "No music is known." in page


def test_the_page_of_the_mood_shows_its_day_and_what_influences_it(admin_client: Client) -> None:
    now = timezone.now()
    services.update_mood(now=now - timedelta(hours=3))
    heard(0.9, 0.9, at=now - timedelta(minutes=2))
    services.observe(drafts=[seen(Condition.RAIN, at=now - timedelta(minutes=7))], source="openmeteo", now=now)
    page = text_of(admin_client, MOOD)
    assert 'class="console-timeline"' in page
    assert page.count("<rect class=") >= 2
    assert "The music of late is joyful." in page
    assert "Outside: rain at 20 °C." in page
    assert "50%" in page
    assert '<tr class="silent"><th scope="row">work</th>' in page


def test_the_owner_lets_a_weather_stand_and_ends_it(admin_client: Client) -> None:
    asked = {"weather_type": "aurora", "intensity": "0.8", "minutes": "45", "reason": "Friday <b>"}
    assert admin_client.post(f"{OVERRIDES}add/", asked).status_code == 302
    (one,) = WeatherOverride.objects.all()
    assert (one.source, one.ends_at - one.started_at) == ("owner", timedelta(minutes=45))
    assert WeatherState.objects.get(ended_at=None).weather_type == "aurora"
    page = text_of(admin_client, f"{OVERRIDES}{one.pk}/change/")
    assert "End it now" in page
    assert "Friday <b>" not in page
    sent = {"action": "end_now", "_selected_action": str(one.pk), "index": "0"}
    assert "The mood decides again." in admin_client.post(OVERRIDES, sent, follow=True).content.decode()
    assert WeatherState.objects.get(ended_at=None).weather_type != "aurora"
    assert "It had ended already." in admin_client.post(OVERRIDES, sent, follow=True).content.decode()
    assert "End it now" not in text_of(admin_client, f"{OVERRIDES}{one.pk}/change/")


@pytest.mark.parametrize(
    "wrong",
    [{"weather_type": "hail"}, {"intensity": "2"}, {"intensity": "nan"}, {"minutes": "0"}, {"minutes": "99999"}],
)
def test_an_override_that_makes_no_sense_is_not_taken(admin_client: Client, wrong: dict[str, str]) -> None:
    asked = {"weather_type": "sunny", "intensity": "0.8", "minutes": "45", "reason": ""} | wrong
    assert admin_client.post(f"{OVERRIDES}add/", asked).status_code == 200
    assert not WeatherOverride.objects.exists()


def test_what_was_said_is_neither_changed_nor_deleted(admin_client: Client) -> None:
    services.override(
        weather_type=WeatherType.SUNNY,
        intensity=0.5,
        reason="It is.",
        source="owner",
        lasts=timedelta(hours=1),
        now=timezone.now(),
    )
    one = WeatherOverride.objects.get()
    admin_client.post(f"{OVERRIDES}{one.pk}/change/", {"weather_type": "stormy", "intensity": "1", "minutes": "9"})
    one.refresh_from_db()
    assert one.weather_type == "sunny"
    assert admin_client.post(f"{OVERRIDES}{one.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_list_of_skies_names_whose_data_they_are(admin_client: Client) -> None:
    services.observe(drafts=[seen(Condition.PARTLY_CLOUDY, at=timezone.now())], source="openmeteo", now=timezone.now())
    page = text_of(admin_client, "/admin/weather/skyobservation/")
    assert "partly cloudy" in page
    assert "Weather data by Open-Meteo.com (CC BY 4.0)" in page


def test_one_button_lets_the_mood_decide_again(admin_client: Client) -> None:
    assert "Let the mood decide again" not in text_of(admin_client, MOOD)
    word = {"weather_type": "aurora", "intensity": "0.6", "minutes": "90", "reason": "Friday."}
    for _ in range(2):
        admin_client.post(f"{OVERRIDES}add/", word)
    assert "Let the mood decide again" in text_of(admin_client, MOOD)
    page = admin_client.post(f"{MOOD}decide/", follow=True).content.decode()
    assert "The mood decides again." in page
    assert "Let the mood decide again" not in page


def test_only_who_may_change_the_weather_has_the_button(client: Client, django_user_model: type[User]) -> None:
    client.force_login(django_user_model.objects.create_user("helper", is_staff=True))
    assert client.post(f"{MOOD}decide/").status_code == 403
