"""Tables and client, or codes as one JSON string a line, by the toolkit's own models."""

import json
import os
import secrets
import sys
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "toolkit_settings"
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from oauth2_provider.models import Application, Grant  # noqa: E402
from toolkit_settings import TOLD  # noqa: E402


def prepare() -> None:
    call_command("migrate", verbosity=0)
    Application.objects.create(
        client_id=TOLD["client_id"],
        client_secret=TOLD["client_secret"],
        hash_client_secret=False,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=TOLD["redirect_uri"],
        algorithm=Application.RS256_ALGORITHM,
        skip_authorization=True,
        name="bench",
    )
    Application.objects.create(
        client_id=TOLD["client_id"] + "-own",
        client_secret=TOLD["client_secret"],
        hash_client_secret=False,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        name="bench for itself",
    )


def codes(number: int, scope: str, challenge: str, residents: int) -> None:
    users = [User(username=f"resident-{at}") for at in range(min(number, residents))]
    User.objects.bulk_create(users, ignore_conflicts=True)
    known = list(User.objects.order_by("id"))
    application = Application.objects.get(client_id=TOLD["client_id"])
    for at in range(number):
        code = secrets.token_urlsafe(24)
        Grant.objects.create(
            user=known[at % len(known)],
            code=code,
            application=application,
            expires=timezone.now() + timedelta(minutes=10),
            redirect_uri=TOLD["redirect_uri"],
            scope=scope,
            code_challenge=challenge,
            code_challenge_method=Grant.CODE_CHALLENGE_S256,
            nonce=f"nonce-{at}",
        )
        print(json.dumps(code))


if len(sys.argv) > 1:
    codes(**json.loads(sys.argv[1]))
else:
    prepare()
