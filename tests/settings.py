"""The real settings with a secret and a folder of their own for tests."""

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).parent.parent
os.environ.setdefault("GENKAN_MODE", "test")
os.environ.setdefault("GENKAN_SECRET_KEY", secrets.token_urlsafe(48))
os.environ.setdefault("GENKAN_DATA_DIR", str(ROOT / ".postgres"))
os.environ.setdefault("GENKAN_ISSUER", "http://127.0.0.1:8000")
os.environ.setdefault("GENKAN_ALLOW_LOOPBACK_FETCH", "1")
os.environ["GENKAN_ENV_FILE"] = os.devnull

from genkan.site.settings import *

SILENCED_SYSTEM_CHECKS = ["templates.E002"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = Path(os.environ["GENKAN_DATA_DIR"]) / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
