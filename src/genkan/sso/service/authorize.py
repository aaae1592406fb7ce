"""The authorization request: take it in, find out what has to happen, answer with a code."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction

from genkan.consent import api as consent
from genkan.kernel.ids import ResidentId, ServiceId, new_id
from genkan.kernel.wire import Form
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.sso.domain import authorize, details, failures, interaction
from genkan.sso.domain.authorize import STEPS, Answer, Asked, Facts, Prompt, Request
from genkan.sso.domain.details import Offered
from genkan.sso.domain.failures import State
from genkan.sso.domain.interaction import Standing, Task, Visitor, Way
from genkan.sso.domain.keys import ALG
from genkan.sso.domain.resources import MAX_RESOURCES
from genkan.sso.domain.steps import Door, Tell, first_refusal
from genkan.sso.domain.values import (
    CODE_LIFE,
    INTERACTION_LIFE,
    Browser,
    Client,
    Code,
    CodeId,
    Interaction,
    InteractionId,
    LinkId,
    PushedId,
    SignIn,
)
from genkan.sso.errors import (
    ConsentRequired,
    InteractionCompleted,
    OAuthError,
    QuestionChanged,
)
from genkan.sso.service import bars, outcomes, requests, rules, sessions
from genkan.sso.service.keys import recognised, sign
from genkan.sso.service.sessions import digest_of
from genkan.sso.store import clients as client_store
from genkan.sso.store import codes as code_store
from genkan.sso.store import grants as grant_store
from genkan.sso.store import interactions as store
from genkan.sso.store import links as link_store
from genkan.sso.store import pushed as pushed_store
from genkan.terms import api as terms

CODE_BYTES = 32
JARM_TYP = "oauth-authz-resp+jwt"
"""No specification names one; ours keeps a response from being taken for an ID token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A valid request and who is in front of the browser, as of now.

    Attributes:
        bar: the designed failure that keeps the resident from the service now, if there is one.
        step_up: how the resident gets to a stronger sign-in, where that is the task.
    """

    asked: Asked
    request: Request
    task: Task
    bar: State | None
    resident: ResidentId | None
    sign_in: SignIn | None
    browser: Browser
    is_linked: bool = False
    step_up: Way | None = None


def begin(form: Form, *, browser: Browser, now: datetime) -> Answer | InteractionId:
    """Take in an authorization request.

    Args:
        form: query or body, read strictly.
        browser: who calls.
        now: the present moment.

    Returns:
        The answer to the client, or an interaction that the resident has to go through first.

    Raises:
        Refusal: client or address are not known; the resident is told, nobody is redirected.
    """
    came = requests.arrived(form, now=now)
    asked = came.asked
    checked = check(asked, Door.BROWSER, now=now)
    if isinstance(checked, Answer):
        return checked
    situation = situate(asked, checked, browser, started_at=now, now=now)
    if situation.task is Task.ANSWER and situation.bar is None:
        return _answered_at_once(situation, came.pushed, now=now)
    if Prompt.NONE in checked.prompts:
        return _unseen(situation, came.pushed, now=now)
    begun = Interaction(
        id=InteractionId(new_id()),
        client=checked.client.id,
        parameters=asked.parameters,
        started_at=now,
        expires_at=now + INTERACTION_LIFE,
        completed_at=None,
        pushed=came.pushed,
    )
    store.add(begun, browser_digest=digest_of(browser))
    return begun.id


@transaction.atomic(durable=True)
def _unseen(situation: Situation, pushed: PushedId | None, *, now: datetime) -> Answer:
    """Return what stands for a page where none may be shown, counted if it is a failure."""
    use_up(pushed, now=now)
    if situation.bar is not None:
        outcomes.refused(situation.request.client.service, situation.bar, now=now)
        return refusal(situation.asked, failures.told(situation.bar), now=now)
    if situation.task is Task.STEP_UP:
        return refusal(situation.asked, failures.told(State.ASSURANCE_TOO_LOW), now=now)
    unseen = interaction.without_a_page(situation.task)
    assert unseen is not None, "an answer needs no page"
    if unseen.error == ConsentRequired.error and not situation.is_linked:
        unseen = failures.told(State.NOT_LINKED)
    return refusal(situation.asked, unseen, now=now)


def check(asked: Asked, door: Door = Door.INTERACTION, *, now: datetime) -> Request | Answer:
    """Run the steps of a door on a request as things stand now.

    Returns:
        The values of a good request, or the error to send to the client.

    Raises:
        Refusal: only the resident may be told.
    """
    facts = facts_about(asked, client_store.client(asked.get("client_id") or ""))
    refused = first_refusal(STEPS, door, asked, facts)
    if refused is None:
        return authorize.settled(asked, facts)
    if refused.tell is Tell.RESIDENT or not isinstance(refused.reason, OAuthError):
        raise refused.reason
    return refusal(asked, refused.reason, now=now)


def refusal(asked: Asked, reason: OAuthError, *, now: datetime) -> Answer:
    """Return an error as an authorization response."""
    return _answer(asked, reason.document(), now=now)


def _answer(asked: Asked, said: Mapping[str, str], *, now: datetime) -> Answer:
    """Return a response in the way that was asked for: signed, if so (JARM section 2)."""
    plain = authorize.answer(asked, settings.GENKAN.issuer, said)
    if not plain.mode.is_signed:
        return plain
    client = client_store.client(asked.parameters["client_id"])
    assert client is not None, "a step has found it"
    alg = client.settings.authorization_alg or ALG
    told = authorize.told_in_jwt(plain, client, now=now)
    return replace(plain, parameters={"response": sign(told, typ=JARM_TYP, alg=alg)})


def facts_about(asked: Asked, client: Client | None) -> Facts:
    """Return what we know about a request of this client."""
    return Facts(
        client=client,
        hint_subject=_hint(asked, client),
        resources=_served(asked.get("resource") or ""),
        offered=_offered(client) if asked.get("authorization_details") and client else Offered(),
    )


def _served(resources: str) -> frozenset[str]:
    """Return which of the resources asked for somebody serves: we, or a registered client."""
    ours = settings.GENKAN.issuer
    named = resources.split(" ")[: MAX_RESOURCES + 1] if resources else []
    return frozenset(one for one in named if one == ours or grant_store.resource_is_known(one))


def _offered(client: Client) -> Offered:
    """Return what the client's service may ask for: its offer, as far as it was agreed."""
    offer = partners.published_offer(client.service)
    if offer is None:
        return Offered()
    agreed = partners.agreement(offer.agreement)
    return Offered(offer.keys & agreed.items, agreed.purpose)


