"""Settings of the project, all from the environment; docs/configuration.md lists the variables."""

import os
import sys
from datetime import timedelta
from pathlib import Path

import environ
import pghistory
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from instainstru import databases, logs, sentry, servers

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
STATE = servers.state_folder(os.environ)
COMMIT = env.str("COMMIT", default="")
PRODUCTION = env.str("SITE_MODE", default="") == "prod"
TEST_CLOCK = env.bool("TEST_CLOCK", default=False)

if PRODUCTION and TEST_CLOCK:
    raise ImproperlyConfigured("TEST_CLOCK is for checks: take it away, or SITE_MODE=prod.")
REQUIRED = ("SECRET_KEY", "ALLOWED_HOSTS", "SITE_ADDRESS", "REDIS_URL")  # and a database: see instainstru/databases.py
if PRODUCTION and (missing := [name for name in REQUIRED if not env.str(name, default="")]):
    raise ImproperlyConfigured(f"SITE_MODE=prod needs {', '.join(missing)}: see docs/configuration.md.")
if PRODUCTION and len(env.str("SECRET_KEY")) < 50:
    raise ImproperlyConfigured("SITE_MODE=prod needs a SECRET_KEY of at least 50 random characters.")

SECRET_KEY = env.str("SECRET_KEY", default="") or servers.secret_key(STATE)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # keys of before: what they signed and sealed holds
DEBUG = env.bool("DEBUG", default=False) and not PRODUCTION
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "guardian",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_htmx",
    "template_partials",
    "instainstru.core",
    "instainstru.ops",
    "accounts",
    "instructors",
    "bookings",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",  # the first: it measures the others, too
    "instainstru.core.middleware.RequestIdMiddleware",
    "instainstru.ops.middleware.AccessMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "instainstru.core.browser.BrowserPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "instainstru.core.browser.TlsForProgramsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages; their form keys are masked anew each time, lengths are padded
    "instainstru.core.middleware.BodyLimitMiddleware",
    *(["instainstru.test_clock.TestClockMiddleware"] if TEST_CLOCK else []),
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "instainstru.core.middleware.LimitsMiddleware",  # before what looks closer: form keys, and who somebody is
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "instainstru.core.audit.AuditMiddleware",
    "instainstru.core.pages.RefusalMiddleware",
    "instainstru.core.replica.OwnWritesFirst",
    "instainstru.ops.middleware.StaffSecondFactor",
    "instainstru.ops.middleware.RequestMetrics",
]

ROOT_URLCONF = "instainstru.urls"
WSGI_APPLICATION = "instainstru.wsgi.application"
APPEND_SLASH = True

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
                "csp.context_processors.nonce",
                "instainstru.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database, cache, queue
databases.ignore_libpqs_variables(os.environ)
DATABASE = databases.decide(
    argv=sys.argv, environ=os.environ, state=STATE, ask=databases.asking_on(sys.stdin, sys.stderr)
)
DATABASES = {
    "default": databases.as_setting(
        DATABASE,
        pooled=databases.is_web(os.environ),
        server_settings=databases.timeouts(DATABASE, argv=sys.argv, environ=os.environ),
    ),
}
if REPLICA := databases.replica(DATABASE, os.environ):
    # Read only, and soon given up: what it cannot do, the primary does.
    patience = {"default_transaction_read_only": "on", "statement_timeout": "10s"}
    DATABASES["replica"] = databases.as_setting(REPLICA, pooled=True, server_settings=patience)
    DATABASES["replica"]["OPTIONS"]["pool"]["timeout"] = 1
    DATABASE_ROUTERS = ["instainstru.core.replica.ReadsMayLag"]
