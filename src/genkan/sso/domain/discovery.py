"""The provider's metadata: only what is true of it.

Source:
    OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2; RFC 9207 section 3; OpenID Connect
    Back-Channel Logout 1.0 section 2.1.
"""

from collections.abc import Mapping

from genkan.sso.domain import details, request_objects, scopes, verified_claims
from genkan.sso.domain.authorize import Prompt, ResponseMode
from genkan.sso.domain.ciba import Mode
from genkan.sso.domain.client_keys import BASELINE_ALGS
from genkan.sso.domain.dpop import PROOF_ALGS
from genkan.sso.domain.keys import ALGS
from genkan.sso.domain.settings import GrantType
from genkan.sso.domain.values import (
    ACR_ONE_FACTOR,
    ACR_TWO_FACTORS,
    ClientAuth,
)

ENDPOINTS: Mapping[str, str] = {
    "authorization_endpoint": "/oauth2/authorize",
    "pushed_authorization_request_endpoint": "/oauth2/par",
    "token_endpoint": "/oauth2/token",
    "userinfo_endpoint": "/oauth2/userinfo",
    "revocation_endpoint": "/oauth2/revoke",
    "introspection_endpoint": "/oauth2/introspect",
    "jwks_uri": "/oauth2/jwks",
    "registration_endpoint": "/oauth2/register",
    "end_session_endpoint": "/oauth2/logout",
    "backchannel_authentication_endpoint": "/oauth2/bc-authorize",
}
"""Where requests go, below the issuer."""


def document(issuer: str) -> dict[str, object]:
    """Return the metadata of a provider whose name and address is `issuer`."""
    return {
        "issuer": issuer,
        **{name: f"{issuer}{path}" for name, path in ENDPOINTS.items()},
        **_abilities(),
        **_of_requests(),
        **_of_clients(),
        **_of_claims(),
    }


def _abilities() -> dict[str, object]:
    """Return what it can do."""
    return {
        "backchannel_token_delivery_modes_supported": [mode.value for mode in Mode],
        "backchannel_user_code_parameter_supported": False,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "scopes_supported": scopes.as_text(scopes.SUPPORTED).split(" "),
        "grant_types_supported": [grant.value for grant in GrantType],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": list(ALGS),
        "userinfo_signing_alg_values_supported": list(ALGS),
        "acr_values_supported": [ACR_ONE_FACTOR, ACR_TWO_FACTORS],
        "introspection_signing_alg_values_supported": list(ALGS),
    }


def _of_requests() -> dict[str, object]:
    """Return what an authorization request may be, and how it is answered."""
    return {
        "response_types_supported": ["code"],
        "response_modes_supported": [mode.value for mode in ResponseMode],
        "code_challenge_methods_supported": ["S256"],
        "authorization_details_types_supported": list(details.TYPES),
        "require_pushed_authorization_requests": False,
        "request_parameter_supported": True,
        "request_object_signing_alg_values_supported": list(request_objects.ALGS),
        "require_signed_request_object": False,
        "request_uri_parameter_supported": False,
        "authorization_signing_alg_values_supported": list(ALGS),
        "authorization_response_iss_parameter_supported": True,
        "prompt_values_supported": [prompt.value for prompt in Prompt],
        "ui_locales_supported": ["ja", "en"],
    }


def _of_clients() -> dict[str, object]:
    """Return how clients prove themselves."""
    return {
        "dpop_signing_alg_values_supported": list(PROOF_ALGS),
        "token_endpoint_auth_methods_supported": [way.value for way in ClientAuth],
        "token_endpoint_auth_signing_alg_values_supported": list(BASELINE_ALGS),
        "revocation_endpoint_auth_methods_supported": [way.value for way in ClientAuth],
        "introspection_endpoint_auth_methods_supported": [
            way.value for way in ClientAuth if way is not ClientAuth.NONE
        ],
    }


def _of_claims() -> dict[str, object]:
    """Return what it tells of residents."""
    return {
        "claim_types_supported": ["normal"],
        "claims_supported": [
            *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid"),
            *sorted(scopes.KNOWN_CLAIMS),
            *("verified_claims", "represents"),
        ],
        "verified_claims_supported": True,
        "trust_frameworks_supported": list(verified_claims.TRUST_FRAMEWORKS),
        "evidence_supported": ["document"],
        "documents_supported": ["idcard"],
        "documents_check_methods_supported": ["vcrypt", "vpip"],
        "claims_in_verified_claims_supported": list(verified_claims.CLAIMS),
        "claims_parameter_supported": True,
        "claims_locales_supported": ["ja", scopes.KANA],
    }
