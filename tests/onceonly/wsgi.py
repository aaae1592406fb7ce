"""A partner's program at the real WSGI application, without a server between."""

import json
from dataclasses import dataclass
from io import BytesIO

from joserfc import jwt
from joserfc.jwk import KeySet

from genkan.site.wsgi import application


@dataclass
class Response:
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self):
        return json.loads(self.body)


def begin(path, method="GET", *, body=b"", query="", content_type="", **headers):
    """Call the application; return the response as it begins and the body not yet read."""
    heard = {}

    def start_response(status, told):
        heard["status"], heard["headers"] = int(status.split()[0]), dict(told)

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "CONTENT_TYPE": content_type,
        "wsgi.input": BytesIO(body),
    } | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    answer = application(environ, start_response)
    return Response(heard["status"], heard["headers"], b""), answer


def call(path, method="GET", **options):
    """Call the application as a server does: read the body, close it."""
    response, answer = begin(path, method, **options)
    try:
        response.body = b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    return response


def pull(token, **options):
    """Ask for a resident's data."""
    return call("/api/person-data", authorization=f"Bearer {token}", **options)


def opened(response):
    """Verify person data as a partner does, with the published keys: header and claims."""
    published = KeySet.import_key_set(call("/oauth2/jwks").json())
    token = jwt.decode(response.body.decode(), published, algorithms=["ES256"])
    return token.header, token.claims


def refused(response):
    return response.status, response.json()["error"]
