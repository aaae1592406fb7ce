"""Where settings come from: the environment, and one file of `NAME=value` lines."""

import os
import secrets
import sys
from pathlib import Path

from dotenv import dotenv_values

FILE_NAME = "genkan.env"
FILE_VARIABLE = "GENKAN_ENV_FILE"


def settings_file() -> Path | None:
    """Return the settings file of this installation, or None.

    Looked for in this order: the file named by GENKAN_ENV_FILE, `genkan.env` in the working
    directory, `genkan.env` beside the virtual environment.
    """
    if named := os.environ.get(FILE_VARIABLE):
        return Path(named)
    for folder in (Path.cwd(), Path(sys.prefix).parent):
        candidate = folder / FILE_NAME
        if candidate.is_file():
            return candidate
    return None


def write_development_file(path: Path) -> bool:
    """Write settings for development with a fresh secret, unless the file exists.

    Returns:
        Whether the file was written now.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w") as file:
        file.write(
            "# Settings of this installation for development; not for production.\n"
            "# docs/operators/settings.md lists every name.\n"
            "GENKAN_MODE=development\n"
            f"GENKAN_SECRET_KEY={secrets.token_urlsafe(48)}\n"
            "GENKAN_ALLOW_LOOPBACK_FETCH=1\n"
        )
    return True


def for_child(**changes: str) -> dict[str, str]:
    """Return this process's environment with `changes`, for a process to be started."""
    return {**os.environ, **changes}


def names_with(prefix: str) -> set[str]:
    """Return the names of all variables that begin with `prefix`."""
    return {name for name in os.environ if name.startswith(prefix)}


def names_in(file: Path | None, prefix: str) -> set[str]:
    """Return the names in a settings file that begin with `prefix`."""
    return {name for name in dotenv_values(file) if name.startswith(prefix)} if file else set()


def choose_settings() -> None:
    """Name our settings to Django, unless a test or an operator has named others."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genkan.site.settings")


def choose(**settings: str) -> None:
    """Set settings of this process that nobody has set, before they are read."""
    for name, value in settings.items():
        os.environ.setdefault(name, value)
