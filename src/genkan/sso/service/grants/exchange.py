"""The token exchange grant: a token about somebody whom the signed-in resident acts for.

Source:
    RFC 8693; M46.
"""

from datetime import datetime

from django.db import transaction

from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.wire import Form
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.residents.api import Area
from genkan.sso.domain import exchange as domain
from genkan.sso.domain.exchange import BEFORE_LOOKING, STEPS, Asked, Facts, Mandate
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.values import Client, GrantId, LinkId, TokenFacts
from genkan.sso.errors import InvalidGrant, OAuthError
from genkan.sso.service import mandates, tokens
from genkan.sso.service.issue import Holder, Issued, access_response
from genkan.sso.service.proof import Proven, told
from genkan.sso.store import grants as grant_store
from genkan.sso.store import links as link_store


def answer(proven: Proven, form: Form, *, now: datetime) -> Issued | OAuthError:
    """Exchange the token of who acts for one about the person they act for."""
    asked = Asked(form)
    refused = first_refusal(BEFORE_LOOKING, Door.EXCHANGE, asked, None)
    if refused is not None:
        return told(refused.reason)
    return _exchange(proven, asked, now=now)


@transaction.atomic(durable=True)
def _exchange(proven: Proven, asked: Asked, *, now: datetime) -> Issued | OAuthError:
    holder = tokens.known_access_token(asked.get("subject_token") or "", now=now)
    facts = Facts(
        client=proven.client.id,
        jkt=proven.jkt,
        holder=holder,
        is_exchanged=holder is not None and holder.actor is not None,
        mandates=[] if holder is None else mandates.of(holder, now=now),
    )
    refused = first_refusal(STEPS, Door.EXCHANGE, asked, facts)
    if refused is not None or holder is None:
        return told(refused.reason if refused else OAuthError())
    mandate = domain.mandate(asked, facts)
    try:
        residents.hold_right_to_act(holder.resident, mandate.person, Area.SERVICES, now=now)
    except residents.NotRepresentative:
        return InvalidGrant(detail="the right ended a moment ago")
    return _issue(proven.client, asked, holder, mandate, now=now)


def _issue(
    client: Client, asked: Asked, holder: TokenFacts, mandate: Mandate, *, now: datetime
) -> Issued:
    """Issue the token while the right is held; joins."""
    link = _link(client, holder.resident, mandate, now=now)
    act = {
        "sub": partners.pairwise_subject(client.sector, holder.resident),
        "mandate": str(mandate.id),
        mandates.RESIDENT: str(holder.resident),
        mandates.GRANT: str(holder.grant),
    }
    grant = domain.grant(asked, holder, id_=GrantId(new_id()), link=link, act=act, now=now)
    grant_store.add(grant)
    entry = ledger.Entry(
        event="sso.acted_at_service",
        subject=mandate.person,
        actor=ledger.Actor.resident(holder.resident),
        service=client.service,
        happened_at=now,
        facts={"mandate": str(mandate.id)},
    )
    ledger.append(entry)
    residents.record_act(entry)
    about = Holder(client=client, grant=grant, resident=mandate.person)
    response = access_response(about, now=now)
    full = {**response, "issued_token_type": domain.ACCESS_TOKEN}
    return Issued(full, None, full)


def _link(client: Client, by: ResidentId, mandate: Mandate, *, now: datetime) -> LinkId:
    """Return the person's link with the service, a new one if there is none; joins."""
    evidence = {"mandate": str(mandate.id), "by": str(by), "client": str(client.id)}
    link, is_new = link_store.connect(
        mandate.person, client.service, evidence=evidence, pending_until=None, now=now
    )
    if is_new:
        ledger.append(
            ledger.Entry(
                event="sso.linked",
                subject=mandate.person,
                actor=ledger.Actor.resident(by),
                service=client.service,
                happened_at=now,
                facts={"link": str(link)},
            )
        )
    return link
