"""Programs register, read, change and delete their clients (RFC 7591, RFC 7592)."""

import json
from datetime import timedelta

import pytest
from joserfc.jwk import ECKey

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.partners import api as partners
from genkan.sso import api as sso
from genkan.sso.errors import NoTrialHere
from tests.sso.registering import GOOD, Registered, initial_token, manage, register, send
from tests.sso.stage import BACK, code_in, userinfo

KEY = ECKey.generate_key("P-256", {"kid": "k1"})
SIGNS = {
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": {"keys": [KEY.as_dict(private=False)]},
}


def clients():
    return rows("SELECT count(*) AS n FROM sso_client WHERE removed_at IS NULL")[0]["n"]


@pytest.fixture
def token(installed):
    return initial_token()


@pytest.fixture
def production(settings):
    settings.GENKAN = settings.GENKAN.model_copy(update={"mode": "production"})


def test_a_program_registers_itself(token):
    answer = register(token)

    told = answer.json()
    assert answer.status == 201
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert told["client_name"] == "しんせい"
    assert len(told["client_secret"]) == 43
    assert told["client_secret_expires_at"] == 0
    assert told["grant_types"] == ["authorization_code"]
    assert told["registration_client_uri"].endswith(f"/oauth2/register/{told['client_id']}")
    assert len(told["registration_access_token"]) == 43


def test_it_signs_residents_in(resident, token):
    client = Registered(token, scope="openid email")

    page = resident.browser.get(client.address(scope="openid email"), follow=True)
    answer = resident.press(page, "allow", items=["email"])

    assert client.redeem(code_in(answer)).status == 200


def test_a_client_of_an_admitted_service_is_one_of_its_own(service):
    registered = Registered(initial_token(service=service.id))

    assert sso.service_of_client(registered.client_id) == service.id
    assert len(partners.services()) == 1


@pytest.mark.parametrize(
    ("token", "error"),
    [(None, None), ("wrong", "invalid_token"), ("", None)],
    ids=["none", "unknown", "empty"],
)
def test_without_a_token_nobody_registers(installed, token, error):
    answer = register(token)

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="genkan"')
    assert ('error="invalid_token"' in answer.headers["WWW-Authenticate"]) is bool(error)
    assert clients() == 0


def test_a_token_registers_as_often_as_was_said(installed):
    token = initial_token(uses=2)

    assert [register(token).status for _ in range(3)] == [201, 201, 401]


def test_a_refused_registration_uses_nothing_up(installed):
    token = initial_token(uses=1)

    assert register(token, {}).status == 400
    assert register(token).status == 201


def test_a_token_ends(installed):
    token = initial_token(life=timedelta(seconds=-1))

    assert register(token).status == 401


def test_a_token_can_be_taken_back(token):
    [listed] = sso.usable_tokens(now=clock.now())
    sso.revoke_token(listed.id, now=clock.now())

    assert register(token).status == 401
    assert sso.usable_tokens(now=clock.now()) == []


def test_tokens_and_secrets_are_kept_as_digests(token):
    told = register(token).json()

    kept = json.dumps(
        [
            rows("SELECT digest::text FROM sso_initial_token"),
            rows("SELECT secret_digest::text, registration_digest::text FROM sso_client"),
        ],
        default=str,
    )
    secrets = (token, told["client_secret"], told["registration_access_token"])
    assert not any(secret in kept or secret.encode().hex() in kept for secret in secrets)


def test_in_production_a_token_names_an_admitted_service(service, production):
    with pytest.raises(NoTrialHere):
        initial_token()
    with pytest.raises(NoTrialHere):
        initial_token(service=service.id, without_pkce=True)

    assert register(initial_token(service=service.id)).status == 201


def test_a_token_for_trial_registers_nobody_in_production(token, settings):
    settings.GENKAN = settings.GENKAN.model_copy(update={"mode": "production"})

    assert register(token).status == 401


@pytest.mark.parametrize(
    ("change", "required"),
    [
        ({}, False),
        ({"require_pkce": True}, True),
        ({"token_endpoint_auth_method": "none"}, True),
        ({"profile": "fapi2"} | SIGNS, True),
    ],
    ids=["says nothing", "asks for it", "public", "fapi2"],
)
def test_clients_for_trial_may_go_without_pkce_as_suites_do(token, change, required):
    told = register(token, GOOD | change).json()

    assert told.get("require_pkce", True) is required


def test_a_token_can_demand_pkce(installed):
    token = initial_token(without_pkce=False)

    assert "require_pkce" not in register(token).json()
    refused = register(token, GOOD | {"require_pkce": False})
    assert refused.json()["error_description"].startswith("require_pkce: ")


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"resource_identifiers": ["https://api.example"]}, "resource_identifiers"),
        (
            {"grant_types": ["urn:ietf:params:oauth:grant-type:token-exchange"]},
            "grant_types",
        ),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "jwks"),
    ],
    ids=["introspection", "token exchange", "no keys"],
)
def test_a_program_may_not_register_what_an_operator_decides(token, change, member):
    answer = register(token, GOOD | change)

    assert answer.status == 400
    assert answer.json()["error"] == "invalid_client_metadata"
    assert answer.json()["error_description"].startswith(f"{member}: ")


