"""A client as RFC 7591 metadata: as it could be registered again."""

from genkan.sso.domain import scopes, settings
from genkan.sso.domain.settings import GrantType
from genkan.sso.domain.values import Client, ClientAuth


def document(client: Client, *, secret: str | None = None) -> dict[str, object]:
    """Return a client as RFC 7591 metadata; the secret is known only when it was just made."""
    described: dict[str, object] = {
        "client_id": str(client.id),
        "client_name": client.name,
        "redirect_uris": sorted(client.redirect_uris),
        "post_logout_redirect_uris": sorted(client.post_logout_redirect_uris),
        "response_types": ["code"] if GrantType.CODE in client.settings.grant_types else [],
        "subject_type": "pairwise",
        "token_endpoint_auth_method": client.auth.value,
        "scope": scopes.as_text(client.scopes),
        **settings.document(client.settings),
    }
    if client.auth is ClientAuth.PRIVATE_KEY_JWT and client.auth_alg:
        described["token_endpoint_auth_signing_alg"] = client.auth_alg
    if client.keys:
        described["jwks"] = {"keys": [dict(key) for key in client.keys]}
    if client.jwks_uri is not None:
        described["jwks_uri"] = client.jwks_uri
    if client.logout_uri is not None:
        described["backchannel_logout_uri"] = client.logout_uri
        described["backchannel_logout_session_required"] = client.logout_needs_sid
    if secret is not None:
        described |= {"client_secret": secret, "client_secret_expires_at": 0}
    return described
