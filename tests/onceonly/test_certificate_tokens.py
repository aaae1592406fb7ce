"""Certificates as tokens and as bytes: who signed, how, and what is no token at all."""

import base64
import hmac
import json
import secrets

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from genkan.partners import api as partners
from tests.builders import a_client, a_key
from tests.onceonly.handing_in import hand_in
from tests.onceonly.wsgi import call

pytestmark = pytest.mark.usefixtures("committed")


def test_a_key_that_nobody_registered_is_refused(refused, certificate):
    stranger = a_key()

    for header in ({}, {"kid": stranger.kid}, {"kid": ""}):
        told = refused(certificate(key=stranger, header=header))
        assert told[:2] == (401, "invalid_signature")


def test_another_partners_key_does_not_sign_for_this_one(refused, certificate, now):
    other = a_client(now=now)

    told = refused(certificate(key=other.key, header={"kid": other.key.kid}))

    assert told[:2] == (401, "invalid_signature")


UNKNOWN = "0d9b1a52-6f0e-4f53-9c50-4c1d6d2f3c11"


@pytest.mark.parametrize("iss", [None, "", "nobody", "\ud800", "a\0b", UNKNOWN, 5, ["x"], {}])
def test_a_signer_that_nobody_knows_is_refused(refused, certificate, iss):
    assert refused(certificate(iss=iss))[:2] == (401, "invalid_signature")


def test_a_payload_changed_after_signing_is_refused(refused, certificate):
    header, payload, signature = certificate().split(".")
    changed = base64.urlsafe_b64decode(payload + "==").replace(b"erased", b"erasea")
    again = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()

    assert refused(f"{header}.{again}.{signature}")[:2] == (401, "invalid_signature")


@pytest.mark.parametrize("cut", [1, 10, 86])
def test_a_signature_cut_short_is_refused(refused, certificate, cut):
    status, error, _ = refused(certificate()[:-cut])

    assert (status, error) in {(401, "invalid_signature"), (400, "invalid_certificate")}


def unsigned(certificate, **header):
    """The same statement under another header, without a signature."""
    _, payload, _ = certificate().split(".")
    usual = {"alg": "none", "typ": "disposal-certificate+jwt"}
    head = base64.urlsafe_b64encode(json.dumps(usual | header).encode()).rstrip(b"=").decode()
    return f"{head}.{payload}."


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", None, 5])
def test_an_unsigned_statement_is_no_certificate(refused, certificate, partner, alg):
    token = unsigned(certificate, alg=alg, kid=partner.key.kid)

    assert refused(token)[0] in {400, 401}


def test_a_public_key_used_as_a_shared_secret_is_refused(refused, certificate, partner):
    signed = unsigned(certificate, alg="HS256", kid=partner.key.kid).rstrip(".")
    mac = hmac.digest(partner.key.as_pem(private=False), signed.encode(), "sha256")
    token = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    assert refused(token)[:2] == (401, "invalid_signature")


def test_another_algorithm_is_refused_even_where_its_signature_holds(refused, certificate, partner):
    payload = jws.extract_compact(certificate().encode()).payload
    rsa = RSAKey.generate_key(2048, {"kid": partner.key.kid})
    header = {"alg": "RS256", "kid": partner.key.kid, "typ": "disposal-certificate+jwt"}
    token = jws.serialize_compact(header, payload, rsa, algorithms=["RS256"])

    assert refused(token)[:2] == (401, "invalid_signature")


@pytest.mark.parametrize("typ", [None, "JWT", "person-data+jwt", "", 5])
def test_a_token_of_another_kind_is_no_certificate(refused, certificate, typ):
    header = {"typ": typ} if isinstance(typ, str) else {}
    token = certificate(header=header) if header else unsigned(certificate, alg="ES256", typ=typ)

    assert refused(token) == (400, "invalid_certificate", "typ")


def test_after_a_change_of_keys_the_new_one_signs(asked, partner, now):
    disposal, provisions = asked
    new = a_key()
    partners.register_keys(partner.service, [new.as_dict(private=False)], now=now)

    token = partner.certificate(disposal.id, provisions, now=now, key=new, header={"kid": new.kid})

    assert hand_in(disposal, token).status == 201


# Bytes

DEEP = base64.urlsafe_b64encode(b"[" * 20_000).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"x",
        b"a.b",
        b"a.b.c",
        b"a.b.c.d",
        b"...",
        b"e30.e30.e30",
        b"bnVsbA.bnVsbA.bnVsbA",
        b"\x00\x01\x02",
        b"\xff\xfe",
        "証明書".encode(),
        secrets.token_bytes(1_000),
        f"{DEEP}.e30.e30".encode(),
        f"e30.{DEEP}.e30".encode(),
    ],
    ids=range(14),
)
def test_bytes_that_are_no_certificate_are_refused(refused, garbage):
    status, error, _ = refused(garbage)

    assert (status, error) == (400, "invalid_certificate")


def test_a_payload_of_a_thousand_brackets_under_a_good_header_is_refused(refused, certificate):
    header, _, signature = certificate().split(".")

    assert refused(f"{header}.{DEEP}.{signature}")[:2] == (400, "invalid_certificate")


@pytest.mark.parametrize("payload", [b"", b"null", b"[]", b'"text"', b"5", b"{", b"\xff"])
def test_a_signed_payload_that_is_no_object_is_refused(refused, partner, payload):
    assert refused(partner.signed(payload)) == (400, "invalid_certificate", "jws")


def test_a_body_may_have_64_kib_and_no_more(refused):
    assert refused(b"x" * 65_536)[:2] == (400, "invalid_certificate")
    assert refused(b"x" * 65_537)[:2] == (413, "certificate_too_large")


def test_white_space_around_a_certificate_is_forgiven(asked, certificate):
    disposal, _ = asked

    assert hand_in(disposal, f"\r\n{certificate()}\n").status == 201


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "text/plain", "application/jose", "multipart/form-data; boundary=x"],
)
def test_another_content_type_is_refused(refused, certificate, content_type):
    told = refused(certificate(), content_type=content_type)

    assert told[:2] == (415, "wrong_media_type")


@pytest.mark.parametrize("content_type", ["application/jwt; charset=utf-8", "Application/JWT"])
def test_a_content_type_is_read_as_others_write_it(asked, certificate, content_type):
    disposal, _ = asked

    assert hand_in(disposal, certificate(), content_type=content_type).status == 201


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_certificate_is_handed_in_with_post(asked, method):
    disposal, _ = asked

    assert call(f"/api/disposals/{disposal.id}/certificate", method).status == 405


def test_an_address_that_names_no_disposal_is_not_found(certificate):
    assert hand_in("not-a-uuid", certificate()).status == 404


def test_no_cookie_and_no_form_token_is_needed(asked, certificate):
    disposal, _ = asked
    elsewhere = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}

    assert hand_in(disposal, certificate(), **elsewhere).status == 201
