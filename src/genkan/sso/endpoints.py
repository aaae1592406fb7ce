"""Hot paths of the provider: plain WSGI callables in front of Django."""

import logging
from collections.abc import Callable, Iterable, Mapping

from django.conf import settings

from genkan.consent.api import Release, hold_for_hand_over
from genkan.kernel import clock, wire
from genkan.kernel.throttle import Throttle
from genkan.sso.domain import discovery
from genkan.sso.domain.keys import JWKS_CACHE
from genkan.sso.domain.policy import Endpoint
from genkan.sso.errors import InvalidClient, OAuthError
from genkan.sso.service import (
    ciba,
    introspection,
    keys,
    possession,
    resources,
    revocation,
    userinfo,
)
from genkan.sso.service.pushed import push
from genkan.sso.service.token import redeem

LOG = logging.getLogger(__name__)
FAILURES = Throttle(limit=60)
"""Client authentications that failed, by address."""
PUBLIC = {
    "Cache-Control": f"public, max-age={int(JWKS_CACHE.total_seconds())}",
    "Access-Control-Allow-Origin": "*",
}


Caller = Callable[[wire.Environ, wire.Form, wire.StartResponse], Iterable[bytes] | OAuthError]


def for_clients(answer: Caller) -> wire.Application:
    """Make an endpoint where clients call us themselves: a form comes, a refusal is told.

    Who fails to prove itself again and again from one address is told to come back later (SSO.md
    P0.19); who proves itself is never kept out by that.
    """

    @wire.endpoint("POST")
    def call(environ: wire.Environ, start: wire.StartResponse) -> Iterable[bytes]:
        try:
            form = wire.read_form(environ)
        except wire.Unreadable as error:
            return _unreadable(start, error)
        answered = answer(environ, form, start)
        if not isinstance(answered, OAuthError):
            return answered
        return _refused(environ, start, answered)

    return call


def _refused(
    environ: wire.Environ, start: wire.StartResponse, error: OAuthError
) -> Iterable[bytes]:
    """Tell a client that called us itself what was wrong."""
    LOG.info("sso.client_refused", extra={"error": error.error, "detail": error.detail})
    headers = _with_nonce()
    address = wire.address_of(environ, proxies=settings.GENKAN.trusted_proxies)
    if isinstance(error, InvalidClient) and address and FAILURES.fails(address):
        later = {"error": "temporarily_unavailable", "error_description": "too many failures"}
        return wire.respond_json(start, 429, later, headers | {"Retry-After": wire.RETRY_AFTER})
    if error.status == 401:  # noqa: PLR2004 - HTTP's own number
        headers["WWW-Authenticate"] = 'Basic realm="genkan"'
    return wire.respond_json(start, error.status, error.document(), headers)


def _with_nonce() -> dict[str, str]:
    return wire.PRIVATE | {"DPoP-Nonce": possession.fresh_nonce(now=clock.now())}


@for_clients
def token(
    environ: wire.Environ, form: wire.Form, start: wire.StartResponse
) -> Iterable[bytes] | OAuthError:
    """Answer a token request (RFC 6749 section 3.2)."""
    header, proof = environ.get("HTTP_AUTHORIZATION"), environ.get("HTTP_DPOP")
    answer = redeem(header, form, dpop=proof, now=clock.now())
    if isinstance(answer, OAuthError):
        return answer
    return _hand_over(start, answer.record, answer.document, answer.bare, _with_nonce())


@for_clients
def par(
    environ: wire.Environ, form: wire.Form, start: wire.StartResponse
) -> Iterable[bytes] | OAuthError:
    """Take in a pushed authorization request (RFC 9126)."""
    header, proof = environ.get("HTTP_AUTHORIZATION"), environ.get("HTTP_DPOP")
    answer = push(header, form, dpop=proof, now=clock.now())
    if isinstance(answer, OAuthError):
        return answer
    return wire.respond_json(start, 201, answer.document(), _with_nonce())


@for_clients
def revoke(
    environ: wire.Environ, form: wire.Form, start: wire.StartResponse
) -> Iterable[bytes] | OAuthError:
    """Take back a token from its client (RFC 7009)."""
    refused = revocation.revoke(environ.get("HTTP_AUTHORIZATION"), form, now=clock.now())
    return wire.respond_json(start, 200, {}) if refused is None else refused


