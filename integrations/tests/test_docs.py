"""The examples in docs/adding-a-provider.md are files that are run, and lack nothing that the page says to add."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as project_settings
from django.core.management import call_command

from garden.models import Activity, Project
from integrations import registry, schedule
from integrations.providers.base import Connection
from integrations.tests import test_registry
from integrations.tests.contract import lacks, with_lists
from integrations.tests.examples.jsonfeed import JsonFeed
from integrations.tests.examples.pypi import PyPI
from integrations.tests.github_stub import Reply, serving
from integrations.tests.scheduled import turn

if TYPE_CHECKING:
    from pytest_django import Settings

    from integrations.providers.base import Provider
    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db
ROOT = Path(project_settings.BASE_DIR)
PAGE = (ROOT / "docs" / "adding-a-provider.md").read_text()
EXAMPLES = Path(__file__).parent / "examples"
FEED = {"title": "Notes", "items": [{"id": "7", "title": "Moss", "date_published": "2025-03-01T10:00:00Z"}]}
examples = pytest.mark.parametrize("slug", ["pypi", "jsonfeed"])


def blocks(language: str) -> list[str]:
    """The code blocks of the page in one language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(autouse=True)
def _example_settings(settings: Settings) -> None:
    """Both examples switched on, as the page says, but for the network."""
    settings.ENABLE_MOCK_DATA = False
    settings.ENABLE_PYPI_INTEGRATION, settings.PYPI_RATE_LIMIT, settings.PYPI_BURST = True, 6000, 0
    settings.PYPI_PACKAGES, settings.PYPI_API_URL = ["engine"], "https://pypi.org"
    settings.ENABLE_JSONFEED_INTEGRATION, settings.JSONFEED_RATE_LIMIT, settings.JSONFEED_BURST = True, 6000, 0
    settings.JSONFEED_ADDRESSES = ["https://ada.example/feed.json"]


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Provider]:
    """The examples in the registry, with their rows in the schedule, as after `migrate`."""
    added: tuple[Provider, ...] = (PyPI(), JsonFeed())
    monkeypatch.setattr(registry, "PROVIDERS", (*registry.PROVIDERS, *added))
    schedule.create_missing()
    return {one.slug: one for one in added}


@examples
def test_the_page_shows_the_example_that_is_run(slug: str) -> None:
    assert (EXAMPLES / f"{slug}.py").read_text() in blocks("python")


@pytest.fixture
def as_told(tmp_path: Path) -> Path:
    """A project with all that the page says to add for its examples."""
    for folder in ("integrations/providers", "integrations/tests", "docs"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / ".env.example").write_text("\n".join(blocks("ini")))
    for slug in ("pypi", "jsonfeed"):
        for file in (f"integrations/providers/{slug}.py", f"integrations/tests/test_{slug}.py", f"docs/{slug}.md"):
            (tmp_path / file).touch()
    return tmp_path


@examples
def test_whoever_follows_the_page_lacks_nothing(slug: str, registered: dict[str, Provider], as_told: Path) -> None:
    assert lacks(registered[slug], as_told) == []
    in_settings = "\n".join(blocks("text"))
    for name in registered[slug].settings:
        assert f"\n{name} = env." in in_settings


@examples
def test_an_example_that_nobody_configured_yet_lacks_nothing_either(
    slug: str, registered: dict[str, Provider], as_told: Path, settings: Settings
) -> None:
    with with_lists(registered[slug]):
        assert registered[slug].missing(Connection())
        assert lacks(registered[slug], as_told) == []
    test_registry.test_a_provider_knows_when_it_is_not_configured_and_where_it_may_go(registered[slug], settings)


@examples
@pytest.mark.parametrize("file", ["integrations/providers/{}.py", "integrations/tests/test_{}.py", "docs/{}.md"])
def test_a_file_that_is_forgotten_is_named(
    slug: str, file: str, registered: dict[str, Provider], as_told: Path
) -> None:
    (as_told / file.format(slug)).unlink()
    assert lacks(registered[slug], as_told) == [f"no {file.format(slug)}"]


def test_a_setting_that_is_forgotten_is_named(
    registered: dict[str, Provider], as_told: Path, settings: Settings
) -> None:
    env = as_told / ".env.example"
    env.write_text(env.read_text().replace("#PYPI_RATE_LIMIT=30\n", ""))
    assert lacks(registered["pypi"], as_told) == ["PYPI_RATE_LIMIT stands 0 times in .env.example"]
    del settings.PYPI_RATE_LIMIT
    assert "PYPI_RATE_LIMIT is not in settings.py" in lacks(registered["pypi"], as_told)
    settings.JSONFEED_TOKEN = ""
    (forgotten,) = lacks(registered["jsonfeed"], as_told)
    assert forgotten == "JSONFEED_TOKEN is in settings.py, but not among JsonFeed.settings"


@examples
def test_an_example_brings_facts_in_from_its_samples_and_on_the_schedule(
    slug: str, registered: dict[str, Provider], settings: Settings
) -> None:
    settings.ENABLE_MOCK_DATA = True
    assert turn(slug) == {slug: "succeeded"}
    assert Activity.objects.get().external_id in ("pypi:1.0", "1")
    assert turn(slug) == {}


@pytest.mark.usefixtures("registered")
def test_the_example_lets_the_other_packages_go_on(settings: Settings, stub: Stub) -> None:
    settings.PYPI_API_URL, settings.PYPI_PACKAGES = stub.url, ["gone", "engine"]
    info = {"name": "engine", "version": "1.0", "summary": None, "project_urls": None}
    released = {"1.0": [{"upload_time_iso_8601": "2025-03-01T10:00:00.123456Z"}]}
    stub.on("/pypi/engine/json", Reply({"info": info, "releases": released}))
    with pytest.raises(SystemExit):
        call_command("sync", "pypi")
    assert Activity.objects.get().title == "1.0 on PyPI"


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    "broken",
    [
        Reply({"message": "gone"}, 404),
        Reply({"message": "slow down"}, 429, {"Retry-After": "7200"}),
        Reply(["not", "a", "feed"]),
        Reply({"title": "no items"}),
    ],
    ids=["gone", "asks for a pause", "of another shape", "half a feed"],
)
def test_one_broken_feed_stops_none_of_the_others(settings: Settings, stub: Stub, broken: Any) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]  # the stubs'
    with serving() as another:
        settings.JSONFEED_ADDRESSES = [f"{stub.url}/broken.json", f"{another.url}/feed.json"]
        stub.on("/broken.json", broken)
        another.on("/feed.json", Reply(FEED))
        for _ in range(2):  # nor at the next run, while the other host keeps us waiting
            with pytest.raises(SystemExit):
                call_command("sync", "jsonfeed")
    assert len(another.asked("/feed.json")) == 2
    assert Activity.objects.get().title == "Moss"
    assert Project.objects.filter(name="Notes").count() == 1


@pytest.mark.usefixtures("registered")
def test_a_feed_sends_us_into_no_network_that_the_owner_did_not_let_in(
    settings: Settings, stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]  # the stub's
    settings.JSONFEED_ADDRESSES = [f"{stub.url}/feed.json"]
    stub.on("/feed.json", Reply({}, 302, {"Location": "http://127.0.0.2/feed.json"}))
    with pytest.raises(SystemExit):
        call_command("sync", "jsonfeed")
    assert len(stub.asked("/feed.json")) == 1
    assert "127.0.0.2 is not in the open internet, and was not asked" in capsys.readouterr().err
