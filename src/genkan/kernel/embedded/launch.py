"""Making a data directory, and bringing a server up on it. The caller holds the lock."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from genkan.kernel.embedded import access, faults, postmaster, sockets
from genkan.kernel.embedded.account import Account
from genkan.kernel.embedded.errors import EmbeddedError
from genkan.kernel.embedded.locking import open_beside
from genkan.kernel.embedded.programs import ENVIRONMENT, identity, libraries, program, root, run

ROLE = "genkan"  # what the application connects as: no superuser, may create databases
SUPERUSER = "postgres"  # what initdb makes
DATABASE = "genkan"
MAINTENANCE = "postgres"  # the database that is always there
# Ordered by code point and cased by Unicode, the same on every machine: PostgreSQL's own locale.
ENCODING = (
    "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
)
DEFAULTS = {"max_connections": "200", "shared_buffers": "128MB"}
SETTINGS = {
    "fsync": "on",
    "full_page_writes": "on",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(sockets.PORT),
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_destination": "stderr",
    # A refused statement would bring personal data into the log. The caller gets the whole error;
    # the log keeps what the server says about itself.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
_STEP = 0.01  # seconds between two looks at a server that is on its way
_LARGEST_LOG = 10 * 1024 * 1024  # bytes; a larger log is set aside at the next start
_LEFT_BEHIND = ("still in use", 'postmaster.pid" already exists', '.lock" already exists')


def make(home: Path, account: Account) -> None:
    """Make the data directory `home`, complete or not at all.

    Raises:
        EmbeddedError: "disk_full", "no_memory", "not_started".
        OSError: of the file system.
    """
    # A mount point cannot be put in place by renaming.
    new = home if os.path.ismount(home) else home.with_name(f"{home.name}.new")
    if new != home:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
    account.own(new)
    try:
        _run(account, _initdb(new), home)
        _run(account, [program("postgres"), *_single(new)], home, text=_first_statements())
        new.rename(home)
        _sync(home.parent)
    finally:
        if new != home:
            shutil.rmtree(new, ignore_errors=True)


def start(home: Path, account: Account, settings: Mapping[str, str], *, seconds: float) -> None:
    """Start a server on `home` and wait until it accepts connections.

    Raises:
        EmbeddedError: "damaged", "disk_full", "not_in_time" and others of `faults.of_log`.
        OSError: of the file system.
    """
    deadline = time.monotonic() + seconds
    options = _options(home, account, settings)
    while True:
        _remove_stale_locks(home, account)
        log = log_file(home)
        written = _set_aside(log)
        pid = _spawn(home, account, options)
        wait(lambda: settled(pid, home), home, "start", deadline=deadline)  # noqa: B023 - used up here
        if postmaster.serving(home):
            return
        text = _from(log, written)
        if not any(sign in text for sign in _LEFT_BEHIND) or time.monotonic() > deadline:
            raise faults.of_log(text, home)
        postmaster.end_orphans(home)
        time.sleep(5 * _STEP)


def wait(done: Callable[[], bool], home: Path, what: str, *, deadline: float) -> None:
    """Return once `done()`.

    Raises:
        EmbeddedError: "not_in_time" when `deadline` (of time.monotonic) passes first.
    """
    while not done():
        if time.monotonic() > deadline:
            raise EmbeddedError(
                "not_in_time",
                f"The database server did not {what} in time. It may still be at it, for instance"
                f" recovering after a crash: look into {log_file(home)}, and try again later.",
            )
        time.sleep(_STEP)


def settled(pid: int, home: Path) -> bool:
    """Whether the postmaster `pid` accepts connections or has ended."""
    return postmaster.serving(home) is not None or ended(pid, home)


def ended(pid: int, home: Path) -> bool:
    """Whether the postmaster `pid` is gone; looked at twice, since execve hides it for a moment."""
    if postmaster.alive(pid, home):
        return False
    time.sleep(_STEP)
    return not postmaster.alive(pid, home)


def log_file(home: Path) -> Path:
    """Return where the server of `home` writes its messages."""
    return home.with_name(f"{home.name}.log")


def open_paths(home: Path, account: Account) -> None:
    """As root, let the server's user reach its data and its programs."""
    if account.needs_switch:
        access.let_through(home, account)
        postgres = Path(program("postgres"))
        access.let_through(postgres, account)
        access.open_programs(postgres, root(), libraries())


