"""The owner's console: its sidebar and its first page, which says what needs a decision, what happened, what is stale.

Everything here is read. The buttons run the actions of the admin pages they point to.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from garden.models import Activity, GardenEvent, Project, ReactionFailure
from garden.vocabulary import RESTING_BELOW, THRIVING_FROM, ActivityKind, GrowthStage, ProjectStatus
from greenhouse.console.needs import needs
from greenhouse.console.people.rights import may_open, may_press
from greenhouse.console.visits.rights import may_see_visits
from greenhouse.site.happenings import TYPES_WITH_SENTENCE, Happening, PageName, PlantName, happenings, skills_in
from integrations.models import CodingName, DeliveryStatus, WebhookDelivery
from integrations.selectors import latest_runs, status
from owner.selectors import site_now
from skills.models import Skill
from visitors.consent.models import SubjectRequest
from visitors.consent.vocabulary import RequestStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from django.http import HttpRequest

WEEKS = 52  # the width of the picture of a year
HAPPENINGS = 6  # as many as fit one screen with the rest
BY_RIGHT = {"garden": "garden_project", "events": "garden_gardenevent", "sources": "integrations_syncrun"}  # its parts
EVENTS_READ = 400  # looked at for so many lines: most events are too small for one


# --- The sidebar ------------------------------------------------------------------------------------------------------


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar, by what an owner does, as far as the asker may look; a badge counts what waits. Six queries."""
    groups = [
        {"items": [_item("Overview", "home", reverse("admin:index")), *_steps(request)]},
        _garden_group(request),
        _visitors_group(request),
        _weather_group(),
        _sources_group(),
        _live_group(),
        _privacy_group(),
        _group("Tasks", _item("Schedule", "schedule", _list("django_celery_beat_periodictask")), *_doctor(request)),
        _group(
            "Messages",
            _item("Messages to you", "mail", _list("greenhouse_messagesettings")),
            _item("What was written", "outbox", _list("greenhouse_ownermessage")),
        ),
        _group(
            "People",
            _item("Site", "home_work", _list("owner_site")),
            _item("Users", "person", _list("auth_user")),
            _item("Signing in", "passkey", reverse("mfa_index")),
            _item("Who is signed in", "devices", reverse("admin:signed-in")),
        ),
    ]
    seen = [group | {"items": [item for item in group["items"] if _is_for(request, item)]} for group in groups]
    return [group for group in seen if group["items"]]


def _garden_group(request: HttpRequest) -> dict[str, Any]:
    seeds = Project.objects.filter(status=ProjectStatus.PROPOSED).count()
    projects, approving = _list("garden_project"), request.GET.get("needs") == "approval"
    plan = reverse("admin:garden_project_plan")
    here = request.path.startswith(projects) and request.path != plan
    return _group(
        "Garden",
        _item("Projects", "potted_plant", projects, active=here and not approving),
        _item("Plan of the island", "yard", plan),
        _item("Seeds to approve", "grass", f"{projects}?needs=approval", seeds, active=here and approving),
        _item("Skills", "hotel_class", _list("skills_skill")),
        _item("Posts", "edit_note", _list("social_post")),
        _item("Posts elsewhere", "rss_feed", _list("social_feeditem")),
        _item("Announce", "campaign", _list("garden_announcement")),
        _item("Cards for READMEs", "share", reverse("admin:cards")),
        _item("Growth log", "timeline", _list("garden_growthlog")),
        _item("Who you are", "badge", _list("garden_owneridentity")),
        _item("Activity", "commit", _list("garden_activity")),
    )


def _visitors_group(request: HttpRequest) -> dict[str, Any]:
    return _group(
        "Visitors",
        *_visits(request),
        _item("Goals", "flag", _list("visitors_goal")),
        _item("Funnels", "filter_alt", _list("visitors_funnel")),
        _item("Links to figures", "link", _list("visitors_figureslink")),
        _item("Machines and people", "smart_toy", f"{_list('visitors_session')}?counted=no"),
    )


def _weather_group() -> dict[str, Any]:
    return _group(
        "Weather",
        _item("Mood", "routine", _list("weather_weatherstate")),
        _item("Overrides", "thunderstorm", _list("weather_weatheroverride")),
        _item("Sky", "partly_cloudy_day", _list("weather_skyobservation")),
        _item("Music", "music_note", _list("weather_musicmoment")),
        _item("Place", "location_on", _list("weather_place")),
    )


