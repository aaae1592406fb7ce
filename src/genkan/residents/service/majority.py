"""What happens when somebody comes of age: it is noted once, and who acted for them is told (M46).

No right hangs on it: those of parents and guardians ended at 0:00 by themselves.
"""

from datetime import datetime, timedelta

from genkan.kernel import jobs
from genkan.kernel.db import require_transaction
from genkan.kernel.ids import ResidentId
from genkan.kernel.text.dates import Truth
from genkan.ledger import api as ledger
from genkan.residents.domain.guardians import FOR_MINORS
from genkan.residents.service import guardians
from genkan.residents.service.profile import profile_of
from genkan.residents.store import majority as store

BATCH = 200
MOMENT = timedelta(microseconds=1)


def come_of_age(
    *, now: datetime, after: ResidentId | None
) -> tuple[list[ResidentId], ResidentId | None]:
    """Note a batch of people who came of age, each once ever, and tell their guardians; joins.

    Args:
        now: the moment.
        after: where the batch before ended; None for the first.

    Returns:
        Who came of age, and where the next batch begins; None where there is none.
    """
    require_transaction()
    batch = store.untold(after=after, limit=BATCH)
    found = [
        one
        for one in batch
        if guardians.is_of_age(one, now=now) is Truth.YES and store.claim(one, now=now)
    ]
    for person in found:
        _tell_guardians(person, now=now)
    return found, batch[-1] if len(batch) == BATCH else None


def _tell_guardians(person: ResidentId, *, now: datetime) -> None:
    """Write it into the histories, and queue a mail to those who could act until then.

    Who had lost the right before hears nothing: not that it went on for others, nor the birthday.
    """
    ledger.append(
        ledger.Entry(
            event="residents.came_of_age", subject=person, actor=ledger.SYSTEM, happened_at=now
        )
    )
    last = guardians.of_age_at(profile_of(person)) - MOMENT
    rights = guardians.represented_by(person, now=last)
    for representative in {one.representative for one in rights if one.role in FOR_MINORS}:
        ledger.append(
            ledger.Entry(
                event="residents.acting_outgrown",
                subject=representative,
                actor=ledger.SYSTEM,
                happened_at=now,
                facts={"person": str(person)},
            )
        )
        jobs.defer("residents.tell_outgrown", resident=str(representative))
