"""Every endpoint x mechanism x profile: what a client must bring is refused where it lacks.

eSignet#2594, #2596 and #2600 were mechanisms that one endpoint demanded and another forgot.
"""

from dataclasses import replace
from itertools import product

import pytest

from genkan.sso.domain import policy
from genkan.sso.domain.policy import Brought, Endpoint
from genkan.sso.domain.settings import Profile, Settings
from genkan.sso.domain.values import ClientAuth
from genkan.sso.errors import OAuthError

EVERYTHING = Brought(
    pushed=True,
    request_object=True,
    challenge=True,
    auth=ClientAuth.PRIVATE_KEY_JWT,
    auth_alg="PS256",
    proof="key",
    nonce_is_good=True,
    bound_to="key",
)
SETTINGS = {
    "baseline": Settings(),
    "baseline without PKCE": Settings(require_pkce=False),
    "baseline, PAR": Settings(require_par=True),
    "baseline, DPoP": Settings(dpop_bound=True),
    "baseline, signed requests": Settings(require_request_object=True),
    "fapi2": Settings(profile=Profile.FAPI2, require_pkce=False),
    "fapi2, signed requests": Settings(profile=Profile.FAPI2, require_request_object=True),
}
AUTHORIZE, PAR, TOKEN = Endpoint.AUTHORIZE, Endpoint.PAR, Endpoint.TOKEN
RESOURCES = {Endpoint.USERINFO, Endpoint.PERSON_DATA}
DIRECT = {*(PAR, TOKEN, Endpoint.INTROSPECTION, Endpoint.REVOCATION), Endpoint.CIBA, Endpoint.LINKS}
LACKS = {
    "not pushed": {"pushed": False},
    "neither pushed nor signed": {"pushed": False, "request_object": False},
    "no challenge": {"challenge": False},
    "a secret": {"auth": ClientAuth.BASIC},
    "no client": {"auth": None},
    "a weak signature": {"auth_alg": "RS256"},
    "no proof": {"proof": None},
    "no proof, bound to nothing": {"proof": None, "bound_to": None},
    "a bare token": {"proof": None, "bound_to": None, "sent_as_bearer": True},
    "a bound token as Bearer": {"proof": None, "sent_as_bearer": True},
    "a bound token as Bearer, with its proof": {"sent_as_bearer": True},
    "a bare token as DPoP": {"bound_to": None},
    "no good nonce": {"nonce_is_good": False},
    "another key": {"proof": "another"},
}
"""What somebody brings who brings less than everything."""
NOBODY = dict.fromkeys(SETTINGS, frozenset())


def to_all(*endpoints):
    return {name: frozenset(endpoints) for name in SETTINGS}


def to_fapi2(*endpoints):
    return {name: frozenset(endpoints) for name in SETTINGS if name.startswith("fapi2")}


def to_signers(*endpoints):
    return {name: frozenset(endpoints) for name in SETTINGS if name.endswith("signed requests")}


BINDING = {name: frozenset({TOKEN, *RESOURCES}) for name in ("baseline, DPoP", *to_fapi2())}
PUSHING = {name: frozenset({AUTHORIZE}) for name in ("baseline, PAR", *to_fapi2())}
REFUSED = {
    "not pushed": PUSHING,
    "neither pushed nor signed": PUSHING | to_signers(AUTHORIZE, PAR, Endpoint.CIBA),
    "no challenge": to_all(AUTHORIZE, PAR) | {"baseline without PKCE": frozenset()},
    "a secret": to_fapi2(*DIRECT),
    "no client": to_fapi2(*DIRECT),
    "a weak signature": to_fapi2(*DIRECT),
    "no proof": to_all(*RESOURCES) | BINDING,
    "no proof, bound to nothing": to_all(*RESOURCES) | BINDING,
    "a bare token": BINDING,
    "a bound token as Bearer": to_all(*RESOURCES) | BINDING,
    "a bound token as Bearer, with its proof": to_all(*RESOURCES),
    "a bare token as DPoP": to_all(*RESOURCES),
    "no good nonce": to_fapi2(PAR, TOKEN, *RESOURCES),
    "another key": to_all(*RESOURCES),
}
"""Which clients are refused where for it, written out by hand."""


