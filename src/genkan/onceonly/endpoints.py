"""Hot paths of once-only: plain WSGI callables in front of Django."""

from collections.abc import Iterable, Mapping
from datetime import datetime

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
}

STATES = {
    "no_consent": sso.FailureState.DATA_REQUIRED,
    "service_suspended": sso.FailureState.SERVICE_SUSPENDED,
    "region_not_eligible": sso.FailureState.REGION_NOT_ELIGIBLE,
}
"""The designed failure that stands behind a refusal (M16), told as `genkan_error`."""


@wire.endpoint("GET")
def person_data(environ: wire.Environ, start_response: wire.StartResponse) -> Iterable[bytes]:
    """Answer `GET /api/person-data` with the person-data JWT, or say why not.

    The record is committed first, so nothing leaves unrecorded. Then the consent is checked again
    and held until the server has taken the answer: a withdrawal waits for that, so once a resident
    reads 「停止しました」 nothing is on its way any more. The same holds for the protection of an
    address, once the second person at the counter has approved it.
    """
    now = clock.now()
    headers = {**wire.PRIVATE, "DPoP-Nonce": sso.fresh_nonce(now=now)}
    try:
        query = wire.parse_form(wire.query_of(environ))
    except wire.Unreadable as error:
        told = {"error": "invalid_request", "error_description": str(error)}
        return wire.respond_json(start_response, error.status, told, headers)
    holder = _admitted(environ, query, now)
    if isinstance(holder, sso.Turned):
        headers["WWW-Authenticate"] = holder.challenge
        return wire.respond_json(start_response, holder.status, holder.document(), headers)
    for _ in range(ATTEMPTS):
        signed = service.release(holder, now=clock.now())
        if isinstance(signed, Refused):
            return _refuse(start_response, signed.coarse, headers)
        wire.give_back_connection()
        holding = hold_for_hand_over(signed.release, now=clock.now())
        if holding is not None:
            headers["Content-Type"] = "application/jwt"
            body = wire.respond(start_response, 200, signed.token.encode(), headers)
            return wire.HeldAnswer(body, holding.let_go)
    return _refuse(start_response, "no_consent", headers)


def _admitted(
    environ: wire.Environ, query: wire.Form, now: datetime
) -> sso.TokenFacts | sso.Turned:
    """Return what the token stands for, or why it is not let in and what would do."""
    visit = sso.Visit.of(environ, sso.Endpoint.PERSON_DATA, query=query, form=wire.Form({}))
    holder = sso.admit(visit, now=now)
    if isinstance(holder, sso.Turned):
        return holder
    return sso.scope_is_granted(holder, service.SCOPE) or sso.strong_enough(holder) or holder


def _refuse(
    start_response: wire.StartResponse, error: str, headers: Mapping[str, str]
) -> Iterable[bytes]:
    told = {"error": error, "error_description": REFUSALS[error]}
    if error in STATES:
        told["genkan_error"] = str(STATES[error])
    return wire.respond_json(start_response, 403, told, headers)


HOT_PATHS = {"/api/person-data": person_data}
