"""What a resident still has to do before a valid request can be answered.

Source:
    OpenID Connect Core 1.0 sections 3.1.2.3 and 3.1.2.4; ARCHITECTURE.md "The spine".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from genkan.sso.domain.authorize import Prompt, Request
from genkan.sso.domain.values import SignIn
from genkan.sso.errors import (
    AccountSelectionRequired,
    ConsentRequired,
    InteractionRequired,
    LoginRequired,
    OAuthError,
    UnmetAuthenticationRequirements,
)


class Standing(StrEnum):
    """Where the resident's consent for the service's published offer stands."""

    NO_OFFER = "no_offer"
    NONE = "none"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OFFER_CHANGED = "offer_changed"
    NEEDS_RECONFIRMATION = "needs_reconfirmation"


_ASKS_AGAIN = frozenset(
    {Standing.NONE, Standing.EXPIRED, Standing.OFFER_CHANGED, Standing.NEEDS_RECONFIRMATION}
)
"""After a withdrawal nobody is asked again: sign-in goes on with the subject alone."""


class Task(StrEnum):
    """What is to be done next."""

    ANSWER = "answer"
    SIGN_IN = "sign_in"
    PROVE_AGAIN = "prove_again"
    REGISTER = "register"
    STEP_UP = "step_up"
    """The client wants a stronger sign-in than this one (P0.12)."""
    CHOOSE_ACCOUNT = "choose_account"
    LINK = "link"
    CONSENT = "consent"
    OTHER_ACCOUNT = "other_account"
    """The client wants another resident than the one of this browser."""
    TERMS = "terms"
    """The terms of use have changed materially, and the resident has not accepted them."""
    UNAVAILABLE = "unavailable"
    """The resident is suspended or gone."""
    PROVE_PERSON = "prove_person"
    """A counter has to confirm the person before anything new is connected or allowed (M22)."""


class Way(StrEnum):
    """What a resident proves next, to have used two factors."""

    PASSWORD = "password"  # noqa: S105 - the name of a way
    CODE = "code"
    PASSKEY = "passkey"


def way_to_two_factors(
    amr: Collection[str], *, has_password: bool, has_app: bool, has_passkey: bool
) -> Way | None:
    """Return what is proved next; None where a second factor has to be set up first.

    A code of the app counts beside a password alone; a passkey is two factors by itself.
    """
    if has_app and has_password:
        return Way.CODE if "pwd" in amr else Way.PASSWORD
    return Way.PASSKEY if has_passkey else None


QUESTIONS = frozenset({Task.CHOOSE_ACCOUNT, Task.LINK, Task.CONSENT})
"""Tasks that a page of ours asks about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is in front of the browser, as far as we know.

    Attributes:
        sign_in: None for nobody signed in, or a sign-in whose time is not known.
        signed_in: whether somebody is signed in at all.
        subject: the resident's name for this client; None while registration is not finished.
        is_active: the resident may use services.
        terms_are_accepted: the resident has accepted the terms of use in force.
        proof_needed: a counter has to confirm the person first.
        is_linked: the resident has connected the service.
        standing: of the resident's consent.
        allowed: items that the consent in force allows.
        can_step_up: a second factor is set up that this sign-in has not used.
        guardian_decided: the consent in force is a parent's or guardian's: there is nothing to ask
            but whether to connect.
    """

    signed_in: bool
    sign_in: SignIn | None = None
    subject: str | None = None
    is_active: bool = True
    terms_are_accepted: bool = True
    proof_needed: bool = False
    is_linked: bool = False
    standing: Standing = Standing.NO_OFFER
    guardian_decided: bool = False
    can_step_up: bool = False
    allowed: frozenset[str] = frozenset()


def next_task(request: Request, visitor: Visitor, *, started_at: datetime, now: datetime) -> Task:
    """Return what has to happen next.

    Args:
        request: passed every step.
        visitor: as of now.
        started_at: when this interaction began; a proof of identity since then is a fresh one.
        now: the present moment.
    """
    if not visitor.signed_in:
        return Task.SIGN_IN
    if _proof_is_stale(request, visitor.sign_in, started_at=started_at, now=now):
        return Task.PROVE_AGAIN
    if visitor.subject is None:
        return Task.REGISTER
    return _for_resident(request, visitor, visitor.subject, started_at=started_at)


def _for_resident(
    request: Request, visitor: Visitor, subject: str, *, started_at: datetime
) -> Task:
    if not visitor.is_active:
        return Task.UNAVAILABLE
    if not request.is_about(subject):
        return Task.OTHER_ACCOUNT
    if not visitor.terms_are_accepted:
        return Task.TERMS
    if _is_too_weak(request, visitor):
        return Task.STEP_UP
    return _question(request, visitor, started_at=started_at)


def _proof_is_stale(
    request: Request, sign_in: SignIn | None, *, started_at: datetime, now: datetime
) -> bool:
    if sign_in is None:
        return True
    if sign_in.at >= started_at:
        return False
    too_old = request.max_age is not None and now - sign_in.at > _floor(request.max_age)
    return Prompt.LOGIN in request.prompts or too_old


def _floor(max_age: timedelta) -> timedelta:
    """A max_age of 0 asks for a proof in this very interaction."""
    return max_age or timedelta(days=-1)


def _is_too_weak(request: Request, visitor: Visitor) -> bool:
    """Whether the client's condition is not met, or a wish of it that the resident can fulfil."""
    happened = visitor.sign_in.acr if visitor.sign_in is not None else ""
    if not request.acr.is_met_by(happened):
        return True
    asks = Prompt.NONE not in request.prompts and visitor.can_step_up
    return asks and not request.acr.is_best(happened)


