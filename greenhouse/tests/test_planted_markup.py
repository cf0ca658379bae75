"""Markup planted in every text that others may bring: on no page, in no feed, drawing or answer does it act.

The fields are found by the models, so that a new one is planted too, or is left out here for a reason. Public addresses
are those that `test_public_walk.py` asks; the console is walked along its own links.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import NoReverseMatch, reverse
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families

from garden import recording, services
from garden.announcements import announce
from garden.drafts import ActivityDraft
from garden.engine.layout import Position
from garden.models import Project, ProjectMedia
from garden.tests.factories import ProjectFactory, work
from garden.tests.hub import HubInHand
from garden.vocabulary import ActivityKind, AnnouncementLevel
from greenhouse import state
from greenhouse.tests.test_public_walk import NOW, ROUTES, Asked, addresses, looked_at, routes, secret
from social.tests.factories import written
from visitors.figures import sharing
from visitors.models import FiguresLink, Funnel, Goal
from visitors.services import plant_seed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db

# Out of an attribute, a script, a style, a title, a text field, a comment or a CDATA section, as far as there is room.
MARKUPS: Final = (
    "'\" planted=1></script></style></title></textarea>--><x-planted>",
    "'\" planted=1><x-planted>",
    "'\"><x-planted>",
    '"><x-p>',
)
SCRIPT: Final = "javascript:planted()//"  # the doors let it into no field of addresses, and each has a test of its own
ADDRESS: Final = f"https://planted.example/{MARKUPS[0]}"
OWN_APPS: Final = (
    "garden",
    "owner",
    "skills",
    "social",
    "weather",
    "visitors",
    "consent",
    "integrations",
    "greenhouse",
)
# What only our code writes, and reads again.
CODES: Final = {
    *("source", "provider", "features_source", "task", "step", "slug", "key", "digest", "previous", "error_code"),
    *("fingerprint", "features_asked", "asked", "earlier", "author_key", "dimension", "by", "holder"),
    *("atmosphere", "music_mood", "actual_weather", "condition", "at", "deleted_at", "color_hex", "country_code"),
}
# Structures of ours that hold numbers and codes, and those whose words have a field of their own.
STRUCTURES: Final = {
    *("growth_reasons", "forecast", "owner_edited", "source_values", "influences", "practice", "state", "counts"),
    *("steps", "journey_path", "projects_viewed", "time_spent_per_project", "milestones", "context", "detail"),
    *("mark", "data"),
}
LEFT_OUT: Final = {
    "greenhouse.Lease": "names of hosts and processes, for the lease alone",
    "consent.AuditEntry": "a chain of digests that breaks when a row is changed",
    "consent.SaltDeletion": "a chain of digests that breaks when a row is changed",
}


# --- Planting ---------------------------------------------------------------------------------------------------------


def markup_for(field: models.Field[Any, Any]) -> str:
    """The longest that there is room for."""
    room = field.max_length or 1000
    if isinstance(field, models.URLField):
        return ADDRESS
    return next(one for one in MARKUPS if len(one) <= room)


def planted_value(field: models.Field[Any, Any]) -> Any:
    """What is put into a field: a text, or texts in the form that it has."""
    if not isinstance(field, models.JSONField):
        return markup_for(field)
    if field.name == "links":
        return [{"label": MARKUPS[0], "url": ADDRESS}]
    return {MARKUPS[0]: 900} if field.default is dict else [MARKUPS[0]]


def fields_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields that others' words come into."""
    texts = (models.CharField, models.TextField, models.JSONField)
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, texts)
        and not isinstance(field, models.FileField)
        and not field.choices
        and not field.primary_key
        and field.name not in CODES | STRUCTURES
    ]


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OWN_APPS]


def row_of(model: type[models.Model]) -> models.Model:
    """A row of a model that has none yet, with what it cannot be without."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.has_default() or field.null or (isinstance(field, models.AutoField) and field.primary_key):
            continue
        if isinstance(field, models.ForeignKey):
            related = field.related_model
            values[field.name] = related._default_manager.first() or row_of(related)
        elif field.choices:
            values[field.name] = "" if field.blank else next(value for value, _label in field.choices if value)
        elif isinstance(field, models.CharField | models.TextField | models.FileField):
            values[field.name] = "" if field.blank else "a word"
        elif isinstance(field, models.DateTimeField):
            values[field.name] = NOW
        elif isinstance(field, models.DateField):
            values[field.name] = NOW.date()
        elif isinstance(field, models.UUIDField):
            values[field.name] = uuid.uuid4()
        elif isinstance(field, models.BinaryField):
            values[field.name] = b"x"
        else:
            values[field.name] = 1
    return model._default_manager.create(**values)


def plant_everywhere() -> None:
    """Have a row of every model, and markup in each of its fields."""
    for model in own_models():
        planted = {field.name: planted_value(field) for field in fields_of(model)}
        if model._meta.label in LEFT_OUT or not planted:
            continue
        if not model._default_manager.exists():
            row_of(model)
        for row in model._default_manager.all():
            model._default_manager.filter(pk=row.pk).update(**planted | told_apart(row, planted))


def told_apart(row: models.Model, planted: dict[str, Any]) -> dict[str, str]:
    """What has to differ from row to row, alone or with other fields, begins with the row's number."""
    number = str(row.pk)[:6]
    together = {
        name
        for constraint in row._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        for name in constraint.fields
    }
    return {
        field.name: number + next(one for one in MARKUPS if len(number + one) <= (field.max_length or 1000))
        for field in fields_of(type(row))
        if isinstance(planted[field.name], str) and (field.name in together or field.unique)
    }


