"""Hot paths of the provider: plain WSGI callables in front of Django."""

import logging
from collections.abc import Iterable, Mapping

from django.conf import settings

from genkan.consent.api import Release, hold_for_hand_over
from genkan.kernel import clock, wire
from genkan.sso.domain import bearer, discovery
from genkan.sso.domain.keys import JWKS_CACHE
from genkan.sso.errors import OAuthError
from genkan.sso.service import introspection, keys, revocation, userinfo
from genkan.sso.service.pushed import push
from genkan.sso.service.token import redeem
from genkan.sso.service.tokens import check_access_token

LOG = logging.getLogger(__name__)
PUBLIC = {
    "Cache-Control": f"public, max-age={int(JWKS_CACHE.total_seconds())}",
    "Access-Control-Allow-Origin": "*",
}


@wire.endpoint("POST")
def token(environ: wire.Environ, start: wire.StartResponse) -> Iterable[bytes]:
    """Answer a token request (RFC 6749 section 3.2)."""
    try:
        form = wire.read_form(environ)
    except wire.Unreadable as error:
        return _unreadable(start, error)
    answer = redeem(environ.get("HTTP_AUTHORIZATION"), form, now=clock.now())
    if not isinstance(answer, OAuthError):
        return _hand_over(start, answer.record, answer.document, answer.bare)
    return _refused(start, answer)


def _refused(start: wire.StartResponse, error: OAuthError) -> Iterable[bytes]:
    """Tell a client that called us itself what was wrong."""
    LOG.info("sso.client_refused", extra={"error": error.error, "detail": error.detail})
    challenge = {"WWW-Authenticate": 'Basic realm="genkan"'} if error.status == 401 else {}  # noqa: PLR2004 - HTTP's own number
    return wire.respond_json(start, error.status, error.document(), wire.PRIVATE | challenge)


@wire.endpoint("POST")
def par(environ: wire.Environ, start: wire.StartResponse) -> Iterable[bytes]:
    """Take in a pushed authorization request (RFC 9126)."""
    try:
        form = wire.read_form(environ)
    except wire.Unreadable as error:
        return _unreadable(start, error)
    answer = push(environ.get("HTTP_AUTHORIZATION"), form, now=clock.now())
    if not isinstance(answer, OAuthError):
        return wire.respond_json(start, 201, answer.document())
    return _refused(start, answer)


@wire.endpoint("POST")
def revoke(environ: wire.Environ, start: wire.StartResponse) -> Iterable[bytes]:
    """Take back a token from its client (RFC 7009)."""
    try:
        form = wire.read_form(environ)
    except wire.Unreadable as error:
        return _unreadable(start, error)
    refused = revocation.revoke(environ.get("HTTP_AUTHORIZATION"), form, now=clock.now())
    return wire.respond_json(start, 200, {}) if refused is None else _refused(start, refused)


@wire.endpoint("POST")
def introspect(environ: wire.Environ, start: wire.StartResponse) -> Iterable[bytes]:
    """Tell a resource server what a token is worth now (RFC 7662, RFC 9701)."""
    try:
        form = wire.read_form(environ)
    except wire.Unreadable as error:
        return _unreadable(start, error)
    wants_jwt = introspection.MEDIA_TYPE in environ.get("HTTP_ACCEPT", "")
    answer = introspection.tell(
        environ.get("HTTP_AUTHORIZATION"), form, wants_jwt=wants_jwt, now=clock.now()
    )
    if isinstance(answer, OAuthError):
        return _refused(start, answer)
    if isinstance(answer, str):
        headers = {"Content-Type": introspection.MEDIA_TYPE, **wire.PRIVATE}
        return wire.respond(start, 200, answer.encode(), headers)
    return wire.respond_json(start, 200, answer)


@wire.endpoint("GET", "POST")
def userinfo_(environ: wire.Environ, start: wire.StartResponse) -> Iterable[bytes]:
    """Answer a userinfo request (Core section 5.3)."""
    now = clock.now()
    try:
        form = wire.read_form(environ) if environ["REQUEST_METHOD"] == "POST" else wire.Form({})
        query = wire.parse_form(wire.query_of(environ))
        access_token = bearer.token_of(environ.get("HTTP_AUTHORIZATION"), form, query)
        holder = bearer.known(check_access_token(access_token, now=now))
    except wire.Unreadable as error:
        return _unreadable(start, error)
    except OAuthError as error:
        return _challenge(start, error)
    told = userinfo.tell(holder, now=now)
    return _hand_over(start, told.record, told.claims, userinfo.subject_only(holder))


def _hand_over(
    start: wire.StartResponse,
    record: Release | None,
    full: Mapping[str, object],
    bare: Mapping[str, object],
) -> Iterable[bytes]:
    """Answer with a recorded release while its consent is held; if that ended, without the data."""
    if record is None:
        return wire.respond_json(start, 200, full)
    wire.give_back_connection()
    holding = hold_for_hand_over(record, now=clock.now())
    if holding is None:
        return wire.respond_json(start, 200, bare)
    return wire.HeldAnswer(wire.respond_json(start, 200, full), holding.let_go)


def _challenge(start: wire.StartResponse, error: OAuthError) -> Iterable[bytes]:
    headers = {"WWW-Authenticate": bearer.challenge(error)}
    return wire.respond_json(start, error.status, error.document(), wire.PRIVATE | headers)


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
    "/oauth2/userinfo": userinfo_,
}
