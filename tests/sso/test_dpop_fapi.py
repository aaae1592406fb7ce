"""FAPI 2.0 and DPoP: tokens bound always, proofs with a nonce of ours, strong signatures (P1.2)."""

import json
from urllib.parse import urlencode

from genkan.kernel.db import rows
from genkan.sso.domain.settings import GrantType, Profile
from tests.sso.possession import KIND, PAR, PERSON_DATA, TOKEN, USERINFO, Holder, error, nonce
from tests.sso.stage import call, userinfo


def test_a_client_of_fapi_gets_no_token_without_a_proof(fapi, resident):
    """FAPI2SPFinalEnsureHolderOfKeyRequired; eSignet#2596, eSignet#2600."""
    code = fapi.code(resident)

    answer = fapi.redeem(code, dpop="")

    assert error(answer) == (400, "invalid_dpop_proof")
    assert "DPoP" in answer.json()["error_description"]
    assert fapi.redeem(code).status == 200


def test_a_client_that_binds_its_tokens_gets_no_other(signer, resident):
    signer.agree(dpop_bound=True)
    holder = Holder(signer)
    code = holder.code(resident)

    assert error(holder.redeem(code, dpop="")) == (400, "invalid_dpop_proof")
    assert holder.redeem(code).json()["token_type"] == "DPoP"


def test_a_bare_token_ends_where_its_client_binds_from_now_on(signer, resident):
    holder = Holder(signer)
    answer = holder.redeem(holder.code(resident, dpop=""), dpop="").json()
    assert answer["token_type"] == "Bearer"
    assert userinfo(answer["access_token"]).status == 200

    signer.agree(dpop_bound=True)

    refused = userinfo(answer["access_token"])
    assert error(refused) == (401, "invalid_token")
    assert "DPoP" in refused.json()["error_description"]


def without_nonce(holder, path, **options):
    method = "POST" if path in {PAR, TOKEN} else "GET"
    return holder.prover.proof(method, path, **options)


def test_a_client_of_fapi_repeats_a_nonce_everywhere(fapi, resident):
    token = fapi.token(resident)
    asked = {
        PAR: fapi.push(dpop=without_nonce(fapi, PAR)),
        TOKEN: fapi.redeem("x", dpop=without_nonce(fapi, TOKEN)),
        USERINFO: fapi.visit(token, dpop=without_nonce(fapi, USERINFO, token=token)),
        PERSON_DATA: fapi.visit(
            token, PERSON_DATA, dpop=without_nonce(fapi, PERSON_DATA, token=token)
        ),
    }

    assert {path: error(answer) for path, answer in asked.items()} == {
        PAR: (400, "use_dpop_nonce"),
        TOKEN: (400, "use_dpop_nonce"),
        USERINFO: (401, "use_dpop_nonce"),
        PERSON_DATA: (401, "use_dpop_nonce"),
    }
    assert all(answer.headers["DPoP-Nonce"] for answer in asked.values())
    assert asked[USERINFO].headers["WWW-Authenticate"].startswith('DPoP realm="genkan", error="use')


def test_asking_for_a_nonce_uses_up_neither_code_nor_assertion(fapi, resident):
    code = fapi.code(resident)
    assertion = fapi.service.assertion()

    first = fapi.redeem(code, dpop=without_nonce(fapi, TOKEN), client_assertion=assertion)
    fresh = first.headers["DPoP-Nonce"]
    again = fapi.redeem(code, dpop=fapi.proof("POST", TOKEN, nonce=fresh))

    assert (first.status, again.status) == (400, 200)


def test_a_made_up_nonce_is_no_nonce(fapi):
    assert error(fapi.push(dpop=fapi.proof("POST", PAR, nonce="A" * 43)))[1] == "use_dpop_nonce"


def test_the_baseline_may_repeat_a_nonce_and_need_not(holder, resident):
    token = holder.token(resident)
    repeated = holder.proof("GET", USERINFO, token=token, nonce=nonce())

    assert holder.visit(token, dpop=repeated).status == 200
    assert holder.visit(token).status == 200


def test_every_answer_offers_a_nonce_that_travels_in_a_header(service, installed):
    answers = [call(path) for path in (USERINFO, PERSON_DATA)]
    answers += [call(path, "POST", authorization=service.basic()) for path in (TOKEN, PAR)]

    for answer in answers:
        assert answer.headers["DPoP-Nonce"].isascii()
        assert len(answer.headers["DPoP-Nonce"]) == 43


def test_discovery_names_the_algorithms(installed):
    metadata = call("/.well-known/openid-configuration").json()

    assert metadata["dpop_signing_alg_values_supported"] == ["ES256", "PS256", "EdDSA"]


def test_refusals_of_a_proof_tell_nothing_of_the_token(holder, resident):
    token = holder.token(resident)
    answer = holder.visit(token, dpop="")

    assert token not in json.dumps(answer.json())
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_client_of_fapi_needs_no_proof_where_no_token_is_made(fapi, resident):
    """Introspection, revocation and account linking ask for the client's signature alone."""
    token = fapi.token(resident)

    assert fapi.send("/oauth2/introspect", {"token": token}, dpop="").json()["active"] is True
    assert fapi.send("/oauth2/revoke", {"token": token}, dpop="").status == 200
    signed = {"client_assertion": fapi.service.assertion(), "client_assertion_type": KIND}
    linking = resident.browser.post(
        "/api/links/state", urlencode(signed), content_type="application/x-www-form-urlencoded"
    )
    assert linking.status_code == 400
    assert "DPoP" not in linking.content.decode()
    assert error(fapi.visit(token)) == (401, "invalid_token")


def test_a_client_of_fapi_proves_itself_by_a_strong_signature_everywhere(service, linked):
    """FAPI2SPFinalEnsureSignedClientAssertionWithRS256Fails, …ClientAssertionInTokenEndpoint."""
    service.agree(profile=Profile.FAPI2)

    answers = [
        call(path, "POST", authorization=service.basic(), body=b"token=x&grant_type=x")
        for path in (TOKEN, PAR, "/oauth2/introspect", "/oauth2/revoke")
    ]

    assert {answer.status for answer in answers} == {401}
    assert {answer.json()["error"] for answer in answers} == {"invalid_client"}
    for answer in answers:
        assert "private_key_jwt" in answer.json()["error_description"]


def test_a_refresh_token_goes_with_the_key_it_was_given_for_and_stays_the_same(fapi, resident):
    """FAPI2SPFinalRefreshToken."""
    grants = frozenset({GrantType.CODE, GrantType.REFRESH})
    fapi.service.agree(profile=Profile.FAPI2, grant_types=grants)
    code = fapi.code(resident)
    rows("UPDATE sso_code SET scopes = scopes || '{offline_access}' WHERE spent_at IS NULL")
    kept = fapi.redeem(code).json()["refresh_token"]
    asked = {"grant_type": "refresh_token", "refresh_token": kept}
    thief = Holder(fapi.service, with_nonce=True)

    assert error(fapi.send(TOKEN, asked, dpop="")) == (400, "invalid_dpop_proof")
    assert error(thief.send(TOKEN, asked)) == (400, "invalid_grant")
    answer = fapi.send(TOKEN, asked).json()

    assert (answer["token_type"], answer["refresh_token"]) == ("DPoP", kept)
    assert fapi.visit(answer["access_token"]).status == 200
