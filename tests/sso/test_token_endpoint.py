"""The token endpoint: clients prove themselves, a code is worth one try (P0.1, P0.2, P0.8)."""

import logging
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.kernel.ids import new_id
from genkan.kernel.parameters import Form
from genkan.sso.errors import InvalidGrant
from genkan.sso.service import token as use_case
from tests.sso.stage import BACK, COMMITS, Service, Signing, call, code_in, credentials, userinfo

ISSUER = "http://127.0.0.1:8000"


@pytest.fixture
def code(linked, service):
    return code_in(linked.open(service.address()))


def refused(answer, error, status=400):
    assert (answer.status, answer.json()["error"]) == (status, error), answer.body
    assert answer.headers["Cache-Control"] == "no-store"
    assert not {"access_token", "id_token"} & set(answer.json())
    return True


def test_a_code_is_redeemed_once(service, code):
    first = service.redeem(code)
    second = service.redeem(code)

    assert first.status == 200
    assert refused(second, "invalid_grant")


def test_a_code_that_comes_back_ends_its_tokens(service, code):
    token = service.redeem(code).json()["access_token"]
    assert userinfo(token).status == 200

    service.redeem(code)

    assert userinfo(token).status == 401


def test_a_stolen_code_presented_by_another_client_ends_it_too(service, code):
    token = service.redeem(code).json()["access_token"]
    thief = Service(slug="thief")

    assert refused(thief.redeem(code, code_verifier=service.verifier), "invalid_grant")
    assert userinfo(token).status == 401


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": f"{BACK}/"},
        {"redirect_uri": "https://shinsei.example/CALLBACK"},
        {"code_verifier": "v" * 43},
    ],
)
def test_a_code_that_met_a_failed_check_stays_spent(service, code, change):
    assert refused(service.redeem(code, **change), "invalid_grant")
    assert refused(service.redeem(code), "invalid_grant")


def test_a_code_of_another_client_stays_spent(service, code):
    thief = Service(slug="thief")

    assert refused(thief.redeem(code, code_verifier=service.verifier), "invalid_grant")
    assert refused(service.redeem(code), "invalid_grant")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "unauthorized_client"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"code": None}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "short"}, "invalid_request"),
    ],
)
def test_a_broken_request_does_not_cost_the_code(service, code, change, error):
    assert refused(service.redeem(code, **change), error)
    assert service.redeem(code).status == 200


@pytest.mark.parametrize("code", ["unknown", "𠮷", "' OR 1=1 --", "x" * 10_000])
def test_a_code_nobody_issued_is_refused(service, code):
    assert refused(service.redeem(code), "invalid_grant")


def form_of(service, code):
    return Form(
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": service.verifier,
        }
    )


def test_a_code_lives_sixty_seconds(linked, service):
    [early, late] = [code_in(linked.open(service.address())) for _ in range(2)]
    issued = {row["issued_at"] for row in rows("SELECT issued_at FROM sso_code")}
    just_before = min(issued) + timedelta(seconds=59.9)
    at_the_end = max(issued) + timedelta(seconds=60)

    assert not isinstance(
        use_case.redeem(service.basic(), form_of(service, early), now=just_before), InvalidGrant
    )
    assert isinstance(
        use_case.redeem(service.basic(), form_of(service, late), now=at_the_end), InvalidGrant
    )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sso_link SET unlinked_at = now()",
        "UPDATE residents_resident SET state = 'suspended'",
        "UPDATE residents_resident SET sign_in_after = now() + interval '1 minute'",
        "UPDATE residents_account SET is_active = false",
    ],
)
def test_a_code_is_worth_nothing_once_its_ground_is_gone(service, code, change):
    rows(change)

    assert refused(service.redeem(code), "invalid_grant")


@pytest.mark.parametrize("secret", ["", "wrong", "𠮷", "x" * 5000])
def test_a_wrong_secret_proves_nothing(service, code, secret):
    answer = service.redeem(code, authorization=credentials(service.client_id, secret))

    assert refused(answer, "invalid_client", 401)
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="genkan"'
    assert service.redeem(code).status == 200


def test_unknown_client_and_wrong_secret_are_one_answer(service, code):
    unknown = service.redeem(code, authorization=credentials(new_id(), "x"))
    wrong = service.redeem(code, authorization=credentials(service.client_id, "x"))

    assert (unknown.status, unknown.body) == (wrong.status, wrong.body)


def test_a_secret_in_the_form_beside_a_header_is_refused(service, code):
    answer = service.redeem(
        code,
        authorization="none",
        client_id=service.client_id,
        client_secret=service.client["client_secret"],
    )

    assert refused(answer, "invalid_request")