def test_a_wrong_address_has_an_error_of_its_own(token):
    answer = register(token, {"redirect_uris": [f"{BACK}#fragment"]})

    assert (answer.status, answer.json()["error"]) == (400, "invalid_redirect_uri")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b" ", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b'{"redirect_uris": ["https://a.example"], "redirect_uris": []}', 400),
        (b"[" * 30_000, 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400),
        (b'{"a": ' + b"9" * 30_000 + b"}", 400),
        (b'{"client_name": "\\ud800"}', 400),
        (b'{"client_name": "\\u0000"}', 400),
        (b'{"default_max_age": NaN}', 400),
        (b'{"default_max_age": 1e999}', 400),
        (b'{"a": "' + b"x" * 70_000 + b'"}', 413),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else f"{len(value)}{value[:12]!r}",
)
def test_a_body_that_cannot_be_read_in_one_way_is_refused(token, body, status):
    answer = register(token, body)

    assert answer.status == status
    assert answer.json()["error"] in {"invalid_client_metadata", "invalid_request"}


def test_another_kind_of_body_is_refused(token):
    assert register(token, content_type="application/x-www-form-urlencoded").status == 415


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_the_registration_endpoint_takes_posts_alone(installed, method):
    assert send(method, "/oauth2/register").status == 405


def test_script_in_a_name_stays_text(resident, token):
    name = "<script>alert(1)</script>"
    client = Registered(token, client_name=name)

    page = resident.browser.get(client.address(), follow=True).content.decode()

    assert name not in page
    assert "&lt;script&gt;" in page


def test_a_client_reads_its_registration(token):
    told = register(token).json()

    answer = manage(told)

    assert answer.status == 200
    assert answer.json() == {
        name: value
        for name, value in told.items()
        if name not in {"client_secret", "client_secret_expires_at"}
    }


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_stranger_cannot_tell_that_a_client_exists(token, method):
    told, other = register(token).json(), register(token).json()
    nobody = {"client_id": "00000000-0000-7000-8000-000000000000"}

    answers = [
        manage(told, method, GOOD, token=other["registration_access_token"]),
        manage(nobody, method, GOOD, token=other["registration_access_token"]),
        manage({"client_id": "nobody"}, method, GOOD, token=token),
    ]

    assert {answer.status for answer in answers} == {401}
    assert len({answer.body for answer in answers}) == 1
    assert manage(told).status == 200


def test_an_operators_client_has_no_token_of_its_own(service):
    answers = [manage(service.client, token=text) for text in ("x", "")]

    assert [answer.status for answer in answers] == [401, 401]


def test_a_client_changes_everything_at_once(token):
    told = register(token, GOOD | {"default_max_age": 60}).json()
    new = {"client_id": told["client_id"], "redirect_uris": ["https://new.example/cb"]}

    answer = manage(told, "PUT", new)

    changed = answer.json()
    assert answer.status == 200
    assert changed["redirect_uris"] == ["https://new.example/cb"]
    assert changed["client_name"] == ""
    assert "default_max_age" not in changed
    assert "client_secret" not in changed
    assert manage(told).json() == changed


def test_a_changed_client_keeps_its_secret_and_may_repeat_it(token):
    told = register(token).json()

    assert manage(told, "PUT", told).status == 200
    wrong = manage(told, "PUT", told | {"client_secret": "another"})
    assert wrong.json()["error_description"].startswith("client_secret: ")


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"client_id": "another"}, "client_id"),
        ({"client_id": None}, "client_id"),
        ({"client_secret": 1}, "client_secret"),
        ({"redirect_uris": ["http://evil.example"]}, "redirect_uris"),
    ],
)
def test_a_refused_change_changes_nothing(token, change, member):
    told = register(token).json()

    answer = manage(told, "PUT", told | change)

    assert answer.status == 400
    assert answer.json()["error_description"].startswith(f"{member}: ")
    assert manage(told).json()["redirect_uris"] == [BACK]


def test_who_turns_to_signatures_loses_the_secret_and_gets_a_new_one_on_the_way_back(token):
    told = register(token).json()
    own = {"client_id": told["client_id"]}

    signing = manage(told, "PUT", GOOD | SIGNS | own).json()
    again = manage(told, "PUT", GOOD | own).json()

    assert "client_secret" not in signing
    assert signing["token_endpoint_auth_signing_alg"] == "ES256"
    assert again["client_secret"] != told["client_secret"]


def test_a_stopped_client_reads_and_changes_nothing(service):
    told = Registered(initial_token(service=service.id)).client
    sso.stop_service(service.id, reason="checked", by=operator(), now=clock.now())

    assert manage(told).status == 200
    assert manage(told, "PUT", told).json()["error"] == "unauthorized_client"
    assert manage(told, "DELETE").json()["error"] == "unauthorized_client"


def operator():
    from genkan.ledger.api import SYSTEM

    return SYSTEM


def test_a_deleted_client_is_gone_with_its_tokens(resident, token):
    client = Registered(token, scope="openid email")
    page = resident.browser.get(client.address(scope="openid email"), follow=True)
    tokens = client.redeem(code_in(resident.press(page, "allow", items=["email"]))).json()
    unused = code_in(resident.open(client.address(scope="openid email")))
    assert userinfo(tokens["access_token"]).status == 200

    answer = manage(client.client, "DELETE")

    assert (answer.status, answer.body) == (204, b"")
    assert userinfo(tokens["access_token"]).status == 401
    assert client.redeem(unused).status == 401
    assert resident.open(client.address()).status_code == 400
    assert manage(client.client).status == 401
    assert manage(client.client, "DELETE").status == 401
    open_sessions = rows("SELECT count(*) AS n FROM sso_session WHERE ended_at IS NULL")
    assert open_sessions[0]["n"] == 0


def test_public_clients_have_no_secret(token):
    told = register(token, GOOD | {"token_endpoint_auth_method": "none"}).json()

    assert "client_secret" not in told
