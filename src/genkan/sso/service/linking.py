"""Use cases of linked accounts: confirm, ask, tell, end, merge (M18).

A service calls them for a person who has proved both accounts in one flow: there by its own login,
here by the sign-in whose ID token comes along. The database settles who is first; what does not fit
is queued for staff (`service/conflicts.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction

from genkan.kernel.ids import ResidentId, ServiceId
from genkan.kernel.parameters import Form
from genkan.kernel.sealing import load_keyring
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.sso.domain import linking
from genkan.sso.domain.linking import (
    Conflict,
    CorporateAccount,
    ExternalAccount,
    Kind,
    LinkGone,
    LinkInConflict,
    LinkState,
    Reason,
    Statement,
)
from genkan.sso.domain.values import Client, Link
from genkan.sso.service import conflicts, links
from genkan.sso.service.keys import recognised
from genkan.sso.store import linking as store

LAPSES_A_RUN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an account stands, as a service is told; its `sub` only while it is linked."""

    state: LinkState
    sub: str | None = None
    linked_at: datetime | None = None
    is_new: bool = False

    def document(self) -> dict[str, object]:
        """Return it as JSON."""
        told: dict[str, object] = {"state": str(self.state)}
        if self.sub is not None and self.linked_at is not None:
            told |= {"sub": self.sub, "linked_at": partners.stamp(self.linked_at)}
        return told


def confirm(client: Client, form: Form, *, now: datetime) -> Standing:
    """Link an account that a person has proved, beside their proof at Genkan, in one flow.

    Raises:
        InvalidRequest: the text names the member.
        LinkGone: the sign-in is too old, used, over, another client's, or was undone.
        CorporateAccount: accounts of organisations are linked with nobody's ID.
        LinkInConflict: it does not fit together; staff decide.
    """
    said = linking.read_statement(form)
    claims = _sign_in(client, said, now=now)
    if said.kind is Kind.CORPORATE:
        raise CorporateAccount
    found = _confirmed(client, said, claims, now=now)
    if isinstance(found, Conflict):
        raise LinkInConflict(str(found.reason), conflict=str(found.id))
    return found


def _sign_in(client: Client, said: Statement, *, now: datetime) -> Mapping[str, Any]:
    """Return the claims of the ID token that this flow ended with."""
    claims = recognised(said.id_token)
    if claims is None or claims.get("aud") != str(client.id):
        raise LinkGone(detail="not an ID token for this client")
    if int(claims["exp"]) <= now.timestamp():
        raise LinkGone(detail="the sign-in is too old")
    return claims


@transaction.atomic(durable=True)
def _confirmed(
    client: Client, said: Statement, claims: Mapping[str, Any], *, now: datetime
) -> Standing | Conflict:
    link = store.hold_link_of_session(str(claims.get("sid")), client.id)
    if link is None or (link.pending_until is not None and link.pending_until <= now):
        raise LinkGone(detail="the session or the link is over")
    digest = digest_of(client.service, said.account)
    evidence = _evidence(client, said, claims)
    mine = store.account_of_link(link.id)
    if mine is not None and mine.digest == digest:
        store.set_matters(mine.id, said.open_matters)
        return _standing(client, mine)
    if mine is not None:
        return conflicts.queue(
            link, Reason.ANOTHER_ACCOUNT, mine, digest=digest, evidence=evidence, now=now
        )
    is_new = store.add(
        link,
        digest=digest,
        token_digest=sha256(said.id_token.encode()).digest(),
        open_matters=said.open_matters,
        evidence=evidence,
        now=now,
    )
    if not is_new:
        return _not_added(link, digest, evidence, now=now)
    _tell_of_link(link, said, now=now)
    return replace(_standing(client, _known(store.account_of_link(link.id))), is_new=True)


def _not_added(
    link: Link, digest: bytes, evidence: Mapping[str, object], *, now: datetime
) -> Conflict:
    """Return the conflict with whoever has the account; a proof that is used proves nothing."""
    theirs = store.account_called(link.service, digest)
    if theirs is None:
        raise LinkGone(detail="the ID token was used before")
    return conflicts.queue(
        link, Reason.ACCOUNT_OF_ANOTHER, theirs, digest=digest, evidence=evidence, now=now
    )


def _tell_of_link(link: Link, said: Statement, *, now: datetime) -> None:
    """Let the link stand, record it for the resident, and mail it; joins."""
    store.stand(link.id)
    is_first = link.pending_until is not None
    ledger.append(
        ledger.Entry(
            event="sso.linked" if is_first else "sso.account_linked",
            subject=link.resident,
            actor=ledger.Actor.resident(link.resident),
            service=link.service,
            happened_at=now,
            facts={"link": str(link.id), "proof": str(said.proof)},
        )
    )
    links.mail_of_link(link.resident, link.service, now=now)


