"""Claims about a resident that leave: released, recorded, and only what was wished for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from genkan.consent import api as consent
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.sso.domain.claims import Datum
from genkan.sso.domain.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Released:
    """Claims that may be told, and the record of their release; None if nothing leaves."""

    claims: Mapping[str, object]
    record: consent.Release | None


NOTHING = Released({}, None)


def stands(resident: ResidentId, service: ServiceId, *, now: datetime) -> bool:
    """Whether a consent is in force, so that asking for a release makes sense. Reads only."""
    return consent.standing(resident, service, now=now) is consent.Standing.ACTIVE


def release(
    resident: ResidentId, service: ServiceId, wanted: Wanted, *, door: str, now: datetime
) -> Released:
    """Release the items behind the claims wanted; joins.

    Everything that may not leave is left out without a word (Core section 5.5.1). What is released
    is recorded as it is, even where a wish for a certain value then keeps it back.
    """
    released = consent.release(
        resident=resident,
        service=service,
        wanted=wanted.items,
        door=door,
        now=now,
    )
    if isinstance(released, consent.Refused):
        return NOTHING
    data = {
        key: Datum(value.content, value.verified, value.origin, value.as_of)
        for key, value in released.items.items()
    }
    record = released if released.provision is not None else None
    return Released(wanted.fulfilled(data, now=now), record)
