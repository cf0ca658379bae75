"""Every address of the site.

Routes of the API answer with and without the trailing slash; the documented form has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.views import _reauthenticate as again
from django.contrib import admin
from django.urls import URLPattern, include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularRedocView
from rest_framework.permissions import AllowAny

from garden.announcements_api import AnnouncementsView
from garden.api import EventsView, PortfolioView
from greenhouse.api import GardenHealthView, GardenView, ProjectView, TokenRefresh, TokenView
from greenhouse.console.signin import oidc, second_step
from greenhouse.console.signin.pages import counted, shown
from greenhouse.site import (
    about,
    choice,
    errors,
    feeds,
    figures,
    fragments,
    front_page,
    icons,
    pages,
    posts,
    privacy,
    robots,
    sharing,
    visits,
)
from greenhouse.web import health, metrics, openapi, rest
from greenhouse.web.api_page import ApiPage
from greenhouse.web.glance import GlanceView
from greenhouse.web.signin_ways import OIDC
from integrations.api import (
    ActivityView,
    DeploymentView,
    IntegrationStatusView,
    ListeningTrendsView,
    ListeningView,
    RecentActivityView,
    SyncView,
    WebhookView,
)
from integrations.coding.api import HeartbeatBulkView, HeartbeatView, StatusBarView, SummariesView, UserView
from integrations.listening.api import SubmitListensView, ValidateTokenView
from skills.api import ConstellationView, SkillViewSet
from social.api import TechnologyTrendsView
from visitors.api import BeaconView, InteractView, JourneyView, PlantSeedView
from visitors.consent.api import ConsentView, MeView, RequestsView
from visitors.figures.api import (
    DashboardView,
    FunnelsView,
    FunnelView,
    JourneysView,
    RealtimeView,
    VisitorsView,
)
from visitors.figures.shared_api import ExportView, SharedFiguresView
from visitors.insights.api import InsightsView
from visitors.light_api import LightView
from weather.api import ForecastView, MoodUpdateView, MoodView, TrendsView, WeatherView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

admin.autodiscover()  # here and not at start: processes that answer no requests do without the console (20 MB)

projects = ProjectView.as_view({"get": "list", "post": "create"})
project = ProjectView.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})
skills = SkillViewSet.as_view({"get": "list", "post": "create"})
skill = SkillViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})

# As WakaTime has them below its own address.
editors = [
    path("users/current/", UserView.as_view(), name="editor-user"),
    path("users/current/heartbeats/", HeartbeatView.as_view(), name="heartbeats"),
    path("users/current/heartbeats.bulk/", HeartbeatBulkView.as_view(), name="heartbeats-bulk"),
    path("users/current/status_bar/today/", StatusBarView.as_view(), name="status-bar"),
    path("users/current/statusbar/today/", StatusBarView.as_view(), name="statusbar"),
    path("users/current/summaries/", SummariesView.as_view(), name="summaries"),
]

# As ListenBrainz has them.
players = [
    path("1/submit-listens/", SubmitListensView.as_view(), name="submit-listens"),
    path("1/validate-token/", ValidateTokenView.as_view(), name="validate-token"),
]

api = [
    path("analytics/dashboard/", DashboardView.as_view(), name="analytics-dashboard"),
    path("analytics/export/", ExportView.as_view(), name="analytics-export"),
    path("analytics/funnels/", FunnelsView.as_view(), name="analytics-funnels"),
    path("analytics/funnels/<slug:slug>/", FunnelView.as_view(), name="analytics-funnel"),
    path("analytics/journeys/", JourneysView.as_view(), name="analytics-journeys"),
    path("analytics/realtime/", RealtimeView.as_view(), name="analytics-realtime"),
    path("analytics/shared/<str:key>/", SharedFiguresView.as_view(), name="analytics-shared"),
    path("analytics/unified-insights/", InsightsView.as_view(), name="analytics-insights"),
    path("announcements/", AnnouncementsView.as_view(), name="announcements"),
    path("auth/token/", TokenView.as_view(), name="token"),
    path("auth/token/refresh/", TokenRefresh.as_view(), name="token-refresh"),
    path("events/", EventsView.as_view(), name="events"),
    path("garden/", GardenView.as_view(), name="garden-state"),
    path("garden/health/", GardenHealthView.as_view(), name="garden-health"),
    path("garden/plant-seed/", PlantSeedView.as_view(), name="plant-seed"),
    path("garden/portfolio/", PortfolioView.as_view(), name="portfolio"),
    path("garden/weather/", WeatherView.as_view(), name="garden-weather"),
    path("integrations/cicd/deployment/", DeploymentView.as_view(), name="deployment"),
    path("integrations/github/activity/", ActivityView.as_view(), name="github-activity"),
    path("integrations/github/recent-activity/", RecentActivityView.as_view(), name="github-recent-activity"),
    path("integrations/social/trends/", TechnologyTrendsView.as_view(), name="social-trends"),
    path("integrations/spotify/current/", ListeningView.as_view(), name="spotify-current"),
    path("integrations/spotify/trends/", ListeningTrendsView.as_view(), name="spotify-trends"),
    path("integrations/status/", IntegrationStatusView.as_view(), name="integrations-status"),
    path("integrations/<slug:provider>/sync/", SyncView.as_view(), name="sync"),
    path("integrations/<slug:provider>/webhook/", WebhookView.as_view(), name="webhook"),
    path("projects/", projects, name="projects"),
    path("projects/<uuid:pk>/", project, name="project-detail"),
    path("projects/<uuid:pk>/interact/", InteractView.as_view(), name="interact"),
    path("skills/", skills, name="skills-api"),
    path("skills/<uuid:pk>/", skill, name="skill-api"),
    path("skills/constellation/", ConstellationView.as_view(), name="constellation"),
    path("summary/", GlanceView.as_view(), name="summary"),
    path("visitors/beacon/", BeaconView.as_view(), name="visitors-beacon"),
    path("visitors/consent/", ConsentView.as_view(), name="consent"),
    path("visitors/journey/", JourneyView.as_view(), name="visitors-journey"),
    path("visitors/light/", LightView.as_view(), name="visitor-light"),
    path("visitors/me/", MeView.as_view(), name="visitor-me"),
    path("visitors/requests/", RequestsView.as_view(), name="visitor-requests"),
    path("visitors/analytics/", VisitorsView.as_view(), name="visitors-analytics"),
    path("weather/forecast/", ForecastView.as_view(), name="weather-forecast"),
    path("weather/mood/", MoodView.as_view(), name="weather-mood"),
    path("weather/mood-update/", MoodUpdateView.as_view(), name="weather-mood-update"),
    path("weather/trends/", TrendsView.as_view(), name="weather-trends"),
]


def without_slash(routes: Iterable[URLPattern]) -> list[URLPattern]:
    """The same routes without their trailing slash, and without a name: the slashed form is the one we link to."""
    return [path(str(route.pattern).removesuffix("/"), route.callback) for route in routes]


def documented(endpoints: list[tuple[str, str, str, Callable[..., Any]]]) -> list[tuple[str, str, str, Any]]:
    """drf-spectacular's preprocessing hook: one entry an endpoint, the slashed one."""
    return [endpoint for endpoint in endpoints if endpoint[0].endswith("/")]