def _sources_group() -> dict[str, Any]:
    nameless = CodingName.objects.filter(project=None, decided=False).exclude(key="").count()
    troubled = sum(run.is_troubled for run in latest_runs())
    undelivered = WebhookDelivery.objects.filter(status=DeliveryStatus.FAILED).count()
    return _group(
        "Sources",
        _item("Accounts", "key", _list("integrations_account")),
        _item("Keys", "vpn_key", _list("integrations_apikey")),
        _item("Folders", "folder_open", _list("integrations_watchedpath")),
        _item("What to plant", "checklist", _list("integrations_offeredrepository")),
        _item("Coding time", "code", _list("integrations_codingname"), nameless),
        _item("Coding time by day", "calendar_month", _list("integrations_codingtime")),
        _item("Heartbeats", "ecg_heart", _list("integrations_heartbeat")),
        _item("How often", "schedule", _list("integrations_sourceschedule")),
        _item("Outgoing limits", "speed", _list("integrations_outgoinglimit")),
        _item("Sync runs", "sync", _list("integrations_syncrun"), troubled),
        _item("Webhook deliveries", "webhook", _list("integrations_webhookdelivery"), undelivered),
    )


def _live_group() -> dict[str, Any]:
    set_aside = ReactionFailure.objects.filter(set_aside_at__isnull=False).count()
    return _group(
        "Live",
        _item("Events", "podcasts", _list("garden_gardenevent")),
        _item("Reactions that failed", "replay", _list("garden_reactionfailure"), set_aside),
        _item("Interactions", "water_drop", _list("garden_interaction")),
    )


def _privacy_group() -> dict[str, Any]:
    asked = SubjectRequest.objects.filter(status=RequestStatus.OPEN).count()
    return _group(
        "Privacy",
        _item("Requests of visitors", "shield_person", _list("consent_subjectrequest"), asked),
        _item("Consents", "how_to_reg", _list("consent_consent")),
        _item("Audit log", "history_edu", _list("consent_auditentry")),
        _item("Deleted secrets", "key_off", _list("consent_saltdeletion")),
        _item("Counting without consent", "fact_check", reverse("admin:dossier")),
    )


def _is_for(request: HttpRequest, item: dict[str, Any]) -> bool:
    """Whether an item leads the asker somewhere; seeds wait for who may let them in."""
    deciding = item["link"].endswith("?needs=approval")
    return may_press(request, item["link"], "approve_seed") if deciding else may_open(request, item["link"])


def _steps(request: HttpRequest) -> list[dict[str, Any]]:
    """The first steps, for who may take them."""
    if not request.user.is_superuser:
        return []
    address = reverse("admin:first-steps")
    return [_item("First steps", "footprint", address, active=request.path.startswith(address))]