def _question(request: Request, visitor: Visitor, *, started_at: datetime) -> Task:
    nothing_to_ask = visitor.guardian_decided or visitor.standing is Standing.NO_OFFER
    page = Task.LINK if nothing_to_ask else Task.CONSENT
    asked_for = Prompt.CONSENT in request.prompts
    if visitor.proof_needed and (not visitor.is_linked or asked_for):
        return Task.PROVE_PERSON
    grows = visitor.standing is Standing.ACTIVE and not request.attributes <= visitor.allowed
    asks_again = (visitor.standing in _ASKS_AGAIN or grows) and not visitor.proof_needed
    if not visitor.is_linked or asked_for or asks_again:
        return page
    just_signed_in = visitor.sign_in is not None and visitor.sign_in.at >= started_at
    if Prompt.SELECT_ACCOUNT in request.prompts and not just_signed_in:
        return Task.CHOOSE_ACCOUNT
    return Task.ANSWER


_UNSEEN: Mapping[Task, OAuthError] = {
    Task.SIGN_IN: LoginRequired("the resident is not signed in"),
    Task.PROVE_AGAIN: LoginRequired("the sign-in is too old"),
    Task.OTHER_ACCOUNT: LoginRequired("another resident is signed in"),
    Task.UNAVAILABLE: LoginRequired("the resident cannot sign in"),
    Task.TERMS: InteractionRequired("the resident has to read the terms of use"),
    Task.PROVE_PERSON: InteractionRequired("the resident has to be confirmed first"),
    Task.STEP_UP: UnmetAuthenticationRequirements("a stronger sign-in is needed"),
    Task.REGISTER: InteractionRequired("the registration is not finished"),
    Task.LINK: ConsentRequired("the resident has not agreed"),
    Task.CONSENT: ConsentRequired("the resident has not agreed"),
    Task.CHOOSE_ACCOUNT: AccountSelectionRequired("the resident has to choose"),
}


def without_a_page(task: Task) -> OAuthError | None:
    """Return the error that stands for a task when no page may be shown; None for ANSWER."""
    return _UNSEEN.get(task)