def _hint(asked: Asked, client: Client | None) -> str | None:
    """Return the subject of the id_token_hint if it is an ID token of ours for this client."""
    hint = asked.get("id_token_hint")
    if hint is None or client is None:
        return None
    claims = recognised(hint)
    if claims is None or claims.get("aud") != str(client.id):
        return None
    subject = claims.get("sub")
    return subject if isinstance(subject, str) else None


def situate(
    asked: Asked, request: Request, browser: Browser, *, started_at: datetime, now: datetime
) -> Situation:
    """Return what has to happen next, for a request that passed the steps."""
    demanded = rules.rules_of(request.client.service).minimum_acr
    request = replace(request, acr=replace(request.acr, at_least=demanded))
    sign_in = browser.sign_in
    resident = (
        residents.resident_of_account(browser.account) if browser.account is not None else None
    )
    visitor = Visitor(signed_in=browser.account is not None, sign_in=sign_in)
    if resident is not None:
        visitor = replace(
            _visitor(request.client, resident, sign_in, now=now),
            can_step_up=_way_to_two_factors(request, browser) is not None,
        )
    task = interaction.next_task(request, visitor, started_at=started_at, now=now)
    return Situation(
        asked=asked,
        request=request,
        task=task,
        bar=bars.bar(request.client, resident, visitor, task, now=now),
        step_up=_way_to_two_factors(request, browser) if task is Task.STEP_UP else None,
        is_linked=visitor.is_linked,
        resident=resident,
        sign_in=sign_in,
        browser=browser,
    )