SERVING_ROLE = env.str("SERVING_DATABASE_ROLE", default="")  # what prep_db gives its rights; the past it cannot change
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = servers.redis_url(STATE)
REDIS_ANSWERS_WITHIN = {"SOCKET_CONNECT_TIMEOUT": 0.5, "SOCKET_TIMEOUT": 0.5}  # seconds
CACHES = {
    # A dead Redis is a miss here: pages get slower, none fails.
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": databases.cache_prefix(DATABASE),
        "OPTIONS": {"IGNORE_EXCEPTIONS": True, **REDIS_ANSWERS_WITHIN},
    },
    # An error here, which the limiter handles. Both aliases share their connections.
    "limits": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": databases.cache_prefix(DATABASE),
        "OPTIONS": REDIS_ANSWERS_WITHIN,
    },
}
# off for measurements of load, and for tests, which say where they are limited
LIMITED = "off" if "PYTEST_VERSION" in os.environ and not PRODUCTION else "on"
RATE_LIMITS = env.str("RATE_LIMITS", default=LIMITED) != "off"
if PRODUCTION and not RATE_LIMITS:
    raise ImproperlyConfigured("RATE_LIMITS=off is for measurements: take it away, or SITE_MODE=prod.")
SESSION_ENGINE = "instainstru.core.sessions"
SESSION_COOKIE_AGE = 14 * 86_400  # policy.SESSION_IDLE_DAYS

CELERY_BROKER_URL = servers.broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "max_retries": 1,
    # What a machine that died had taken comes back after this: not while somebody still works on it (LONGEST_TASK).
    "visibility_timeout": 1860,
    "interval_start": 0,  # a broker that is away must not keep whoever books waiting
    "global_keyprefix": f"{databases.cache_prefix(DATABASE)}:",  # one Redis, several tiers: each its own queue
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "America/New_York"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
] + [{"NAME": "instainstru.core.passwords.OwnNameValidator"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "instructors:home"
LOGOUT_REDIRECT_URL = "instructors:home"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.signup.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"  # asked for, and not demanded: nothing stands between sign-up and a lesson
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # what changes about a way in is told to the address that was good before
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nothing leaves for an address that nobody has
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3  # policy.CONFIRMATION_LINK_DAYS
ACCOUNT_RATE_LIMITS = {"confirm_email": "1/3m/key"}  # policy.CONFIRMATION_LETTER_PAUSE_MINUTES
ACCOUNT_CHANGE_EMAIL = True  # the old address holds until the new one is confirmed
ACCOUNT_FORMS = {
    "change_password": "accounts.forms.password.ChangePasswordForm",
    "reset_password": "accounts.forms.password.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.password.ResetPasswordKeyForm",
    "user_token": "accounts.forms.password.UserTokenForm",
}
PASSWORD_RESET_TIMEOUT = 60 * 60  # policy.RESET_LINK_MINUTES
ACCOUNT_NAME_STEPS = ["instructors.services.verification.take_name"]  # what apps do when somebody has another name
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_LOGOUT_REDIRECT_URL = "instructors:home"
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "InstaInstru"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # browsers trust localhost without TLS
MFA_ADAPTER = "accounts.adapters.FactorAdapter"
MFA_FORMS = {
    "activate_totp": "accounts.forms.second_factor.ActivateApp",
    "authenticate": "accounts.forms.second_factor.Code",
    "reauthenticate": "accounts.forms.second_factor.CodeAgain",
    "add_webauthn": "accounts.forms.second_factor.AddPasskey",
    "edit_webauthn": "accounts.forms.second_factor.RenamePasskey",
    "authenticate_webauthn": "accounts.forms.second_factor.Passkey",
    "login_webauthn": "accounts.forms.second_factor.PasskeyAlone",
    "reauthenticate_webauthn": "accounts.forms.second_factor.PasskeyAgain",
}
STAFF_SECOND_FACTOR = PRODUCTION  # what only staff may do wants a second factor of them
MFA_TRUST_ENABLED = True
MFA_TRUST_COOKIE_AGE = timedelta(days=30)  # policy.TRUSTED_DEVICE_DAYS
# What each app tells of somebody who asks, and what it does when they leave: in this order, in one transaction
ACCOUNT_EXPORT_STEPS = [
    "accounts.services.leaving.exported",
    "instructors.services.leaving.exported",
    "bookings.services.leaving.exported",
]
ACCOUNT_CLOSING_STEPS = ["bookings.services.leaving.Closing", "instructors.services.leaving.Closing"]
# What each app does when somebody may sign in no more, or again
ACCOUNT_STANDING_STEPS = ["instructors.services.standing.Standing", "bookings.services.standing.Standing"]
GUARDIAN_RAISE_403 = False
ANONYMOUS_USER_NAME = None

# Mail: by Resend where there is a key of theirs, or as EMAIL_BACKEND says; otherwise files. Tests send nothing.
ANYMAIL = {
    "RESEND_API_KEY": "" if "PYTEST_VERSION" in os.environ else env.str("RESEND_API_KEY", default=""),
    "REQUESTS_TIMEOUT": 10,
}
FILES = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND", default="instainstru.core.mail.ResendBackend" if ANYMAIL["RESEND_API_KEY"] else FILES
)
EMAIL_FILE_PATH = str(STATE / "mail")
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="InstaInstru <lessons@instainstru.example>")
SITE_ADDRESS = env.str("SITE_ADDRESS", default=f"http://127.0.0.1:{env.str('PORT', default='8000')}").rstrip("/")