def lived_in() -> list[str]:
    """A garden in which everything there is has happened, told in markup from the beginning.

    Returns the addresses that only who has their key knows.
    """
    word = MARKUPS[0]
    moss = ProjectFactory.create(name=word, slug="moss", technologies=[word], topics=[word], languages={word: 9})
    ProjectFactory.create(name="Hidden", slug="hidden", visibility="private")
    for draft in (*work(20, until=NOW - timedelta(days=3)), *told()):
        recording.record_activities(project=moss, drafts=[draft], source="git", now=NOW)
    services.catch_up(project=moss, now=NOW, source="git")
    ProjectMedia.objects.create(project=moss, alt=word, url="https://film.example/", order=1)
    seed = plant_seed(name=word, description=word, at=Position(1, -3), now=NOW)
    figures = sharing.new_key(FiguresLink(name=word, dimension="area", value=word))
    written(f"# {word}\n\n[a link]({SCRIPT}) <{SCRIPT}>\n\n{word}", title=word, link="https://post.example/", now=NOW)
    announce(message=word, level=AnnouncementLevel.INFO, until=None, now=NOW)
    asked = User.objects.create_superuser("owner", first_name=MARKUPS[1], last_name=MARKUPS[1])
    LogEntry.objects.create(user=asked, action_flag=2, object_repr=word, change_message=word)
    Goal.objects.create(name=word, mark="page:/")
    Funnel.objects.create(name=word, slug="moss", steps="page:/\ninteraction")
    looked_at()
    return [f"/seeds/{seed.key}/", f"/figures/{figures}/", f"/api/v1/analytics/shared/{figures}/"]


def told() -> Iterator[ActivityDraft]:
    """One of each kind of fact."""
    for kind in ActivityKind:
        yield ActivityDraft(
            kind=kind, external_id=f"planted-{kind}", occurred_at=NOW - timedelta(minutes=5), title=MARKUPS[0],
            author=MARKUPS[0], url=ADDRESS, data={"tag": MARKUPS[0], "name": MARKUPS[0], "environment": MARKUPS[0]},
        )  # fmt: skip


# --- What a reader would act on ---------------------------------------------------------------------------------------


class Acting(HTMLParser):
    """What of the planted markup a browser would take for elements, attributes or scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag.startswith("x-p"):
            self.found.append(f"<{tag}> at {self.getpos()}")
        for name, value in attrs:
            if name.startswith("planted") or is_script(value or ""):
                self.found.append(f"<{tag} {name}={value}> at {self.getpos()}")
            if (tag, name) == ("a", "href"):
                self.links.append(value or "")


def is_script(value: str) -> bool:
    """Whether an address is one that a browser runs: it skips white space and control characters."""
    return re.sub(r"[\x00-\x20]", "", value).lower().startswith(("javascript:", "data:text/html", "vbscript:"))


def acting_in_xml(content: bytes) -> list[str]:
    """In a feed, a sitemap or a drawing: as XML, and as HTML where a text says that it is."""
    found = []
    for element in ElementTree.fromstring(content).iter():  # noqa: S314 - our own answer
        attributes = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
        if "x-p" in element.tag or "planted" in attributes or any(map(is_script, attributes.values())):
            found.append(f"<{element.tag} {attributes}>")
        if attributes.get("type") == "html":
            found += Acting(element.text or "").found
    return found


def acting_in_json(value: Any, key: str = "") -> list[str]:
    """In what says that it is HTML, and in addresses."""
    if isinstance(value, dict):
        return [one for name, inner in value.items() for one in acting_in_json(inner, str(name))]
    if isinstance(value, list):
        return [one for inner in value for one in acting_in_json(inner, key)]
    if not isinstance(value, str):
        return []
    return Acting(value).found if "html" in key else [f"{key}: {value}"] if is_script(value) else []


def acting(answer: Any) -> list[str]:
    """What acts in an answer, read as what it says that it is. Raises where it is not that."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    content = answer.getvalue() if answer.streaming else answer.content
    if not content:
        return []
    found = [] if answer.headers.get("X-Content-Type-Options") == "nosniff" else ["its kind may be guessed"]
    if kind == "text/html":
        return found + Acting(content.decode()).found
    if kind.endswith("json"):
        return found + acting_in_json(json.loads(content))
    if kind.endswith("xml"):
        return found + acting_in_xml(content)
    if kind.startswith("image/"):
        with Image.open(BytesIO(content)) as picture:
            picture.load()
        return found
    assert kind in ("text/plain", "text/csv", "text/markdown"), kind
    return found


