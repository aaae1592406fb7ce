"""Authlib, which nobody here wrote, signs a resident in over a real loopback server."""

import re
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.sso.stage import COMMITS, PASSWORD, Service, Signing, fields_of, person

pytestmark = COMMITS


class Page:
    """An httpx answer as the stage reads pages."""

    def __init__(self, answer):
        self.content = answer.content


def browse(address):
    """Sign in as a resident does, allow what is required, return where the browser is sent."""
    with httpx.Client(follow_redirects=True) as browser:
        browser.cookies.jar.set_policy(DefaultCookiePolicy(rfc2965=False))
        login = browser.get(address)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', login.text)[1]
        page = browser.post(
            login.url,
            data={
                "login": "hanako@resident.example",
                "password": PASSWORD,
                "csrfmiddlewaretoken": token,
            },
            headers={"Origin": f"{login.url.scheme}://{login.url.netloc.decode()}"},
        )
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
        answer = browser.post(
            page.url,
            data=fields_of(Page(page)) | {"decision": "allow", "csrfmiddlewaretoken": token},
            headers={"Origin": f"{page.url.scheme}://{page.url.netloc.decode()}"},
            follow_redirects=False,
        )
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def verified(tokens, metadata, client_id, nonce):
    """Check an ID token with Authlib's own rules."""
    keys = KeySet.import_key_set(httpx.get(metadata["jwks_uri"]).json())
    opened = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"])
    claims = CodeIDToken(
        opened.claims,
        opened.header,
        options={"iss": {"value": metadata["issuer"]}, "aud": {"value": client_id}},
        params={
            "nonce": nonce,
            "client_id": client_id,
            "access_token": tokens["access_token"],
        },
    )
    claims.validate()
    return claims


def sign_in(service, issuer, session):
    metadata = httpx.get(f"{issuer}/.well-known/openid-configuration").json()
    assert metadata["issuer"] == issuer
    back = "https://shinsei.example/callback"
    address, state = session.create_authorization_url(
        metadata["authorization_endpoint"],
        redirect_uri=back,
        scope="openid profile",
        nonce="n",
        code_verifier=service.verifier,
        code_challenge_method="S256",
    )
    arrived = browse(address)
    assert parse_qs(urlsplit(arrived).query)["iss"] == [issuer]
    tokens = session.fetch_token(
        metadata["token_endpoint"],
        authorization_response=arrived,
        redirect_uri=back,
        code_verifier=service.verifier,
        state=state,
    )
    claims = verified(tokens, metadata, service.client_id, "n")
    told = session.get(metadata["userinfo_endpoint"]).json()
    assert told["sub"] == claims["sub"]
    return told


def test_authlib_signs_in_with_a_secret(issuer):
    person()
    service = Service()
    session = OAuth2Session(
        service.client_id, service.client["client_secret"], code_challenge_method="S256"
    )

    told = sign_in(service, issuer, session)

    assert told["name"] == "大阪 花子"


def test_authlib_signs_in_with_a_key(issuer):
    person()
    service = Signing("signing")
    session = OAuth2Session(
        service.client_id,
        service.key,
        token_endpoint_auth_method="private_key_jwt",
        code_challenge_method="S256",
    )
    session.register_client_auth_method(PrivateKeyJWT(issuer, headers={"kid": "k1"}, alg="ES256"))

    told = sign_in(service, issuer, session)

    assert told["birthdate"] == "1990-04-01"


def test_a_plain_browser_reaches_every_page_by_links_alone(issuer):
    """The consent page is reached from the authorization request by redirects and forms only."""
    person()
    service = Service()
    with httpx.Client(follow_redirects=True) as browser:
        login = browser.get(urljoin(issuer, service.address()))
    assert login.status_code == 200
    assert login.url.path == "/accounts/login/"
