"""Programs that register themselves."""

import json

from django.test import Client as Browser

from genkan.kernel import clock
from genkan.sso import api as sso
from tests.sso.stage import BACK, Response, Service

GOOD = {"client_name": "しんせい", "redirect_uris": [BACK]}
JSON = "application/json"


def initial_token(**terms):
    """Make an initial access token; for trial unless a service is given."""
    text, _ = sso.make_token(sso.Terms(**terms), now=clock.now())
    return text


def register(token, document=GOOD, **options):
    """POST to the registration endpoint: a document, or bytes as they are."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return send("POST", "/oauth2/register", body, token, **options)


def manage(registered, method="GET", document=None, *, token=None):
    """Call the configuration endpoint of a client, by its own token or by another."""
    path = f"/oauth2/register/{registered['client_id']}"
    token = registered["registration_access_token"] if token is None else token
    body = b"" if document is None else json.dumps(document).encode()
    return send(method, path, body, token or None)


def send(method, path, body=b"", token=None, *, content_type=JSON):
    """Call a page of Django's as a machine does, without cookies."""
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    answer = Browser().generic(method, path, body, content_type, headers=headers)
    return Response(answer.status_code, dict(answer.headers), answer.content)


class Registered(Service):
    """A client that registered itself, as `Service` is one that an operator registered."""

    def __init__(self, token, **metadata):
        answer = register(token, GOOD | metadata)
        assert answer.status == 201, answer.body
        self.client = answer.json()
        self.client_id = self.client["client_id"]
        self.verifier = "v" * 43
