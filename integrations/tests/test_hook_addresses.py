"""One address a provider that calls us; the others have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rest_framework.test import APIClient

from integrations import registry
from integrations.models import Account, WebhookDelivery
from integrations.providers.base import HookProvider

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ["myspace", *(one.slug for one in registry.PROVIDERS)])
def test_only_providers_that_call_have_an_address(slug: str) -> None:
    calls = any(one.slug == slug and isinstance(one, HookProvider) for one in registry.PROVIDERS)
    for address in (f"/api/v1/integrations/{slug}/webhook/", f"/api/v1/integrations/{slug}/webhook"):
        answer = APIClient().post(address, {}, format="json")
        assert (answer.status_code == 404) is not calls
        if not calls:
            assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("off", ["setting", "account"])
def test_a_delivery_for_what_is_switched_off_is_told_so(settings: Settings, off: str) -> None:
    settings.GITHUB_WEBHOOK_SECRET, settings.ENABLE_GITHUB_INTEGRATION = "for the tests", off != "setting"
    Account.objects.create(provider="github", enabled=off != "account")
    answer = APIClient().post("/api/v1/integrations/github/webhook/", {}, format="json")
    assert answer.status_code == 503
    assert answer.json()["error"] == {"code": "disabled", "message": "GitHub is switched off.", "fields": {}}
    assert not WebhookDelivery.objects.exists()
