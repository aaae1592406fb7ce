"""Use cases of a resident when the terms change: accept the new version, or refuse it (M20).

Both lock the resident's row, which every release holds: once the refusal has committed, nothing
leaves any more.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from genkan.kernel.ids import ResidentId
from genkan.ledger import api as ledger
from genkan.residents.domain.guardians import Area
from genkan.residents.errors import NotAResident, NothingToDecide
from genkan.residents.service import guardians
from genkan.residents.service.registration import Shown
from genkan.residents.store import people as store
from genkan.terms import api as terms


def standing_of(resident: ResidentId, *, now: datetime) -> terms.Standing:
    """Return how a resident stands to the terms of use. One query."""
    return terms.standing_of(resident, now=now)


@transaction.atomic(durable=True)
def accept(
    resident: ResidentId, shown: Shown, *, by: ResidentId | None = None, now: datetime
) -> None:
    """Record that a resident accepts the terms as shown; once more changes nothing.

    Args:
        resident: who accepts.
        shown: what was shown.
        by: who acts for the resident, such as a parent; None for the resident.
        now: the moment.

    Raises:
        NotRepresentative: `by` may not act for the resident now.
        TermsOutdated: what was shown is not in force any more; nothing is recorded.
        NotAResident: there is no such resident.
    """
    actor = _actor(resident, by, now=now)
    standing = _locked_standing(resident, now=now)
    if standing.accepted is not None and standing.accepted.id == shown.terms:
        return
    terms.accept(_act(resident, shown, now), now=now)
    _record("resident.terms_accepted", resident, shown, actor, now=now)


@transaction.atomic(durable=True)
def accept_at_counter(resident: ResidentId, *, locale: str, now: datetime) -> bool:
    """Record that somebody was read the terms in force at a counter, and accepts them.

    For people who do not sign in, and for children with whom a guardian came.

    Returns:
        Whether it is new; the version accepted before is not accepted twice.

    Raises:
        NotAResident: there is no such resident.
    """
    standing, version = _locked_standing(resident, now=now), terms.hold_current(now)
    if standing.accepted is not None and standing.accepted.id == version.id:
        return False
    wording = terms.text(version, locale)
    shown = Shown(terms=version.id, locale=wording.locale, text_hash=wording.sha256, shown_at=now)
    act = replace(_act(resident, shown, now), method=terms.Method.COUNTER)
    terms.accept(act, now=now)
    _record("resident.terms_accepted", resident, shown, ledger.Actor.resident(resident), now=now)
    return True


@transaction.atomic(durable=True)
def refuse(
    resident: ResidentId, shown: Shown, *, by: ResidentId | None = None, now: datetime
) -> None:
    """Record that a resident refuses the terms as shown; once more changes nothing.

    Raises:
        NotRepresentative: `by` may not act for the resident now.
        TermsOutdated: what was shown is not in force any more; nothing is recorded.
        NothingToDecide: the version was accepted, perhaps in another tab, or asks for nothing.
        NotAResident: there is no such resident.
    """
    actor = _actor(resident, by, now=now)
    if _locked_standing(resident, now=now).is_current:
        raise NothingToDecide
    if terms.refuse(_act(resident, shown, now), now=now):
        _record("resident.terms_refused", resident, shown, actor, now=now)


def _actor(resident: ResidentId, by: ResidentId | None, *, now: datetime) -> ledger.Actor:
    """Return who decides, whose right to act for the resident is held until the commit."""
    if by is None or by == resident:
        return ledger.Actor.resident(resident)
    guardians.hold_right(by, resident, Area.SERVICES, now=now)
    return ledger.Actor.resident(by)


def _locked_standing(resident: ResidentId, *, now: datetime) -> terms.Standing:
    if not store.lock_resident(resident):
        raise NotAResident
    return terms.standing_of(resident, now=now)


def _act(resident: ResidentId, shown: Shown, now: datetime) -> terms.Acceptance:
    return terms.Acceptance(
        person=resident,
        terms=shown.terms,
        locale=shown.locale,
        text_hash=shown.text_hash,
        shown_at=min(shown.shown_at, now),  # clocks of two servers may differ a little
        method=terms.Method.WEB,
    )


def _record(
    event: str, resident: ResidentId, shown: Shown, actor: ledger.Actor, *, now: datetime
) -> None:
    entry = ledger.Entry(
        event=event,
        subject=resident,
        actor=actor,
        facts={
            "terms": terms.version_of(shown.terms).label,
            "locale": shown.locale,
            "text_hash": shown.text_hash,
        },
        happened_at=now,
    )
    guardians.record_act(entry)
    ledger.append(entry)
