"""Consents that have to be given anew: a guardian gave them (M46), or the terms changed (M20)."""

from collections.abc import Sequence
from datetime import datetime

from genkan.consent import store
from genkan.consent.domain import Consent
from genkan.kernel.ids import ResidentId
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.terms import api as terms


def confirm_from(
    consent: Consent, profile: residents.Profile, touching: Sequence[terms.TermsVersion]
) -> datetime | None:
    """Return from when on a consent counts only if the person confirms it; None for never.

    Computed from birth date and terms whenever it is asked, so nothing has to run at midnight or
    on the day of the terms; where the birth date is not known a guardian's consent never counted.
    """
    of_age = residents.of_age_at(profile) if consent.for_minor else None
    found = [one for one in (of_age, touched_from(consent, touching)) if one is not None]
    return min(found, default=None)


def touched_from(consent: Consent, touching: Sequence[terms.TermsVersion]) -> datetime | None:
    """Return from when on a changed clause asks for a consent anew; None for never (M20).

    Args:
        consent: what was given is read under the terms of that moment.
        touching: versions of the terms of use with a clause about linked services.
    """
    later = [one for one in touching if one.effective_from > consent.given_at]
    if not later:
        return None
    about = {consent.purpose, partners.service(consent.service).slug}
    return min((one.effective_from for one in later if about & one.touches), default=None)


def guardian_awaited(consent: Consent, *, now: datetime) -> bool:
    """Whether another parent or guardian of a minor has to agree, and has not."""
    if not consent.for_minor or not residents.all_must_agree(consent.purpose, now=now):
        return False
    found = residents.represented_by(consent.resident, now=now)
    minors = {one.representative for one in found if one.role in residents.FOR_MINORS}
    return not minors <= consent.agreed_by


def must_be_confirmed(
    consent: Consent, *, touching: Sequence[terms.TermsVersion], now: datetime
) -> bool:
    """Whether a consent in time waits for the word of the person: of age, or under new terms."""
    if not consent.in_force(now):
        return False
    if consent.for_minor and residents.of_age_at(residents.profile_of(consent.resident)) <= now:
        return True
    touched = touched_from(consent, touching)
    return touched is not None and touched <= now


def awaiting_guardian(resident: ResidentId, *, now: datetime) -> list[Consent]:
    """Return the consents that wait for the word of another parent or guardian, newest first."""
    found = [one for one in store.all_of(resident) if one.in_force(now)]
    return [one for one in found if guardian_awaited(one, now=now)]


def to_confirm(resident: ResidentId, *, now: datetime) -> list[Consent]:
    """Return the consents somebody still has to decide about anew, newest first."""
    touching = terms.touching()
    return [
        one for one in store.all_of(resident) if must_be_confirmed(one, touching=touching, now=now)
    ]
