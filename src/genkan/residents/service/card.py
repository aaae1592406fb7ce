"""Checking values with the My Number Card: leave, come back, compare, decide (M03, A4).

The provider is asked between transactions: leaving and coming back are written each by itself, so a
slow provider holds no connection, and an answer that was used stays used whatever follows.
"""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from genkan.catalogue import api as catalogue
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.ledger import api as ledger
from genkan.residents import card_client
from genkan.residents.domain.card import (
    AWAY,
    ITEMS,
    OPEN,
    Card,
    CardCheck,
    CardCheckId,
    CardUnreadable,
    Comparison,
    Pick,
    changes,
    compare,
    is_same_person,
)
from genkan.residents.domain.credentials import Notice
from genkan.residents.domain.likeness import COMPARED
from genkan.residents.domain.people import Profile, Value
from genkan.residents.errors import (
    CardCheckOver,
    CardElsewhere,
    CardOfAnother,
    CardUnreachable,
    CardUntrusted,
    NotAResident,
)
from genkan.residents.service import duplicates, guardians, interventions, notices
from genkan.residents.store import card as store
from genkan.residents.store import people

LOG = logging.getLogger(__name__)
RETURN = "/profile/card/return"
TRY_LATER = frozenset({"server_error", "temporarily_unavailable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the resident decides about.

    Attributes:
        comparisons: item by item.
        hides_place: the address is protected, so it is left out.
        settled_at_counter: items that only a counter changes for this resident.
    """

    comparisons: list[Comparison]
    hides_place: bool
    settled_at_counter: frozenset[str]

    @property
    def asked(self) -> list[Comparison]:
        """What needs a pick."""
        return [
            one for one in self.comparisons if one.asks and one.item not in self.settled_at_counter
        ]


def is_on() -> bool:
    """Whether this installation can check with the card."""
    return bool(settings.GENKAN.card_issuer)


def return_address(issuer: str) -> str:
    """Return where people come back to; registered with the provider, character by character."""
    return issuer + RETURN


def public_key() -> dict[str, Any]:
    """Return the public half of our key, which is made if there is none.

    Raises:
        KeyUnusable: the file is open to other users, or holds no key.
    """
    path = settings.GENKAN.card_key
    return card_client.public_key(path) if path.exists() else card_client.new_key(path)


@transaction.atomic(durable=True)
def begin(resident: ResidentId, *, now: datetime) -> tuple[CardCheckId, str]:
    """Begin a check; return its name, for the session alone, and where the browser goes.

    Raises:
        NotFound: this installation does not check with the card.
        CardUnreachable: our key cannot be used, so nobody is sent away in vain.
        NotAResident: there is no such resident.
    """
    provider = _provider()
    try:
        card_client.public_key(provider.key_file)
    except card_client.KeyUnusable as error:
        LOG.error("key for card checks cannot be used: %s", error)  # noqa: TRY400 - a setting, no fault of the code
        raise CardUnreachable from error
    if not people.lock_resident(resident):
        raise NotAResident
    check = CardCheck(
        id=CardCheckId(new_id()),
        resident=resident,
        begun_at=now,
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
    )
    state = secrets.token_urlsafe(32)
    store.add(check, state=state)
    there = card_client.address(provider, state=state, nonce=check.nonce, verifier=check.verifier)
    return check.id, there


def come_back(
    resident: ResidentId, check: CardCheckId, answer: Mapping[str, str], *, now: datetime
) -> bool:
    """Take the provider's answer and keep what the card says until the resident has decided.

    Args:
        resident: who is signed in.
        check: of the session.
        answer: the query of the redirect.
        now: when.

    Returns:
        Whether there is something to decide; not if the person gave up over there.

    Raises:
        NotFound: this installation does not check with the card.
        CardCheckOver: unknown state, used before, too late, or begun by somebody else.
        CardUnreachable, CardUntrusted: the provider did not answer, or not in order.
        CardOfAnother, CardElsewhere: the card is not this person's; both are recorded.
    """
    provider = _provider()
    spent = store.spend(check, resident, answer.get("state", ""), now=now)
    if spent is None:
        raise CardCheckOver
    if answer.get("error") == "access_denied":
        return False
    card, sub = _read(provider, spent, answer, now)
    _keep(spent, card, sub, now=now)
    return True


def was_confirmed(resident: ResidentId, check: CardCheckId) -> bool:
    """Whether the resident has decided already: a second click on the same page."""
    found = store.check_of(check, resident)
    return found is not None and found.confirmed_at is not None


def review(resident: ResidentId, check: CardCheckId, *, now: datetime) -> Review:
    """Return what came back beside what we hold.

    Raises:
        CardCheckOver: there is nothing to decide, or not any more.
    """
    found = store.check_of(check, resident)
    if found is None or found.card is None or not found.can_be_confirmed(now):
        raise CardCheckOver
    return _review(_held(resident), found.card, now)


@transaction.atomic(durable=True)
def confirm(
    resident: ResidentId,
    account: AccountId,
    check: CardCheckId,
    picks: Mapping[str, Pick],
    *,
    now: datetime,
) -> list[str]:
    """Write what the resident decided, once; a form that is sent again changes nothing.

    Args:
        resident: whose values.
        account: of the resident, for the mail.
        check: of the session.
        picks: by item, for those that need one.
        now: when.

    Returns:
        The items that the card bears out now.

    Raises:
        CardCheckOver: there is nothing to decide, or not any more.
        CardElsewhere: the card was tied to another ID meanwhile.
    """
    people.lock_resident(resident)
    found = store.lock(check, resident)
    if found is not None and found.confirmed_at is not None:
        return []  # the second of two clicks waited for the first
    if found is None or found.card is None or not found.can_be_confirmed(now):
        raise CardCheckOver
    held = _held(resident)
    tied_since = store.tied_since(check)
    if not store.tie(check, now=now):
        raise CardElsewhere
    seen = _review(held, found.card, now)
    changed = _changes(held, seen, picks, now)
    _write(held, changed, now)
    store.end(check, now=now)
    _tell(account, held, changed, now)
    if settings.GENKAN.card_lifts_proof and tied_since is not None:
        interventions.proved_by_card(resident, tied_since=tied_since, now=now)
    return _borne_out(changed)


@transaction.atomic(durable=True)
def forget_what_ended(*, now: datetime) -> None:
    """Delete checks that are over, with what the cards said."""
    store.forget(begun_before=now - AWAY - OPEN - timedelta(minutes=5))


def _provider() -> card_client.Provider:
    deployment = settings.GENKAN
    if not is_on():
        raise NotFound
    return card_client.Provider(
        issuer=deployment.card_issuer,
        client_id=deployment.card_client_id,
        redirect_uri=return_address(deployment.issuer),
        key_file=deployment.card_key,
        allow_loopback=deployment.allow_loopback_fetch,
    )


def _read(
    provider: card_client.Provider, check: CardCheck, answer: Mapping[str, str], now: datetime
) -> tuple[Card, str]:
    """Return the card behind an answer, and its subject; the log learns the check, no value."""
    if answer.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise _untrusted("answer_iss")
    if answer.get("error") in TRY_LATER:
        raise CardUnreachable
    if "error" in answer or not answer.get("code"):
        raise _untrusted("answer")
    try:
        claims = card_client.claims_of(
            provider, answer["code"], nonce=check.nonce, verifier=check.verifier, now=now
        )
        return Card.from_claims(claims), claims["sub"]
    except card_client.Unreachable as error:
        LOG.warning("card provider does not answer: %s", error)
        raise CardUnreachable from error
    except (card_client.Untrusted, card_client.KeyUnusable, CardUnreadable) as error:
        raise _untrusted(str(error)) from error


def _untrusted(check: str) -> CardUntrusted:
    LOG.warning("card provider's answer refused: %s", check)
    return CardUntrusted()


def _keep(check: CardCheck, card: Card, sub: str, *, now: datetime) -> None:
    """Keep what the card says, or record why it is not this person's."""
    with transaction.atomic(durable=True):
        people.lock_resident(check.resident)
        held = _held(check.resident)
        owner = store.owner_of(sub)
        if owner not in {None, check.resident}:
            store.contest(check.resident, sub, now=now)
            refusal: type[CardElsewhere | CardOfAnother] | None = CardElsewhere
        else:
            refusal = None if is_same_person(held.values, card) else CardOfAnother
        if refusal is None:
            place = catalogue.place_items() if held.is_protected(now) else frozenset[str]()
            store.keep_card(check, card.without(place), sub=sub)
        else:
            _record_refusal(check.resident, refusal.code, now)
    if refusal is not None:
        raise refusal


def _record_refusal(resident: ResidentId, code: str, now: datetime) -> None:
    ledger.append(
        ledger.Entry(
            event="resident.card_refused",
            subject=resident,
            actor=ledger.Actor.resident(resident),
            facts={"reason": code.removeprefix("residents.")},
            happened_at=now,
        )
    )


def _held(resident: ResidentId) -> Profile:
    held = people.profile_of(resident)
    if held is None:
        raise NotAResident
    return held


def _review(held: Profile, card: Card, now: datetime) -> Review:
    hides_place = held.is_protected(now)
    place = catalogue.place_items() if hides_place else frozenset[str]()
    free = guardians.is_free_to_change_birthdate(held.resident, now=now)
    return Review(
        comparisons=compare(held.values, card.without(place)),
        hides_place=hides_place,
        settled_at_counter=frozenset() if free else frozenset({"birthdate"}),
    )


def _changes(
    held: Profile, seen: Review, picks: Mapping[str, Pick], now: datetime
) -> dict[str, Value | None]:
    """Return what changes, by item; nothing began later than it is said to."""
    since = max([now, *(value.as_of for value in held.values.values())])
    asked = {one.item for one in seen.asked}
    taken = {item: pick for item, pick in picks.items() if item in asked}
    return changes(held.values, seen.comparisons, taken, since=since)


def _write(held: Profile, changed: Mapping[str, Value | None], now: datetime) -> None:
    since = max([now, *(value.as_of for value in held.values.values())])
    people.close_values(held.resident, changed, now=since)
    opened = {item: value for item, value in changed.items() if value is not None}
    people.add_values((held.resident, value, None) for value in opened.values())
    if _corrected(held, changed) & COMPARED:
        contents = {item: value.content for item, value in {**held.values, **opened}.items()}
        duplicates.note_change(held.resident, contents, now=now)


def _tell(
    account: AccountId, held: Profile, changed: Mapping[str, Value | None], now: datetime
) -> None:
    """Record and mail what the card bore out; what it corrected is an entry of its own."""
    facts: dict[str, Any] = {"items": _borne_out(changed)}
    notices.tell(account, Notice.CARD_CHECKED, language="ja", now=now, facts=facts)
    corrected = _corrected(held, changed) & set(ITEMS)
    if corrected:
        notices.record(
            account, "resident.card_corrected", facts={"items": sorted(corrected)}, now=now
        )


def _borne_out(changed: Mapping[str, Value | None]) -> list[str]:
    return sorted(
        item for item in ITEMS if (value := changed.get(item)) is not None and value.verified
    )


def _corrected(held: Profile, changed: Mapping[str, Value | None]) -> set[str]:
    return {
        item
        for item, value in changed.items()
        if value is not None and held.content(item) != value.content
    }