def _visits(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages about visitors, for who may see them."""
    if not may_see_visits(request):
        return []
    return [
        _item("Visits", "bar_chart", reverse("admin:visits"), active=request.path == reverse("admin:visits")),
        _item("Just now", "sensors", reverse("admin:visits-now")),
        _item("Journeys", "route", reverse("admin:visits-journeys")),
        _item("On the plan", "map", reverse("admin:visits-plan")),
        _item("Growth, weather, skills", "trending_up", reverse("admin:visits-growth")),
        _item("Insights", "lightbulb", reverse("admin:visits-insights")),
    ]


def _doctor(request: HttpRequest) -> list[dict[str, Any]]:
    """The page of what is wrong with the set-up, for the owner."""
    owner = getattr(request.user, "is_superuser", False)
    return [_item("Doctor", "monitor_heart", reverse("admin:doctor"))] if owner else []


def _group(title: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "items": list(items)}


def _item(title: str, icon: str, link: str, waiting: int = 0, active: bool | None = None) -> dict[str, Any]:
    item: dict[str, Any] = {"title": title, "icon": icon, "link": link}
    if waiting:
        item |= {"badge": str(waiting), "badge_variant": "warning"}
    if active is not None:
        item["active"] = active
    return item


def _list(model: str) -> str:
    return reverse(f"admin:{model}_changelist")


# --- The first page ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A page that is often gone to."""

    label: str
    icon: str  # of Material Symbols
    view: str


QUICK = (
    Shortcut("Plant a seed", "add", "admin:garden_project_add"),
    Shortcut("Plan of the island", "yard", "admin:garden_project_plan"),
    Shortcut("Set the weather", "thunderstorm", "admin:weather_weatheroverride_add"),
    Shortcut("Accounts", "key", "admin:integrations_account_changelist"),
    Shortcut("Schedule", "schedule", "admin:django_celery_beat_periodictask_changelist"),
    Shortcut("Let a helper in", "person_add", "admin:auth_user_add"),
)


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the garden, and the list it counts."""

    label: str
    value: int
    link: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a small chart: a week of the year, or a rung of the ladder."""

    label: str
    value: int
    height: int  # percent of the highest
    link: str = ""

    @property
    def top(self) -> int:
        """Where it begins in a picture of 100 whose zero is above."""
        return 100 - self.height


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page shows, in a number of queries that no garden makes grow."""
    now = timezone.now()
    may_see = {name: may_open(request, _list(model)) for name, model in BY_RIGHT.items()}
    everything = Project.objects.all() if request.user.is_superuser else Project.objects.open_to_helpers()
    projects = list(
        everything.only(
            "id",
            "name",
            "slug",
            "description",
            "plant_type",
            "growth_stage",
            "vitality",
            "status",
            "visibility",
            "hidden_by_source",
            "archived_at_source",
            "stands_though_archived",
            "is_demo",
            "commit_count",
            "earlier_commits",
        ).order_by("-created_at")
    )
    weeks = commits_by_week(projects, now)
    return context | {
        "may_see": may_see,
        "may_sync": may_press(request, _list(BY_RIGHT["sources"])),
        "quick": [item for item in QUICK if may_open(request, reverse(item.view))],
        "title": "Overview",
        "needs": needs(request, now),
        "plants": sorted(_own(projects), key=lambda one: one.name.casefold()) if may_see["garden"] else [],
        "happenings": recent_happenings(projects),
        "numbers": numbers(projects, weeks),
        "weeks": weeks,
        "stages": stages(projects),
        **_sources(now),
        "empty": not projects,
        "introduce": not site_now().owner_name,
    }


def _sources(now: datetime) -> dict[str, list[Any]]:
    """The sources that are connected, or brought something, and the names of the others."""
    known: dict[bool, list[Any]] = {True: [], False: []}
    for source in status(now=now):
        known[bool(source["configured"] or source["last_run"])].append(source)
    return {"sources": known[True], "unconnected": known[False]}


def _own(projects: Sequence[Project]) -> Iterator[Project]:
    """The plants that stand for work of the owner."""
    return (one for one in projects if not one.is_demo and one.status != ProjectStatus.PROPOSED)


def recent_happenings(projects: Sequence[Project]) -> list[Happening]:
    """What happened, as sentences, newest first. Two queries."""
    plants = {
        str(one.pk): PlantName(one.name, reverse("admin:garden_project_change", args=[one.pk]), one.plant_type)
        for one in projects
    }
    events = list(GardenEvent.objects.filter(event_type__in=TYPES_WITH_SENTENCE).order_by("-seq")[:EVENTS_READ])
    skills = {
        str(pk): PageName(name, reverse("admin:skills_skill_change", args=[pk]))
        for pk, name in Skill.objects.filter(pk__in=skills_in(events)).values_list("pk", "name")
    }
    return happenings(events, plants, skills, limit=HAPPENINGS)


def commits_by_week(projects: Sequence[Project], now: datetime) -> list[Column]:
    """The commits of a year to these projects, week by week, the present week last. One query."""
    this_week = (now.astimezone(UTC) - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    mondays = [this_week - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    commits = dict(
        Activity.objects.filter(kind=ActivityKind.COMMIT, occurred_at__gte=mondays[0], occurred_at__lte=now)
        .filter(project__in=[project.pk for project in projects])
        .annotate(week=TruncWeek("occurred_at", tzinfo=UTC))
        .order_by()
        .values_list("week")
        .annotate(commits=Count("pk"))
    )
    counts = [commits.get(monday, 0) for monday in mondays]
    labels = [f"week of {date_format(monday)}" for monday in mondays]
    return _columns(labels, counts, [_commits(monday, monday + timedelta(weeks=1)) for monday in mondays])


def stages(projects: Sequence[Project]) -> list[Column]:
    """How many plants of the garden stand on each rung."""
    standing = Counter(project.growth_stage for project in projects if project.shown)
    rungs = [str(stage) for stage in GrowthStage]
    links = [f"{_standing()}&growth_stage__exact={rung}" for rung in rungs]
    return _columns(rungs, [standing[rung] for rung in rungs], links)


def _columns(labels: Sequence[str], values: Sequence[int], links: Sequence[str] = ()) -> list[Column]:
    highest = max(values, default=0) or 1
    return [
        Column(label, value, round(100 * value / highest), link)
        for label, value, link in zip(labels, values, links or [""] * len(labels), strict=True)
    ]


def numbers(projects: Sequence[Project], weeks: Sequence[Column]) -> list[Number]:
    """The garden in numbers, each with the list it counts, and in words what is not in that list."""
    standing = [project for project in projects if project.shown]
    demo = sum(project.is_demo for project in standing)
    earlier, a_year = sum(project.earlier_commits for project in projects), sum(week.value for week in weeks)
    return [
        Number("plants in the garden", len(standing), _standing(), f"{demo} of them demo" if demo else ""),
        Number(
            "thriving",
            sum(project.vitality >= THRIVING_FROM for project in standing),
            f"{_standing()}&vitality=thriving",
            f"{sum(project.vitality < RESTING_BELOW for project in standing)} resting",
        ),
        Number("commits this week", weeks[-1].value, weeks[-1].link, f"{a_year:,} in a year"),
        Number(
            "commits in all",
            sum(project.commit_count for project in projects),
            _commits(),
            f"{earlier:,} of them from before what was imported" if earlier else "",
        ),
    ]


def _standing() -> str:
    return f"{_list('garden_project')}?garden=yes"


def _commits(since: datetime | None = None, until: datetime | None = None) -> str:
    asked = {"kind__exact": "commit"}
    if since and until:
        asked |= {"occurred_at__gte": since.isoformat(), "occurred_at__lt": until.isoformat()}
    return f"{_list('garden_activity')}?{urlencode(asked)}"
