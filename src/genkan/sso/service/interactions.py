"""Interactions: what a resident sees before a request is answered, and what they decide."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from genkan.catalogue import api as catalogue
from genkan.consent import api as consent
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ResidentId
from genkan.partners import api as partners
from genkan.sso.domain import failures
from genkan.sso.domain.authorize import Answer, Asked, Prompt, Request
from genkan.sso.domain.failures import State
from genkan.sso.domain.interaction import QUESTIONS, Task
from genkan.sso.domain.values import Browser, Interaction, InteractionId
from genkan.sso.errors import (
    AccessDenied,
    InteractionCompleted,
    InteractionExpired,
    LoginRequired,
    OtherPerson,
    ProofNeeded,
    QuestionChanged,
    ResidentUnavailable,
)
from genkan.sso.service import bars, links, outcomes, rules
from genkan.sso.service.authorize import (
    Situation,
    answer_by_link,
    check,
    parameters_of,
    refusal,
    situate,
    use_up,
    with_code,
)
from genkan.sso.service.sessions import digest_of
from genkan.sso.store import interactions as store
from genkan.sso.store import links as link_store


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailShown:
    """A request for one procedure, as the page shows it."""

    procedure: str
    items: tuple[catalogue.Item, ...]
    evidence_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a page of ours asks, and of whom."""

    interaction: Interaction
    situation: Situation
    service: partners.Service
    preview: consent.Preview | None
    details: tuple[DetailShown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page showed: it comes back signed, so that nobody answers something else."""

    interaction: InteractionId
    resident: ResidentId
    task: Task
    shown_at: datetime
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the resident decided.

    Attributes:
        allows: yes or no.
        choice: of the consent page; None for pages that offer none.
    """

    allows: bool
    choice: consent.Choice | None


def look(
    interaction_id: InteractionId,
    *,
    browser: Browser,
    ticked: frozenset[str] | None = None,
    name_form: consent.NameForm | None = None,
    now: datetime,
) -> Answer | Situation | Question:
    """Return what an interaction needs next.

    Args:
        interaction_id: which.
        browser: who asks; others' interactions do not exist.
        ticked: items chosen so far, for a consent page that is shown anew.
        name_form: which name was chosen so far, for the same.
        now: the present moment.

    Returns:
        The answer to the client if nothing is left to do, the situation if the resident has to go
        elsewhere first (sign in, prove again, register), or the question to show.

    Raises:
        NotFound: no such interaction of this browser.
        InteractionCompleted, InteractionExpired: it is over.
        ResidentUnavailable, ProofNeeded: the resident may not use services, or nothing new, now.
        Failure: a designed failure keeps the resident from the service (M16).
    """
    interaction = _open(interaction_id, browser, now=now)
    asked = parameters_of(interaction)
    request = check(asked, now=now)
    if isinstance(request, Answer):
        return _finished(interaction, browser, request, now=now)
    situation = situate(asked, request, browser, started_at=interaction.started_at, now=now)
    _must_be_possible(interaction, situation, now=now)
    if situation.task is Task.OTHER_ACCOUNT:
        error = LoginRequired("another resident is signed in")
        return _finished(interaction, browser, refusal(asked, error, now=now), now=now)
    if situation.task is Task.ANSWER:
        return _answered(interaction, browser, situation, now=now)
    if situation.task not in QUESTIONS or situation.resident is None:
        return situation
    return Question(
        interaction=interaction,
        situation=situation,
        service=partners.service(request.client.service),
        preview=_preview(situation, ticked, name_form, now=now),
        details=_details(request),
    )


def _details(request: Request) -> tuple[DetailShown, ...]:
    return tuple(
        DetailShown(
            procedure=detail.procedure,
            items=tuple(map(catalogue.item, detail.attributes)),
            evidence_id=detail.evidence_id,
        )
        for detail in request.details
    )


def _must_be_possible(interaction: Interaction, situation: Situation, *, now: datetime) -> None:
    """Stop where no page of this interaction helps on.

    Raises:
        ResidentUnavailable: the resident may not use services now.
        Failure: a designed failure keeps the resident from the service; it is counted.
        ProofNeeded: a counter has to confirm the person first.
    """
    if situation.task is Task.UNAVAILABLE:
        raise ResidentUnavailable
    if situation.bar is not None:
        request = situation.request
        waiting = {"interaction": interaction.id, "redirect_uri": request.redirect_uri}
        raise bars.failure(request.client.service, situation.bar, waiting, now=now)
    if situation.task is Task.PROVE_PERSON:
        raise ProofNeeded


def give_up(
    interaction_id: InteractionId, *, browser: Browser, now: datetime
) -> Answer | Situation | Question:
    """Send the resident back to the service with the failure that keeps them from it.

    Returns:
        The error for the client; or what `look` returns, if nothing keeps them any more.

    Raises:
        NotFound, InteractionCompleted, InteractionExpired: see `look`.
    """
    interaction = _open(interaction_id, browser, now=now)
    asked = parameters_of(interaction)
    request = check(asked, now=now)
    if not isinstance(request, Answer):
        situation = situate(asked, request, browser, started_at=interaction.started_at, now=now)
        if situation.bar is not None:
            answer = refusal(asked, failures.told(situation.bar), now=now)
            return _finished(interaction, browser, answer, now=now)
        if situation.task is Task.STEP_UP:
            error = failures.told(State.ASSURANCE_TOO_LOW)
            return _finished(interaction, browser, refusal(asked, error, now=now), now=now)
    return look(interaction_id, browser=browser, now=now)


def _preview(
    situation: Situation,
    ticked: frozenset[str] | None,
    name_form: consent.NameForm | None,
    *,
    now: datetime,
) -> consent.Preview | None:
    if situation.task is not Task.CONSENT or situation.resident is None:
        return None
    service = situation.request.client.service
    return consent.preview(situation.resident, service, ticked=ticked, name_form=name_form, now=now)


def _open(interaction_id: InteractionId, browser: Browser, *, now: datetime) -> Interaction:
    """Return an interaction of this browser that can still be answered."""
    found = store.of_browser(interaction_id, browser_digest=digest_of(browser))
    if found is None:
        raise NotFound
    if found.completed_at is not None:
        raise InteractionCompleted
    if found.expires_at <= now:
        raise InteractionExpired
    return found


@transaction.atomic(durable=True)
def _finished(
    interaction: Interaction, browser: Browser, answer: Answer, *, now: datetime
) -> Answer:
    _complete(interaction, browser, now=now)
    return answer


@transaction.atomic(durable=True)
def _answered(
    interaction: Interaction, browser: Browser, situation: Situation, *, now: datetime
) -> Answer:
    _complete(interaction, browser, now=now)
    return answer_by_link(situation, now=now)


def _complete(interaction: Interaction, browser: Browser, *, now: datetime) -> None:
    if not store.complete(interaction.id, browser_digest=digest_of(browser), now=now):
        raise InteractionCompleted
    use_up(interaction.pushed, now=now)


@transaction.atomic(durable=True)
def decide(
    interaction_id: InteractionId,
    shown: Shown,
    decision: Decision,
    *,
    browser: Browser,
    now: datetime,
) -> Answer | Situation:
    """Write down what the resident decided; link, consent, ledger entry and code stand together.

    Returns:
        The answer to the client, or the situation if the resident has to sign in again first.

    Raises:
        NotFound, InteractionCompleted, InteractionExpired: see `look`.
        ResidentUnavailable, Failure: see `look`.
        OtherPerson: somebody else signed in since the page was shown.
        QuestionChanged: the page no longer asks what is to be asked.
        Refusal: what `consent.give` refuses; nothing is changed then.
    """
    interaction = _open(interaction_id, browser, now=now)
    asked = parameters_of(interaction)
    request = check(asked, now=now)
    if isinstance(request, Answer):
        _complete(interaction, browser, now=now)
        return request
    situation = situate(asked, request, browser, started_at=interaction.started_at, now=now)
    if situation.task in (Task.SIGN_IN, Task.PROVE_AGAIN, Task.REGISTER):
        return situation
    _must_be_possible(interaction, situation, now=now)
    if situation.task is Task.STEP_UP:
        return situation
    if situation.resident != shown.resident:
        raise OtherPerson
    if (situation.task, interaction.id) != (shown.task, shown.interaction):
        raise QuestionChanged
    _complete(interaction, browser, now=now)
    if not decision.allows:
        return _declined(situation, asked, now=now)
    return _allowed(situation, interaction, decision, now=now)


def _declined(situation: Situation, asked: Asked, *, now: datetime) -> Answer:
    """Answer a no; joins.

    A link is not a consent: what was linked before stays linked and signs in with its subject
    alone, unless the service asked to be told of a no (prompt=consent), or serves nobody without
    data.
    """
    request, resident = situation.request, situation.resident
    assert resident is not None, "a question has somebody who answers"
    service = request.client.service
    if rules.rules_of(service).needs_data:
        outcomes.refused(service, State.DATA_REQUIRED, now=now)
        error = AccessDenied("the resident said no", state=State.DATA_REQUIRED)
        return refusal(asked, error, now=now)
    asks_for_consent = Prompt.CONSENT in request.prompts
    link = None if asks_for_consent else link_store.use(resident, service, now=now)
    if link is None:
        return refusal(asked, AccessDenied("the resident said no"), now=now)
    return with_code(situation, link, now=now)


def _allowed(
    situation: Situation, interaction: Interaction, decision: Decision, *, now: datetime
) -> Answer:
    """Link, write the consent down if the page asked for one, and answer with a code; joins."""
    client, resident = situation.request.client, situation.resident
    assert resident is not None, "a question has somebody who answers"
    link = links.connect(resident, client, interaction, page=situation.task.value, now=now)
    if situation.task is Task.CONSENT:
        if decision.choice is None:
            raise QuestionChanged
        consent.give(resident=resident, service=client.service, choice=decision.choice, now=now)
    return with_code(situation, link, now=now)
