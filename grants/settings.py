"""Settings, from the environment only. Safe by default; README, "In production", lists them."""

import os
import secrets
from datetime import timedelta
from pathlib import Path

import dj_database_url
import pghistory
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("HEADGATE_HOME", BASE_DIR / ".headgate")).resolve()


def _flag(name: str, default: bool = False) -> bool:
    """Whether an environment variable says yes."""
    return os.environ.get(name, str(int(default))).lower() in {"1", "true", "yes", "on"}


def _kept_secret_key() -> str:
    """The demonstration's own secret key, made once and kept beside its database."""
    HOME.mkdir(parents=True, exist_ok=True)
    kept = HOME / "secret_key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text()


DATABASE_URL = os.environ.get("DATABASE_URL", "")
IS_DEMO = not DATABASE_URL
"""The product on the PostgreSQL that it starts for itself: the only place where sample people may be."""

if IS_DEMO:
    from grants.postgres import embedded

    DATABASE_URL = embedded(HOME / "postgres")

SECRET_KEY = os.environ.get("SECRET_KEY", "") or (_kept_secret_key() if IS_DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY: a long random text that only this installation knows.")

DEBUG = False
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
IS_LOCAL = set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]", "testserver"}
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not IS_LOCAL and host != "*"]

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "grants.desk.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "rest_framework",
    "django_filters",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "grants",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "grants.desk.policy.DeskPolicy",
]

ROOT_URLCONF = "grants.urls"
WSGI_APPLICATION = "grants.wsgi.application"
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

DATABASES = {
    "default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)
    | {"ATOMIC_REQUESTS": False}
}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("Headgate keeps its books in PostgreSQL; DATABASE_URL names another engine.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "grants.User"
AUTHENTICATION_BACKENDS = ["grants.parties.sign_in.MembershipBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "portal:home"
OFFICIAL_STATE = os.environ.get("HEADGATE_STATE", "")
"""The state whose official site this is, such as ``the State of Ohio``; every page then says so."""

SIGNING_KEY = os.environ.get("HEADGATE_SIGNING_KEY", "")
SIGNING_CERTIFICATE = os.environ.get("HEADGATE_SIGNING_CERTIFICATE", "")
SIGNING_PASSPHRASE = os.environ.get("HEADGATE_SIGNING_PASSPHRASE", "")
"""Files of the state's key and certificate (PEM). Without a key no document is signed."""

LANGUAGE_CODE = "en-us"
TIME_ZONE = os.environ.get("TIME_ZONE", "America/New_York")
USE_TZ = True
FORMAT_MODULE_PATH = ["grants.formats"]

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = Path(os.environ.get("HEADGATE_FILES", HOME / "files"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "headgate_cache"},
}
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "headgate@localhost")
if IS_DEMO and "EMAIL_HOST" not in os.environ:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

IS_HTTPS = _flag("HEADGATE_HTTPS", default=not IS_LOCAL)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
IS_BEHIND_PROXY = _flag("HEADGATE_BEHIND_PROXY")
if IS_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_FROM_HERE = {
    "default-src": [SELF],
    "img-src": [SELF, "data:"],
    "style-src": [SELF, NONCE],
    "object-src": [NONE],
    "base-uri": [SELF],
    "frame-ancestors": [NONE],
    "form-action": [SELF],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _FROM_HERE}

PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField(db_index=True)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_constraint=False)
PGHISTORY_APPEND_ONLY = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["api.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.rendering.ExactJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.rendering.AlwaysJSON",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_FILTER_BACKENDS": ["api.filtering.KnownFilters"],
    "DEFAULT_PAGINATION_CLASS": "api.paging.KeysetPages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.ScopedRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "user": os.environ.get("HEADGATE_API_RATE", "600/min"),
        "sign-in": os.environ.get("HEADGATE_SIGN_IN_RATE", "10/min"),
    },
    "NUM_PROXIES": int(IS_BEHIND_PROXY),
    "DATETIME_FORMAT": None,
    "EXCEPTION_HANDLER": "api.problems.problem_document",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_TTL": timedelta(hours=12)}
SPECTACULAR_SETTINGS = {
    "TITLE": "Headgate",
    "DESCRIPTION": "Federal pass-through money, from the award to the local government that spends it.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.schema.with_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "PartyKind": "grants.parties.models.PartyKind",
        "ProgramStage": "grants.programs.models.ProgramStage",
        "RoundStage": "grants.programs.models.RoundStage",
        "SubawardStage": "grants.subawards.models.Stage",
        "AmendmentStage": "grants.subawards.models.AmendmentStage",
        "MoneySource": "grants.subawards.models.MoneySource",
        "EntryKind": "grants.ledger.models.Kind",
        "PostingKind": "grants.ledger.models.PostingKind",
        "DocumentFormat": "reporting.documents.models.Format",
        "FilingStage": "reporting.filings.models.Stage",
        "PackageStage": "reporting.packages.models.Stage",
        "SamplingMethod": "reporting.sampling.models.Method",
        "RiskLevel": "grants.monitoring.risk.models.RiskLevel",
    },
}

UNFOLD = {
    "SITE_TITLE": "Headgate",
    "SITE_HEADER": "Headgate",
    "SITE_SUBHEADER": "Federal pass-through money",
    "SITE_URL": reverse_lazy("home"),
    "SHOW_HISTORY": False,
    "DASHBOARD_CALLBACK": "grants.desk.home.figures_that_matter",
    "THEME": "light",
    "STYLES": ["grants.desk.site.stylesheet"],
    "SITE_ICON": "grants.desk.site.icon",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "grants.desk.site.icon"}],
    "COLORS": {
        "primary": {
            "50": "#eff6fb",
            "100": "#d9e8f6",
            "200": "#aacdec",
            "300": "#73b3e7",
            "400": "#4f97d1",
            "500": "#2378c3",
            "600": "#1a4480",
            "700": "#162e51",
            "800": "#11243f",
            "900": "#0b1a2e",
            "950": "#071120",
        },
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}

PROCRASTINATE_IMPORT_PATHS = ["grants.kernel.jobs", "grants.schedules"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
