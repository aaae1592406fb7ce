"""Bringing an installation up to date, safely whoever else does the same."""

from django.core.management import call_command
from django.db import connection

from genkan.kernel import clock
from genkan.sso import api as sso
from genkan.terms import api as terms

LOCK = 0x67656E6B616E03  # "genkan", third lock: one migrator at a time
LOCK_TIMEOUT = "4s"


def prepare() -> None:
    """Migrate, make the cache table, the first signing key, and publish the terms that ship.

    One migrator works at a time, and none waits long for a table that is in use: giving up and
    trying again is better than a queue of requests behind a waiting `ALTER TABLE`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
        try:
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
        finally:
            cursor.execute("SELECT set_config('lock_timeout', '0', false)")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    now = clock.now()
    for draft in terms.drafts():
        terms.publish(draft, now=now)
    sso.ensure_keys(algs=sso.ALGS, now=now)
