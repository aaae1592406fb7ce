"""Tokens bound to a key (RFC 9449) at every endpoint: what a thief of one thing gets nowhere with.

The names of FAPI2SPFinal modules of the OpenID Foundation's suite stand beside what they look for.
"""

from datetime import timedelta

import pytest
from joserfc.jwk import ECKey

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.sso.service.sweep import sweep
from tests.sso.possession import PERSON_DATA, TOKEN, USERINFO, Holder, error
from tests.sso.proofs import LEFT_OUT, Prover, compact
from tests.sso.stage import call, code_in, userinfo


def test_a_proof_at_the_token_endpoint_binds_the_token_to_its_key(holder, resident):
    token = holder.token(resident)

    answer = holder.visit(token)

    assert answer.status == 200
    assert answer.json().keys() == {"sub"}


def test_what_is_bound_says_so_to_who_introspects_it(holder, resident):
    token = holder.token(resident)

    told = holder.send("/oauth2/introspect", {"token": token}).json()

    assert told["active"] is True
    assert told["cnf"] == {"jkt": holder.prover.jkt}
    assert told["token_type"] == "DPoP"


@pytest.mark.parametrize("path", [USERINFO, PERSON_DATA])
@pytest.mark.parametrize("dpop", [None, ""], ids=["with its proof", "without"])
def test_a_bound_token_sent_as_bearer_is_refused(holder, resident, path, dpop):
    token = holder.token(resident)

    answer = holder.visit(token, path, scheme="Bearer", dpop=dpop)

    assert error(answer) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"].startswith("DPoP ")


def test_a_bound_token_in_a_form_is_refused(holder, resident):
    """A form has no place for a proof: RFC 9449 section 7.1 names the header alone."""
    token = holder.token(resident)
    body = f"access_token={token}".encode()

    assert error(call(USERINFO, "POST", body=body)) == (401, "invalid_token")


@pytest.mark.parametrize("path", [USERINFO, PERSON_DATA])
def test_a_bearer_token_sent_with_a_proof_is_refused(service, linked, path):
    token = service.redeem(code_in(linked.open(service.address()))).json()["access_token"]

    assert error(Holder(service).visit(token, path)) == (401, "invalid_token")
    assert userinfo(token).status == 200


def test_the_scheme_is_read_without_case_by_get_and_post(holder, resident):
    """FAPI2SPFinalAccessTokenTypeHeaderCaseSensitivity."""
    token = holder.token(resident)

    for scheme in ("DPoP", "dpop", "DPOP"):
        assert holder.visit(token, scheme=scheme).status == 200
    assert holder.visit(token, method="POST").status == 200


SPOILT = {
    "typ missing": ({"typ": LEFT_OUT}, {}),
    "typ another": ({"typ": "dpop+jwt+wrongyousee"}, {}),
    "jwk missing": ({"jwk": LEFT_OUT}, {}),
    "jti missing": ({}, {"jti": LEFT_OUT}),
    "htm missing": ({}, {"htm": LEFT_OUT}),
    "htu missing": ({}, {"htu": LEFT_OUT}),
    "iat missing": ({}, {"iat": LEFT_OUT}),
    "ath missing": ({}, {"ath": LEFT_OUT}),
    "ath of another token": ({}, {"ath": "A" * 43}),
    "htm put": ({}, {"htm": "PUT"}),
    "htu another": ({}, {"htu": "http://127.0.0.1:8000/oauth2/userinfoohnonotagain"}),
    "htu by the Host header": ({}, {"htu": "http://testserver/oauth2/userinfo"}),
    "iat one hour ahead": ({}, {"iat": 3600}),
    "iat one hour ago": ({}, {"iat": -3600}),
}


def visited(holder, token, spoilt):
    header, claims = SPOILT[spoilt]
    if isinstance(claims.get("iat"), int):
        claims = {"iat": int(clock.now().timestamp()) + claims["iat"]}
    head = holder.prover.header(**header)
    proof = holder.proof("GET", USERINFO, token=token, header=head, **claims)
    return holder.visit(token, dpop=proof)


@pytest.mark.parametrize("profile", ["holder", "fapi"])
def test_a_spoilt_proof_opens_nothing(request, resident, profile):
    """FAPI2SPFinalDpopNegativeTests."""
    holder = request.getfixturevalue(profile)
    token = holder.token(resident)

    answers = {spoilt: visited(holder, token, spoilt) for spoilt in SPOILT}

    expected = dict.fromkeys(SPOILT, (401, "invalid_dpop_proof"))
    assert {spoilt: error(answer) for spoilt, answer in answers.items()} == expected
    for answer in answers.values():
        assert 'error="invalid_dpop_proof"' in answer.headers["WWW-Authenticate"]
        assert 'algs="ES256 PS256 EdDSA"' in answer.headers["WWW-Authenticate"]
    assert holder.visit(token).status == 200


