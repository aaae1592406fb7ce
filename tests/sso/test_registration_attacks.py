"""Registration under attack: whatever is sent is answered, and of two at once one wins."""

import json
from contextlib import suppress

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from genkan.kernel import clock, strict_json
from genkan.kernel.db import rows
from genkan.sso.domain import client_keys, metadata
from genkan.sso.domain.client_keys import KeyFaulty
from genkan.sso.errors import InvalidClientMetadata, InvalidToken
from genkan.sso.service import registrations
from tests.sso.registering import GOOD, JSON, initial_token, manage, register
from tests.sso.stage import COMMITS
from tests.sso.test_races import at_once

FUZZ = hypothesis_settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        *("code", "ES256", "RS256", "none", "fapi2", "private_key_jwt", "client_secret_post"),
        *(
            "openid",
            "https://a.example/cb",
            "http://127.0.0.1/cb",
            "https://[::1",
            "https://a.b.c:99999",
        ),
        *(
            "<script>",
            "\r\nSet-Cookie: a=b",
            "\x00",
            "𠮷",
            "%",
            "urn:openid:params:grant-type:ciba",
        ),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["keys", "kty", "crv", "x", "y", "n", "e", "kid", "alg"]) | TEXTS,
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)
MEMBERS = st.sampled_from(
    [
        *("redirect_uris", "client_name", "grant_types", "response_types", "scope", "profile"),
        *("token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "jwks"),
        *("post_logout_redirect_uris", "backchannel_logout_uri", "subject_type", "require_pkce"),
        *("default_max_age", "default_acr_values", "contacts", "client_uri", "logo_uri"),
        *("backchannel_token_delivery_mode", "backchannel_client_notification_endpoint"),
        *("id_token_signed_response_alg", "request_object_signing_alg", "client_id"),
        *("dpop_bound_access_tokens", "require_pushed_authorization_requests", "client_secret"),
    ]
)
DOCUMENTS = st.dictionaries(MEMBERS | TEXTS, VALUES, max_size=5)


@given(changes=DOCUMENTS, from_good=st.booleans())
@FUZZ
def test_the_registration_endpoint_takes_anything(installed, changes, from_good):
    token = initial_token()
    document = (GOOD if from_good else {}) | changes

    answer = Browser().generic(
        "POST",
        "/oauth2/register",
        json.dumps(document),
        JSON,
        headers={"authorization": f"Bearer {token}"},
    )

    assert answer.status_code in {201, 400}
    if answer.status_code == 201:
        told = answer.json()
        changed = manage(told, "PUT", told | changes | {"client_id": told["client_id"]})
        assert changed.status in {200, 400}
    else:
        assert answer.json()["error"] in {"invalid_client_metadata", "invalid_redirect_uri"}
        assert answer.json()["error_description"].isascii()


@given(document=VALUES)
def test_any_json_is_metadata_or_refused_by_a_name(document):
    if isinstance(document, dict):
        with suppress(InvalidClientMetadata):
            metadata.read(document)


@given(document=VALUES)
def test_any_json_is_a_key_set_or_not(document):
    for read in (client_keys.key_set, client_keys.published_keys):
        with suppress(KeyFaulty):
            assert read(document)


@given(st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_strict_json_or_not(raw):
    with suppress(ValueError):
        assert json.loads(json.dumps(strict_json.loads(raw))) == strict_json.loads(raw)


@pytest.mark.parametrize(
    "header", ["Bearer", "Basic x", "Bearer a b", "Bearer \u3042", "bearer", "Bearer " + "x" * 9000]
)
def test_any_header_is_a_token_or_not(installed, header):
    answer = Browser().generic(
        "POST", "/oauth2/register", "{}", JSON, headers={"authorization": header}
    )

    assert answer.status_code == 401


def test_too_many_tries_are_told_to_wait(installed, monkeypatch):
    from genkan.sso.views import registration

    monkeypatch.setitem(registration.LIMITS, "client_registration", "2/m/ip")

    statuses = [register("wrong").status for _ in range(3)]

    assert statuses == [401, 401, 429]


@COMMITS
def test_of_two_programs_at_once_one_uses_the_last_use(installed):
    for _ in range(20):
        token = initial_token(uses=1)

        answers = at_once(*[lambda: _registered(token)] * 3)  # noqa: B023

        assert sorted(answers) == ["InvalidToken", "InvalidToken", "registered"]
    assert rows("SELECT count(*) AS n FROM sso_client")[0]["n"] == 20
    assert rows("SELECT max(uses_left) AS n FROM sso_initial_token")[0]["n"] == 0


def _registered(token):
    try:
        registrations.register(token, GOOD, now=clock.now())
    except InvalidToken:
        return "InvalidToken"
    return "registered"


@COMMITS
def test_a_change_and_a_deletion_at_once_leave_a_deleted_client(installed):
    token = initial_token()
    for _ in range(20):
        told = registrations.register(token, GOOD, now=clock.now())
        client, text = str(told["client_id"]), str(told["registration_access_token"])
        new = told | {"client_name": "new"}

        def change():
            with suppress(InvalidToken):
                registrations.change(client, text, new, now=clock.now())  # noqa: B023

        def delete():
            registrations.delete(client, text, now=clock.now())  # noqa: B023

        at_once(change, delete)

        with pytest.raises(InvalidToken):
            registrations.described(client, text)
