"""Django settings. Everything a deployment may change comes from the environment.

`JICENG_HOME`      where state lives: database, keys, snapshots, uploads (default `var/` beside the source).
`DATABASE_URL`     `sqlite:///path` or `postgresql://user:password@host:port/name` (default SQLite in the
home).
`JICENG_SECRET`    signing key; without it one is made and kept in the home.
`JICENG_DEMO`      `1` opens the one-click demo identities. Never set it on a real county's server.
`JICENG_ZONE`      `staff`, `resident` or `both`: which pages this server has (default staff; the demonstration both).
                   Members' records and public pages never stand on one server of a real county.
`JICENG_HOSTS`     comma-separated host names the server answers to.
`JICENG_CLIENT_HEADER` the header by which the proxy names a visitor's address, such as `X-Real-IP` (default none:
                   the address that connects); only for a proxy that overwrites what clients send.
`JICENG_IDLE_MINUTES` minutes without a request after which a session ends (default 30).
`JICENG_TLS`       `1`/`0`: pages are served over TLS only (default: yes, unless all hosts are this machine).
`JICENG_ADMIN_TWO_FACTOR` `1`/`0`: administrators need a one-time code besides the password (default: yes,
                   but not in the demo).
`JICENG_PASSWORD_DAYS` days after which a password must be changed (default 0: never).
`JICENG_EXPORT_ROWS` sensitive exports of more rows than this need a second person (default 500).
`JICENG_WEBHOOK_HOSTS` comma-separated hosts and networks inside that events may be sent to, also without TLS, such as
                   `10.0.0.0/8,report.example` (default: none; public addresses over https need not be named).
`JICENG_IMPORT_DAYS` days that an uploaded workbook and its checked lines are kept (default 30).
`JICENG_OIDC_ISSUER`, `JICENG_OIDC_CLIENT`, `JICENG_OIDC_SECRET`, `JICENG_OIDC_NAME` sign-in through the
                   county's own identity provider, beside the password (default: off).
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("JICENG_HOME") or ROOT / "var").resolve()
HOME.mkdir(parents=True, exist_ok=True)
PACKS = ROOT / "packs"
DEMO = os.environ.get("JICENG_DEMO") == "1"
DEBUG = False
ZONES = ("staff", "resident", "both")
ZONE = os.environ.get("JICENG_ZONE") or ("both" if DEMO else "staff")
if ZONE not in ZONES:
    raise ValueError(f"JICENG_ZONE must be one of {', '.join(ZONES)}, not {ZONE}")
CLIENT_HEADER = os.environ.get("JICENG_CLIENT_HEADER", "")


def _secret() -> str:
    """The signing key: from the environment, else made once and kept readable by its owner alone."""
    if given := os.environ.get("JICENG_SECRET"):
        return given
    kept = HOME / "secret"
    if not kept.exists():
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return kept.read_text()


def _database(url: str) -> dict[str, object]:
    """Django's database settings for `url`; SQLite is WAL, fully synchronous and takes its write lock at
    BEGIN.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:] if parts.path.startswith("//") else parts.path) or ":memory:",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA recursive_triggers=ON;"
                    "PRAGMA cache_size=-65536;PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
        }
    raise ValueError(f"DATABASE_URL must begin with sqlite: or postgresql:, not {parts.scheme}:")


SECRET_KEY = _secret()
DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or f"sqlite://{HOME / 'jiceng.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS = [
    h for h in os.environ.get("JICENG_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",") if h
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "jiceng.records",
    "jiceng.packs",
    "jiceng.organisations",
    "jiceng.exchange",
    "jiceng.people",
    "jiceng.accounts",
    "jiceng.coverage",
    "jiceng.matters",
    "jiceng.residents",
    "jiceng.indicators",
    "jiceng.periods",
    "jiceng.reports",
    "jiceng.forms",
    "jiceng.demo",
    "jiceng.web",
]
ROOT_URLCONF = "jiceng.urls"

