"""Protected resources: one way in for userinfo, the person-data API, and whatever comes.

A token that is bound to a key comes with a proof of it, a client that must bind its tokens brings
no other, and a sign-in that was too weak is sent back for a stronger one (RFC 9470).
"""

from dataclasses import dataclass
from datetime import datetime

from genkan.kernel.wire import Environ, Form
from genkan.sso.domain import bearer, policy
from genkan.sso.domain.bearer import Presented
from genkan.sso.domain.policy import Brought, Endpoint
from genkan.sso.domain.rules import Rules
from genkan.sso.domain.values import TokenFacts
from genkan.sso.errors import (
    InsufficientScope,
    InsufficientUserAuthentication,
    InvalidToken,
    OAuthError,
)
from genkan.sso.service import possession
from genkan.sso.service.tokens import known_access_token


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request at a protected resource.

    Attributes:
        authorization, dpop: these headers; None if they did not come.
        form: its body; empty for a request without one.
    """

    endpoint: Endpoint
    path: str
    method: str
    authorization: str | None
    dpop: str | None
    query: Form
    form: Form

    @classmethod
    def of(cls, environ: Environ, endpoint: Endpoint, *, query: Form, form: Form) -> "Visit":
        """Return the visit of a request that was dispatched by its exact path."""
        return cls(
            endpoint=endpoint,
            path=environ["PATH_INFO"],
            method=environ["REQUEST_METHOD"],
            authorization=environ.get("HTTP_AUTHORIZATION"),
            dpop=environ.get("HTTP_DPOP"),
            query=query,
            form=form,
        )


@dataclass(frozen=True, slots=True)
class Turned:
    """A visit that is not let in: what to answer."""

    error: OAuthError
    status: int
    challenge: str

    def document(self) -> dict[str, str]:
        """Return the error as clients read it."""
        return self.error.document()


def admit(visit: Visit, *, now: datetime) -> TokenFacts | Turned:
    """Return what the access token of a visit stands for, or why it is not let in.

    That resident, service or consent are stopped is left to the door: some record it.
    """
    as_dpop = False
    try:
        shown = bearer.presented(visit.authorization, visit.form, visit.query)
        as_dpop = shown.as_dpop
        facts = bearer.known(known_access_token(shown.token, now=now))
        as_dpop = as_dpop or bool(facts.jkt)
        _holds_its_key(visit, shown, facts, now=now)
    except OAuthError as error:
        return turned(error, as_dpop=as_dpop)
    return facts


def admit_open(visit: Visit, *, now: datetime) -> TokenFacts | Turned:
    """Return what a token stands for, unless resident, service, client or consent are stopped."""
    facts = admit(visit, now=now)
    if isinstance(facts, TokenFacts) and not facts.is_open:
        return turned(
            InvalidToken("the access token is unknown, expired or revoked"),
            as_dpop=bool(facts.jkt),
        )
    return facts


def scope_is_granted(facts: TokenFacts, scope: str) -> Turned | None:
    """Return what to answer where the token lacks a scope that the door asks for."""
    if scope in facts.scopes:
        return None
    error = InsufficientScope(f"the access token lacks the scope {scope}")
    return turned(error, as_dpop=bool(facts.jkt), scope=scope)


def strong_enough(facts: TokenFacts) -> Turned | None:
    """Return what to answer where the service asks for a stronger sign-in than the token's."""
    if facts.minimum_acr is None:
        return None
    if Rules(minimum_acr=facts.minimum_acr).is_met_by(facts.sign_in.acr):
        return None
    error = InsufficientUserAuthentication(
        "the resident has to sign in more strongly", acr=facts.minimum_acr, max_age=None
    )
    return turned(error, as_dpop=bool(facts.jkt))


def turned(error: OAuthError, *, as_dpop: bool, scope: str | None = None) -> Turned:
    """Return the answer to a refused visit."""
    told = bearer.challenge(error, as_dpop=as_dpop, scope=scope)
    return Turned(error, bearer.status(error), told)


def _holds_its_key(visit: Visit, shown: Presented, facts: TokenFacts, *, now: datetime) -> None:
    """Hold a visit against its client's policy, and use its proof up."""
    proof = None
    if shown.as_dpop and visit.dpop is not None:
        proof = possession.read(visit.dpop, visit.path, visit.method, token=shown.token, now=now)
    brought = Brought(
        proof=proof.jkt if proof else None,
        nonce_is_good=proof is not None and possession.nonce_is_good(proof, now=now),
        bound_to=facts.jkt or None,
        sent_as_bearer=not shown.as_dpop,
    )
    policy.check(visit.endpoint, facts.settings, brought)
    if proof is not None:
        possession.use(proof)
