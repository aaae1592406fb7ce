"""Which system user the server runs as."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from genkan.kernel.embedded.errors import EmbeddedError

SYSTEM_USER = "genkan-db"  # PostgreSQL refuses to run as root; this is who runs it then
_ROOT = 0
_MAKE_USER = (
    "/usr/sbin/useradd",
    "--system",
    "--user-group",
    "--no-create-home",
    "--shell",
    "/usr/sbin/nologin",
    SYSTEM_USER,
)


@dataclass(frozen=True, slots=True)
class Account:
    """The system user that owns the data directory and runs the server."""

    uid: int
    gid: int
    name: str

    @property
    def needs_switch(self) -> bool:
        """Whether we are root and must become this user first."""
        return os.geteuid() == _ROOT

    def own(self, path: Path) -> None:
        """Give `path` to this user when we are root."""
        if self.needs_switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(data_dir: Path) -> Account:
    """Return who runs the server of `data_dir`: its owner, ourselves, or root's stand-in.

    Raises:
        EmbeddedError: "owned_by_other", "no_system_user".
        OSError: the directory cannot be looked at.
    """
    euid = os.geteuid()
    owner = data_dir.stat().st_uid if data_dir.exists() else euid
    if euid not in (_ROOT, owner):
        raise EmbeddedError(
            "owned_by_other",
            f"The data directory {data_dir} belongs to another user ({_name(owner)})."
            " Run as that user or as root, or choose another directory.",
        )
    if owner == _ROOT:
        if data_dir.exists() and any(data_dir.iterdir()):
            raise EmbeddedError(
                "owned_by_other",
                f"The data directory {data_dir} belongs to root, and PostgreSQL does not run as"
                f" root. Give it away: chown -R {_stand_in().name}: {data_dir}",
            )
        return _stand_in()
    try:
        return _of(pwd.getpwuid(owner))
    except KeyError as error:
        raise EmbeddedError(
            "no_system_user",
            f"User id {owner} is not in the system's list of users, and PostgreSQL needs it there."
            " Add the user (useradd), or run as another one.",
        ) from error


def _of(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user id {uid}"


def _stand_in() -> Account:
    """Return the system user that root starts servers as, made on first use."""
    try:
        return _of(pwd.getpwnam(SYSTEM_USER))
    except KeyError:
        problem = _make_user()
    try:
        return _of(pwd.getpwnam(SYSTEM_USER))  # made by us, or by another process meanwhile
    except KeyError as error:
        raise EmbeddedError(
            "no_system_user",
            f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} could not be made"
            f" ({problem}). Make it with useradd, or run as an ordinary user.",
        ) from error


def _make_user() -> str:
    """Make the stand-in; return what went wrong, or ""."""
    try:
        made = subprocess.run(_MAKE_USER, capture_output=True, text=True, check=False)  # noqa: S603 - constant
    except OSError as error:
        return str(error)
    return made.stderr.strip()
