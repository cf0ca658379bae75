"""Every source asked once, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from integrations import registry
from integrations.models import SyncRun
from integrations.providers.base import HookOnly
from integrations.tests.github_stub import Reply
from integrations.trial import Outcome, trials

if TYPE_CHECKING:
    from pytest_django import Settings

    from integrations.models import Account
    from integrations.providers.base import Provider
    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db


def test_with_samples_every_source_works(settings: Settings) -> None:
    settings.ENABLE_MOCK_DATA, settings.RSS_FEEDS = True, ["https://x.example/feed"]
    settings.WEATHER_API_KEY = "for the tests"
    answered = {trial.provider.slug: trial.outcome for trial in trials()}
    local = {one.slug for one in registry.PROVIDERS if one.local or isinstance(one, HookOnly)}
    assert {slug for slug, outcome in answered.items() if outcome is not Outcome.WORKS} <= local
    assert set(answered) == {one.slug for one in registry.PROVIDERS}


@pytest.mark.parametrize("provider", registry.PROVIDERS, ids=lambda provider: provider.slug)
def test_every_source_says_what_it_brings(provider: Provider) -> None:
    assert provider.gives


def test_what_works_says_what_it_brings_and_what_is_not_set_what_it_would(
    ada: Account, stub: Stub, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ENABLE_WAKATIME_INTEGRATION = False
    stub.on("/users/ada", Reply({"login": "ada", "public_repos": 3}))
    stub.on("/rate_limit", Reply({"resources": {"core": {"limit": 60, "remaining": 59, "reset": 0}}}))
    call_command("test_integrations", "github", "wakatime", "cicd", "bluesky")
    said = capsys.readouterr().out
    assert "It brings plants, commits" in said
    assert "WakaTime is switched off." in said
    assert "It would bring deployments" in said
    assert "Set BLUESKY_HANDLE (docs/social.md)." in said
    assert "no secret" in said
    assert not SyncRun.objects.exists()


def test_what_does_not_work_is_named_with_what_to_do(
    ada: Account, stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.on("/users/ada", Reply({"message": "Bad credentials"}, 401))
    stub.on("/user", Reply({"message": "Bad credentials"}, 401))
    stub.on("/rate_limit", Reply({"message": "Bad credentials"}, 401))
    with pytest.raises(SystemExit):
        call_command("test_integrations", "github")
    said = capsys.readouterr().out
    assert "GitHub          fails" in said
    assert "https://github.com/settings/tokens" in said
