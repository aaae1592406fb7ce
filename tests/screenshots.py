"""Where tests put what people should look at: --screenshots, SCREENSHOTS, or screenshots/."""

import os
from pathlib import Path

DEFAULT = Path(__file__).parents[1] / "screenshots"


def folder(config) -> Path:
    return Path(config.getoption("screenshots", None) or os.environ.get("SCREENSHOTS") or DEFAULT)