def _initdb(new: Path) -> list[str]:
    return [
        program("initdb"),
        f"--pgdata={new}",
        f"--username={SUPERUSER}",
        "--data-checksums",
        "--auth-local=peer",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
    ]


def _single(new: Path) -> list[str]:
    return ["--single", "-D", str(new), "-c", "exit_on_error=on", MAINTENANCE]


def _first_statements() -> str:
    return (
        f"CREATE ROLE {ROLE} LOGIN CREATEDB\n"
        f"CREATE DATABASE {DATABASE} OWNER {ROLE} {ENCODING}\n"
    )  # fmt: skip


def _run(account: Account, arguments: list[str], home: Path, *, text: str = "") -> None:
    done = run(account, arguments, text=text)
    if done.returncode:
        raise faults.of_log(done.stdout + done.stderr, home)


def _options(home: Path, account: Account, settings: Mapping[str, str]) -> list[str]:
    """Write who may connect, and return the server's settings as arguments."""
    directory = sockets.directory_for(home, account)
    if directory != home:
        sockets.prepare(directory, account)
    names = sorted({"root", account.name})
    _write(home / "pg_hba.conf", "local all all peer map=genkan\n", account)
    _write(home / "pg_ident.conf", "".join(f'genkan "{n}" all\n' for n in names), account)
    quoted = '"' + str(directory).replace('"', '""') + '"'
    chosen = {**DEFAULTS, **settings, **SETTINGS, "unix_socket_directories": quoted}
    return [text for name, value in chosen.items() for text in ("-c", f"{name}={value}")]


def _write(file: Path, text: str, account: Account) -> None:
    """Replace a file of the data directory unless it says this already."""
    if file.exists() and file.read_text("utf-8", "replace") == text:
        return
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(text)
    account.own(new)
    new.replace(file)


def _spawn(home: Path, account: Account, options: list[str]) -> int:
    """Start a postmaster in a session of its own and return its process id.

    The shell leaves at once, so the postmaster is nobody's child: no Ctrl-C reaches it, and no
    parent has to wait for it.
    """
    script = '"$@" >&2 & echo $!'
    postgres = [program("postgres"), "-D", str(home), *options]
    log = open_beside(log_file(home), os.O_WRONLY | os.O_APPEND)
    try:
        answer = subprocess.run(  # noqa: S603 - our own program, arguments as a list
            ["/bin/sh", "-c", script, "sh", *postgres],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            check=True,
            cwd="/",
            env=ENVIRONMENT,
            start_new_session=True,
            **identity(account),
        )
    finally:
        os.close(log)
    return int(answer.stdout)


def _remove_stale_locks(home: Path, account: Account) -> None:
    """Remove lock files whose process is a zombie or somebody else.

    PostgreSQL would take the number in them for a living postmaster and refuse to start. It still
    refuses, by its shared memory, while a process of the old server is at work.
    """
    socket_lock = sockets.directory_for(home, account) / f".s.PGSQL.{sockets.PORT}.lock"
    for file in (home / "postmaster.pid", socket_lock):
        pid = postmaster.pid_in(file)
        if pid and postmaster.exists(pid) and not postmaster.alive(pid, home):
            file.unlink(missing_ok=True)


def _set_aside(log: Path) -> int:
    """Keep the log small, and return its size in bytes."""
    if not log.exists():
        return 0
    size = log.stat().st_size
    if size <= _LARGEST_LOG:
        return size
    log.replace(log.with_name(f"{log.name}.1"))
    return 0


def _from(log: Path, offset: int) -> str:
    with log.open("rb") as opened:
        opened.seek(offset)
        return opened.read().decode("utf-8", "replace")


def _sync(directory: Path) -> None:
    """Make the names in `directory` durable."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
