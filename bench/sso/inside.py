"""What has to happen inside Genkan: a service with a client, and codes by its own functions.

python -m bench.sso.inside client       prints the client's registered metadata
python -m bench.sso.inside codes TOLD   prints codes as JSON strings, one a line
"""

import json
import os
import secrets
import sys
from datetime import timedelta
from hashlib import sha256
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genkan.site.settings")
django.setup()

from bench.sso.material import REDIRECT_URI  # noqa: E402

from genkan.kernel import clock  # noqa: E402
from genkan.kernel.clock import day_in_japan  # noqa: E402
from genkan.kernel.db import for_everybody, rows  # noqa: E402
from genkan.kernel.ids import new_id  # noqa: E402
from genkan.partners import api as partners  # noqa: E402
from genkan.sso import api as sso  # noqa: E402
from genkan.sso.domain import metadata, standalone  # noqa: E402
from genkan.sso.domain.values import (  # noqa: E402
    ACR_ONE_FACTOR,
    ClientId,
    Code,
    CodeId,
    LinkId,
    SignIn,
)
from genkan.sso.store import codes as store  # noqa: E402

LONGER = timedelta(minutes=20)
"""Codes wait for their turn longer than 60 s; nothing else about them differs."""


def client() -> dict[str, object]:
    """Register the client, with a service of its own."""
    now = clock.now()
    document: dict[str, Any] = {
        "client_name": "bench",
        "redirect_uris": [REDIRECT_URI],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "scope": "openid offline_access",
    }
    wanted = metadata.read(document)
    plan = standalone.plan(wanted, slug="bench", sector="client.example", today=day_in_japan(now))
    applied = partners.apply(plan, now=now)
    return sso.register(applied.service, document, now=now)


def codes(told: dict[str, Any]) -> None:
    """Print codes for the sessions of residents from all over the tables."""
    now = clock.now()
    for row in _sessions(told["number"]):
        code = secrets.token_urlsafe(32)
        made = Code(
            id=CodeId(new_id()),
            client=ClientId(row["client_id"]),
            link=LinkId(row["link_id"]),
            redirect_uri=REDIRECT_URI,
            scopes=frozenset(told["scope"].split()),
            nonce="nonce-of-the-bench",
            claims={},
            code_challenge=told["challenge"],
            sign_in=SignIn(at=now, amr=("pwd",), acr=ACR_ONE_FACTOR),
            sid=row["sid"],
        )
        digest = sha256(code.encode()).digest()
        store.add(made, digest=digest, now=now, expires_at=now + LONGER)
        print(json.dumps(code))


def _sessions(number: int) -> list[dict[str, Any]]:
    return rows(
        """
        SELECT session.sid, session.client_id, session.link_id
          FROM generate_series(1, %(number)s) position
         CROSS JOIN LATERAL (
                SELECT sid, client_id, link_id
                  FROM sso_session
                 WHERE id >= md5(%(seed)s || position)::uuid
                 ORDER BY id
                 LIMIT 1
               ) session
        """,
        number=number,
        seed=secrets.token_hex(8),
    )


with for_everybody("the bench prepares what it measures"):
    if sys.argv[1] == "client":
        print(json.dumps(client()))
    else:
        codes(json.loads(sys.argv[2]))