def test_the_secret_is_kept_as_a_digest_and_never_logged(service, code, caplog):
    caplog.set_level(logging.DEBUG)
    secret = service.client["client_secret"]
    service.redeem(code)
    service.redeem("wrong")

    stored = rows("SELECT * FROM sso_client")[0]
    assert secret not in str(stored)
    assert secret not in caplog.text
    assert code not in caplog.text
    assert "sso.client_refused" in caplog.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"a=%", "application/x-www-form-urlencoded", 400),
        (b"a=\xff", "application/x-www-form-urlencoded", 400),
        (b"x" * 70_000, "application/x-www-form-urlencoded", 413),
    ],
)
def test_a_body_that_is_no_form_is_told_apart(installed, body, kind, status):
    answer = call("/oauth2/token", "POST", body=body, content_type=kind)

    assert (answer.status, answer.json()["error"]) == (status, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_refused(installed, method):
    answer = call("/oauth2/token", method)

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


def test_a_repeated_parameter_is_refused(service, code):
    body = urlencode(
        [("grant_type", "authorization_code"), ("code", code), ("code", "other")]
    ).encode()

    answer = call("/oauth2/token", "POST", body=body, authorization=service.basic())

    assert refused(answer, "invalid_request")


def test_credentials_in_the_query_prove_nothing(service, code):
    query = urlencode({"client_id": service.client_id, "grant_type": "authorization_code"})

    assert refused(call("/oauth2/token", "POST", query=query), "invalid_client", 401)


@pytest.fixture
def signing(resident):
    service = Signing("signing")
    page = resident.browser.get(service.address(), follow=True)
    assert code_in(resident.press(page, "allow"))
    service.fresh_code = lambda: code_in(resident.open(service.address()))
    return service


def test_a_client_may_sign(signing):
    tokens = signing.redeem_signed(signing.fresh_code(), signing.assertion())

    assert tokens.status == 200
    assert signing.id_token(tokens.json()["id_token"])["aud"] == signing.client_id


def test_an_assertion_proves_its_client_once(signing):
    assertion = signing.assertion()
    code = signing.fresh_code()
    assert signing.redeem_signed(signing.fresh_code(), assertion).status == 200

    assert refused(signing.redeem_signed(code, assertion), "invalid_client", 401)
    assert signing.redeem_signed(code, signing.assertion()).status == 200


def test_two_clients_may_use_the_same_jti(signing, resident):
    other = Signing("other")
    page = resident.browser.get(other.address(), follow=True)
    code = code_in(resident.press(page, "allow"))

    assert signing.redeem_signed(signing.fresh_code(), signing.assertion(jti="1")).status == 200
    assert other.redeem_signed(code, other.assertion(jti="1")).status == 200


def test_a_disposal_certificate_proves_no_client(signing):
    """It is signed by the same key for the same audience: only its type tells it apart."""
    certificate = signing.assertion(header={"typ": "disposal-certificate+jwt"})

    assert refused(signing.redeem_signed(signing.fresh_code(), certificate), "invalid_client", 401)


@pytest.mark.parametrize(
    "audience", [f"{ISSUER}/oauth2/authorize", [ISSUER], f"{ISSUER}/", "https://genkan.example"]
)
def test_an_assertion_for_another_audience_proves_nothing(signing, audience):
    answer = signing.redeem_signed(signing.fresh_code(), signing.assertion(aud=audience))

    assert refused(answer, "invalid_client", 401)


def test_a_signing_client_has_no_secret_to_fall_back_to(signing):
    answer = signing.redeem(signing.fresh_code())

    assert refused(answer, "invalid_client", 401)


def test_an_assertion_is_forgotten_when_it_has_expired_anyway(signing):
    signing.redeem_signed(signing.fresh_code(), signing.assertion())
    assert rows("SELECT count(*) AS n FROM sso_assertion")[0]["n"] == 1

    from genkan.sso.service.sweep import sweep

    sweep(now=clock.now() + timedelta(minutes=5))

    assert rows("SELECT count(*) AS n FROM sso_assertion")[0]["n"] == 0


@COMMITS
def test_a_claim_wanted_inside_the_id_token_is_released_and_recorded(linked, service):
    wish = '{"id_token": {"name": {"essential": true}, "email": null, "auth_time": null}}'

    tokens = service.redeem(code_in(linked.open(service.address(claims=wish)))).json()

    claims = service.id_token(tokens["id_token"])
    assert claims["name"] == "大阪 花子"
    assert "email" not in claims
    assert rows("SELECT door, items FROM lifecycle_provision")[0]["door"] == "id_token"


def test_a_claim_wanted_inside_the_id_token_stays_out_after_a_withdrawal(linked, service):
    consent.withdraw(resident=linked.resident, service=service.id, now=clock.now())
    wish = '{"id_token": {"name": {"essential": true}}}'

    tokens = service.redeem(code_in(linked.open(service.address(claims=wish)))).json()

    assert "name" not in service.id_token(tokens["id_token"])
    assert rows("SELECT count(*) AS n FROM lifecycle_provision")[0]["n"] == 0


def test_a_release_refused_at_the_last_moment_leaves_the_data_out(linked, service):
    rows("UPDATE partners_agreement SET valid_until = '2026-01-02'")
    wish = '{"id_token": {"name": null}}'

    tokens = service.redeem(code_in(linked.open(service.address(claims=wish)))).json()

    assert "name" not in service.id_token(tokens["id_token"])


def test_the_answer_tells_the_scopes_and_how_long(service, linked):
    code = code_in(linked.open(service.address(scope="phone openid unknown email")))

    told = service.redeem(code).json()

    assert told["scope"] == "openid email phone"
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 600)


def test_the_id_token_says_what_happened(service, linked):
    told = service.redeem(code_in(linked.open(service.address(nonce=None)))).json()

    claims = service.id_token(told["id_token"])
    assert set(claims) == {
        *("iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "at_hash")
    }
    assert claims["exp"] - claims["iat"] == 600
    assert len(claims["sub"]) == 43


def test_a_session_has_one_name_for_each_client(linked, service):
    other = Service(slug="library")
    page = linked.browser.get(other.address(), follow=True)
    theirs = other.id_token(other.redeem(code_in(linked.press(page, "allow"))).json()["id_token"])
    ours = [
        service.id_token(service.redeem(code_in(linked.open(service.address()))).json()["id_token"])
        for _ in range(2)
    ]

    assert ours[0]["sid"] == ours[1]["sid"] != theirs["sid"]
    assert ours[0]["sub"] == ours[1]["sub"] != theirs["sub"]
