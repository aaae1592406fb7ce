"""The use case of telling residents by mail that the terms change (M20)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from genkan.kernel import jobs
from genkan.kernel.ids import ResidentId, TermsId
from genkan.residents.domain.terms_notices import Stage, stage_of
from genkan.residents.store import people
from genkan.residents.store import terms_notices as store
from genkan.terms import api as terms

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail about changed terms says, to whom and in which language."""

    address: str
    language: str
    version: terms.TermsVersion
    stage: Stage


@transaction.atomic(durable=True)
def queue(*, now: datetime) -> int:
    """Queue the mails that are due, each once per version, occasion and resident.

    Returns:
        How many residents were noted, at most 500 per version; 0 once everybody is.
    """
    noted = 0
    for version, stage in _occasions(now):
        claimed = store.claim(version.id, stage, limit=AT_ONCE, now=now)
        noted += len(claimed)
        for resident in claimed:
            if _concerns(resident, version, stage, now=now):
                jobs.defer(
                    "residents.send_terms_notice",
                    resident=str(resident),
                    terms=str(version.id),
                    stage=str(stage),
                )
    return noted


def letter(
    resident: ResidentId, version_id: TermsId, stage: Stage, *, now: datetime
) -> Letter | None:
    """Return what to write, or None for people without an address or who decided meanwhile."""
    contact = people.contact_of(resident)
    version = terms.version_of(version_id)
    if contact is None or not _concerns(resident, version, stage, now=now):
        return None
    address, language = contact
    return Letter(address=address, language=language, version=version, stage=stage)


@transaction.atomic(durable=True)
def note_handed_over(
    resident: ResidentId, version: TermsId, stage: Stage, *, now: datetime
) -> None:
    """Note that a mail server took the mail; a queue alone proves nothing (M20)."""
    store.note_handed_over(resident, version, stage, now=now)


@transaction.atomic(durable=True)
def note_read(resident: ResidentId, version: TermsId, *, now: datetime) -> None:
    """Note that somebody who was told has the change before them; the first time stands."""
    store.note_read(resident, version, now=now)


def _occasions(now: datetime) -> Iterator[tuple[terms.TermsVersion, Stage]]:
    """Yield versions that take another's place, and what is to be told of each now."""
    known = terms.versions(terms.Kind.TERMS_OF_USE)
    for place, version in enumerate(known[:-1]):
        stage = stage_of(version.effective_from, material=version.material, now=now)
        is_replaced = any(newer.effective_from <= now for newer in known[:place])
        if stage is not None and not is_replaced:
            yield version, stage


def _concerns(
    resident: ResidentId, version: terms.TermsVersion, stage: Stage, *, now: datetime
) -> bool:
    """Whether somebody still has to be told: not of what they accepted, or decided about."""
    if stage is Stage.DUE:
        return terms.standing_of(resident, now=now).duty is terms.Duty.UNDECIDED
    return now < version.effective_from