# --- The walks --------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _greenhouse(settings: Settings, time_machine: TimeMachineFixture, tmp_path: Path) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.MEDIA_ROOT = tmp_path
    settings.ENABLE_RATE_LIMITING = False
    settings.REDIS_URL = ""


@dataclass(frozen=True, slots=True)
class Garden:
    """With markup everywhere."""

    hub: HubInHand  # follows the outbox from the beginning
    with_keys: list[str]  # addresses


@pytest.fixture
def planted(_greenhouse: None) -> Garden:
    hub = HubInHand()
    with_keys = lived_in()
    plant_everywhere()
    state.invalidate()
    return Garden(hub, with_keys)


def public_addresses() -> Iterator[str]:
    """Every public address that is read, as the other walk has them."""
    hidden = secret(Project.objects.get(slug="moss"), was_public=True)
    for route in routes():
        asked = ROUTES[route.removesuffix("/")]
        if isinstance(asked, Asked) and asked.body is None and not route.startswith("media"):
            yield from addresses(route, hidden, asked)


def test_markup_acts_in_no_public_answer(planted: Garden) -> None:
    client, found, shown = Client(), {}, set()
    for address in (*public_addresses(), *planted.with_keys):
        answer = client.get(address)
        assert answer.status_code < 500, address
        if what := acting(answer):
            found[address] = what
        if answer.status_code == 200 and "planted" in (b"" if answer.streaming else answer.content).decode("latin-1"):
            shown.add(address.partition("?")[0])
    assert found == {}
    pages = ("/", "/about/", "/cv/", "/skills/", "/posts/", "/projects/moss/", "/feed.atom", "/feed.json")
    assert shown >= {*pages, "/api/v1/garden/", "/api/v1/projects/", "/api/v1/events/", "/garden.svg"}


def test_markup_in_a_question_acts_in_no_answer(planted: Garden) -> None:
    client, found = Client(), {}
    for address in dict.fromkeys(one.partition("?")[0] for one in public_addresses()):
        names = ("q", "search", "since", "page", "at", "technology", "stage", "plant", "ordering", "season", "next")
        asked = "&".join(f"{name}={quote(MARKUPS[0])}" for name in names)
        for path in (f"{address}?{asked}", f"{address}{quote(MARKUPS[0])}"):
            answer = client.get(path)
            assert answer.status_code < 500, path
            if what := acting(answer):
                found[path] = what
    assert found == {}


def test_markup_breaks_neither_what_is_measured_nor_what_sockets_are_told(planted: Garden) -> None:
    measured = Client().get("/metrics").content.decode()
    assert len(list(text_string_to_metric_families(measured))) > 20
    planted.hub.look()
    messages = [json.loads(line) for line in planted.hub.replayed(since=0).splitlines()]
    assert {message["event_type"] for message in messages} >= {"commit_pushed", "system_update"}
    assert "planted" in json.dumps(messages)
    assert [one for message in messages for one in acting_in_json(message)] == []


def console_addresses() -> Iterator[str]:
    """Where the walk of the console begins: each model's list, its form for a new row, and what one row has."""
    yield reverse("admin:index")
    for model in admin.site._registry:
        row = [str(pk) for pk in model._default_manager.values_list("pk", flat=True)[:1]]
        for page, of in (("changelist", []), ("add", []), *((page, row) for page in ("change", "history", "delete"))):
            with suppress(NoReverseMatch):  # not every model has each
                yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=of)


def test_markup_acts_nowhere_in_the_console(planted: Garden) -> None:
    client = Client()
    client.force_login(User.objects.get(username="owner"))
    begin = reverse("admin:index")
    waiting = deque(console_addresses())
    seen, found, shown = set(waiting), {}, set()
    while waiting:
        address = waiting.popleft()
        answer = client.get(address)
        assert answer.status_code < 500, address
        if what := acting(answer):
            found[address] = what
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        if "planted" in page:
            shown.add(urlsplit(address).path)
        for link in Acting(page).links:
            path = urlsplit(link).path
            if path.startswith(begin) and path not in seen and "logout" not in path and link not in seen:
                seen |= {path, link}
                waiting.append(link)
    assert found == {}
    assert len(seen) > 100
    assert len(shown) > 30


# --- Whether the walks would find it ----------------------------------------------------------------------------------


@pytest.mark.parametrize("markup", MARKUPS)
def test_markup_that_stands_in_a_page_as_it_is_would_be_found(markup: str) -> None:
    frames = ("<p>{}</p>", '<a title="{}">x</a>', "<p title={}>x</p>")
    assert all(Acting(frame.format(markup)).found for frame in frames)


def test_markup_that_leaves_a_script_or_a_style_would_be_found() -> None:
    for frame in ("<script>let a = '{}'</script>", "<style>a{{content:'{}'}}</style>", "<!-- {} -->"):
        assert Acting(frame.format(MARKUPS[0])).found
    assert Acting(f'<a href="{SCRIPT}">x</a>').found


def test_nothing_is_left_out_that_is_not_there() -> None:
    labels = {model._meta.label for model in own_models()}
    assert labels >= LEFT_OUT.keys()
    names = {field.name for model in own_models() for field in model._meta.concrete_fields}
    assert names >= CODES | STRUCTURES
