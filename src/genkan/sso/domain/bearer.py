"""The access token at a protected endpoint.

Source:
    RFC 6750 sections 2 and 3: header or body, never the query, never two at once.
"""

from genkan.kernel.parameters import Form, bearer_of
from genkan.sso.domain.values import TokenFacts
from genkan.sso.errors import InvalidRequest, InvalidToken, OAuthError, TokenMissing


def token_of(authorization: str | None, form: Form, query: Form) -> str:
    """Return the access token of a request.

    Raises:
        InvalidRequest: it came in the query, or in more than one way.
        TokenMissing: none came.
    """
    if "access_token" in query.values:
        raise InvalidRequest("a token never travels in the query")
    in_form = form.get("access_token")
    in_header = bearer_of(authorization or "")
    if (in_form and in_header) or "access_token" in form.repeated:
        raise InvalidRequest("more than one access token")
    found = in_header or in_form
    if found is None:
        raise TokenMissing
    return found


def known(facts: TokenFacts | None) -> TokenFacts:
    """Return what the token stands for.

    Raises:
        InvalidToken: nothing.
    """
    if facts is None:
        raise InvalidToken("the access token is unknown, expired or revoked")
    return facts


def challenge(error: OAuthError) -> str:
    """Return the `WWW-Authenticate` header of a refusal."""
    if isinstance(error, TokenMissing):
        return 'Bearer realm="genkan"'
    return f'Bearer realm="genkan", error="{error.error}", error_description="{error}"'
