"""Hot paths of once-only: plain WSGI callables in front of Django."""

from collections.abc import Iterable

from genkan.consent.api import Refused, hold_for_hand_over
from genkan.kernel import clock, wire
from genkan.onceonly import service
from genkan.sso import api as sso

ATTEMPTS = 2
"""What came to stand against a release before its hand-over is decided upon once more."""
REFUSALS = {
    "no_consent": "the resident has not agreed, or has stopped",
    "service_suspended": "this service may receive nothing at the moment",
    "agreement_not_in_force": "the agreement is not in force",
    "purpose_ended": "the purpose has ended",
    "region_not_eligible": "the service is for residents of other municipalities",
    "resident_unavailable": "nothing can be released for this person at the moment",
    "insufficient_scope": "the access token lacks the scope person_data",
}


@wire.endpoint("GET")
def person_data(environ: wire.Environ, start_response: wire.StartResponse) -> Iterable[bytes]:
    """Answer `GET /api/person-data` with the person-data JWT, or say why not.

    The record is committed first, so nothing leaves unrecorded. Then the consent is checked again
    and held until the server has taken the answer: a withdrawal waits for that, so once a resident
    reads 「停止しました」 nothing is on its way any more. The same holds for the protection of an
    address, once the second person at the counter has approved it.
    """
    token = wire.bearer_token(environ)
    holder = sso.known_access_token(token, now=clock.now()) if token else None
    if holder is None:
        challenge = 'Bearer error="invalid_token"' if token else "Bearer"
        headers = {**wire.PRIVATE, "WWW-Authenticate": challenge}
        return wire.respond_json(start_response, 401, {"error": "invalid_token"}, headers)
    if service.SCOPE not in holder.scopes:
        return _refuse(start_response, "insufficient_scope")
    for _ in range(ATTEMPTS):
        signed = service.release(holder, now=clock.now())
        if isinstance(signed, Refused):
            return _refuse(start_response, signed.coarse)
        wire.give_back_connection()
        holding = hold_for_hand_over(signed.release, now=clock.now())
        if holding is not None:
            headers = {"Content-Type": "application/jwt", **wire.PRIVATE}
            body = wire.respond(start_response, 200, signed.token.encode(), headers)
            return wire.HeldAnswer(body, holding.let_go)
    return _refuse(start_response, "no_consent")


def _refuse(start_response: wire.StartResponse, error: str) -> Iterable[bytes]:
    told = {"error": error, "error_description": REFUSALS[error]}
    headers = dict(wire.PRIVATE)
    if error == "insufficient_scope":
        headers["WWW-Authenticate"] = 'Bearer error="insufficient_scope", scope="person_data"'
    return wire.respond_json(start_response, 403, told, headers)


HOT_PATHS = {"/api/person-data": person_data}
