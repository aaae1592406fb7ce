"""Who plays in these tests: a resident at a browser, and a service that signs residents in."""

import base64
import json
import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from html import unescape
from io import BytesIO
from types import MappingProxyType
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client as Browser
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId, new_id
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.site.wsgi import application
from genkan.sso import api as sso
from genkan.sso.domain.client_proof import ASSERTION_TYPE
from genkan.sso.domain.settings import document
from genkan.sso.domain.settings import settings as settings_of
from genkan.sso.models import ClientRow

COMMITS = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-battery"
ISSUER = "http://127.0.0.1:8000"
BACK = "https://shinsei.example/callback"
SIGNED_OUT = "https://shinsei.example/signed-out"
ORGANISATION = {
    "name": {"ja": "見本市", "ja-easy": "みほんし", "en": "Sample City"},
    "corporate_number": "7000012050002",
    "address": "大阪市中央区大手前",
    "contact": "06-0000-0000",
}


def words(text):
    return {"ja": text, "ja-easy": text, "en": text}


def plan(slug="shinsei", **changes):
    """A partner's file: a service with an offer of four items, two of them required."""
    items = [("name", True), ("birthdate", True), ("email", False), ("address", False)]
    items += [("sex", False), ("phone", False)]
    return {
        "organisation": ORGANISATION,
        "service": {
            "slug": slug,
            "name": {"ja": "見本申請", "ja-easy": "みほん申請", "en": "Sample application"},
            "description": words("見本"),
            "home_url": "https://shinsei.example/",
            "webhook_url": "https://shinsei.example/webhook",
        },
        "agreement": {
            "purpose": "P3",
            "items": [key for key, _ in items],
            "handling": words("委託しない"),
            "valid_from": date(2026, 1, 1),
            "valid_until": date(2036, 1, 1),
        },
        "offer": {
            "specific_purpose": words("保育所の申し込み"),
            "items": [
                {"key": key, "required": required, "reason": words("書類に書くため")}
                for key, required in items
            ],
            "days": 365,
            "disposal_days": 14,
            "on_stopping": words("申し込みは続きます"),
            "disposal_rule": words("消します"),
        },
    } | changes


VALUES = {
    "name": {"full": "大阪 花子", "family": "大阪", "given": "花子"},
    "name_kana": {"full": "オオサカ ハナコ"},
    "birthdate": "1990-04-01",
    "sex": "2",
    "address": {
        "postal_code": "530-0005",
        "prefecture": "大阪府",
        "municipality": "大阪市北区",
        "lg_code": "271276",
        "town": "中之島",
        "street": "一丁目99番9号",
        "building": "",
        "full": "大阪府大阪市北区中之島一丁目99番9号",
    },
}


@dataclass
class Response:
    """What a plain WSGI call answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self):
        return json.loads(self.body)


def call(path, method="GET", *, body=b"", query="", app=application, **headers):
    """Call the WSGI application as a server would; headers as `Authorization="…"`."""
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
        "CONTENT_TYPE": headers.pop("content_type", "application/x-www-form-urlencoded"),
        "wsgi.input": BytesIO(body),
    }
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    answer = app(environ, start_response)
    try:
        content = b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    return Response(heard["status"], heard["headers"], content)


def person(email="hanako@resident.example", origins=MappingProxyType({}), **values):
    """Register a resident who can sign in."""
    resident = ResidentId(new_id())
    residents.create(
        residents.NewResident(
            id=resident,
            email=email,
            password_hash=make_password(PASSWORD),
            values=VALUES | values,
            origins=origins,
            interests=frozenset(),
            ui_locale="ja",
        ),
        now=clock.now(),
    )
    return resident


@dataclass
class Visitor:
    """A resident at a browser."""

    resident: ResidentId
    email: str = "hanako@resident.example"
    browser: Browser = field(default_factory=Browser)

    def sign_in(self):
        return self.browser.post("/accounts/login/", {"login": self.email, "password": PASSWORD})

    def open(self, address):
        return self.browser.get(address)

    def press(self, page, decision, **changes):
        """Press a button of a question, with every field of its form as it stands."""
        return self.browser.post(
            page.wsgi_request.path, fields_of(page) | {"decision": decision} | changes
        )


def fields_of(page):
    """Return what a browser would send of a page's form: hidden fields and ticked boxes."""
    html = page.content.decode()
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        hidden = 'type="hidden"' in tag
        ticked = 'type="checkbox"' in tag and " checked" in tag and " disabled" not in tag
        if name and (hidden or ticked):
            found.setdefault(name[1], []).append(unescape(value[1]) if value else "on")
    found.pop("csrfmiddlewaretoken", None)
    return {name: values if name == "items" else values[0] for name, values in found.items()}


