"""The access token at a protected endpoint: how it comes, and what is said where it does not do.

Source:
    RFC 6750 sections 2 and 3: header or body, never the query, never two at once; RFC 9449 section
    7; RFC 9470 section 3.
"""

import re
from dataclasses import dataclass

from genkan.kernel.parameters import Form
from genkan.sso.domain.dpop import PROOF_ALGS
from genkan.sso.domain.values import TokenFacts
from genkan.sso.errors import (
    InsufficientUserAuthentication,
    InvalidDpopProof,
    InvalidRequest,
    InvalidToken,
    OAuthError,
    TokenMissing,
    UseDpopNonce,
)

REALM = 'realm="genkan"'
_HEADER = re.compile(r"(?P<scheme>(?i:bearer|dpop)) +(?P<token>[A-Za-z0-9\-._~+/]+=*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Presented:
    """An access token as it came.

    Attributes:
        as_dpop: by the scheme for tokens that are bound to a key.
    """

    token: str
    as_dpop: bool = False


def presented(authorization: str | None, form: Form, query: Form) -> Presented:
    """Return the access token of a request.

    Raises:
        InvalidRequest: it came in the query, or in more than one way.
        TokenMissing: none came.
    """
    if "access_token" in query.values:
        raise InvalidRequest("a token never travels in the query")
    in_form = form.get("access_token")
    in_header = _HEADER.fullmatch((authorization or "").strip())
    if (in_form and in_header) or "access_token" in form.repeated:
        raise InvalidRequest("more than one access token")
    if in_header:
        return Presented(in_header["token"], as_dpop=in_header["scheme"].lower() == "dpop")
    if in_form is None:
        raise TokenMissing
    return Presented(in_form)


def known(facts: TokenFacts | None) -> TokenFacts:
    """Return what the token stands for.

    Raises:
        InvalidToken: nothing.
    """
    if facts is None:
        raise InvalidToken("the access token is unknown, expired or revoked")
    return facts


def status(error: OAuthError) -> int:
    """Return the status of a refusal here: a proof that lacks is asked for by a challenge."""
    return 401 if isinstance(error, InvalidDpopProof | UseDpopNonce) else error.status


def challenge(error: OAuthError, *, as_dpop: bool = False, scope: str | None = None) -> str:
    """Return the `WWW-Authenticate` header of a refusal.

    Args:
        error: why.
        as_dpop: the token came, or has to come, with a proof of its key.
        scope: what it would need.
    """
    algs = f'algs="{" ".join(PROOF_ALGS)}"'
    if isinstance(error, TokenMissing):
        return f"Bearer {REALM}, DPoP {REALM}, {algs}"
    said = [REALM, f'error="{error.error}"', f'error_description="{error}"']
    if scope is not None:
        said.append(f'scope="{scope}"')
    if isinstance(error, InsufficientUserAuthentication):
        said += _what_would_do(error)
    if as_dpop or isinstance(error, InvalidDpopProof | UseDpopNonce):
        return f"DPoP {', '.join([*said, algs])}"
    return f"Bearer {', '.join(said)}"


def _what_would_do(error: InsufficientUserAuthentication) -> list[str]:
    asked = {"acr_values": error.acr, "max_age": error.max_age}
    return [f'{name}="{value}"' for name, value in asked.items() if value is not None]