def test_a_proof_that_nobody_signed_opens_nothing(holder, resident):
    """FAPI2SPFinalDpopNegativeTests."""
    token = holder.token(resident)
    prover = holder.prover
    claims = prover.claims("GET", f"http://127.0.0.1:8000{USERINFO}", token=token)
    good = holder.proof("GET", USERINFO, token=token)
    sent = {
        "none": compact(prover.header(alg="none"), claims, b""),
        "private key": prover.sign(claims, prover.header(jwk=prover.key.as_dict(private=True))),
        "another key's signature": prover.sign(claims, key=ECKey.generate_key("P-256")),
        "no jwt": good.rpartition(".")[0],
        "two": f"{good},{holder.proof('GET', USERINFO, token=token)}",
        "no alg": compact(prover.header(alg=LEFT_OUT), claims),
        "no proof at all": "",
    }

    told = {how: error(holder.visit(token, dpop=proof)) for how, proof in sent.items()}

    assert told == dict.fromkeys(sent, (401, "invalid_dpop_proof"))
    assert holder.visit(token, dpop=good).status == 200


def test_a_token_is_worth_nothing_with_another_key(holder, resident):
    token = holder.token(resident)
    thief = Holder(holder.service)

    answer = thief.visit(token)

    assert error(answer) == (401, "invalid_token")


def test_clocks_may_differ(holder, resident):
    """FAPI2SPFinalEnsureDpopProofWithIat10SecondsBefore- and AfterSucceeds."""
    token = holder.token(resident)

    for seconds in (-8, 8, -50):
        moment = int(clock.now().timestamp()) + seconds
        proof = holder.proof("GET", USERINFO, token=token, iat=moment)
        assert holder.visit(token, dpop=proof).status == 200


def test_limits_that_a_proof_sets_itself_are_kept(holder, resident):
    """FAPI2SPFinalCheckDpopProofNbfExp."""
    token = holder.token(resident)
    now = int(clock.now().timestamp())

    def visit(**limits):
        proof = holder.proof("GET", USERINFO, token=token, **limits)
        return holder.visit(token, dpop=proof).status

    assert (visit(nbf=now, exp=now + 300), visit(exp=now - 60), visit(nbf=now + 60)) == (
        *(200, 401, 401),
    )


def test_an_address_may_be_spelt_otherwise(holder, resident):
    token = holder.token(resident)
    for htu in (
        "http://127.0.0.1:8000/oauth2/userinfo?all=doors#open",
        "HTTP://127.0.0.1:8000/oauth2/userinfo",
        "http://127.0.0.1:8000/oauth2/%75serinfo",
    ):
        proof = holder.proof("GET", USERINFO, token=token, htu=htu)
        assert holder.visit(token, dpop=proof).status == 200


def test_a_proof_works_once_and_at_one_place(holder, resident):
    token = holder.token(resident)
    proof = holder.proof("GET", USERINFO, token=token)

    assert holder.visit(token, dpop=proof).status == 200
    assert error(holder.visit(token, dpop=proof)) == (401, "invalid_dpop_proof")
    assert error(holder.visit(token, PERSON_DATA, dpop=proof)) == (401, "invalid_dpop_proof")


def test_a_proof_of_the_token_endpoint_redeems_nothing_else(holder, resident):
    first, second = holder.code(resident), holder.code(resident)
    proof = holder.proof("POST", TOKEN)

    assert holder.redeem(first, dpop=proof).status == 200
    assert error(holder.redeem(second, dpop=proof)) == (400, "invalid_dpop_proof")
    assert holder.redeem(second).status == 200


def test_used_proofs_are_forgotten_once_their_age_refuses_them(holder, resident):
    holder.token(resident)
    kept = "SELECT count(*) AS n FROM sso_proof"
    assert rows(kept)[0]["n"] == 2

    sweep(now=clock.now())
    assert rows(kept)[0]["n"] == 2
    sweep(now=clock.now() + timedelta(seconds=71))
    assert rows(kept)[0]["n"] == 0


def test_a_code_is_bound_to_the_key_of_the_push(holder, resident):
    """FAPI2SPFinalEnsureTokenEndpointFailsWithMismatchedDpopProofJkt."""
    code = holder.code(resident)

    answer = Holder(holder.service).redeem(code)

    assert error(answer) == (400, "invalid_grant")


@pytest.mark.parametrize("pushes", [True, False], ids=["pushed", "by the browser"])
def test_a_code_is_bound_to_the_key_that_the_request_names(holder, resident, pushes):
    """FAPI2SPFinalEnsureTokenEndpointFailsWithMismatchedDpopJkt, …DpopAuthCodeBindingSuccess."""
    named = {"dpop_jkt": holder.prover.jkt}

    def code():
        if pushes:
            return holder.code(resident, dpop="", **named)
        return code_in(resident.open(holder.service.address(**named)))

    assert error(Holder(holder.service).redeem(code())) == (400, "invalid_grant")
    assert error(holder.redeem(code(), dpop="")) == (400, "invalid_grant")
    assert holder.redeem(code()).json()["token_type"] == "DPoP"


def test_header_and_parameter_of_a_push_name_one_key(holder):
    """FAPI2SPFinalEnsureMismatchedDpopJktFails."""
    assert holder.push(dpop_jkt=holder.prover.jkt).status == 201
    status, told = error(holder.push(dpop_jkt=Prover().jkt))
    assert (status, told) in {(400, "invalid_request"), (400, "invalid_dpop_proof")}
