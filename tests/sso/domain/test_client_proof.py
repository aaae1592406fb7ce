"""How a client proves itself: one thing broken, and the check of that name refuses."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from genkan.kernel.ids import ServiceId, new_id
from genkan.kernel.parameters import Form
from genkan.sso.domain.client_keys import BASELINE_ALGS
from genkan.sso.domain.client_proof import ASSERTION_TYPE, STEPS, Known, Proof
from genkan.sso.domain.jose import Unverified
from genkan.sso.domain.settings import Profile, Settings
from genkan.sso.domain.steps import CLIENT_DOORS, PUSHED, WITH_SECRET_DOORS, Door, first_refusal
from genkan.sso.domain.values import Client, ClientAuth, ClientId, SecretBefore
from genkan.sso.errors import InvalidClient, InvalidRequest

ISSUER = "https://genkan.example"
NOON = datetime(2026, 7, 15, 3, 0, tzinfo=UTC)
ID = ClientId(new_id())
KEY = ECKey.generate_key("P-256", {"kid": "k1"})
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "k1"})
SECOND_KEY = ECKey.generate_key("P-256", {"kid": "k2"})


def numbered(cases):
    """Name cases by the check that refuses: their values are random, so they differ by worker."""
    return [f"{number}-{case[-1]}" for number, case in enumerate(cases)]


def a_client(**changes):
    fields = {
        "id": ID,
        "service": ServiceId(new_id()),
        "sector": "s",
        "name": "",
        "redirect_uris": frozenset(),
        "post_logout_redirect_uris": frozenset(),
        "auth": ClientAuth.BASIC,
        "auth_alg": "ES256",
        "secret_digest": sha256(b"the secret").digest(),
        "scopes": frozenset({"openid"}),
    }
    return Client(**fields | changes)


SIGNS = a_client(auth=ClientAuth.PRIVATE_KEY_JWT, secret_digest=None)
PUBLIC = a_client(auth=ClientAuth.NONE, secret_digest=None)
POSTS = a_client(auth=ClientAuth.POST)
IN_FORM = {"client_id": str(ID), "client_secret": "the secret"}


def known(client, keys=(KEY,)):
    published = [key.as_dict(private=False) for key in keys]
    return Known(client=client, keys=published, issuer=ISSUER, now=NOON)


def basic(name=str(ID), secret="the secret"):
    return f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"


def refusal(authorization, form, facts, door=Door.CODE):
    proof = Proof.read(authorization, Form(*form) if isinstance(form, tuple) else Form(form))
    return first_refusal(STEPS, door, proof, facts)


def checked(authorization, form, facts, door=Door.CODE):
    found = refusal(authorization, form, facts, door)
    return None if found is None else found.check


def seconds(moment):
    return int(moment.timestamp())


def assertion(key=KEY, header=None, **changes):
    claims = {
        "iss": str(ID),
        "sub": str(ID),
        "aud": ISSUER,
        "iat": seconds(NOON),
        "exp": seconds(NOON + timedelta(minutes=5)),
        "jti": "once",
    } | changes
    head = {"alg": "ES256", "kid": "k1"} | (header or {})
    head = {name: value for name, value in head.items() if value is not None}
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(head, kept, key, algorithms=[head["alg"]], default_type=None)


def signed(compact, **changes):
    form = {"client_assertion": compact, "client_assertion_type": ASSERTION_TYPE} | changes
    return {name: value for name, value in form.items() if value is not None}


def test_a_client_proves_itself_by_its_secret():
    assert checked(basic(), {}, known(a_client())) is None
    assert checked(basic(), {"client_id": str(ID)}, known(a_client())) is None
    assert checked(basic().replace("Basic", "basic"), {}, known(a_client())) is None


def test_a_secret_may_hold_what_forms_escape():
    odd = a_client(secret_digest=sha256("a:b+c%𠮷".encode()).digest())

    assert checked(basic(secret="a%3Ab%2Bc%25%F0%A0%AE%B7"), {}, known(odd)) is None


def test_a_client_proves_itself_by_a_signature():
    assert checked(None, signed(assertion()), known(SIGNS)) is None


def test_a_client_that_registered_so_brings_its_secret_in_the_form():
    assert checked(None, IN_FORM, known(POSTS)) is None


def test_a_public_client_says_who_it_is():
    public = a_client(auth=ClientAuth.NONE, secret_digest=None)

    assert checked(None, {"client_id": str(ID)}, known(public)) is None


def test_an_old_secret_counts_until_its_overlap_ends():
    before = SecretBefore(sha256(b"the old secret").digest(), NOON + timedelta(hours=1))
    renewed = a_client(secret_before=before)
    ended = replace(before, ends_at=NOON)

    assert checked(basic(secret="the old secret"), {}, known(renewed)) is None
    assert checked(basic(), {}, known(renewed)) is None
    assert (
        checked(basic(secret="the old secret"), {}, known(replace(renewed, secret_before=ended)))
        == "secret_is_right"
    )


def test_outside_fapi2_the_audience_may_be_the_token_endpoint():
    """Core section 9 says so, and libraries do it; FAPI 2.0 takes the issuer alone."""
    strict = replace(SIGNS, settings=Settings(profile=Profile.FAPI2))
    old = signed(assertion(aud=f"{ISSUER}/oauth2/token"))

    assert checked(None, old, known(SIGNS)) is None
    assert checked(None, old, known(strict)) == "assertion_is_for_us"
    assert checked(None, signed(assertion()), known(strict)) is None


ALGS = [
    ("ES256", KEY),
    ("EdDSA", OKPKey.generate_key("Ed25519", {"kid": "k1"})),
    ("Ed25519", OKPKey.generate_key("Ed25519", {"kid": "k1"})),
    ("PS256", RSAKey.generate_key(2048, {"kid": "k1"})),
    ("RS256", RSAKey.generate_key(2048, {"kid": "k1"})),
]


def signed_by(key, alg):
    """Sign as an old library does; joserfc warns of the older name of Ed25519."""
    name = "Ed25519" if alg == "EdDSA" else alg
    compact = assertion(key, header={"alg": name})
    if name == alg:
        return signed(compact)
    body = compact.split(".")[1]
    head = base64.urlsafe_b64encode(json.dumps({"alg": alg, "kid": "k1"}).encode())
    signing_input = f"{head.rstrip(b'=').decode()}.{body}"
    made = key.get_op_key("sign").sign(signing_input.encode())
    return signed(f"{signing_input}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}")


@pytest.mark.parametrize(("alg", "key"), ALGS, ids=[alg for alg, _ in ALGS])
def test_an_assertion_has_the_one_algorithm_that_was_registered(alg, key):
    registered = "EdDSA" if alg == "Ed25519" else alg
    form = signed_by(key, alg)

    for other in BASELINE_ALGS:
        facts = known(replace(SIGNS, auth_alg=other), [key])
        expected = None if other == registered else "assertion_is_signed"
        assert checked(None, form, facts) == expected


def test_where_keys_are_published_each_says_its_algorithm():
    key = RSAKey.generate_key(2048, {"kid": "k1"})
    open_minded = replace(SIGNS, auth_alg="")

    assert checked(None, signed_by(key, "RS256"), known(open_minded, [key])) is None
    assert checked(None, signed_by(key, "PS256"), known(open_minded, [key])) == (
        "assertion_is_signed"
    )
    assert checked(None, signed(assertion()), known(open_minded)) is None


def test_fapi2_takes_no_rs256_whatever_was_registered():
    key = RSAKey.generate_key(2048, {"kid": "k1"})
    strict = replace(SIGNS, auth_alg="RS256", settings=Settings(profile=Profile.FAPI2))

    assert checked(None, signed_by(key, "RS256"), known(strict, [key])) == "assertion_is_signed"
    ps256 = replace(strict, auth_alg="")
    assert checked(None, signed_by(key, "PS256"), known(ps256, [key])) is None


@pytest.mark.parametrize("typ", ["JWT", "client-authentication+jwt"])
def test_an_assertion_may_say_what_it_is(typ):
    assert checked(None, signed(assertion(header={"typ": typ})), known(SIGNS)) is None


def test_an_assertion_without_kid_is_taken_where_there_is_one_key():
    without = signed(assertion(header={"kid": None}))

    assert checked(None, without, known(SIGNS)) is None
    assert checked(None, without, known(SIGNS, [KEY, SECOND_KEY])) == "assertion_is_signed"


BASIC_BROKEN = [
    (basic(), {}, a_client(stopped_at=NOON), "client_is_open"),
    (basic(), {}, a_client(service_is_open=False), "client_is_open"),
    (basic(), ({}, frozenset({"code"})), a_client(), "parameters_occur_once"),
    (basic(), {"client_secret": "the secret"}, a_client(), "one_proof_is_given"),
    (None, {"client_secret": "the secret"}, a_client(), "one_proof_is_given"),
    (None, IN_FORM, a_client(), "way_is_the_registered_one"),
    (None, IN_FORM, SIGNS, "way_is_the_registered_one"),
    (basic(), {}, POSTS, "way_is_the_registered_one"),
    (None, {"client_id": str(ID)}, POSTS, "way_is_the_registered_one"),
    (None, {"client_id": str(ID), "client_secret": "wrong"}, POSTS, "secret_is_right"),
    (None, IN_FORM | signed("x"), POSTS, "one_proof_is_given"),
    (basic(), signed(assertion()), a_client(), "one_proof_is_given"),
    ("Bearer x", signed(assertion()), SIGNS, "one_proof_is_given"),
    (None, {"client_id": str(ID)}, a_client(), "way_is_the_registered_one"),
    (None, {}, None, "one_proof_is_given"),
    ("Basic", {}, a_client(), "one_proof_is_given"),
    ("Basic !!!", {}, a_client(), "one_proof_is_given"),
    ("Basic " + base64.b64encode(b"\xff:\xff").decode(), {}, a_client(), "one_proof_is_given"),
    ("Basic " + base64.b64encode(b"no colon").decode(), {}, a_client(), "one_proof_is_given"),
    ("Basic " + base64.b64encode(b"%ff:x").decode(), {}, a_client(), "one_proof_is_given"),
    ("Bearer abc", {}, a_client(), "one_proof_is_given"),
    (basic(), {}, None, "client_is_known"),
    (basic(), {"client_id": "another"}, a_client(), "client_id_is_the_same"),
    (basic(), {}, SIGNS, "way_is_the_registered_one"),
    (basic(secret="wrong"), {}, a_client(), "secret_is_right"),
    (basic(secret=""), {}, a_client(), "secret_is_right"),
]


@pytest.mark.parametrize(
    ("authorization", "form", "client", "check"), BASIC_BROKEN, ids=numbered(BASIC_BROKEN)
)
def test_a_broken_secret_is_refused(authorization, form, client, check):
    assert checked(authorization, form, known(client)) == check


def times(**changes):
    return {name: seconds(NOON + change) for name, change in changes.items()}


SIGNED_BROKEN = [
    (signed("not a jws"), "one_proof_is_given"),
    (signed("a.b.c"), "one_proof_is_given"),
    (signed(assertion() + "x" * 8000), "one_proof_is_given"),
    (signed(assertion(), client_assertion_type=None), "assertion_type_is_right"),
    (signed(assertion(), client_assertion_type="urn:x"), "assertion_type_is_right"),
    (signed(assertion(header={"typ": "disposal-certificate+jwt"})), "assertion_type_is_right"),
    (signed(assertion(header={"typ": "dpop+jwt"})), "assertion_type_is_right"),
    (signed(assertion(header={"kid": "unknown"})), "assertion_is_signed"),
    (signed(assertion(OTHER_KEY)), "assertion_is_signed"),
    (signed(assertion()[:-4] + "AAAA"), "assertion_is_signed"),
    (
        signed(assertion(OctKey.import_key("x" * 32), header={"alg": "HS256"})),
        "assertion_is_signed",
    ),
    (signed(assertion(RSAKey.generate_key(2048), header={"alg": "RS256"})), "assertion_is_signed"),
    (
        signed(assertion(header={"jwk": OTHER_KEY.as_dict(private=False)}, key=OTHER_KEY)),
        "assertion_is_signed",
    ),
    (signed(assertion(iss="another")), "assertion_is_about_the_client"),
    (signed(assertion(iss=None)), "assertion_is_about_the_client"),
    (signed(assertion(sub="another")), "assertion_is_about_the_client"),
    (signed(assertion(aud=None)), "assertion_is_for_us"),
    (signed(assertion(aud=[ISSUER])), "assertion_is_for_us"),
    (signed(assertion(aud=f"{ISSUER}/")), "assertion_is_for_us"),
    (signed(assertion(aud=f"{ISSUER}/oauth2/authorize")), "assertion_is_for_us"),
    (signed(assertion(aud=[f"{ISSUER}/oauth2/token"])), "assertion_is_for_us"),
    (signed(assertion(exp=None)), "assertion_is_timely"),
    (signed(assertion(exp="soon")), "assertion_is_timely"),
    (signed(assertion(exp=True)), "assertion_is_timely"),
    (signed(assertion(exp=10**30)), "assertion_is_timely"),
    (signed(assertion(**times(exp=timedelta(seconds=-10)))), "assertion_is_timely"),
    (signed(assertion(**times(exp=timedelta(hours=1, seconds=11)))), "assertion_is_timely"),
    (signed(assertion(**times(iat=timedelta(seconds=11)))), "assertion_is_timely"),
    (signed(assertion(iat="now")), "assertion_is_timely"),
    (signed(assertion(**times(nbf=timedelta(seconds=61)))), "assertion_is_timely"),
    (signed(assertion(jti=None)), "assertion_has_a_name"),
    (signed(assertion(jti="")), "assertion_has_a_name"),
    (signed(assertion(jti=7)), "assertion_has_a_name"),
    (signed(assertion(jti="x" * 256)), "assertion_has_a_name"),
]


@pytest.mark.parametrize(("form", "check"), SIGNED_BROKEN, ids=numbered(SIGNED_BROKEN))
def test_a_broken_assertion_is_refused(form, check):
    assert checked(None, form, known(SIGNS)) == check


@pytest.mark.parametrize(
    "change",
    [
        times(exp=timedelta(seconds=-9)),
        times(exp=timedelta(hours=1)),
        times(iat=timedelta(seconds=10), nbf=timedelta(seconds=10)),
        {"iat": None},
    ],
)
def test_clocks_may_differ_by_ten_seconds(change):
    assert checked(None, signed(assertion(**change)), known(SIGNS)) is None


def test_a_client_with_a_secret_may_not_sign_instead():
    assert checked(None, signed(assertion()), known(a_client())) == "way_is_the_registered_one"


def test_a_registered_key_that_cannot_be_read_proves_nothing():
    broken = Known(client=SIGNS, keys=[{"kty": "EC", "kid": "k1"}], issuer=ISSUER, now=NOON)

    assert checked(None, signed(assertion()), broken) == "assertion_is_signed"


def test_an_unsigned_assertion_proves_nothing():
    head = base64.urlsafe_b64encode(b'{"alg":"none","kid":"k1"}').rstrip(b"=").decode()
    body = assertion().split(".")[1]

    assert checked(None, signed(f"{head}.{body}."), known(SIGNS)) == "assertion_is_signed"


@pytest.mark.parametrize("door", sorted(CLIENT_DOORS))
def test_a_public_client_names_itself_where_no_secret_is_needed(door):
    check = "client_keeps_a_secret" if door in WITH_SECRET_DOORS else None

    assert checked(None, {"client_id": str(ID)}, known(PUBLIC), door) == check
    assert checked(basic(), {}, known(PUBLIC), door) == "way_is_the_registered_one"
    assert checked("Bearer x", {"client_id": str(ID)}, known(PUBLIC), door) == "one_proof_is_given"


@pytest.mark.parametrize("door", sorted(PUSHED))
def test_a_pushed_request_repeats_its_resources_alone(door):
    """RFC 8707 section 2: a request may name several resources, and nothing else twice."""
    several = ({}, frozenset({"resource"}))
    more = ({}, frozenset({"resource", "scope"}))

    assert checked(basic(), several, known(a_client()), door) is None
    assert checked(basic(), more, known(a_client()), door) == "pushed_parameters_occur_once"


def test_every_check_is_broken_once():
    broken = {check for *_, check in [*BASIC_BROKEN, *SIGNED_BROKEN]}
    broken |= {"client_keeps_a_secret", "pushed_parameters_occur_once"}

    assert broken == {step.check.__name__ for step in STEPS}


def test_a_client_learns_one_thing_whatever_failed():
    told = {
        str(refusal(basic(secret="wrong"), {}, known(a_client())).reason.document()),
        str(refusal(basic(), {}, known(None)).reason.document()),
        str(refusal(None, signed(assertion(OTHER_KEY)), known(SIGNS)).reason.document()),
        str(refusal(None, signed(assertion(jti=None)), known(SIGNS)).reason.document()),
    }

    assert len(told) == 1
    assert refusal(basic(secret="wrong"), {}, known(a_client())).reason.status == 401


def test_two_proofs_are_a_broken_request_not_a_wrong_client():
    found = refusal(basic(), signed(assertion()), known(a_client()))

    assert isinstance(found.reason, InvalidRequest)


@pytest.mark.parametrize(
    ("authorization", "form", "named"),
    [
        (basic(), {}, str(ID)),
        (None, signed(assertion()), str(ID)),
        (None, signed(assertion(sub=7)), None),
        (None, {"client_id": "in the form"}, "in the form"),
        (None, {}, None),
    ],
    ids=["secret", "assertion", "assertion about nobody", "form", "nothing"],
)
def test_a_proof_names_its_client(authorization, form, named):
    assert Proof.read(authorization, Form(form)).client_id == named


def test_what_an_earlier_step_found_is_needed():
    with pytest.raises(InvalidClient):
        assert known(None).found


@given(st.text(max_size=300) | st.from_regex(r"[\w-]{1,40}\.[\w-]{1,40}\.[\w-]{0,20}"))
def test_any_text_is_an_assertion_or_none(text):
    read = Unverified.read(text)
    assert read is None or read.compact == text
