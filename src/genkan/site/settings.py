"""Django's settings, derived from one `Deployment`. Nothing else reads the environment."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_noop

from genkan.kernel import clock, sealing
from genkan.site import deployment
from genkan.ui.csp import POLICY

try:
    GENKAN = deployment.read()
except deployment.SettingsUnusable as unusable:
    raise ImproperlyConfigured(str(unusable)) from None

clock.follow(GENKAN.clock_file)
if GENKAN.mode != "production":
    sealing.create_keyring(GENKAN.keyring)
    (GENKAN.data_dir / "static").mkdir(parents=True, exist_ok=True)

HERE = Path(__file__).parent
APPS = (
    "kernel",
    "ui",
    "ledger",
    "catalogue",
    "lifecycle",
    "terms",
    "residents",
    "partners",
    "consent",
    "sso",
    "delivery",
    "onceonly",
    "portal",
    "console",
    "site",
)

DEBUG = False
SECRET_KEY = GENKAN.secret_key.get_secret_value()
ALLOWED_HOSTS = GENKAN.allowed_hosts
ROOT_URLCONF = "genkan.site.urls"
WSGI_APPLICATION = "genkan.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = None

INSTALLED_APPS = [
    *(f"genkan.{name}" for name in APPS),
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.snippets",
    "wagtail.users",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]
MIDDLEWARE = [
    "genkan.ui.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "genkan.ui.middleware.proposed_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "genkan.ui.middleware.page_headers",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "genkan.ui.middleware.refusals",
    "genkan.ui.middleware.one_persons_rows",
    "genkan.residents.middleware.interventions_hold",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "genkan.ui.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

DATABASES = {"default": GENKAN.database()}

AUTH_USER_MODEL = "residents.Account"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "genkan.residents.forms.passwords.GuessedPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = int(GENKAN.session_idle.total_seconds())
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_NAME = "__Host-genkan_session" if GENKAN.is_encrypted else "genkan_session"
SESSION_COOKIE_SECURE = GENKAN.is_encrypted
SESSION_COOKIE_SAMESITE = "Lax"
DEVICE_COOKIE_NAME = "__Host-genkan_device" if GENKAN.is_encrypted else "genkan_device"
CSRF_COOKIE_NAME = "__Host-genkan_csrf" if GENKAN.is_encrypted else "genkan_csrf"
CSRF_COOKIE_SECURE = GENKAN.is_encrypted
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "genkan.ui.views.stale_page"
CSRF_TRUSTED_ORIGINS = [GENKAN.issuer]
LANGUAGE_COOKIE_NAME = "genkan_language"
LANGUAGE_COOKIE_SECURE = GENKAN.is_encrypted
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if GENKAN.mode == "production" else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if GENKAN.trusted_proxies else None
ALLAUTH_TRUSTED_PROXY_COUNT = GENKAN.trusted_proxies
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = POLICY
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300

LANGUAGE_CODE = "ja"
LANGUAGES = [
    ("ja", gettext_noop("Japanese")),
    ("ja-easy", gettext_noop("Easy Japanese")),
    ("en", gettext_noop("English")),
]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = GENKAN.data_dir / "static"
WHITENOISE_USE_FINDERS = GENKAN.mode != "production"
MEDIA_URL = "/media/"
MEDIA_ROOT = GENKAN.data_dir / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = GENKAN.smtp_host or "127.0.0.1"
EMAIL_PORT = GENKAN.smtp_port if GENKAN.smtp_host else 2525
EMAIL_HOST_USER = GENKAN.smtp_user
EMAIL_HOST_PASSWORD = GENKAN.smtp_password.get_secret_value()
EMAIL_USE_TLS = bool(GENKAN.smtp_host) and GENKAN.smtp_tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = GENKAN.mail_from
SERVER_EMAIL = GENKAN.mail_from

ACCOUNT_ADAPTER = "genkan.residents.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {
    "confirm_email": "3/m/key",  # a double click is no attack
    # A library or a household is one address: what one of them does must not lock the others out
    # (H21), so addresses have wide limits and the one account that is guessed at a narrow one.
    "login": "300/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
}
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if GENKAN.is_encrypted else "http"
ACCOUNT_LOGOUT_ON_GET = False
MFA_ADAPTER = "genkan.residents.adapter.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey counts as two factors: device and person
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Genkan"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        # Limits live here for all processes; Django's 300 would let a flood push them out.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

WAGTAIL_SITE_NAME = "Genkan"
WAGTAILADMIN_BASE_URL = GENKAN.issuer
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = [("ja", "Japanese")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("ja", "日本語"), ("en", "English")]
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_RESET_ENABLED = False

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "genkan.ui.logs.LineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "procrastinate": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
    },
}
