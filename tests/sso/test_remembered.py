"""A client that this process remembers, and that another process has changed meanwhile."""

from hashlib import sha256

import pytest

from genkan.kernel.db import rows
from tests.sso.stage import BACK, credentials
from tests.sso.tokens import may_refresh, offline_code, redeem, refresh_token, send

OTHER = "another secret of forty-three letters or more"


def elsewhere(change, service, **values):
    """Write something as another process would: nothing here hears of it."""
    rows(f"UPDATE sso_client SET {change} WHERE id = %(id)s", id=service.client_id, **values)


def other_secret(service):
    elsewhere("secret_digest = %(digest)s", service, digest=sha256(OTHER.encode()).digest())


def asks(service, path, authorization=None, **form):
    if authorization is None:
        return send(service, path, **form)
    before, service.basic = service.basic, lambda: authorization
    try:
        return send(service, path, **form)
    finally:
        service.basic = before


@pytest.fixture
def known(linked, service):
    """A client that was at every door of ours a moment ago; what it brings next time, by name."""
    may_refresh(service)
    token = refresh_token(linked, service)
    access = send(service, grant_type="refresh_token", refresh_token=token).json()["access_token"]
    assert send(service, "/oauth2/introspect", token=access).json()["active"] is True
    assert send(service, grant_type="client_credentials").status == 200
    code = {
        "grant_type": "authorization_code",
        "code": offline_code(linked, service),
        "redirect_uri": BACK,
        "code_verifier": service.verifier,
    }
    return {
        "code": ("/oauth2/token", code),
        "refresh": ("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": token}),
        "client": ("/oauth2/token", {"grant_type": "client_credentials"}),
        "introspection": ("/oauth2/introspect", {"token": access}),
        "introspection of a refresh token": ("/oauth2/introspect", {"token": token}),
        "introspection of nothing": ("/oauth2/introspect", {"token": "nothing"}),
    }


DOORS = pytest.mark.parametrize(
    "door",
    [
        "code",
        "refresh",
        "client",
        "introspection",
        "introspection of a refresh token",
        "introspection of nothing",
    ],
)


@DOORS
def test_an_old_secret_is_worth_nothing_from_the_moment_on_in_which_it_was_changed(
    service, known, door
):
    path, form = known[door]
    other_secret(service)

    refused = send(service, path, **form)
    taken = asks(service, path, credentials(service.client_id, OTHER), **form)

    assert (refused.status, refused.json()["error"]) == (401, "invalid_client")
    assert taken.status == 200


@DOORS
@pytest.mark.parametrize(
    ("change", "undo"),
    [
        ("stopped_at = now(), stopped_because = 'x'", "stopped_at = NULL, stopped_because = ''"),
        ("removed_at = now()", "removed_at = NULL"),
        ("secret_digest = NULL, auth = 'none'", "auth = 'client_secret_basic'"),
    ],
    ids=["stopped", "deleted", "without a secret"],
)
def test_who_is_stopped_elsewhere_is_refused_at_once(service, known, door, change, undo):
    path, form = known[door]
    elsewhere(change, service)

    refused = send(service, path, **form)

    assert refused.status in {400, 401}
    assert refused.json()["error"] in {"invalid_client", "unauthorized_client"}
    digest = sha256(service.client["client_secret"].encode()).digest()
    elsewhere(f"{undo}, secret_digest = %(digest)s", service, digest=digest)
    assert send(service, path, **form).status == 200, "what it brought was taken from it"


@DOORS
def test_a_service_that_is_suspended_elsewhere_is_refused_at_once(service, known, door):
    path, form = known[door]
    rows("UPDATE partners_service SET state = 'suspended' WHERE id = %(id)s", id=service.id)

    refused = send(service, path, **form)

    assert (refused.status, refused.json()["error"]) == (400, "unauthorized_client")
    rows("UPDATE partners_service SET state = 'live' WHERE id = %(id)s", id=service.id)
    assert send(service, path, **form).status == 200


def test_a_grant_type_that_was_taken_away_elsewhere_is_none_any_more(linked, service, known):
    elsewhere('metadata = metadata || \'{"grant_types": ["refresh_token"]}\'', service)

    assert redeem(service, offline_code(linked, service)).json()["error"] == "unauthorized_client"
    assert send(service, grant_type="client_credentials").json()["error"] == "unauthorized_client"
    may_refresh(service)
    assert send(service, grant_type="client_credentials").status == 200