@for_clients
def introspect(
    environ: wire.Environ, form: wire.Form, start: wire.StartResponse
) -> Iterable[bytes] | OAuthError:
    """Tell a resource server what a token is worth now (RFC 7662, RFC 9701)."""
    wants_jwt = introspection.MEDIA_TYPE in environ.get("HTTP_ACCEPT", "")
    answer = introspection.tell(
        environ.get("HTTP_AUTHORIZATION"), form, wants_jwt=wants_jwt, now=clock.now()
    )
    if isinstance(answer, OAuthError):
        return answer
    if isinstance(answer, str):
        headers = {"Content-Type": introspection.MEDIA_TYPE, **wire.PRIVATE}
        return wire.respond(start, 200, answer.encode(), headers)
    return wire.respond_json(start, 200, answer)


@for_clients
def bc_authorize(
    environ: wire.Environ, form: wire.Form, start: wire.StartResponse
) -> Iterable[bytes] | OAuthError:
    """Take in a request to ask a resident who is elsewhere (CIBA section 7)."""
    answer = ciba.ask(environ.get("HTTP_AUTHORIZATION"), form, now=clock.now())
    return answer if isinstance(answer, OAuthError) else wire.respond_json(start, 200, answer)


@wire.endpoint("GET", "POST")
def userinfo_(environ: wire.Environ, start: wire.StartResponse) -> Iterable[bytes]:
    """Answer a userinfo request (Core section 5.3)."""
    now = clock.now()
    try:
        form = wire.read_form(environ) if environ["REQUEST_METHOD"] == "POST" else wire.Form({})
        query = wire.parse_form(wire.query_of(environ))
    except wire.Unreadable as error:
        return _unreadable(start, error)
    headers = _with_nonce()
    visit = resources.Visit.of(environ, Endpoint.USERINFO, query=query, form=form)
    holder = resources.admit_open(visit, now=now)
    if isinstance(holder, resources.Turned):
        headers["WWW-Authenticate"] = holder.challenge
        return wire.respond_json(start, holder.status, holder.document(), headers)
    told = userinfo.tell(holder, now=now)
    full = userinfo.spoken(holder, told.claims, now=now)
    if told.record is None:
        return _said(start, full, headers)
    bare = userinfo.spoken(holder, userinfo.subject_only(holder, now=now), now=now)
    return _hand_over(start, told.record, full, bare, headers)


def _hand_over(
    start: wire.StartResponse,
    record: Release | None,
    full: Mapping[str, object] | str,
    bare: Mapping[str, object] | str,
    headers: Mapping[str, str] = wire.PRIVATE,
) -> Iterable[bytes]:
    """Answer with a recorded release while its consent is held; if that ended, without the data."""
    if record is None:
        return _said(start, full, headers)
    wire.give_back_connection()
    holding = hold_for_hand_over(record, now=clock.now())
    if holding is None:
        return _said(start, bare, headers)
    return wire.HeldAnswer(_said(start, full, headers), holding.let_go)


def _said(
    start: wire.StartResponse, said: Mapping[str, object] | str, headers: Mapping[str, str]
) -> Iterable[bytes]:
    """Answer with a JSON object, or with a signed one."""
    if isinstance(said, str):
        signed = {**headers, "Content-Type": "application/jwt"}
        return wire.respond(start, 200, said.encode(), signed)
    return wire.respond_json(start, 200, said, headers)


def _unreadable(start: wire.StartResponse, error: wire.Unreadable) -> Iterable[bytes]:
    told = {"error": "invalid_request", "error_description": str(error)}
    return wire.respond_json(start, error.status, told)


@wire.endpoint("GET")
def jwks(environ: wire.Environ, start: wire.StartResponse) -> Iterable[bytes]:  # noqa: ARG001 - WSGI hands it over
    """Publish the keys that verify our signatures."""
    return wire.respond_json(start, 200, keys.jwks(now=clock.now()), PUBLIC)


@wire.endpoint("GET")
def discovery_(environ: wire.Environ, start: wire.StartResponse) -> Iterable[bytes]:  # noqa: ARG001 - WSGI hands it over
    """Publish what this provider does."""
    return wire.respond_json(start, 200, discovery.document(settings.GENKAN.issuer), PUBLIC)


HOT_PATHS: Mapping[str, wire.Application] = {
    "/.well-known/openid-configuration": discovery_,
    "/.well-known/oauth-authorization-server": discovery_,
    "/oauth2/jwks": jwks,
    "/oauth2/par": par,
    "/oauth2/token": token,
    "/oauth2/revoke": revoke,
    "/oauth2/introspect": introspect,
    "/oauth2/bc-authorize": bc_authorize,
    "/oauth2/userinfo": userinfo_,
}
