"""Use cases of finding a resident at the counter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.domain.lookups import Act, Because, Lookup
from genkan.residents.domain.people import Profile
from genkan.residents.domain.search import Criteria
from genkan.residents.service.lookups import count_lookups
from genkan.residents.store import lookups, people, search

MOST = 100
"""People a search lists; whoever finds more must say more."""

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, by reading, birth date and ID.

    Attributes:
        more: whether there were more than are listed.
    """

    people: list[Profile]
    more: bool


@transaction.atomic(durable=True)
def find(
    account: AccountId,
    wanted: Criteria | ResidentId,
    because: Because,
    *,
    now: datetime,
) -> Found:
    """Find residents for a member of staff, and write down that they searched and why (M09).

    Whoever is found is not told: only who is opened leaves an entry of theirs.
    """
    if isinstance(wanted, Criteria):
        ids = search.found_by(wanted, limit=MOST + 1)
        held = [_held(resident) for resident in ids[:MOST]]
        shown = [one for one in held if wanted.fits(one.contents())]
    else:
        ids = [one for one in [wanted] if people.state_of(one) is not None]
        shown = [_held(resident) for resident in ids]
    done = Lookup(
        account=account,
        act=Act.SEARCHED,
        reason=because.reason,
        resident=None,
        at=now,
        hits=len(shown),
    )
    lookups.lock_staff(account)
    lookups.add(done, note=because.note)
    count_lookups(account, now=now)
    return Found(people=sorted(shown, key=_order), more=len(ids) > MOST)


def reindex(*, missing_only: bool, tell: Callable[[int], None] = lambda _: None) -> int:
    """Make the search's traces anew, 500 people to a transaction; may be stopped and repeated.

    Args:
        missing_only: only for people of whom there are none; else for everybody.
        tell: hears how many were done, batch by batch.

    Returns:
        How many people were done.
    """
    last: ResidentId | None = None
    done = 0
    while batch := search.residents_after(last, BATCH, missing_only=missing_only):
        _reindex(batch)
        last, done = batch[-1], done + len(batch)
        tell(len(batch))
    return done


@transaction.atomic(durable=True)
def _reindex(batch: list[ResidentId]) -> None:
    for resident in batch:
        people.lock_resident(resident)
        held = _held(resident)
        search.forget(resident)
        search.keep((resident, item, value.content) for item, value in held.values.items())


def _held(resident: ResidentId) -> Profile:
    found = people.profile_of(resident)
    assert found is not None  # residents are never deleted
    return found


def _order(one: Profile) -> tuple[str, str, str]:
    reading = (one.content("name_kana") or {}).get("full", "")
    return reading, str(one.content("birthdate") or ""), str(one.resident)
