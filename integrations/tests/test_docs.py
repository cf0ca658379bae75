"""The example in docs/adding-a-provider.md is run as it stands there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as project_settings
from django.core.management import call_command

from garden.models import Activity, Project
from integrations import registry
from integrations.tests.github_stub import Reply

if TYPE_CHECKING:
    from pytest_django import Settings

    from integrations.providers.base import Provider
    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db
PAGE = Path(project_settings.BASE_DIR) / "docs" / "adding-a-provider.md"


@pytest.fixture
def pypi(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The provider of the page, registered as the page says."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found
    module = ModuleType("integrations.providers.pypi")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(found[1], str(PAGE), "exec"), module.__dict__)  # noqa: S102 - our own page
    provider: Provider = module.PyPI()
    monkeypatch.setattr(registry, "PROVIDERS", (*registry.PROVIDERS, provider))
    settings.ENABLE_PYPI_INTEGRATION, settings.PYPI_RATE_LIMIT = True, 6000
    settings.PYPI_PACKAGES, settings.PYPI_API_URL = ["engine"], "https://pypi.org"
    settings.ENABLE_MOCK_DATA = False
    return provider


def test_the_example_brings_releases_in_from_its_samples(pypi: Provider, settings: Settings) -> None:
    settings.ENABLE_MOCK_DATA = True
    call_command("sync", "pypi")
    assert Project.objects.get().github_repo == "ada/engine"
    assert Activity.objects.get().external_id == "pypi:1.0"


def test_the_example_lets_the_other_packages_go_on(pypi: Provider, settings: Settings, stub: Stub) -> None:
    settings.PYPI_API_URL, settings.PYPI_PACKAGES = stub.url, ["gone", "engine"]
    info = {"name": "engine", "version": "1.0", "summary": None, "project_urls": None}
    released = {"1.0": [{"upload_time_iso_8601": "2025-03-01T10:00:00.123456Z"}]}
    stub.on("/pypi/engine/json", Reply({"info": info, "releases": released}))
    with pytest.raises(SystemExit):
        call_command("sync", "pypi")
    assert Activity.objects.get().title == "1.0 on PyPI"
