"""Consents that a parent or guardian gave: whether they still speak for the person (M46)."""

from datetime import datetime

from genkan.consent import store
from genkan.consent.domain import Consent
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents


def confirm_from(consent: Consent, profile: residents.Profile) -> datetime | None:
    """Return from when on a consent counts only if the person confirms it; None for never.

    Computed from the birth date whenever it is asked, so nothing has to run at midnight; where the
    birth date is not known the consent has never counted.
    """
    return residents.of_age_at(profile) if consent.for_minor else None


def guardian_awaited(consent: Consent, *, now: datetime) -> bool:
    """Whether another parent or guardian of a minor has to agree, and has not."""
    if not consent.for_minor or not residents.all_must_agree(consent.purpose, now=now):
        return False
    found = residents.represented_by(consent.resident, now=now)
    minors = {one.representative for one in found if one.role in residents.FOR_MINORS}
    return not minors <= consent.agreed_by


def must_be_confirmed(consent: Consent, *, now: datetime) -> bool:
    """Whether a consent in time waits for the word of the person, who may be of age by now."""
    if not consent.for_minor or not consent.in_force(now):
        return False
    return residents.of_age_at(residents.profile_of(consent.resident)) <= now


def awaiting_guardian(resident: ResidentId, *, now: datetime) -> list[Consent]:
    """Return the consents that wait for the word of another parent or guardian, newest first."""
    found = [one for one in store.all_of(resident) if one.in_force(now)]
    return [one for one in found if guardian_awaited(one, now=now)]


def to_confirm(resident: ResidentId, *, now: datetime) -> list[Consent]:
    """Return the consents a young adult still has to decide about, newest first."""
    return [one for one in store.all_of(resident) if must_be_confirmed(one, now=now)]