# The order matters: headers outermost, the bound of uploads before the check of forged requests (which reads them), the
# gate (who may open this page, and in which scope) after everything that says who is there, the lock-out last.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "jiceng.accounts.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "jiceng.web.shell.uploads.UploadBound",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jiceng.accounts.middleware.IdleTimeout",
    "jiceng.accounts.middleware.Gate",
    "jiceng.web.shell.errors.RefusalPages",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "src" / "jiceng" / "web" / "templates"],  # before those of the apps that we install
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jiceng.web.shell.frame.frame",
            ]
        },
    }
]

# ------------------------------------------------------------------------------------ sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name")},
    },
    {"NAME": "jiceng.accounts.sign_in.passwords.ComplexityValidator"},
    {"NAME": "jiceng.accounts.sign_in.passwords.NotTheSameValidator"},
]
PASSWORD_DAYS = int(os.environ.get("JICENG_PASSWORD_DAYS", "0"))
ADMIN_TWO_FACTOR = os.environ.get("JICENG_ADMIN_TWO_FACTOR", "0" if DEMO else "1") == "1"

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "jiceng.accounts.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]  # sign-up itself is closed by the adapter
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# axes counts failures per account in the database; these only slow down one address that tries many accounts
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip"}
MFA_ADAPTER = "jiceng.accounts.sign_in.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Jiceng"
MFA_ALLOW_UNVERIFIED_EMAIL = True

if OIDC_ISSUER := os.environ.get("JICENG_OIDC_ISSUER"):
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "jiceng.accounts.sign_in.identity_provider.ProviderAdapter"
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "county",
                    "name": os.environ.get("JICENG_OIDC_NAME", "OpenID Connect"),
                    "client_id": os.environ.get("JICENG_OIDC_CLIENT", ""),
                    "secret": os.environ.get("JICENG_OIDC_SECRET", ""),
                    "settings": {"server_url": OIDC_ISSUER},
                }
            ],
        }
    }

# An account is locked, not an address: a whole county office sits behind one.
AXES_LOCKOUT_PARAMETERS = ["username"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_USERNAME_CALLABLE = "jiceng.accounts.sign_in.lockout.counted_name"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # sign-ins stand in the audit chain
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_COOLOFF_MESSAGE = _("登录失败次数过多，账号已锁定30分钟；急用请联系安全保密管理员解除")

# ----------------------------------------------------------------------------- sessions, headers
_LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}
TLS = os.environ.get("JICENG_TLS", "0" if set(ALLOWED_HOSTS) <= _LOCAL_HOSTS else "1") == "1"
IDLE_MINUTES = int(os.environ.get("JICENG_IDLE_MINUTES", "30"))
SESSION_HOURS = 12
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
SESSION_COOKIE_NAME = "__Host-jiceng" if TLS else "jiceng"
CSRF_COOKIE_NAME = "__Host-jiceng-csrf" if TLS else "jiceng-csrf"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "jiceng.web.shell.errors.forged"

# A sensitive export of more rows than this needs a second person, and is then open for so many hours.
EXPORT_ROWS = int(os.environ.get("JICENG_EXPORT_ROWS", "500"))
EXPORT_HOURS = 24

# What imports older than this still keep (their sealed file, their checked lines) is taken away.
IMPORT_DAYS = int(os.environ.get("JICENG_IMPORT_DAYS", "30"))

# Hosts and networks inside that events may be sent to.
WEBHOOK_HOSTS = tuple(h.strip() for h in os.environ.get("JICENG_WEBHOOK_HOSTS", "").split(",") if h.strip())

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
# Third-party files lie in build/vendor, where set-up puts them. They are served from where they are, by this process.
STATICFILES_DIRS = [("vendor", ROOT / "build" / "vendor")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 365 * 24 * 3600
STORAGES = {
    "default": {"BACKEND": "jiceng.records.attachments.storing.ContentFiles"},
    "staticfiles": {"BACKEND": "jiceng.web.shell.statics.MarkedFiles"},
}

# The word after `notice-` in the class of a message.
MESSAGE_TAGS = {10: "quiet", 20: "quiet", 25: "good", 30: "warn", 40: "bad"}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
