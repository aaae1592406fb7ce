"""Tokens in these tests: clients that may refresh, and what they send."""

from urllib.parse import urlencode

from genkan.kernel.db import rows
from tests.sso.stage import call, code_in

GRANTS = '["authorization_code", "refresh_token", "client_credentials"]'


def may_refresh(service):
    """Register a client for every grant type."""
    rows(
        """
        UPDATE sso_client SET metadata = jsonb_set(metadata, '{grant_types}', %(grants)s)
         WHERE id = %(client)s
        """,
        grants=GRANTS,
        client=service.client_id,
    )


def as_public(service):
    """Make a client one that keeps no secret."""
    rows(
        "UPDATE sso_client SET auth = 'none', secret_digest = NULL WHERE id = %(client)s",
        client=service.client_id,
    )
    service.is_public = True


def offline_code(visitor, service, **parameters):
    """A code of a resident who agreed to what happens while they are away."""
    code = code_in(visitor.open(service.address(**parameters)))
    rows("UPDATE sso_code SET scopes = scopes || '{offline_access}' WHERE spent_at IS NULL")
    return code


def send(service, path="/oauth2/token", **parameters):
    """Send a form as this client; None leaves a parameter out."""
    is_public = getattr(service, "is_public", False)
    sent = {name: value for name, value in parameters.items() if value is not None}
    if is_public:
        sent["client_id"] = service.client_id
    headers = {} if is_public else {"authorization": service.basic()}
    return call(path, "POST", body=urlencode(sent).encode(), **headers)


def redeem(service, code, **changes):
    parameters = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": service.client["redirect_uris"][0],
        "code_verifier": service.verifier,
    }
    return send(service, **parameters | changes)


def refresh_token(visitor, service, **parameters):
    answer = redeem(service, offline_code(visitor, service, **parameters))
    assert answer.status == 200, answer.body
    return answer.json()["refresh_token"]


def refresh(service, token, **changes):
    return send(service, grant_type="refresh_token", refresh_token=token, **changes)
