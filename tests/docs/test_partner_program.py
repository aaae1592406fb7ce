"""The program that docs/partners shows walks the circle against the real application."""

import importlib.util
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey
from standardwebhooks import WebhookVerificationError

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners
from genkan.site.wsgi import application
from genkan.sso import api as sso
from genkan.terms import api as terms
from tests.docs.pages import ROOT
from tests.partners.receiver import a_receiver
from tests.sso.stage import BACK, COMMITS, Visitor, person, plan

ISSUER = "http://127.0.0.1:8000"


def shown_program():
    path = ROOT / "docs" / "partners" / "partner.py"
    spec = importlib.util.spec_from_file_location("shown_partner", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def mailbox():
    """Where the partner's webhooks arrive."""
    with a_receiver() as receiver:
        yield receiver


@pytest.fixture
def partner(db, mailbox):
    for draft in terms.drafts():
        terms.publish(draft, now=clock.now())
    document = plan()
    document["service"]["webhook_url"] = mailbox.url
    applied = partners.apply(document, now=clock.now())
    key = ECKey.generate_key("P-256", {"kid": "k1"})
    metadata = {
        "redirect_uris": [BACK],
        "scope": "openid person_data",
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [key.as_dict(private=False)]},
    }
    client = sso.register(applied.service, metadata, now=clock.now())
    transport = httpx.WSGITransport(app=application)
    with httpx.Client(transport=transport, base_url=ISSUER) as http:
        yield shown_program().Partner(
            http=http,
            issuer=ISSUER,
            client_id=client["client_id"],
            redirect_uri=BACK,
            key=key,
            webhook_secret=applied.webhook_secret,
        )


@pytest.fixture
def visitor(partner):
    one = Visitor(person())
    one.sign_in()
    return one


def signed_in(partner, visitor):
    url = partner.sign_in_url(state="s", nonce="n", verifier="v" * 43)
    page = visitor.browser.get(url.removeprefix(ISSUER), follow=True)
    answer = visitor.press(page, "allow", items=["name", "birthdate", "address"])
    said = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    assert said["state"] == "s"
    return partner.finish_sign_in(said, nonce="n", verifier="v" * 43)


def stop(visitor):
    """The resident stops sharing, and what waits to be sent is sent."""
    service = partners.service_called("shinsei").id
    consent.withdraw(resident=visitor.resident, service=service, now=clock.now())
    while partners.deliver_next(now=clock.now()):
        pass


@COMMITS
def test_shown_program_walks_from_sign_in_to_certificate(partner, visitor, mailbox):
    sub, access_token = signed_in(partner, visitor)
    data = partner.person_data(access_token, sub=sub)

    stop(visitor)

    came = {said["type"]: said["data"] for said in (partner.message(b, h) for h, b in mailbox.came)}
    assert came["consent.changed"] == {
        "sub": sub,
        "consent": data["consent"],
        "state": "withdrawn",
        "by_representative": False,
    }
    assert [one["id"] for one in came["disposal.requested"]["provisions"]] == [data["provision"]]
    assert partner.certify(came["disposal.requested"])["state"] == "certified"
    assert lifecycle.provisions_of(visitor.resident)[0].closed_at is not None
    with pytest.raises(httpx.HTTPStatusError) as refused:
        partner.person_data(access_token, sub=sub)
    assert refused.value.response.json()["error"] == "no_consent"


@COMMITS
def test_shown_program_refuses_a_message_that_was_altered(partner, visitor, mailbox):
    sub, access_token = signed_in(partner, visitor)
    partner.person_data(access_token, sub=sub)
    stop(visitor)
    headers, body = next(one for one in mailbox.came if b"withdrawn" in one[1])

    with pytest.raises(WebhookVerificationError):
        partner.message(body.replace(b"withdrawn", b"expired!!"), headers)
