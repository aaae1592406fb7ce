"""What the resident's pages show, put together from what the features know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from genkan.consent.api import Consent, Ending
from genkan.kernel.ids import DisposalId, ServiceId
from genkan.lifecycle.api import Certificate, Disposal, Progress, Provision


class Stage(StrEnum):
    """How far one provision has come on its way home."""

    WITH_SERVICE = "with_service"
    DISPOSAL_REQUESTED = "disposal_requested"
    DISPOSAL_OVERDUE = "disposal_overdue"
    DISPOSED = "disposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One provision with what became of it."""

    provision: Provision
    disposal: Disposal | None
    certificate: Certificate | None
    stage: Stage


def holdings(
    provisions: Sequence[Provision],
    disposals: Sequence[Disposal],
    certificates: Mapping[DisposalId, Certificate],
    *,
    now: datetime,
) -> list[Holding]:
    """Return each provision with its disposal and certificate, in the order given."""
    by_id = {disposal.id: disposal for disposal in disposals}
    found = []
    for provision in provisions:
        disposal = by_id.get(provision.disposal) if provision.disposal else None
        found.append(
            Holding(
                provision=provision,
                disposal=disposal,
                certificate=certificates.get(disposal.id) if disposal else None,
                stage=_stage(disposal, now),
            )
        )
    return found


def _stage(disposal: Disposal | None, now: datetime) -> Stage:
    if disposal is None:
        return Stage.WITH_SERVICE
    return {
        Progress.REQUESTED: Stage.DISPOSAL_REQUESTED,
        Progress.OVERDUE: Stage.DISPOSAL_OVERDUE,
        Progress.CERTIFIED: Stage.DISPOSED,
    }[disposal.progress(now)]


class Sharing(StrEnum):
    """Whether a linked service may receive anything now."""

    SHARING = "sharing"
    TO_CONFIRM = "to_confirm"
    GUARDIAN_AWAITED = "guardian_awaited"
    RUN_OUT = "run_out"
    STOPPED = "stopped"
    SIGN_IN_ONLY = "sign_in_only"


def sharing(
    consent: Consent | None, *, to_confirm: bool, guardian_awaited: bool, now: datetime
) -> Sharing:
    """Return whether a service may receive anything, by its newest consent.

    Args:
        consent: the newest.
        to_confirm: it has to be given anew: see `consent.to_confirm`.
        guardian_awaited: another parent or guardian of the minor has yet to agree.
        now: the moment.
    """
    if consent is None:
        return Sharing.SIGN_IN_ONLY
    if consent.ending is Ending.WITHDRAWN:
        return Sharing.STOPPED
    if to_confirm:
        return Sharing.TO_CONFIRM
    if guardian_awaited:
        return Sharing.GUARDIAN_AWAITED
    return Sharing.SHARING if consent.in_force(now) else Sharing.RUN_OUT


def newest_by_service(consents: Sequence[Consent]) -> dict[ServiceId, Consent]:
    """Return the newest consent per service; `consents` come newest first."""
    found: dict[ServiceId, Consent] = {}
    for consent in consents:
        found.setdefault(consent.service, consent)
    return found
