"""Says before the tests run what will be skipped here, and how to get it.

Run as `python -m tests.tell_skips`. With CI=true something missing is a failure: there nothing
is skipped.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FONT = "Noto Sans CJK JP"
APACHE = Path("/usr/sbin/apache2")
APACHE_MODULES = Path("/usr/lib/apache2/modules")
RELYING_PARTY = "tests/conformance/relying_party"


@dataclass(frozen=True)
class Need:
    """Something a machine may lack, and what is not tested without it."""

    name: str
    is_there: Callable[[], bool]
    skipped: str
    how: str


def chromium() -> bool:
    return bool(shutil.which("chromium")) or Path("/usr/bin/chromium").exists()


def japanese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", FONT], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def gettext() -> bool:
    return bool(shutil.which("xgettext") and shutil.which("msgfmt"))


def node() -> bool:
    return bool(shutil.which("node")) and (ROOT / "node_modules/.bin/tailwindcss").exists()


def softhsm() -> bool:
    library = Path("/usr/lib/softhsm/libsofthsm2.so")
    return bool(shutil.which("softhsm2-util")) and library.exists()


def openid_client() -> bool:
    packages = ROOT / RELYING_PARTY / "node_modules"
    return bool(shutil.which("node")) and (packages / "openid-client").is_dir()


def mod_auth_openidc() -> bool:
    return APACHE.exists() and (APACHE_MODULES / "mod_auth_openidc.so").exists()


OPENID_CLIENT = Need(
    "openid-client",
    openid_client,
    "relying parties in node",
    f"apt-get install nodejs npm && npm ci --prefix {RELYING_PARTY}",
)
MOD_AUTH_OPENIDC = Need(
    "mod_auth_openidc",
    mod_auth_openidc,
    "Apache as a relying party",
    "apt-get install apache2 libapache2-mod-auth-openidc",
)
NEEDS = (
    Need("Chromium", chromium, "everything in a browser", "apt-get install chromium"),
    Need(
        "Japanese fonts",
        japanese_font,
        "readable screenshots",
        "apt-get install fontconfig fonts-noto-cjk",
    ),
    Need("SoftHSM", softhsm, "keys in a PKCS#11 token", "apt-get install softhsm2"),
    Need("gettext", gettext, "the search for untranslated sentences", "apt-get install gettext"),
    Need(
        "node",
        node,
        "whether the style sheet is up to date",
        "apt-get install nodejs npm && npm install",
    ),
    OPENID_CLIENT,
    MOD_AUTH_OPENIDC,
)


def told(missing: list[Need]) -> str:
    """Two plain lines at most."""
    if not missing:
        return f"Nothing is skipped: {', '.join(need.name for need in NEEDS)} are there."
    without = "; ".join(f"without {need.name}, {need.skipped}" for need in missing)
    how = "; ".join(need.how for need in missing)
    return f"Not tested here: {without}.\nTo test these too: {how}"


def main() -> int:
    missing = [need for need in NEEDS if not need.is_there()]
    print(told(missing))
    return 1 if missing and os.environ.get("CI", "").lower() == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