def s256(text):
    return base64.urlsafe_b64encode(sha256(text.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Service:
    """A linked service: an OpenID client of its own making."""

    slug: str = "shinsei"
    metadata: dict = field(default_factory=dict)
    with_offer: bool = True
    key: ECKey | None = None

    def __post_init__(self):
        now = clock.now()
        self.id = partners.apply(plan(self.slug), now=now).service
        wanted = {
            "redirect_uris": [BACK],
            "post_logout_redirect_uris": [SIGNED_OUT],
            "scope": "openid profile email address phone person_data",
        } | self.metadata
        self.client = sso.register(self.id, wanted, now=now)
        self.client_id = self.client["client_id"]
        self.verifier = secrets.token_urlsafe(48)

    def request(self, **changes):
        """Return the parameters of a good authorization request; None leaves one out."""
        parameters = {
            "client_id": self.client_id,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "openid",
            "state": "the state",
            "nonce": "the nonce",
            "code_challenge": s256(self.verifier),
            "code_challenge_method": "S256",
        } | changes
        return {name: value for name, value in parameters.items() if value is not None}

    def address(self, **changes):
        return f"/oauth2/authorize?{urlencode(self.request(**changes))}"

    def agree(self, **changes):
        """Change what the client has agreed on with us for the protocol."""
        row = ClientRow.objects.get(pk=self.client_id)
        row.metadata = document(replace(settings_of(row.metadata), **changes))
        row.save(update_fields=["metadata"])

    def push(self, *, authorization=None, headers=None, **changes):
        """Push a good request with these changes; None leaves one out."""
        body = urlencode(self.request(**changes), doseq=True).encode()
        proof = {"authorization": authorization or self.basic()}
        if "client_assertion" in changes:
            proof = {}
        return call("/oauth2/par", "POST", body=body, **proof, **(headers or {}))

    def pushed(self, **changes):
        """Push a good request, and return where a browser takes it."""
        answer = self.push(**changes)
        assert answer.status == 201, answer.body
        return self.reference(answer.json()["request_uri"])

    def reference(self, request_uri, **changes):
        """Return the address that leads a browser to a pushed request."""
        named = {"client_id": self.client_id, "request_uri": request_uri} | changes
        return f"/oauth2/authorize?{urlencode(named)}"

    def basic(self):
        both = f"{self.client_id}:{self.client['client_secret']}"
        return f"Basic {base64.b64encode(both.encode()).decode()}"

    def redeem(self, code, /, *, authorization=None, app=application, **changes):
        """Send a good token request with these changes; None leaves one out."""
        parameters = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": self.verifier,
        } | changes
        sent = {name: value for name, value in parameters.items() if value is not None}
        headers = {"authorization": authorization or self.basic()}
        if "client_assertion" in sent:
            headers = {}
        body = urlencode(sent).encode()
        return call("/oauth2/token", "POST", body=body, app=app, **headers)

    def id_token(self, text):
        """Verify an ID token as a client does, with the published keys."""
        published = KeySet.import_key_set(call("/oauth2/jwks").json())
        opened = jwt.decode(text, published, algorithms=["ES256"])
        assert opened.header["typ"] == "JWT"
        assert opened.claims["iss"] == settings.GENKAN.issuer
        assert opened.claims["aud"] == self.client_id
        return opened.claims


class Signing(Service):
    """A service that signs instead of keeping a secret."""

    def __init__(self, slug):
        key = ECKey.generate_key("P-256", {"kid": "k1"})
        super().__init__(
            slug=slug,
            metadata={
                "token_endpoint_auth_method": "private_key_jwt",
                "jwks": {"keys": [key.as_dict(private=False)]},
            },
            key=key,
        )

    def basic(self):
        return credentials(self.client_id, "none")

    def assertion(self, header=None, **changes):
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": settings.GENKAN.issuer,
            "iat": now,
            "exp": now + 60,
            "jti": str(new_id()),
        }
        head = {"alg": "ES256", "kid": "k1"} | (header or {})
        return jwt.encode(head, claims | changes, self.key, default_type=None)

    def redeem_signed(self, code, assertion, **changes):
        return self.redeem(
            code, client_assertion=assertion, client_assertion_type=ASSERTION_TYPE, **changes
        )


def credentials(name, secret):
    return f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"


def userinfo(token, **options):
    return call("/oauth2/userinfo", authorization=f"Bearer {token}", **options)


def said(response):
    """Return where a redirect leads and the parameters it carries."""
    address = urlsplit(response.headers["Location"])
    pairs = parse_qsl(address.query, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return f"{address.scheme}://{address.netloc}{address.path}", dict(pairs)


def code_in(response):
    return parse_qs(urlsplit(response.headers["Location"]).query)["code"][0]