# Search in words: a model for the words that the grammar cannot place; none without a key
OPENAI_API_KEY = env.str("OPENAI_API_KEY", default="")
OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", default="https://api.openai.com/v1")
OPENAI_MODEL = env.str("OPENAI_MODEL", default="gpt-4o-mini")

# Language and time: people read New York's clock, the database keeps UTC
LANGUAGE_CODE = "en-us"
TIME_ZONE = "America/New_York"
USE_I18N = False
USE_TZ = True

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(STATE / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(STATE / "media"))  # photos; a view shows them
STORAGES = {
    "default": {"BACKEND": env.str("FILES_BACKEND", default="django.core.files.storage.FileSystemStorage")},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# How many proxies of ours a request passes; each adds whom it heard from to X-Forwarded-For
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1 if PRODUCTION else 0)

# The browser's protection
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
CSRF_FAILURE_VIEW = "instainstru.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Nothing of a device is ours to use but its passkeys.
UNUSED_ABILITIES = "accelerometer camera display-capture geolocation gyroscope magnetometer microphone midi payment usb"
PASSKEY_ABILITIES = ("publickey-credentials-create=(self)", "publickey-credentials-get=(self)")
PERMISSIONS_POLICY = ", ".join([*(f"{ability}=()" for ability in UNUSED_ABILITIES.split()), *PASSKEY_ABILITIES])
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    # Asked from within, past the proxy that speaks TLS; and programs, which are refused: who follows a redirect
    # never learns that what it sent had been read on the way (instainstru/core/browser.py).
    SECURE_REDIRECT_EXEMPT = [r"^health(/lite)?/?$", r"^metrics/prometheus/?$", r"^api(/|$)"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    MFA_TRUST_COOKIE_NAME = "__Host-mfa_trusted"
LARGEST_BODY_BYTES = 1_000_000
# A picture that is only somewhat too large is told so beside its form: so much of it is taken in, and not kept.
LARGEST_BODIES = {"/teaching/setup/photo/": 32_000_000}
DATA_UPLOAD_MAX_MEMORY_SIZE = LARGEST_BODY_BYTES

# Reading changes no lesson. The default counts GET in, and so loads the session of every request, whoever needs it.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)  # each table of versions says what it is read by

REST_FRAMEWORK = {
    # The token stands first: it is what makes DRF answer a guest with 401 and not 403.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "instainstru.core.api.answer_error",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "InstaInstru API",
    "DESCRIPTION": "Find a private instructor in New York City, see the times that are free, and book one at once.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/",
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "instainstru.core.api.declare_what_always_holds",
    ],
    "ENUM_NAME_OVERRIDES": {
        "Place": "instainstru.core.policy.Place",
        "Status": "bookings.models.Status",
    },
    "DISABLE_ERRORS_AND_WARNINGS": False,
}

# What is watched from outside
LOGGING = logs.configuration(os.environ)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
sentry.start(dsn=env.str("SENTRY_DSN", default=""), release=COMMIT, production=PRODUCTION)
