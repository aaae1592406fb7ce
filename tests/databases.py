"""One migrated template database, and copies of it for tests.

The template is made once and kept between runs, named after everything that shapes it: our
migrations and the locked libraries'. A copy takes a tenth of a second.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

ROOT = Path(__file__).parent.parent
PATIENCE = 50


def template_name() -> str:
    digest = sha256((ROOT / "requirements" / "dev.lock").read_bytes())
    for path in sorted((ROOT / "src").glob("genkan/*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return f"genkan_template_{digest.hexdigest()[:16]}"


def new_name() -> str:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    return f"test_{worker}_{os.getpid()}_{secrets.token_hex(4)}"


@contextmanager
def administration() -> Iterator[psycopg.Connection]:
    """A connection that may create and drop databases."""
    connection.ensure_connection() if settings.DATABASES["default"].get("EMBEDDED") else None
    known = connection.get_connection_params()
    names = ("host", "port", "user", "password", "sslmode")
    wanted = {name: known[name] for name in names if name in known}
    with psycopg.connect(**wanted, dbname="postgres", autocommit=True) as admin:
        yield admin


def point_at(name: str) -> None:
    """Make Django use the database of that name from now on."""
    for one in connections.all():
        one.close()
    connection.close_pool()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def ensure_template(folder: Path) -> str:
    """Return the template's name, making it if nobody has; one process makes it."""
    name = template_name()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with administration() as admin:
            if _exists(admin, name):
                return name
            draft = f"{name}_draft"
            _drop(admin, draft)
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
        point_at(draft)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        point_at("postgres")
        with administration() as admin:
            admin.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(draft), sql.Identifier(name)
                )
            )
        return name


def create_copy(template: str, name: str) -> None:
    with administration() as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


@contextmanager
def lent(template: str, folder: Path, blocker: Any) -> Iterator[str]:
    """Give programs of ours a copy of the template and, in `folder`, the keyring that opens it.

    The wall in the template opens to the keyring that it was built with, and to no other.
    """
    name = new_name()
    with blocker.unblock():
        create_copy(template, name)
        known = connection.get_connection_params()
    parts = {"dbname": name} | {
        key: known[key] for key in ("host", "port", "user", "password") if key in known
    }
    folder.mkdir()
    shutil.copy2(settings.GENKAN.keyring, folder / "keyring.json")
    try:
        yield " ".join(f"{key}={value}" for key, value in parts.items())
    finally:
        with blocker.unblock():
            drop(name)


def drop(name: str) -> None:
    with administration() as admin:
        _drop(admin, name)


def _drop(admin: psycopg.Connection, name: str) -> None:
    """Drop a database; autovacuum, which we may not end, leaves by itself within moments."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for _ in range(PATIENCE):
        try:
            admin.execute(statement)
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            time.sleep(0.2)
        else:
            return
    admin.execute(statement)


def _exists(admin: psycopg.Connection, name: str) -> bool:
    found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None
