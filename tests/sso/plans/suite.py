"""The official suite and its human tester: what they send, and what they look at."""

import re
import secrets
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from genkan.kernel import clock
from genkan.sso.domain.client_proof import ASSERTION_TYPE
from tests.sso.registering import manage, register
from tests.sso.stage import PASSWORD, call, credentials, userinfo

BASE = "https://localhost.emobix.co.uk:8443/test/a/genkan"
CALLBACK = f"{BASE}/callback"
LOGGED_OUT = f"{BASE}/post_logout_redirect"
KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "suite"})


def registration(**more):
    """Return OIDCCCreateDynamicClientRegistrationRequest, with what a module adds; None removes."""
    body = {
        "client_name": "genkan cxiyW2TqBW7Tc0P",
        "grant_types": ["authorization_code"],
        "jwks": {"keys": [KEY.as_dict(private=False)]},
        "token_endpoint_auth_method": "client_secret_basic",
        "response_types": ["code"],
        "redirect_uris": [CALLBACK],
        "contacts": ["certification@oidf.org"],
    } | more
    return {name: value for name, value in body.items() if value is not None}


class Party:
    """One client of the suite, registered by itself as a module does."""

    def __init__(self, token, **more):
        asked = registration(**more)
        answer = register(token, asked)
        assert answer.status == 201, answer.body
        assert answer.headers["Content-Type"] == "application/json"
        self.client = answer.json()
        self.client_id = self.client["client_id"]
        self.auth = asked["token_endpoint_auth_method"]
        assert self.client["registration_access_token"]
        assert self.client["registration_client_uri"].startswith(settings.GENKAN.issuer)
        assert "client_secret" not in self.client or "client_secret_expires_at" in self.client

    def end(self):
        """Unregister, as every module does at its end."""
        assert manage(self.client, "DELETE").status == 204

    def request(self, **changes):
        """Return CreateAuthorizationRequestSteps, with what a module adds; None removes."""
        sent = {
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": secrets.token_urlsafe(8)[:10],
            "nonce": secrets.token_urlsafe(8)[:10],
            "response_type": "code",
        } | changes
        return {name: value for name, value in sent.items() if value is not None}

    def proof(self, **claims):
        """Return what proves the client at the token endpoint: parameters and headers."""
        if self.auth == "client_secret_basic":
            return {}, {"authorization": credentials(self.client_id, self.client["client_secret"])}
        if self.auth == "client_secret_post":
            named = {"client_id": self.client_id, "client_secret": self.client["client_secret"]}
            return named, {}
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{settings.GENKAN.issuer}/oauth2/token",
            "jti": secrets.token_urlsafe(15),
            "nbf": now,
            "iat": now,
            "exp": now + 60,
        } | claims
        made = jwt.encode({"alg": "RS256", "kid": KEY.kid}, claims, KEY, default_type=None)
        return {"client_assertion": made, "client_assertion_type": ASSERTION_TYPE}, {}

    def ask(self, **parameters):
        """Call the token endpoint."""
        named, headers = self.proof()
        body = urlencode(named | parameters).encode()
        return call("/oauth2/token", "POST", body=body, **headers)

    def redeem(self, code, **more):
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        return self.ask(**sent | more)

    def tokens(self, sent, came, **more):
        """Redeem what came back and hold it against PerformStandardIdTokenChecks."""
        assert came.get("state") == sent.get("state"), came
        assert came["iss"] == settings.GENKAN.issuer
        answer = self.redeem(came["code"], **more)
        assert answer.status == 200, answer.body
        told = answer.json()
        assert told["token_type"] == "Bearer"
        assert told["expires_in"] > 0
        told["claims"] = self.check(told["id_token"], sent.get("nonce"))
        assert userinfo(told["access_token"]).status == 200
        return told

    def check(self, id_token, nonce, alg="RS256"):
        """Return the claims of an ID token that is right in every respect the suite looks at."""
        published = KeySet.import_key_set(call("/oauth2/jwks").json())
        opened = jwt.decode(id_token, published, algorithms=[alg])
        assert opened.header["kid"]
        claims, now = opened.claims, clock.now().timestamp()
        assert claims["iss"] == settings.GENKAN.issuer
        assert claims["aud"] == self.client_id
        assert claims["sub"].isascii()
        assert 0 < len(claims["sub"]) <= 255
        assert claims["iat"] <= now < claims["exp"]
        assert claims.get("nonce") == nonce
        return claims


class Tester:
    """The human at the suite's browser: signs in, allows what is asked, comes back."""

    def __init__(self, visitor):
        self.visitor, self.browser = visitor, visitor.browser
        self.saw = []

    def go(self, party, **changes):
        """Make an authorization request as a module does; return it and what came back."""
        sent = party.request(**changes)
        return sent, self.back(self.browser.get(f"/oauth2/authorize?{urlencode(sent)}"))

    def get(self, party, **changes):
        """Make a request that must come to nothing, and return the page shown."""
        page = self.browser.get(f"/oauth2/authorize?{urlencode(party.request(**changes))}")
        assert (page.status_code, "Location" in page.headers) == (400, False)
        assert page.headers["Content-Type"].startswith("text/html")
        return page

    def back(self, answer):
        """Walk on until the browser stands at the callback; return what it brought there."""
        for _ in range(9):
            address = answer.headers.get("Location", "")
            if address.startswith(BASE):
                assert answer.status_code in (302, 303)
                return dict(parse_qsl(urlsplit(address).query, strict_parsing=True))
            if address:
                answer = self.browser.get(address)
            elif f'action="{BASE}' in answer.content.decode():
                return self._posted(answer)
            else:
                answer = self._do(answer)
        raise AssertionError(self.saw)

    def _do(self, page):
        """Do what a page asks for."""
        assert page.status_code == 200, page.content.decode()
        html, path = page.content.decode(), page.wsgi_request.get_full_path()
        self.saw.append(path.split("?")[0])
        if 'name="decision"' in html:
            offered = re.findall(r'name="items"[^>]*value="([^"]+)"', html)
            ticked = {"items": offered} if offered else {}
            return self.visitor.press(page, "allow", **ticked)
        return self.browser.post(path, {"login": self.visitor.email, "password": PASSWORD})

    def _posted(self, page):
        """Return the form that a script posts at once (OAuth 2.0 Form Post Response Mode)."""
        html = page.content.decode()
        assert re.search(rf'<form[^>]* method="post" action="{re.escape(CALLBACK)}"', html)
        form = html.split(f'action="{CALLBACK}"')[1].split("</form>")[0]
        return {
            name: unescape(value)
            for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
        }
