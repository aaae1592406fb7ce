"""Let the server's own user pass through directories that only root may enter.

Root's home is closed to everybody, and a clone often lies in it. Instead of opening it to all, this
one user gets permission to pass (not to list) by an access control list; where the file system has
none, the directory's "others may pass" bit is set. Only root comes here.
"""

import errno
import os
import stat
import struct
from pathlib import Path

from genkan.kernel.embedded.account import Account

# acl(5) as Linux keeps it in an extended attribute: a version, then (tag, permissions, id) each.
_ACL = "system.posix_acl_access"
_HEADER, _ENTRY = struct.Struct("<I"), struct.Struct("<HHI")
_VERSION = 2
_OWNER, _USER, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_UNNAMED = 0xFFFFFFFF
_PASS, _ALL = 1, 7
_NO_ACL = (errno.ENODATA, errno.ENOTSUP)

Entry = tuple[int, int, int]


def let_through(path: Path, account: Account) -> None:
    """Let `account` pass through every directory above `path`."""
    for directory in path.parents:
        if not _may_pass(directory, account):
            _grant(directory, account)


def open_programs(postgres: Path, *folders: Path) -> None:
    """Let everybody run the programs in `folders`, if they were installed for root only.

    Args:
        postgres: one of them, which is looked at.
        folders: all that programs and libraries need.
    """
    if postgres.stat().st_mode & stat.S_IROTH:
        return
    for path in (path for folder in folders for path in (folder, *folder.rglob("*"))):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(stat.S_IMODE(mode) | (0o055 if mode & stat.S_IXUSR else 0o044))


def _entries(directory: Path) -> list[Entry]:
    """Return the directory's access control list, derived from its mode if it has none."""
    try:
        packed = os.getxattr(directory, _ACL)
    except OSError as error:
        if error.errno not in _NO_ACL:
            raise
        mode = directory.stat().st_mode
        return [
            (_OWNER, mode >> 6 & _ALL, _UNNAMED),
            (_GROUP, mode >> 3 & _ALL, _UNNAMED),
            (_OTHER, mode & _ALL, _UNNAMED),
        ]
    return [(tag, bits, who) for tag, bits, who in _ENTRY.iter_unpack(packed[_HEADER.size :])]


def _may_pass(directory: Path, account: Account) -> bool:
    found = directory.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    entries = _entries(directory)
    named = {who: bits for tag, bits, who in entries if tag == _USER}
    plain = {tag: bits for tag, bits, who in entries if who == _UNNAMED}
    allowed = plain.get(_MASK, _ALL)
    if account.uid in named:
        return bool(named[account.uid] & allowed & _PASS)
    if found.st_gid == account.gid:
        return bool(plain[_GROUP] & allowed & _PASS)
    return bool(plain[_OTHER] & _PASS)


def _grant(directory: Path, account: Account) -> None:
    entries = [e for e in _entries(directory) if (e[0], e[2]) != (_USER, account.uid)]
    plain = {tag: bits for tag, bits, who in entries if who == _UNNAMED}
    mask = plain.get(_MASK, plain[_GROUP]) | _PASS
    entries = [e for e in entries if e[0] != _MASK]
    entries += [(_USER, _PASS, account.uid), (_MASK, mask, _UNNAMED)]
    packed = b"".join(_ENTRY.pack(*e) for e in sorted(entries, key=lambda e: (e[0], e[2])))
    try:
        os.setxattr(directory, _ACL, _HEADER.pack(_VERSION) + packed)
    except OSError as error:
        if error.errno != errno.ENOTSUP:
            raise
        directory.chmod(stat.S_IMODE(directory.stat().st_mode) | stat.S_IXOTH)