def _evidence(client: Client, said: Statement, claims: Mapping[str, Any]) -> dict[str, object]:
    """Return how both accounts were proved: times and classes, nothing about the person."""
    return {
        "client": str(client.id),
        "sid": claims.get("sid"),
        "auth_time": claims.get("auth_time"),
        "acr": claims.get("acr"),
        "amr": claims.get("amr", []),
        "proof": str(said.proof),
    }


def state(client: Client, form: Form) -> Standing:
    """Return how an account stands that the client's service names.

    Raises:
        InvalidRequest: the text names the member.
    """
    digest = digest_of(client.service, linking.reference(form))
    found = store.account_called(client.service, digest)
    if found is not None:
        return _standing(client, found)
    disputed = store.is_disputed(client.service, digest)
    return Standing(state=LinkState.CONFLICT if disputed else LinkState.UNLINKED)


@transaction.atomic(durable=True)
def tell_matters(client: Client, form: Form) -> Standing:
    """Take in how many applications are under way, so that unlinking can say so.

    Raises:
        InvalidRequest: the text names the member.
    """
    digest, number = digest_of(client.service, linking.reference(form)), linking.matters(form)
    found = store.account_called(client.service, digest)
    if found is None:
        return Standing(state=LinkState.UNLINKED)
    store.set_matters(found.id, number)
    return _standing(client, found)


@transaction.atomic(durable=True)
def end(client: Client, form: Form, *, now: datetime) -> Standing:
    """Unlink an account because its person, or the service, said so there; a repeat is fine.

    Raises:
        InvalidRequest: the text names the member.
    """
    digest = digest_of(client.service, linking.reference(form))
    found = store.account_called(client.service, digest)
    link = None if found is None else store.hold_obstacle(found.id)
    if link is not None:
        links.end(link, by=ledger.Actor.service(client.service), now=now)
    return Standing(state=LinkState.UNLINKED)


@transaction.atomic(durable=True)
def merge(client: Client, form: Form, *, now: datetime) -> Standing | Conflict:
    """Take in that the service merged one account into another.

    The link of the one that is gone goes on with the other. Are both linked, staff decide: a merge
    there never moves a link from one person to another.

    Raises:
        InvalidRequest: the text names the member.
    """
    gone = store.account_called(client.service, digest_of(client.service, linking.reference(form)))
    into = digest_of(client.service, linking.reference(form, "into"))
    kept = store.account_called(client.service, into)
    if gone is None or gone.digest == into:
        return Standing(state=LinkState.UNLINKED) if kept is None else _standing(client, kept)
    if kept is None and store.rename(gone.id, into):
        return _standing(client, gone)
    kept = _known(store.account_called(client.service, into))
    link = store.hold_obstacle(gone.id)
    if link is None:
        return _standing(client, kept)
    evidence: dict[str, object] = {"client": str(client.id), "merged": True}
    return conflicts.queue(link, Reason.MERGED, kept, digest=into, evidence=evidence, now=now)


@transaction.atomic(durable=True)
def unlink(resident: ResidentId, service: ServiceId, *, now: datetime) -> bool:
    """Unlink because the resident said so here: the service is told, its sessions end.

    Returns:
        Whether there was something to unlink.
    """
    link = links.hold(resident, service)
    if link is None:
        return False
    links.end(link, by=ledger.Actor.resident(resident), now=now)
    return True


def account_of(resident: ResidentId, service: ServiceId) -> ExternalAccount | None:
    """Return a resident's linked account at a service."""
    return store.account_of(resident, service)


@transaction.atomic(durable=True)
def lapse(*, now: datetime) -> int:
    """Undo links whose account was not named in time: an interrupted flow links nothing."""
    found = store.due(now=now, limit=LAPSES_A_RUN)
    for link in found:
        links.end(link, by=ledger.SYSTEM, event="sso.link_lapsed", now=now)
    return len(found)


def digest_of(service: ServiceId, account: str) -> bytes:
    """Return what is kept of a service's reference: one cannot be traced back to it."""
    keyring = load_keyring(settings.GENKAN.keyring)
    return keyring.keyed_hash("sso external account", service.bytes + account.encode())


def _standing(client: Client, account: ExternalAccount) -> Standing:
    sub = partners.pairwise_subject(client.sector, account.resident)
    return Standing(state=LinkState.LINKED, sub=sub, linked_at=account.linked_at)


def _known(account: ExternalAccount | None) -> ExternalAccount:
    assert account is not None, "its row was written or seen in this transaction"
    return account