def lacking(what):
    return replace(EVERYTHING, **LACKS[what])


def told(endpoint, settings, brought):
    try:
        policy.check(endpoint, SETTINGS[settings], brought)
    except OAuthError as reason:
        return reason
    return None


@pytest.mark.parametrize(("endpoint", "settings"), list(product(Endpoint, SETTINGS)), ids=str)
def test_who_brings_everything_is_let_in(endpoint, settings):
    assert told(endpoint, settings, EVERYTHING) is None


@pytest.mark.parametrize("what", LACKS)
@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("endpoint", list(Endpoint), ids=str)
def test_less_than_everything_is_refused_exactly_where_it_must_be(endpoint, settings, what):
    expected = endpoint in (NOBODY | REFUSED[what])[settings]

    assert (told(endpoint, settings, lacking(what)) is not None) is expected


@pytest.mark.parametrize("endpoint", list(Endpoint), ids=str)
def test_nobody_of_fapi2_gets_anywhere_with_nothing(endpoint):
    assert told(endpoint, "fapi2", Brought()) is not None


TOLD = [
    ("not pushed", AUTHORIZE, "baseline, PAR", "invalid_request", "pushed authorization requests"),
    ("neither pushed nor signed", PAR, "baseline, signed requests", "invalid_request", "sign its"),
    ("no challenge", PAR, "fapi2", "invalid_request", "PKCE"),
    ("a secret", TOKEN, "fapi2", "invalid_client", "private_key_jwt"),
    ("a weak signature", Endpoint.REVOCATION, "fapi2", "invalid_client", "ES256, PS256, EdDSA"),
    ("a bare token", TOKEN, "baseline, DPoP", "invalid_dpop_proof", "DPoP header is missing"),
    ("a bare token", Endpoint.USERINFO, "baseline, DPoP", "invalid_token", "bound by DPoP"),
    ("a bound token as Bearer", Endpoint.PERSON_DATA, "baseline", "invalid_token", "as DPoP"),
    ("a bare token as DPoP", Endpoint.PERSON_DATA, "baseline", "invalid_token", "as Bearer"),
    ("no proof", Endpoint.USERINFO, "baseline", "invalid_dpop_proof", "DPoP header is missing"),
    ("no good nonce", PAR, "fapi2", "use_dpop_nonce", "DPoP-Nonce"),
    ("another key", Endpoint.USERINFO, "baseline", "invalid_token", "another key"),
]


@pytest.mark.parametrize(("what", "endpoint", "settings", "error", "words"), TOLD)
def test_the_refusal_names_what_is_missing(what, endpoint, settings, error, words):
    reason = told(endpoint, settings, lacking(what))

    assert reason is not None
    assert reason.error == error
    assert words in str(reason)


def test_no_mechanism_can_be_left_out_of_the_table():
    refusing = {
        next(
            rule.name
            for rule in policy.RULES
            if endpoint in rule.at
            and rule.demanded(SETTINGS[settings], lacking(what))
            and not rule.used(lacking(what))
        )
        for what, endpoint, settings, _, _ in TOLD
    }

    assert refusing == {rule.name for rule in policy.RULES}


def test_a_client_of_the_baseline_may_bring_a_bare_token_and_no_proof():
    bare = Brought(challenge=True, auth=ClientAuth.BASIC, sent_as_bearer=True)

    assert all(told(endpoint, "baseline", bare) is None for endpoint in Endpoint)


def test_a_proof_without_a_nonce_does_for_the_baseline():
    assert told(Endpoint.TOKEN, "baseline", replace(EVERYTHING, nonce_is_good=False)) is None
