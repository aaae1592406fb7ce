"""Let the server's own user pass through directories that only root may enter.

Root's home is closed to everybody, and a clone often lies in it. Instead of opening it to all, one
user gets permission to pass (not to list) by an access control list; where the file system has
none, the directory's "others may pass" bit is set.
"""

import errno
import os
import stat
import struct
from pathlib import Path

from genkan.kernel.embedded.account import Account

_ACL = "system.posix_acl_access"
_HEADER, _ENTRY = struct.Struct("<I"), struct.Struct("<HHI")
_VERSION = 2
_OWNER, _USER, _GROUP, _NAMED_GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_NOBODY = 0xFFFFFFFF  # entries that name nobody
_PASS = 1
_NO_ACL = (errno.ENODATA, errno.ENOTSUP)
_Entry = tuple[int, int, int]  # tag, permissions, user or group id


def let_through(path: Path, account: Account) -> None:
    """Let `account` pass through every directory above `path`. Only root calls this."""
    for directory in path.parents:
        if not _may_pass(directory, account):
            _grant(directory, account)


def open_programs(programs: Path) -> None:
    """Let everybody run the programs below `programs`, when they were installed for root only."""
    if (programs / "bin" / "postgres").stat().st_mode & stat.S_IROTH:
        return
    for folder, _, files in os.walk(programs):
        os.chmod(folder, os.stat(folder).st_mode | 0o055)
        for name in files:
            file = os.path.join(folder, name)
            mode = os.stat(file).st_mode
            os.chmod(file, mode | (0o055 if mode & stat.S_IXUSR else 0o044))


def _entries(directory: Path) -> list[_Entry]:
    """Return the directory's access list, made from its mode when it has none of its own."""
    try:
        packed = os.getxattr(directory, _ACL)
    except OSError as error:
        if error.errno not in _NO_ACL:
            raise
        mode = directory.stat().st_mode
        return [
            (_OWNER, mode >> 6 & 7, _NOBODY),
            (_GROUP, mode >> 3 & 7, _NOBODY),
            (_OTHER, mode & 7, _NOBODY),
        ]
    return list(_ENTRY.iter_unpack(packed[_HEADER.size :]))


def _may_pass(directory: Path, account: Account) -> bool:
    found = directory.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    entries = _entries(directory)
    mask = next((bits for tag, bits, _ in entries if tag == _MASK), 7)
    for tag, bits, who in entries:
        if tag == _USER and who == account.uid:
            return bool(bits & mask & _PASS)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _grant(directory: Path, account: Account) -> None:
    entries = [e for e in _entries(directory) if (e[0], e[2]) != (_USER, account.uid)]
    entries.append((_USER, _PASS, account.uid))
    mask = next((bits for tag, bits, _ in entries if tag == _MASK), None)
    if mask is None:
        mask = next(bits for tag, bits, _ in entries if tag == _GROUP)
    entries = [e for e in entries if e[0] != _MASK] + [(_MASK, mask | _PASS, _NOBODY)]
    packed = b"".join(_ENTRY.pack(*e) for e in sorted(entries, key=lambda e: (e[0], e[2])))
    try:
        os.setxattr(directory, _ACL, _HEADER.pack(_VERSION) + packed)
    except OSError as error:
        if error.errno != errno.ENOTSUP:
            raise
        directory.chmod(stat.S_IMODE(directory.stat().st_mode) | stat.S_IXOTH)
