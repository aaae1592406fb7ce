"""Use cases of a counter: register somebody, check a value against a document (M03, M07, A6)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from genkan.kernel.ids import AccountId, ResidentId
from genkan.ledger import api as ledger
from genkan.residents.domain.counter import BORNE_OUT, AtCounter, Seen
from genkan.residents.domain.lookups import Act, Because, LookupReason
from genkan.residents.domain.people import NewResident, Origin, Profile, Value, changed
from genkan.residents.domain.readings import OTHER, USED, settled
from genkan.residents.domain.search import Criteria
from genkan.residents.errors import NotAResident, UnknownItem
from genkan.residents.service import duplicates
from genkan.residents.service.creation import values_of
from genkan.residents.service.lookups import must_be_open, must_have_role, note_act, operator
from genkan.residents.store import counter as store
from genkan.residents.store import lookups, people, search
from genkan.terms import api as terms

MOST_ALIKE = 10


def look_alikes(values: Mapping[str, Any]) -> list[Profile]:
    """Return residents with the same name and date of birth: shown to staff, never merged (A10)."""
    asked = Criteria(name=values["name"]["full"], birthdate=values["birthdate"])
    found = [people.profile_of(one) for one in search.found_by(asked, limit=MOST_ALIKE)]
    return [one for one in found if one is not None]


@transaction.atomic(durable=True)
def register(account: AccountId, person: AtCounter, *, now: datetime) -> ResidentId:
    """Register somebody who stands at the counter; a form that is sent again registers nobody else.

    The terms were read out and accepted; the ID is issued under the version in force at this
    moment, or not at all. The record is open to the member of staff, who typed it in.

    Raises:
        RoleNeeded: the account has no role.
        TermsOutdated: what was read out is not in force any more; nothing is recorded.
    """
    must_have_role(account)
    lookups.lock_staff(account)
    if people.state_of(person.id) is not None:
        return person.id
    version = terms.hold_current(now)
    act = terms.Acceptance(
        person=person.id,
        terms=person.terms,
        locale=person.locale,
        text_hash=person.text_hash,
        shown_at=now,
        method=terms.Method.COUNTER,
    )
    acceptance = terms.accept(act, now=now)
    values = {item: content for item, content in person.values.items() if content}
    borne_out = sorted(BORNE_OUT & set(values))
    new = NewResident(
        id=person.id,
        email=None,
        password_hash=None,
        values=values,
        ui_locale=person.ui_locale,
        origins=dict.fromkeys(borne_out, Origin.COUNTER),
    )
    people.add_residents([(new, None, acceptance)], values_of(new, now=now), now=now)
    duplicates.note_new([(person.id, values)], now=now)
    store.add(person.id, account, person.seen, borne_out, now=now)
    note_act(account, Act.OPENED, person.id, Because(reason=LookupReason.VISIT), now=now)
    ledger.append(
        ledger.Entry(
            event="resident.id_issued",
            subject=person.id,
            actor=operator(account),
            facts={"terms": version.label, "document": person.seen.document},
            happened_at=now,
        )
    )
    return person.id


@transaction.atomic(durable=True)
def check_values(
    account: AccountId,
    resident: ResidentId,
    contents: Mapping[str, Any],
    seen: Seen,
    *,
    now: datetime,
) -> bool:
    """Write that a document bears values out; those that differ are corrected, with history.

    Args:
        account: of the member of staff, to whom the record is open.
        resident: whose values.
        contents: by item as the document says; None for "as it stands".
        seen: the document.
        now: when.

    Returns:
        Whether anything was corrected. A reading that differs from the declared one by what
        registers are known to lose corrects nothing: it is kept beside it (H07).

    Raises:
        NotOpened: the record is not open to this member of staff.
        UnknownItem: nothing stands that could be borne out.
    """
    must_have_role(account)
    must_be_open(account, resident, now=now)
    if not people.lock_resident(resident):
        raise NotAResident
    held = people.profile_of(resident)
    assert held is not None  # it is locked
    true = {item: content or held.content(item) for item, content in contents.items()}
    if not all(true.values()):
        raise UnknownItem
    before = {item: value.content for item, value in held.values.items()}
    since = max([now, *(value.as_of for value in held.values.values())])
    changes = settled(held.values, {item: _checked(item, true[item], since) for item in true})
    people.close_values(resident, changes, now=since)
    people.add_values((resident, value, None) for value in changes.values() if value is not None)
    duplicates.note_change(resident, before | true, now=now)
    store.add(resident, account, seen, sorted(true), now=now)
    if changes.get(OTHER) is not None and USED not in changes:
        ledger.append(_entry("resident.reading_kept", account, resident, [USED], seen, now))
        return False
    is_corrected = bool(changed(before, true))
    if is_corrected:
        ledger.append(_entry("resident.values_corrected", account, resident, true, seen, now))
    else:
        ledger.append(_entry("resident.values_checked", account, resident, true, seen, now))
    return is_corrected


def _checked(item: str, content: Any, since: datetime) -> Value:  # noqa: ANN401 - JSON of the item's shape
    return Value(item=item, content=content, origin=Origin.COUNTER, as_of=since, verified=True)


def _entry(
    event: str,
    account: AccountId,
    resident: ResidentId,
    contents: Iterable[str],
    seen: Seen,
    now: datetime,
) -> ledger.Entry:
    return ledger.Entry(
        event=event,
        subject=resident,
        actor=operator(account),
        facts={"items": sorted(contents), "document": seen.document},
        happened_at=now,
    )