# allauth's views by the names that it leads to, at addresses of ours. What does not stand here is not reachable.
signing_in = [
    path("login/", admin.site.login, name="account_login"),  # the admin's own, by both names
    path("login/code/", counted(second_step.authenticate), name="mfa_authenticate"),
    path("login/passkey/", counted(second_step.login_webauthn, asks=True), name="mfa_login_webauthn"),
    path("login/oidc/", counted(oidc.begin, asks=True), {"provider_id": OIDC}, name="openid_connect_login"),
    path("login/oidc/callback/", counted(oidc.back, asks=True), {"provider_id": OIDC}, name="openid_connect_callback"),
    path("signing-in/", shown(second_step.index), name="mfa_index"),
    path("signing-in/again/", counted(again.reauthenticate), name="account_reauthenticate"),
    path("signing-in/again/code/", counted(second_step.reauthenticate), name="mfa_reauthenticate"),
    path("signing-in/again/passkey/", counted(second_step.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("signing-in/app/", shown(second_step.activate_totp), name="mfa_activate_totp"),
    path("signing-in/app/remove/", shown(second_step.deactivate_totp), name="mfa_deactivate_totp"),
    path("signing-in/codes/", shown(second_step.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("signing-in/codes/new/", shown(second_step.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("signing-in/codes/file/", shown(second_step.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("signing-in/passkeys/", shown(second_step.list_webauthn), name="mfa_list_webauthn"),
    path("signing-in/passkeys/add/", shown(second_step.add_webauthn), name="mfa_add_webauthn"),
    path("signing-in/passkeys/<int:pk>/", shown(second_step.edit_webauthn), name="mfa_edit_webauthn"),
    path("signing-in/passkeys/<int:pk>/remove/", shown(second_step.remove_webauthn), name="mfa_remove_webauthn"),
]

urlpatterns = [
    path("", front_page.garden, name="garden"),
    path("projects/<slug:slug>/", pages.project, name="project"),
    path("projects/<slug:slug>", RedirectView.as_view(pattern_name="project", permanent=True)),
    path("projects/<slug:slug>/og.png", sharing.plant_png, name="plant-picture"),
    path("about/", about.about, name="about"),
    path("cv/", about.cv, name="cv"),
    path("figures/<str:key>/", figures.figures, name="figures"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/choice/", choice.choose, name="choice"),
    path("privacy/known/", choice.known, name="known"),
    path("privacy/erase/", choice.erase, name="erase"),
    path("privacy/requests/", choice.ask, name="ask"),
    path("privacy/salts.json", privacy.salts_json, name="salts"),
    path("privacy.json", privacy.privacy_json, name="privacy-json"),
    path("projects/<slug:slug>/water/", visits.water, name="water"),
    path("projects/<slug:slug>/watered/", visits.watered, name="watered"),
    path("seeds/", visits.sow, name="sow"),
    path("seeds/<str:key>/", visits.seed, name="seed"),
    path("skills/", pages.skills, name="skills"),
    path("skills/<slug:slug>/", pages.skill, name="skill"),
    path("posts/", posts.posts, name="posts"),
    path("posts/<slug:slug>/", posts.post, name="post"),
    path("follow/", feeds.follow, name="follow"),
    path("feed.atom", feeds.atom, name="feed-atom"),
    path("feed.json", feeds.json_feed, name="feed-json"),
    path("og.png", sharing.garden_png, name="garden-picture"),
    path("garden.svg", sharing.garden_drawing, name="garden-drawing"),
    path("cards/garden.svg", sharing.garden_card_svg, name="garden-card"),
    path("cards/garden-dark.svg", sharing.garden_card_svg, {"theme": "dark"}, name="garden-card-dark"),
    path("cards/week.svg", sharing.week_card_svg, name="week-card"),
    path("cards/week-dark.svg", sharing.week_card_svg, {"theme": "dark"}, name="week-card-dark"),
    path("cards/projects/<slug:slug>.svg", sharing.plant_card_svg, name="plant-card"),  # and <slug>-dark.svg
    path("fragments/changes/", fragments.changes, name="changes"),
    path("fragments/plants/", front_page.plants, name="plants"),
    path("fragments/news/", fragments.news, name="news"),
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", robots.sitemap, name="sitemap"),
    path("favicon.ico", icons.favicon, name="favicon"),
    path("apple-touch-icon.png", icons.apple_touch_icon, name="apple-touch-icon"),
    path("icons/<int:side>.png", icons.icon, name="icon"),
    path("icons/maskable.png", icons.maskable, name="maskable-icon"),
    path("site.webmanifest", robots.webmanifest, name="webmanifest"),
    path("admin/", include(signing_in)),  # before the admin, which answers everything below its own address
    path("admin/", admin.site.urls),
    path("api/v1/", include(api)),
    path("api/v1/", include(without_slash(api))),
    path("api/v1/integrations/wakatime/", include(editors)),
    path("api/v1/integrations/wakatime/", include(without_slash(editors))),
    path("api/v1/", include(without_slash(editors))),  # for those that only take the address of a server
    path("api/v1/integrations/listenbrainz/", include(players)),
    path("api/v1/integrations/listenbrainz/", include(without_slash(players))),
    path("", include(without_slash(players))),  # likewise
    re_path(r"^api(?:/.*)?$", rest.api_not_found),
    path("openapi.json", openapi.openapi, name="openapi"),
    path("docs", ApiPage.as_view(url_name="openapi", permission_classes=[AllowAny]), name="docs"),
    path("redoc", SpectacularRedocView.as_view(url_name="openapi", permission_classes=[AllowAny]), name="redoc"),
    path("health", health.health, name="health"),
    path("health/live", health.live_process, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("media/<path:path>", pages.media, name="media"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
