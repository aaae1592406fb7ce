"""Settings of django-oauth-toolkit as it is measured.

Its defaults, with OpenID Connect switched on. Its client's secret is kept as it is: by default it
would be hashed by PBKDF2, which takes a tenth of a second for every request.
"""

import json
import os

TOLD = json.loads(os.environ["BENCH_TOOLKIT"])

DEBUG = False
SECRET_KEY = "only for the bench"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "toolkit_urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": TOLD["database"]["dbname"],
        "USER": TOLD["database"]["user"],
        "HOST": TOLD["database"]["host"],
        "PORT": TOLD["database"]["port"],
        "OPTIONS": {"pool": {"min_size": TOLD["threads"], "max_size": TOLD["threads"]}},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": "http://127.0.0.1:" + str(TOLD["port"]) + "/o",
    "OIDC_RSA_PRIVATE_KEY": TOLD["key"],
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "SCOPES": {
        "openid": "sign-in",
        "offline_access": "refresh",
        "bench": "own",
        "introspection": "ask",
    },
}
LOGGING = {"version": 1, "root": {"level": "ERROR"}, "disable_existing_loggers": True}