def _way_to_two_factors(request: Request, browser: Browser) -> Way | None:
    """Return how this browser's resident comes to two factors; None where nothing is asked."""
    happened = browser.acr
    enough = request.acr.is_met_by(happened) and request.acr.is_best(happened)
    if browser.account is None or enough:
        return None
    held = residents.credentials_of(browser.account)
    return interaction.way_to_two_factors(
        browser.amr,
        has_password=held.has_password,
        has_app=held.authenticator_since is not None,
        has_passkey=bool(held.passkeys),
    )


def _visitor(
    client: Client, resident: ResidentId, sign_in: SignIn | None, *, now: datetime
) -> Visitor:
    return Visitor(
        signed_in=True,
        sign_in=sign_in,
        subject=partners.pairwise_subject(client.sector, resident),
        is_active=residents.state_of(resident) is residents.ResidentState.ACTIVE,
        terms_are_accepted=terms.standing_of(resident, now=now).is_current,
        proof_needed=residents.proof_is_needed(resident),
        is_linked=link_store.standing(resident, client.service) is not None,
        standing=_standing(client, resident, now=now),
        guardian_decided=_guardian_decided(client, resident, now=now),
        allowed=_allowed(client.service, resident, now=now),
    )


def _guardian_decided(client: Client, resident: ResidentId, *, now: datetime) -> bool:
    given = consent.consent_to(resident, client.service)
    if given is None or not given.for_minor:
        return False
    return _standing(client, resident, now=now) is Standing.ACTIVE


def _standing(client: Client, resident: ResidentId, *, now: datetime) -> Standing:
    if partners.published_offer(client.service) is None:
        return Standing.NO_OFFER
    return Standing(consent.standing(resident, client.service, now=now))


@transaction.atomic(durable=True)
def _answered_at_once(situation: Situation, pushed: PushedId | None, *, now: datetime) -> Answer:
    use_up(pushed, now=now)
    return answer_by_link(situation, now=now)


def use_up(pushed: PushedId | None, *, now: datetime) -> None:
    """Use a pushed request up with its answer; joins.

    Raises:
        InteractionCompleted: another page of the same request was answered.
    """
    if pushed is not None and not pushed_store.answer(pushed, now=now):
        raise InteractionCompleted


def answer_by_link(situation: Situation, *, now: datetime) -> Answer:
    """Answer with a code where nothing has to be asked; joins.

    Raises:
        QuestionChanged: the link or the session ended a moment ago.
    """
    assert situation.resident is not None, "only a linked resident has nothing to do"
    link = link_store.use(situation.resident, situation.request.client.service, now=now)
    if link is None:
        raise QuestionChanged
    return with_code(situation, link, now=now)


def with_code(situation: Situation, link: LinkId, *, now: datetime) -> Answer:
    """Answer with a new code, bound to everything the request said; joins.

    Raises:
        QuestionChanged: the session ended a moment ago.
    """
    request = situation.request
    assert situation.sign_in is not None, "a stale proof is renewed first"
    text = secrets.token_urlsafe(CODE_BYTES)
    code = Code(
        id=CodeId(new_id()),
        client=request.client.id,
        link=link,
        redirect_uri=request.redirect_uri,
        scopes=request.scopes,
        nonce=request.nonce,
        claims=request.claims,
        code_challenge=request.code_challenge,
        sign_in=situation.sign_in,
        sid=sessions.enter(request.client, link, situation.browser, now=now),
        jkt=request.jkt,
        resources=request.resources,
        details=_granted(situation, now=now),
    )
    code_store.add(code, digest=sha256(text.encode()).digest(), now=now, expires_at=now + CODE_LIFE)
    return _answer(situation.asked, {"code": text}, now=now)


def _granted(situation: Situation, *, now: datetime) -> tuple[Mapping[str, Any], ...]:
    """Return what the consent in force allows of what was asked for in detail."""
    asked, resident = situation.request.details, situation.resident
    if not asked or resident is None:
        return ()
    service = situation.request.client.service
    return details.granted(asked, _allowed(service, resident, now=now))


def _allowed(service: ServiceId, resident: ResidentId, *, now: datetime) -> frozenset[str]:
    """Return the items that the consent in force allows."""
    given = consent.consent_to(resident, service)
    return given.items if given is not None and given.in_force(now) else frozenset()


def parameters_of(found: Interaction) -> Asked:
    """Return the request that an interaction keeps."""
    parameters: Mapping[str, str] = found.parameters
    return Asked(parameters)
