"""Proofs of possession: each test is a way of lying that RFC 9449 section 4.3 names."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from genkan.sso.domain import dpop
from genkan.sso.domain.dpop import Target
from genkan.sso.errors import InvalidDpopProof
from tests.sso.proofs import LEFT_OUT, Prover, compact

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HERE = "https://id.example/oauth2/token"
TARGET = Target(method="POST", address=HERE)
RSA = RSAKey.generate_key(2048)
with pytest.warns(SecurityWarning):
    SMALL = RSAKey.generate_key(1024)
PROVER = Prover()


def at(seconds):
    return int((NOW + timedelta(seconds=seconds)).timestamp())


def made(prover=PROVER, header=None, key=None, **changes):
    claims = prover.claims("POST", HERE, **{"iat": at(0), **changes})
    return prover.sign(claims, header, key)


def refused(proof, target=TARGET):
    with pytest.raises(InvalidDpopProof) as caught:
        dpop.checked(proof, target, now=NOW)
    return str(caught.value)


@pytest.mark.parametrize(
    "prover",
    [PROVER, Prover(RSA, "PS256"), Prover(OKPKey.generate_key("Ed25519"), "EdDSA")],
    ids=["ES256", "PS256", "EdDSA"],
)
def test_a_good_proof_names_the_key_it_was_signed_with(prover):
    proof = dpop.checked(made(prover, jti="one", nonce="n"), TARGET, now=NOW)

    assert (proof.jkt, proof.jti, proof.nonce) == (prover.jkt, "one", "n")
    assert dpop.is_thumbprint(proof.jkt)


def test_an_rsa_key_of_4096_bits_is_read_too():
    """Its header is longer than what joserfc reads by itself."""
    prover = Prover(RSAKey.generate_key(4096), "PS256")

    assert dpop.checked(made(prover), TARGET, now=NOW).jkt == prover.jkt


def test_members_that_nobody_defined_are_ignored():
    header = PROVER.header(tx_id=5, kid="x")

    assert dpop.checked(made(header=header, tx_id_key=7), TARGET, now=NOW)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"typ": LEFT_OUT}, "typ"),
        ({"typ": "dpop+jwt+wrongyousee"}, "typ"),
        ({"typ": "JWT"}, "typ"),
        ({"typ": "DPOP+JWT"}, "typ"),
        ({"typ": ["dpop+jwt"]}, "typ"),
        ({"jwk": LEFT_OUT}, "jwk"),
        ({"jwk": {}}, "jwk"),
        ({"jwk": PROVER.key.as_dict(private=False) | {"crv": "P-384"}}, "jwk"),
        ({"jwk": PROVER.key.as_dict(private=False) | {"x": 5}}, "jwk"),
        ({"jwk": PROVER.key.as_dict(private=False) | {"x": "A" * 43}}, "signature"),
        ({"jwk": PROVER.key.as_dict(private=False) | {"kty": "RSA"}}, "jwk"),
        ({"jwk": PROVER.key.as_dict(private=True)}, "private"),
        ({"jwk": PROVER.key.as_dict(private=False) | {"d": ""}}, "private"),
        ({"jwk": {"kty": "oct", "k": "c2VjcmV0"}}, "private"),
    ],
)
def test_a_header_that_does_not_say_which_public_key_it_was_is_refused(changes, said):
    header = PROVER.header(**changes)

    assert said in refused(compact(header, PROVER.claims("POST", HERE, iat=at(0))))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        *((name, LEFT_OUT) for name in ("htm", "htu", "iat", "jti")),
        *((name, None) for name in ("htm", "htu", "iat", "jti", "nbf", "exp")),
        *((name, ["x"]) for name in ("htm", "htu", "iat", "jti", "nonce", "nbf", "exp")),
        *(("htm", one) for one in ("PUT", "post", "POST ", "GET")),
        *(("htu", one) for one in (f"{HERE}ohnonotagain", "https://evil.example/oauth2/token")),
        ("htu", "http://id.example/oauth2/token"),
        *(("jti", one) for one in ("", "x" * 256, "\ud800")),
        *(("iat", one) for one in (at(11), at(-60), at(3600), at(-3600), True, 1e300, "0")),
        ("iat", float("nan")),
        ("nbf", at(11)),
        ("exp", at(-10)),
    ],
    ids=lambda one: ascii(one)[:40],
)
def test_a_claim_that_does_not_fit_the_request_is_refused_by_its_name(claim, value):
    assert claim in refused(made(**{claim: value}))


@pytest.mark.parametrize("seconds", [10, 8, 0, -10, -59])
def test_clocks_may_differ_a_little(seconds):
    assert dpop.checked(made(iat=at(seconds)), TARGET, now=NOW)


def test_a_proof_may_say_itself_when_it_begins_and_ends():
    assert dpop.checked(made(nbf=at(0), exp=at(300)), TARGET, now=NOW)


@pytest.mark.parametrize(
    "htu",
    [f"{HERE}?a=b#c", "HTTPS://ID.EXAMPLE/oauth2/token", "https://id.example:443/oauth2/token"],
)
def test_an_address_may_be_spelt_otherwise(htu):
    assert dpop.checked(made(htu=htu), TARGET, now=NOW)


@pytest.mark.parametrize(
    ("alg", "key"),
    [
        ("RS256", RSA),
        ("HS256", OctKey.import_key("k" * 32)),
        ("ES384", ECKey.generate_key("P-384")),
    ],
    ids=["RS256", "HS256", "ES384"],
)
def test_no_weak_and_no_other_algorithm(alg, key):
    header = {"typ": "dpop+jwt", "alg": alg, "jwk": PROVER.key.as_dict(private=False)}

    assert "alg" in refused(made(header=header, key=key))


@pytest.mark.parametrize("alg", ["none", "None", 5, None, ["ES256"]], ids=ascii)
def test_no_proof_without_a_signature(alg):
    header = PROVER.header(alg=alg)

    assert "alg" in refused(compact(header, PROVER.claims("POST", HERE, iat=at(0)), b""))


def test_no_proof_that_does_not_say_its_algorithm():
    header = PROVER.header(alg=LEFT_OUT)

    assert "JWT" in refused(compact(header, PROVER.claims("POST", HERE, iat=at(0))))


def test_a_small_rsa_key_is_refused():
    assert "jwk" in refused(made(Prover(SMALL, "PS256")))


def test_a_small_rsa_key_behind_zeros_is_refused():
    prover = Prover(SMALL, "PS256")
    padded = SMALL.as_dict(private=False)
    padded["n"] = "A" * (342 - len(padded["n"])) + padded["n"]

    assert "jwk" in refused(made(prover, header=prover.header(jwk=padded)))


def test_another_keys_signature_is_refused():
    assert "signature" in refused(made(key=ECKey.generate_key("P-256")))


def test_an_altered_signature_is_refused():
    head, body, signature = made().split(".")

    assert "signature" in refused(f"{head}.{body}.{signature[:-8]}AAAAAAAA")


def test_what_is_critical_to_somebody_is_refused():
    header = PROVER.header() | {"crit": ["exp"], "exp": 5}

    assert "crit" in refused(compact(header, PROVER.claims("POST", HERE, iat=at(0))))


@pytest.mark.parametrize(
    "text",
    ["", "x", "a.b", "..", "a.b.c.d", "日.本.語", "[]", f"{'x' * 9000}.y.z"],
    ids=lambda text: text[:8],
)
def test_what_is_no_jwt_is_refused(text):
    assert "JWT" in refused(text)


def test_two_proofs_in_one_header_are_refused():
    assert "JWT" in refused(f"{made()},{made()}")
    assert "JWT" in refused(f"{made()}, {made()}")


def test_at_a_resource_a_proof_is_about_one_access_token():
    resource = Target(method="POST", address=HERE, access_token="the token")

    assert dpop.checked(made(ath=dpop.ath("the token")), resource, now=NOW)
    for other in ({"ath": dpop.ath("another")}, {"ath": ""}, {"ath": 5}, {}, {"ath": "日本"}):
        assert "ath" in refused(made(**other), resource)


def test_a_name_is_remembered_for_the_key_and_as_long_as_its_age_does_not_refuse_it():
    one, same, other = (
        dpop.checked(made(prover, jti="a"), TARGET, now=NOW)
        for prover in (PROVER, PROVER, Prover())
    )

    assert one.digest == same.digest != other.digest
    assert one.expires_at == NOW + timedelta(seconds=60)


def test_a_nonce_is_good_for_two_windows():
    def name(window):
        return b"secret" + window

    given, _ = dpop.nonces(name, dpop.nonce_window(NOW))

    assert given in dpop.nonces(name, dpop.nonce_window(NOW + timedelta(minutes=2)))
    assert given not in dpop.nonces(name, dpop.nonce_window(NOW + timedelta(minutes=4)))
    assert given not in dpop.nonces(lambda window: b"other" + window, dpop.nonce_window(NOW))


@pytest.mark.parametrize("text", ["", "x" * 42, "x" * 44, "x" * 42 + "=", "x" * 42 + "日"])
def test_a_dpop_jkt_is_a_sha256(text):
    assert not dpop.is_thumbprint(text)


@settings(deadline=None)
@given(st.text(max_size=200) | st.builds(compact, st.dictionaries(st.text(), st.text()), st.none()))
def test_any_text_is_refused_in_words(text):
    refused(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@settings(deadline=None)
@given(
    header=st.dictionaries(st.sampled_from(["typ", "alg", "jwk", "crit", "b64", "kid"]), JSON),
    claims=st.dictionaries(st.sampled_from(["htm", "htu", "iat", "jti", "ath", "nonce"]), JSON),
)
def test_any_members_are_refused_in_words(header, claims):
    good = PROVER.claims("POST", HERE, iat=at(0))

    refused(compact(PROVER.header() | header, good | claims))
