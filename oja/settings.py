"""All settings of OJA.

What differs between installations comes from the environment (see .env.example); a value that is
missing stops the start with a sentence. Nothing here is changed afterwards by another module:
tests/settings.py is the only file that builds on this one.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from oja.core.logs import logging_settings

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent


def required(name: str, hint: str) -> str:
    """The value of an environment variable without which nothing may start."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set: {hint} (On your own machine `python3 manage.py demo` sets it.)"
        )
    return value


# The kind of process decides which database role it logs in with: "serve" answers requests,
# "command" does everything else, "test" runs the tests.
PROCESS = env.str("OJA_PROCESS", default="command")
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("OJA_DEMO", default=False)  # set by `manage.py demo` only: shows the demo accounts
HTTPS = env.bool("OJA_HTTPS", default=True)  # off on the machine of a developer only

SECRET_KEY = required("SECRET_KEY", "give it 50 random characters or more.")
ALLOWED_HOSTS = required("ALLOWED_HOSTS", "name the hosts of this site, with commas.").split(",")
try:
    # Signs the identity that row security trusts; the database holds the same key.
    IDENTITY_KEY = bytes.fromhex(
        required("OJA_IDENTITY_KEY", "make one with `openssl rand -hex 32`.")
    )
except ValueError as error:
    raise ImproperlyConfigured("OJA_IDENTITY_KEY must be 64 hexadecimal digits.") from error

# --- Applications ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "oja.demo",
    "monitor",
    "support",
    "providers",
    "schools",
    "oja.pages",
    "oja.access",
    "oja.core",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "django_filters",
    "django_htmx",
    "template_partials",
    "csp",
    "oja.access.admin_site.AdminConfig",  # Django's administration pages with our door
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "oja.core.health.HealthMiddleware",
    "oja.core.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Nothing above this line touches the database: here the transaction of the request begins.
    "oja.access.middleware.IdentityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "oja.access.middleware.ActorMiddleware",
    "oja.pages.lost.LostTextMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "oja.urls"
WSGI_APPLICATION = "oja.wsgi.application"

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
                "oja.pages.navigation.context",
            ],
            "builtins": ["oja.core.templatetags.ui"],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "nlds"
CRISPY_TEMPLATE_PACK = "nlds"

# --- Database -------------------------------------------------------------------------------------

URL_OF_PROCESS = {
    "command": ("DATABASE_URL", "the address of the database as oja_owner, which migrates."),
    "serve": ("DATABASE_URL_SERVE", "the address of the database as oja_web, which serves."),
    "test": ("DATABASE_URL_TEST", "the address of a test server as oja_test."),
}
LIMITS = (
    "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=15s"
    # A page of figures is a statement of much text over few rows: to compile it costs more than
    # to run it.
    " -c jit=off"
)


def database(name: str, hint: str, connections: int) -> dict:
    """A database of DATABASES; a serving process keeps a pool of at most ``connections``."""
    required(name, hint + " `manage.py database_roles` prints it.")
    found = env.db_url(name)
    found["CONN_MAX_AGE"] = 0
    options = found.setdefault("OPTIONS", {})
    if PROCESS == "serve":
        options["options"] = LIMITS
        # Nobody waits longer for a connection than for an answer.
        options["pool"] = {"min_size": 1, "max_size": connections, "timeout": 10}
    return found


if PROCESS not in URL_OF_PROCESS:
    raise ImproperlyConfigured(f"OJA_PROCESS is {PROCESS}: use one of {', '.join(URL_OF_PROCESS)}.")

SERVER_THREADS = env.int("OJA_THREADS", default=8)
DATABASES = {
    "default": database(*URL_OF_PROCESS[PROCESS], connections=SERVER_THREADS + 1),
    # Published figures are read by a role that can read nothing else.
    "figures": database(
        "DATABASE_URL_PUBLISH", "the address of the database as oja_figures.", connections=2
    )
    | {"TEST": {"MIRROR": "default"}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {  # rate limits must hold over all processes; the table comes with a migration
    "default": {
        "BACKEND": "oja.core.cache.PlainDatabaseCache",
        "LOCATION": "oja_cache",
        # Above this number old counters are thrown out, so it must not be within easy reach.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Log-in ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "oja.access.adapter.AccountAdapter"  # closes the sign-up
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator makes the accounts
ACCOUNT_EMAIL_NOTIFICATIONS = True
# allauth's own also keeps every former address of an account, which would then still get the mail.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - the name of a class
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # that mail would offer a sign-up
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("OJA_PROXIES", default=0)

SESSION_ENGINE = "oja.access.sessions"  # the table holds hashes of the keys
SESSION_COOKIE_AGE = 30 * 60  # seconds without a request; oja.access moves the end
SESSION_ABSOLUTE_AGE = 10 * 60 * 60  # seconds since log-in; oja.access enforces it

# --- Language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands")]
LOCALE_PATHS = [BASE_DIR / "oja" / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# --- Files and mail -------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "oja" / "static"]
# On the machine of a developer files are found where they lie, without collectstatic.
STATIC_ROOT = env.path("OJA_STATIC_ROOT", default=str(BASE_DIR / ".static")) if HTTPS else None
WHITENOISE_USE_FINDERS = not HTTPS
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HTTPS
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
required("EMAIL_URL", "the mail server, such as smtp+tls://user:password@mail.example.nl:587.")
EMAIL_CONFIG = env.email_url("EMAIL_URL")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG["EMAIL_HOST"]
EMAIL_PORT = EMAIL_CONFIG["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL_CONFIG["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"oja@{ALLOWED_HOSTS[0]}")

# --- Security -------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "oja.pages.lost.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0  # a year
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS

LOGGING = logging_settings(readable=not HTTPS, level=env.str("LOG_LEVEL", default="INFO"))
