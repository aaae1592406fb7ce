"""Another process of the same installation, as a test talks to it."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.consent.serving import database_url

ROOT = Path(__file__).parents[2]


class Elsewhere:
    """It answers one request at a time."""

    def __init__(self, run):
        self._run = run

    def call(self, path, method="GET", *, body=b"", **headers):
        """Send a request; return status and JSON of the answer, None for another kind."""
        told = {"path": path, "method": method, "body": body.decode(), "headers": headers}
        self._run.stdin.write(json.dumps(told) + "\n")
        self._run.stdin.flush()
        answer = self._run.stdout.readline()
        assert answer, self._run.stderr.read()
        status, document = json.loads(answer)
        return status, document


@contextmanager
def another_process():
    """Start one on the database and with the keyring of this test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    ours = {
        "DATABASE_URL": database_url(connection.settings_dict["NAME"]),
        "GENKAN_KEYRING_FILE": str(settings.GENKAN.keyring),
    }
    run = subprocess.Popen(
        [sys.executable, "-m", "tests.sso.answering"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=kept | ours,
    )
    try:
        yield Elsewhere(run)
    finally:
        run.communicate(timeout=30)
