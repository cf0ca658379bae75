"""Settings of the greenhouse. Every name that can be set stands in `.env.example` with a word on it.

Sections: core, shape, applications, web, templates and static files, console, REST API, live updates, tasks, mail,
security, logging, limits, visitors, features, place, outgoing requests, providers.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from corsheaders.defaults import default_headers

from common.breaker import REDIS_SECONDS
from garden.vocabulary import (
    AnnouncementLevel,
    DeploymentEffect,
    DeploymentStatus,
    GrowthStage,
    InteractionKind,
    PlantType,
    ProjectStatus,
    PropKind,
    WeatherType,
    choices,
)
from greenhouse.console import theme
from greenhouse.run import data_dir, local_secrets, logs, reporting, startup
from greenhouse.run.home import home
from greenhouse.web import signin_ways
from greenhouse.web.outage import is_not_unavailable
from visitors.consent.vocabulary import RequestStatus, RequestType
from visitors.vocabulary import SetAside

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = home(BASE_DIR)
env = environ.FileAwareEnv()
# Empty under test: what an owner keeps there is not for tests.
if env_file := env.str("GREENHOUSE_ENV_FILE", str(HOME.directory / ".env")):
    env.read_env(env_file)

# --- Core -------------------------------------------------------------------------------------------------------------
DATA_DIR = (HOME.directory / (env.str("GREENHOUSE_DATA_DIR", "") or HOME.data)).resolve()
data_dir.prepare(DATA_DIR)
SECRET_KEY = env.str("SECRET_KEY", "") or local_secrets.read_or_make(DATA_DIR / "secret_key")
# What hashes of commit authors' addresses are made with. Another one, and they match nobody until they are read again.
AUTHOR_KEY = local_secrets.read_or_make(DATA_DIR / "author_key")
DEBUG = env.bool("DEBUG_MODE", False)
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
_host = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1"}.get(HOST, f"[{HOST}]" if ":" in HOST else HOST)  # noqa: S104
SITE_URL = startup.site_url(env.str("SITE_URL", f"http://{_host}:{PORT}"))
SITE_URL_IS_A_GUESS = not env.str("SITE_URL", "")
SERVED_AT = DATA_DIR / "served_at"  # where `runweb` writes its address, for commands in other shells
SITE_NAME = env.str("SITE_NAME", "Digital Greenhouse")
OWNER_NAME = env.str("OWNER_NAME", "")
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]  # health checks ask from this machine
ALLOWED_HOSTS = [*(env.list("ALLOWED_HOSTS", default=[]) or [urlsplit(SITE_URL).hostname]), *LOOPBACK_HOSTS]
TIME_ZONE_BY_PLACE = not env.str("TIME_ZONE", "")  # pages then tell the hour of the garden's place
TIME_ZONE = startup.time_zone(env.str("TIME_ZONE", "") or "UTC")
USE_TZ = True
LANGUAGE_CODE = "en"
USE_I18N = False
FORMAT_MODULE_PATH = "greenhouse.formats"  # one form of dates and times
FORMS_URLFIELD_ASSUME_HTTPS = True
ADMIN_USERNAME = env.str("ADMIN_USERNAME", "owner")
ADMIN_PASSWORD = env.str("ADMIN_PASSWORD", "")
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Shape: embedded (SQLite, no broker) or production (PostgreSQL, Redis) --------------------------------------------
REDIS_URL = env.str("REDIS_URL", "")
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL")
    if env.str("DATABASE_URL", "")
    # Not by a URL: what a path may contain would mean something else in one.
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_DIR / "greenhouse.sqlite3")}
}
_asked_of_the_database = DATABASES["default"].get("OPTIONS", {})  # by the URL: ?sslmode=require and the like
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Without IMMEDIATE a transaction that reads first fails when another writes in between.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON;",
        **_asked_of_the_database,
    }
    # Tests run on a file too: in memory, threads would meet other locks than on the real thing.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
else:
    # Under ASGI a pool of psycopg's own is cheaper than one connection a request.
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 2, "max_size": env.int("DATABASE_POOL_SIZE", 16)},
        **_asked_of_the_database,
    }

_redis_cache = {
    "BACKEND": "greenhouse.web.shared_cache.SharedCache",
    "LOCATION": REDIS_URL,
    "OPTIONS": {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS},
    "KEY_PREFIX": "greenhouse",
}
CACHES: dict[str, dict[str, Any]] = {  # pages apart: however many are asked for, they push out no mark of signing in
    "default": _redis_cache
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "marks",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    "pages": _redis_cache
    if REDIS_URL
    else {"BACKEND": "greenhouse.web.bounded_cache.BoundedLocMemCache", "LOCATION": "pages"},
}
CACHE_TTL = max(1, env.int("CACHE_TTL", 300))  # seconds; what changed is made anew at once

# --- Applications -----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # its other one puts an admin site of its own in place of ours
    "unfold.contrib.filters",
    "greenhouse.console.apps.ConsoleConfig",  # the admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "channels",
    "corsheaders",
    "csp",
    "django_celery_beat",
    "django_structlog",
    "django_vite",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "garden",
    "owner",
    "skills",
    "social",
    "weather",
    "visitors",
    "visitors.consent",
    "integrations",
    "greenhouse",
    # Behind greenhouse, whose runserver is Daphne's: imported when it runs, and not by every process (60 MB).
    "django.contrib.staticfiles",
]

# --- Web --------------------------------------------------------------------------------------------------------------
MIDDLEWARE = [
    "greenhouse.web.metrics.measured",
    "django.middleware.security.SecurityMiddleware",
    "greenhouse.web.static_files.StaticFiles",
    "corsheaders.middleware.CorsMiddleware",
    "greenhouse.web.csp.PolicyMiddleware",
    "greenhouse.web.null_bytes.refused",
    "greenhouse.kept_apart.said",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "greenhouse.console.signin.sessions.seen",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "greenhouse.site.errors.ErrorsMiddleware",
]
ROOT_URLCONF = "greenhouse.urls"
ASGI_APPLICATION = "greenhouse.asgi.application"
APPEND_SLASH = False  # The routes answer with and without the slash themselves.
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # without a script the plan sends three of each plant, and all plants
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

# --- Templates and static files ---------------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise looks into it before anything is collected
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600  # Django would open them to everyone
STORAGES = {
    "default": {"BACKEND": "common.storage.WholeFiles"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
VITE_BUILD_DIR = BASE_DIR / "static" / "dist"


def vite_file_is_immutable(path: str, url: str) -> bool:
    """Whether a static file carries a hash of its content in its name, as Vite writes them."""
    return re.search(r"/dist/assets/.+-[\w-]{8,}\.\w+$", url) is not None


WHITENOISE_IMMUTABLE_FILE_TEST = vite_file_is_immutable
DJANGO_VITE = {
    "default": {
        "dev_mode": env.bool("VITE_DEV_MODE", False),
        "app_client_class": "greenhouse.web.assets.BuiltAssets",
        "static_url_prefix": "dist",
        "manifest_path": VITE_BUILD_DIR / ".vite" / "manifest.json",
    }
}

# --- Console: the Django admin in unfold's look -----------------------------------------------------------------------
UNFOLD = theme.unfold(SITE_NAME)

# --- REST API ---------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "greenhouse.web.tokens.RevocableJWTAuthentication",
        "integrations.key_authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["common.permissions.IsOwner"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "greenhouse.web.rest.Pagination",
    "DEFAULT_SCHEMA_CLASS": "greenhouse.web.key_schema.KeySchema",
    "DEFAULT_THROTTLE_CLASSES": ["greenhouse.web.rest.ScopedLimit"],
    "EXCEPTION_HANDLER": "greenhouse.web.rest.error_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SIMPLE_JWT = {"CHECK_REVOKE_TOKEN": True}  # a token ends with the password it was given for, or as `web/tokens.py` says
SPECTACULAR_SETTINGS = {
    "TITLE": "Digital Greenhouse",
    "DESCRIPTION": "A living garden grown from its owner's work.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "PREPROCESSING_HOOKS": ["greenhouse.urls.documented"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "greenhouse.web.openapi.refusals",
        "greenhouse.web.openapi.bodies",
    ],
    "ENUM_NAME_OVERRIDES": {
        "PlantTypeEnum": choices(PlantType),
        "GrowthStageEnum": choices(GrowthStage),
        "ProjectStatusEnum": choices(ProjectStatus),
        "InteractionKindEnum": choices(InteractionKind),
        "PropKindEnum": choices(PropKind),
        "RequestTypeEnum": choices(RequestType),
        "RequestStatusEnum": choices(RequestStatus),
        "DeploymentStatusEnum": choices(DeploymentStatus),
        "DeploymentEffectEnum": choices(DeploymentEffect),
        "AnnouncementLevelEnum": choices(AnnouncementLevel),
        "SyncStatusEnum": "integrations.models.SyncStatus",
        "WeatherTypeEnum": choices(WeatherType),
        "ConnectionTypeEnum": "skills.models.ConnectionType",
        "SetAsideEnum": choices(SetAside),
    },
}

# --- Live updates -----------------------------------------------------------------------------------------------------
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # Redis tells all of its databases what is published in one: the name keeps gardens that share it apart.
        "CONFIG": {
            "hosts": [REDIS_URL],
            "prefix": f"greenhouse:{urlsplit(REDIS_URL).path}?{urlsplit(REDIS_URL).query}",
        },
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
EVENTS_KEPT_DAYS = env.int("EVENTS_KEPT_DAYS", 30)
WEBSOCKET_LIMIT = env.int("WEBSOCKET_LIMIT", 5000)  # sockets a process keeps open
WEBSOCKET_LIMIT_PER_CLIENT = env.int("WEBSOCKET_LIMIT_PER_CLIENT", 100)
MAX_CONNECTIONS = env.int("MAX_CONNECTIONS", 0)  # of a web process, sockets included; 0: as many as descriptors allow
MAX_CONNECTIONS_PER_ADDRESS = env.int("MAX_CONNECTIONS_PER_ADDRESS", 256)  # sockets count too, trusted proxies do not

# --- Tasks ------------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BEAT_SCHEDULER = "greenhouse.run.beat:OwnersScheduler"
CELERY_BEAT_SYNC_EVERY = 1  # A run is written down at once, or a "Run now" in between would be overwritten.
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None  # no results are kept; otherwise beat adds a cleanup of its own to the owner's list
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 3600
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 4000,  # Longer than the longest task, else it runs twice.
    "queue_order_strategy": "priority",
    "priority_steps": [0, 5, 9],
}
CELERY_TASK_DEFAULT_PRIORITY = 5
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # Work asked for is a row already; a sweep finds it when the broker is down.

# --- Mail to the owner ------------------------------------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", "")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
    if vars()["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        EMAIL_BACKEND = "greenhouse.run.messages.mail.BoundedBackend"
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", f"greenhouse@{urlsplit(SITE_URL).hostname}")

# --- Security ---------------------------------------------------------------------------------------------------------
_served_over_https = SITE_URL.startswith("https://")
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/.*$"
CORS_ALLOW_HEADERS = (*default_headers, "x-machine-name")  # the last by WakaTime's extensions; it is not read
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "greenhouse.console.refusals.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _served_over_https
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _served_over_https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
# `make dev`: styles, scripts and faces come from Vite's own server.
_vite = ["http://localhost:5173", "ws://localhost:5173"] if DJANGO_VITE["default"]["dev_mode"] else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'", *_vite],
        "script-src": ["'self'", *_vite],
        "style-src": ["'self'", "'unsafe-inline'", *_vite],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'", *_vite],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# --- Signing in: django-allauth, in the console's look ----------------------------------------------------------------
PASSWORD_SIGN_IN = env.bool("PASSWORD_SIGN_IN", True)
OIDC_ISSUER = env.str("OIDC_ISSUER", "").rstrip("/")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", "")
OIDC_NAME = env.str("OIDC_NAME", "") or "single sign-on"
OIDC_ALLOWED = signin_ways.allowed(env.list("OIDC_ALLOWED", default=[]), ADMIN_USERNAME)  # who, and to which account
ACCOUNT_ADAPTER = "greenhouse.console.signin.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # no mail is sent
MFA_FORMS = {"add_webauthn": "greenhouse.console.signin.passkeys.AddPasskeyForm"}
MFA_ADAPTER = "greenhouse.console.signin.adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # clocks of telephones are up to half a minute off; a code is good once all the same
SOCIALACCOUNT_ADAPTER = "greenhouse.console.signin.adapters.OtherServiceAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form's redirect elsewhere the policy would forbid; other sites' links are refused

# --- Logging ----------------------------------------------------------------------------------------------------------
LOG_LEVEL = startup.log_level(env, "LOG_LEVEL", "INFO")
_integrations = startup.log_level(env, "LOG_LEVEL_INTEGRATIONS", LOG_LEVEL)
_requests = LOG_LEVEL if LOG_LEVEL in ("ERROR", "CRITICAL") else "WARNING"
LOG_LEVELS = {  # by logger; a provider's is that of its module
    "garden": startup.log_level(env, "LOG_LEVEL_GARDEN", LOG_LEVEL),
    "owner": startup.log_level(env, "LOG_LEVEL_OWNER", LOG_LEVEL),
    "skills": startup.log_level(env, "LOG_LEVEL_SKILLS", LOG_LEVEL),
    "social": startup.log_level(env, "LOG_LEVEL_SOCIAL", LOG_LEVEL),
    "weather": startup.log_level(env, "LOG_LEVEL_WEATHER", LOG_LEVEL),
    "visitors": startup.log_level(env, "LOG_LEVEL_VISITORS", LOG_LEVEL),
    "integrations": _integrations,
    "greenhouse": startup.log_level(env, "LOG_LEVEL_GREENHOUSE", LOG_LEVEL),
    "django_structlog": startup.log_level(env, "LOG_LEVEL_REQUESTS", _requests),
    "greenhouse.web.hot": startup.log_level(env, "LOG_LEVEL_CACHE", LOG_LEVEL),
    "integrations.limits": startup.log_level(env, "LOG_LEVEL_RATE_LIMITER", _integrations),
    "integrations.providers.bluesky": startup.log_level(env, "LOG_LEVEL_BLUESKY", _integrations),
    "integrations.providers.cicd": startup.log_level(env, "LOG_LEVEL_CICD", _integrations),
    "integrations.providers.forgejo": startup.log_level(env, "LOG_LEVEL_FORGEJO", _integrations),
    "integrations.providers.git": startup.log_level(env, "LOG_LEVEL_GIT", _integrations),
    "integrations.providers.github": startup.log_level(env, "LOG_LEVEL_GITHUB", _integrations),
    "integrations.providers.gitlab": startup.log_level(env, "LOG_LEVEL_GITLAB", _integrations),
    "integrations.providers.lastfm": startup.log_level(env, "LOG_LEVEL_LASTFM", _integrations),
    "integrations.providers.linkedin": startup.log_level(env, "LOG_LEVEL_LINKEDIN", _integrations),
    "integrations.providers.listenbrainz": startup.log_level(env, "LOG_LEVEL_LISTENBRAINZ", _integrations),
    "integrations.providers.mastodon": startup.log_level(env, "LOG_LEVEL_MASTODON", _integrations),
    "integrations.providers.musicbrainz": startup.log_level(env, "LOG_LEVEL_MUSICBRAINZ", _integrations),
    "integrations.providers.openmeteo": startup.log_level(env, "LOG_LEVEL_OPENMETEO", _integrations),
    "integrations.providers.openweathermap": startup.log_level(env, "LOG_LEVEL_OPENWEATHERMAP", _integrations),
    "integrations.providers.reccobeats": startup.log_level(env, "LOG_LEVEL_RECCOBEATS", _integrations),
    "integrations.providers.rss": startup.log_level(env, "LOG_LEVEL_RSS", _integrations),
    "integrations.providers.spotify": startup.log_level(env, "LOG_LEVEL_SPOTIFY", _integrations),
    "integrations.providers.wakatime": startup.log_level(env, "LOG_LEVEL_WAKATIME", _integrations),
    "integrations.providers.x": startup.log_level(env, "LOG_LEVEL_X", _integrations),
}
LOGGING = logs.configured(LOG_LEVEL, LOG_LEVELS, env.str("LOG_FORMAT", "console"), is_news=is_not_unavailable)
logs.use_structlog()
DJANGO_STRUCTLOG_CELERY_ENABLED = bool(REDIS_URL)  # what a request asks of a worker is logged under the request's id
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # visitors leave no address, in logs neither
SENTRY_DSN = env.str("SENTRY_DSN", "")
if SENTRY_DSN:
    reporting.start(SENTRY_DSN)
METRICS_PUBLIC = env.bool("METRICS_PUBLIC", False)  # otherwise /metrics answers the owner and this machine only

# --- Incoming limits --------------------------------------------------------------------------------------------------
ENABLE_RATE_LIMITING = env.bool("ENABLE_RATE_LIMITING", True)
RATE_LIMITS = {
    "garden": env.str("RATE_LIMIT_GARDEN", "100/minute"),
    "interaction": env.str("RATE_LIMIT_INTERACTION", "30/minute"),
    "seeds": env.str("RATE_LIMIT_SEEDS", "5/minute"),
    "consent": env.str("RATE_LIMIT_CONSENT", "30/minute"),  # a visitor's choice, and what they take back of it
    "analytics": env.str("RATE_LIMIT_ANALYTICS", "10/minute"),
    "read": env.str("RATE_LIMIT_READ", "300/minute"),
    "token": env.str("RATE_LIMIT_TOKEN", "10/minute"),  # attempts to sign in, by address
    "account": env.str("RATE_LIMIT_ACCOUNT", "10/minute"),  # … to one account, from wherever
    # attempts to sign in from a device that signed in before, in place of the two above
    "device": env.str("RATE_LIMIT_DEVICE", "10/minute"),
    # batches of steps and page views: a school or a company shares an address
    "journey": env.str("RATE_LIMIT_JOURNEY", "600/minute"),
    # an editor that was offline for long sends all of it at once
    "heartbeats": env.str("RATE_LIMIT_HEARTBEATS", "6000/minute"),
    "listens": env.str("RATE_LIMIT_LISTENS", "600/minute"),  # a scrobbler sends its past in hundreds
    "webhook": env.str("RATE_LIMIT_WEBHOOK", "600/minute"),  # a service sends from a few addresses, and in bursts
    # whoever is signed in as the owner, for everything but signing in
    "owner": env.str("RATE_LIMIT_OWNER", "1200/minute"),
}

# Of allauth's own one holds beside them: five wrong codes to an account in five minutes.
ACCOUNT_RATE_LIMITS = {"reauthenticate": "", "login_failed": "5/5m/key"} if ENABLE_RATE_LIMITING else False
MFA_RATE_LIMITS = {"webauthn_login": ""}

# --- Features ---------------------------------------------------------------------------------------------------------
ENABLE_WEBSOCKETS = env.bool("ENABLE_WEBSOCKETS", True)
ENABLE_REAL_TIME_EVENTS = env.bool("ENABLE_REAL_TIME_EVENTS", True)
ENABLE_ANALYTICS = env.bool("ENABLE_ANALYTICS", True)
ENABLE_MOOD_SYNTHESIS = env.bool("ENABLE_MOOD_SYNTHESIS", True)
ENABLE_GROWTH_PREDICTION = env.bool("ENABLE_GROWTH_PREDICTION", True)
ENABLE_MOCK_DATA = env.bool("ENABLE_MOCK_DATA", False)

# --- Visitors ---------------------------------------------------------------------------------------------------------
JOURNEYS_KEPT_DAYS = env.int("JOURNEYS_KEPT_DAYS", 30)
CONSENT_KEPT_DAYS = env.int("CONSENT_KEPT_DAYS", 180)
GEOIP_FILE = env.str("GEOIP_FILE", "")

# --- Place ------------------------------------------------------------------------------------------------------------
GARDEN_LATITUDE = env.float("GARDEN_LATITUDE", 52.5)
GARDEN_LONGITUDE = env.float("GARDEN_LONGITUDE", 13.4)
GARDEN_PLACE = env.str("GARDEN_PLACE", "")

# --- Outgoing requests ------------------------------------------------------------------------------------------------
# Addresses that people and feeds give lead to the open internet, and to these networks of the owner's.
OUTGOING_ALLOWED_NETWORKS = startup.networks(env.list("OUTGOING_ALLOWED_NETWORKS", default=[]))

# --- Provider: GitHub -------------------------------------------------------------------------------------------------
ENABLE_GITHUB_INTEGRATION = env.bool("ENABLE_GITHUB_INTEGRATION", True)
GITHUB_TOKEN = env.str("GITHUB_TOKEN", "")
GITHUB_USERNAME = env.str("GITHUB_USERNAME", "")
GITHUB_WEBHOOK_SECRET = env.str("GITHUB_WEBHOOK_SECRET", "")
GITHUB_API_URL = env.str("GITHUB_API_URL", "https://api.github.com").rstrip("/")
GITHUB_RATE_LIMIT = env.int("GITHUB_RATE_LIMIT", 80)
GITHUB_BURST = env.int("GITHUB_BURST", 0)

# --- Provider: GitLab -------------------------------------------------------------------------------------------------
ENABLE_GITLAB_INTEGRATION = env.bool("ENABLE_GITLAB_INTEGRATION", True)
GITLAB_TOKEN = env.str("GITLAB_TOKEN", "")
GITLAB_USERNAME = env.str("GITLAB_USERNAME", "")
GITLAB_WEBHOOK_SECRET = env.str("GITLAB_WEBHOOK_SECRET", "")
GITLAB_API_URL = env.str("GITLAB_API_URL", "https://gitlab.com/api/v4").rstrip("/")
GITLAB_RATE_LIMIT = env.int("GITLAB_RATE_LIMIT", 60)
GITLAB_BURST = env.int("GITLAB_BURST", 0)

# --- Provider: Forgejo, Gitea and Codeberg ----------------------------------------------------------------------------
ENABLE_FORGEJO_INTEGRATION = env.bool("ENABLE_FORGEJO_INTEGRATION", True)
FORGEJO_TOKEN = env.str("FORGEJO_TOKEN", "")
FORGEJO_USERNAME = env.str("FORGEJO_USERNAME", "")
FORGEJO_WEBHOOK_SECRET = env.str("FORGEJO_WEBHOOK_SECRET", "")
FORGEJO_API_URL = env.str("FORGEJO_API_URL", "https://codeberg.org/api/v1").rstrip("/")
FORGEJO_RATE_LIMIT = env.int("FORGEJO_RATE_LIMIT", 60)
FORGEJO_BURST = env.int("FORGEJO_BURST", 0)

# --- Provider: git ----------------------------------------------------------------------------------------------------
ENABLE_GIT_INTEGRATION = env.bool("ENABLE_GIT_INTEGRATION", True)
GIT_WEBHOOK_SECRET = env.str("GIT_WEBHOOK_SECRET", "") or local_secrets.read_or_make(DATA_DIR / "git_webhook_secret")

# --- Provider: deployments of any pipeline ----------------------------------------------------------------------------
ENABLE_CICD_INTEGRATION = env.bool("ENABLE_CICD_INTEGRATION", True)
CICD_WEBHOOK_SECRET = env.str("CICD_WEBHOOK_SECRET", "")

# --- Provider: WakaTime, and heartbeats of editors --------------------------------------------------------------------
ENABLE_WAKATIME_INTEGRATION = env.bool("ENABLE_WAKATIME_INTEGRATION", True)
WAKATIME_API_KEY = env.str("WAKATIME_API_KEY", "")
WAKATIME_API_URL = env.str("WAKATIME_API_URL", "https://wakatime.com/api/v1").rstrip("/")
WAKATIME_RATE_LIMIT = env.int("WAKATIME_RATE_LIMIT", 60)
WAKATIME_BURST = env.int("WAKATIME_BURST", 0)
HEARTBEAT_API_KEY = env.str("HEARTBEAT_API_KEY", "")
HEARTBEATS_KEPT_DAYS = env.int("HEARTBEATS_KEPT_DAYS", 30)

# --- Provider: Open-Meteo ---------------------------------------------------------------------------------------------
_weather_rate_limit = env.int("WEATHER_RATE_LIMIT", 10)  # of whichever weather service is asked
ENABLE_OPENMETEO_INTEGRATION = env.bool("ENABLE_OPENMETEO_INTEGRATION", True)
OPENMETEO_API_URL = env.str("OPENMETEO_API_URL", "https://api.open-meteo.com").rstrip("/")
OPENMETEO_GEOCODING_API_URL = env.str("OPENMETEO_GEOCODING_API_URL", "https://geocoding-api.open-meteo.com").rstrip("/")
OPENMETEO_RATE_LIMIT = env.int("OPENMETEO_RATE_LIMIT", _weather_rate_limit)
OPENMETEO_BURST = env.int("OPENMETEO_BURST", 0)

# --- Provider: OpenWeatherMap -----------------------------------------------------------------------------------------
ENABLE_OPENWEATHERMAP_INTEGRATION = env.bool("ENABLE_OPENWEATHERMAP_INTEGRATION", True)
WEATHER_API_KEY = env.str("WEATHER_API_KEY", "")
OPENWEATHER_API_URL = env.str("OPENWEATHER_API_URL", "https://api.openweathermap.org").rstrip("/")
OPENWEATHERMAP_RATE_LIMIT = env.int("OPENWEATHERMAP_RATE_LIMIT", _weather_rate_limit)
OPENWEATHERMAP_BURST = env.int("OPENWEATHERMAP_BURST", 0)

# --- Provider: Spotify ------------------------------------------------------------------------------------------------
ENABLE_SPOTIFY_INTEGRATION = env.bool("ENABLE_SPOTIFY_INTEGRATION", True)
SPOTIFY_CLIENT_ID = env.str("SPOTIFY_CLIENT_ID", "")
SPOTIFY_CLIENT_SECRET = env.str("SPOTIFY_CLIENT_SECRET", "")
SPOTIFY_API_URL = env.str("SPOTIFY_API_URL", "https://api.spotify.com/v1").rstrip("/")
SPOTIFY_ACCOUNTS_URL = env.str("SPOTIFY_ACCOUNTS_URL", "https://accounts.spotify.com").rstrip("/")
SPOTIFY_RATE_LIMIT = env.int("SPOTIFY_RATE_LIMIT", 100)
SPOTIFY_BURST = env.int("SPOTIFY_BURST", 0)

# --- Provider: ListenBrainz -------------------------------------------------------------------------------------------
ENABLE_LISTENBRAINZ_INTEGRATION = env.bool("ENABLE_LISTENBRAINZ_INTEGRATION", True)
LISTENBRAINZ_USERNAME = env.str("LISTENBRAINZ_USERNAME", "")
LISTENBRAINZ_TOKEN = env.str("LISTENBRAINZ_TOKEN", "")
LISTENBRAINZ_API_URL = env.str("LISTENBRAINZ_API_URL", "https://api.listenbrainz.org").rstrip("/")
LISTENBRAINZ_RATE_LIMIT = env.int("LISTENBRAINZ_RATE_LIMIT", 60)
LISTENBRAINZ_BURST = env.int("LISTENBRAINZ_BURST", 0)
LISTENBRAINZ_INTAKE_KEY = env.str("LISTENBRAINZ_INTAKE_KEY", "")

# --- Provider: Last.fm ------------------------------------------------------------------------------------------------
ENABLE_LASTFM_INTEGRATION = env.bool("ENABLE_LASTFM_INTEGRATION", True)
LASTFM_API_KEY = env.str("LASTFM_API_KEY", "")
LASTFM_USERNAME = env.str("LASTFM_USERNAME", "")
LASTFM_API_URL = env.str("LASTFM_API_URL", "https://ws.audioscrobbler.com").rstrip("/")
LASTFM_RATE_LIMIT = env.int("LASTFM_RATE_LIMIT", 60)
LASTFM_BURST = env.int("LASTFM_BURST", 0)

# --- Provider: ReccoBeats ---------------------------------------------------------------------------------------------
ENABLE_RECCOBEATS_INTEGRATION = env.bool("ENABLE_RECCOBEATS_INTEGRATION", True)
RECCOBEATS_API_URL = env.str("RECCOBEATS_API_URL", "https://api.reccobeats.com").rstrip("/")
RECCOBEATS_RATE_LIMIT = env.int("RECCOBEATS_RATE_LIMIT", 30)
RECCOBEATS_BURST = env.int("RECCOBEATS_BURST", 0)

# --- Provider: MusicBrainz --------------------------------------------------------------------------------------------
ENABLE_MUSICBRAINZ_INTEGRATION = env.bool("ENABLE_MUSICBRAINZ_INTEGRATION", True)
MUSICBRAINZ_API_URL = env.str("MUSICBRAINZ_API_URL", "https://api.listenbrainz.org").rstrip("/")
MUSICBRAINZ_RATE_LIMIT = env.int("MUSICBRAINZ_RATE_LIMIT", 30)
MUSICBRAINZ_BURST = env.int("MUSICBRAINZ_BURST", 0)

# --- Provider: feeds --------------------------------------------------------------------------------------------------
ENABLE_RSS_INTEGRATION = env.bool("ENABLE_RSS_INTEGRATION", True)
RSS_FEEDS = env.list("RSS_FEEDS", default=[])
RSS_OWN_FEEDS = env.list("RSS_OWN_FEEDS", default=[])
RSS_RATE_LIMIT = env.int("RSS_RATE_LIMIT", 30)
RSS_BURST = env.int("RSS_BURST", 0)

# --- Provider: Mastodon -----------------------------------------------------------------------------------------------
ENABLE_MASTODON_INTEGRATION = env.bool("ENABLE_MASTODON_INTEGRATION", True)
MASTODON_ACCOUNT = env.str("MASTODON_ACCOUNT", "")
MASTODON_API_URL = env.str("MASTODON_API_URL", "").rstrip("/")
MASTODON_RATE_LIMIT = env.int("MASTODON_RATE_LIMIT", 30)
MASTODON_BURST = env.int("MASTODON_BURST", 0)

# --- Provider: Bluesky ------------------------------------------------------------------------------------------------
ENABLE_BLUESKY_INTEGRATION = env.bool("ENABLE_BLUESKY_INTEGRATION", True)
BLUESKY_HANDLE = env.str("BLUESKY_HANDLE", "")
BLUESKY_API_URL = env.str("BLUESKY_API_URL", "https://public.api.bsky.app").rstrip("/")
BLUESKY_RATE_LIMIT = env.int("BLUESKY_RATE_LIMIT", 30)
BLUESKY_BURST = env.int("BLUESKY_BURST", 0)

# --- Provider: X ------------------------------------------------------------------------------------------------------
ENABLE_X_INTEGRATION = env.bool("ENABLE_X_INTEGRATION", True)
X_USERNAME = env.str("X_USERNAME", "")
X_BEARER_TOKEN = env.str("X_BEARER_TOKEN", "")
X_MONTHLY_POSTS = env.int("X_MONTHLY_POSTS", 100)  # X counts what is read, and is paid by it
X_API_URL = env.str("X_API_URL", "https://api.x.com").rstrip("/")
X_RATE_LIMIT = env.int("X_RATE_LIMIT", 5)
X_BURST = env.int("X_BURST", 0)

# --- Provider: LinkedIn -----------------------------------------------------------------------------------------------
ENABLE_LINKEDIN_INTEGRATION = env.bool("ENABLE_LINKEDIN_INTEGRATION", True)
LINKEDIN_AUTHOR = env.str("LINKEDIN_AUTHOR", "")
LINKEDIN_ACCESS_TOKEN = env.str("LINKEDIN_ACCESS_TOKEN", "")
LINKEDIN_API_URL = env.str("LINKEDIN_API_URL", "https://api.linkedin.com").rstrip("/")
LINKEDIN_API_VERSION = env.str("LINKEDIN_API_VERSION", "")
LINKEDIN_RATE_LIMIT = env.int("LINKEDIN_RATE_LIMIT", 5)
LINKEDIN_BURST = env.int("LINKEDIN_BURST", 0)
