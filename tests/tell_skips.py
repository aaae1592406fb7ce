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

FONT = "Noto Sans CJK JP"


@dataclass(frozen=True)
class Need:
    """Something a machine may lack, and what is not tested without it."""

    name: str
    is_there: Callable[[], bool]
    skipped: str
    packages: str


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
    return bool(shutil.which("npm"))


NEEDS = (
    Need("Chromium", chromium, "the journeys and looks in a browser", "chromium"),
    Need("Japanese fonts", japanese_font, "readable screenshots", "fontconfig fonts-noto-cjk"),
    Need("gettext", gettext, "the search for sentences that no catalogue has", "gettext"),
    Need("node", node, "the comparison of the style sheet with its sources", "nodejs npm"),
)


def told(missing: list[Need]) -> str:
    """Two plain lines at most."""
    if not missing:
        return "Nothing is skipped: Chromium, Japanese fonts, gettext and node are there."
    without = "; ".join(f"without {need.name} {need.skipped}" for need in missing)
    packages = " ".join(need.packages for need in missing)
    return f"Skipped here: {without}.\nTo test these too: apt-get install {packages}"


def main() -> int:
    missing = [need for need in NEEDS if not need.is_there()]
    print(told(missing))
    return 1 if missing and os.environ.get("CI", "").lower() == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
