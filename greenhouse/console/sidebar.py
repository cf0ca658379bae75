"""The sidebar of the owner's console, by what an owner does; everything here is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from garden.models import Project, ReactionFailure
from garden.vocabulary import ProjectStatus
from greenhouse.console.people.rights import may_open, may_press
from greenhouse.console.visits.rights import may_see_visits
from integrations.models import CodingName, DeliveryStatus, WebhookDelivery
from integrations.selectors import latest_runs
from visitors.consent.models import SubjectRequest
from visitors.consent.vocabulary import RequestStatus

if TYPE_CHECKING:
    from django.http import HttpRequest


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
        _group(
            "Tasks", _item("Schedule", "schedule", changelist("django_celery_beat_periodictask")), *_doctor(request)
        ),
        _group(
            "Messages",
            _item("Messages to you", "mail", changelist("greenhouse_messagesettings")),
            _item("What was written", "outbox", changelist("greenhouse_ownermessage")),
        ),
        _group(
            "People",
            _item("Site", "home_work", changelist("owner_site")),
            _item("Users", "person", changelist("auth_user")),
            _item("Signing in", "passkey", reverse("mfa_index")),
            _item("Who is signed in", "devices", reverse("admin:signed-in")),
        ),
    ]
    seen = [group | {"items": [item for item in group["items"] if _is_for(request, item)]} for group in groups]
    return [group for group in seen if group["items"]]


def _garden_group(request: HttpRequest) -> dict[str, Any]:
    seeds = Project.objects.filter(status=ProjectStatus.PROPOSED).count()
    projects, approving = changelist("garden_project"), request.GET.get("needs") == "approval"
    plan = reverse("admin:garden_project_plan")
    here = request.path.startswith(projects) and request.path != plan
    return _group(
        "Garden",
        _item("Projects", "potted_plant", projects, active=here and not approving),
        _item("Plan of the island", "yard", plan),
        _item("Seeds to approve", "grass", f"{projects}?needs=approval", seeds, active=here and approving),
        _item("Skills", "hotel_class", changelist("skills_skill")),
        _item("Posts", "edit_note", changelist("social_post")),
        _item("Posts elsewhere", "rss_feed", changelist("social_feeditem")),
        _item("Announce", "campaign", changelist("garden_announcement")),
        _item("Cards for READMEs", "share", reverse("admin:cards")),
        _item("Growth log", "timeline", changelist("garden_growthlog")),
        _item("Who you are", "badge", changelist("garden_owneridentity")),
        _item("Activity", "commit", changelist("garden_activity")),
    )


def _visitors_group(request: HttpRequest) -> dict[str, Any]:
    return _group(
        "Visitors",
        *_visits(request),
        _item("Goals", "flag", changelist("visitors_goal")),
        _item("Funnels", "filter_alt", changelist("visitors_funnel")),
        _item("Links to figures", "link", changelist("visitors_figureslink")),
        _item("Machines and people", "smart_toy", f"{changelist('visitors_session')}?counted=no"),
    )


def _weather_group() -> dict[str, Any]:
    return _group(
        "Weather",
        _item("Mood", "routine", changelist("weather_weatherstate")),
        _item("Overrides", "thunderstorm", changelist("weather_weatheroverride")),
        _item("Sky", "partly_cloudy_day", changelist("weather_skyobservation")),
        _item("Music", "music_note", changelist("weather_musicmoment")),
        _item("Place", "location_on", changelist("weather_place")),
    )


def _sources_group() -> dict[str, Any]:
    nameless = CodingName.objects.filter(project=None, decided=False).exclude(key="").count()
    troubled = sum(run.is_troubled for run in latest_runs())
    undelivered = WebhookDelivery.objects.filter(status=DeliveryStatus.FAILED).count()
    return _group(
        "Sources",
        _item("Accounts", "key", changelist("integrations_account")),
        _item("Keys", "vpn_key", changelist("integrations_apikey")),
        _item("Folders", "folder_open", changelist("integrations_watchedpath")),
        _item("What to plant", "checklist", changelist("integrations_offeredrepository")),
        _item("Coding time", "code", changelist("integrations_codingname"), nameless),
        _item("Coding time by day", "calendar_month", changelist("integrations_codingtime")),
        _item("Heartbeats", "ecg_heart", changelist("integrations_heartbeat")),
        _item("How often", "schedule", changelist("integrations_sourceschedule")),
        _item("Outgoing limits", "speed", changelist("integrations_outgoinglimit")),
        _item("Sync runs", "sync", changelist("integrations_syncrun"), troubled),
        _item("Webhook deliveries", "webhook", changelist("integrations_webhookdelivery"), undelivered),
    )


def _live_group() -> dict[str, Any]:
    set_aside = ReactionFailure.objects.filter(set_aside_at__isnull=False).count()
    return _group(
        "Live",
        _item("Events", "podcasts", changelist("garden_gardenevent")),
        _item("Reactions that failed", "replay", changelist("garden_reactionfailure"), set_aside),
        _item("Interactions", "water_drop", changelist("garden_interaction")),
    )


def _privacy_group() -> dict[str, Any]:
    asked = SubjectRequest.objects.filter(status=RequestStatus.OPEN).count()
    return _group(
        "Privacy",
        _item("Requests of visitors", "shield_person", changelist("consent_subjectrequest"), asked),
        _item("Consents", "how_to_reg", changelist("consent_consent")),
        _item("Audit log", "history_edu", changelist("consent_auditentry")),
        _item("Deleted secrets", "key_off", changelist("consent_saltdeletion")),
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


def changelist(model: str) -> str:
    """Where the console lists a model, which is named as in `garden_project`."""
    return reverse(f"admin:{model}_changelist")
