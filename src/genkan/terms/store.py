"""Queries of versions, texts and acceptances."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from genkan.kernel.db import copy_rows, rows
from genkan.kernel.ids import AcceptanceId, TermsId, new_id
from genkan.terms.domain import Acceptance, Decided, Kind, Method, Receipt, TermsVersion, Wording
from genkan.terms.models import AcceptanceRow, RefusalRow, TermsRow, TermsTextRow

VERSIONS_LOCK = 0x7465726D  # "term": the advisory lock around "which version is in force"

_VERSION = ("id", "kind", "label", "effective_from", "authoritative_locale", "material", "touches")
_TEXT = ("locale", "body", "sha256")
_ACCEPTANCE = ("person", "terms_id", "locale", "text_hash", "shown_at", "method")
_RECEIPT = ("locale", "text_hash", "shown_at", "accepted_at")


def versions(kind: Kind) -> list[TermsVersion]:
    """Return all versions of a document, newest first."""
    found = TermsRow.objects.filter(kind=kind).order_by("-effective_from").values(*_VERSION)
    return [_to_version(row) for row in found]


def version(terms: TermsId) -> TermsVersion | None:
    """Return a version, or None."""
    row = TermsRow.objects.filter(pk=terms).values(*_VERSION).first()
    return None if row is None else _to_version(row)


def hold_versions() -> None:
    """Keep versions from being published until the transaction ends; many may hold at once."""
    rows("SELECT pg_advisory_xact_lock_shared(%(lock)s)", lock=VERSIONS_LOCK)


def lock_versions() -> None:
    """Keep everybody else from versions until the transaction ends.

    Waits at most ten seconds for those who hold them.
    """
    rows("SET LOCAL lock_timeout = '10s'")
    rows("SELECT pg_advisory_xact_lock(%(lock)s)", lock=VERSIONS_LOCK)


def texts(terms: TermsId) -> dict[str, Wording]:
    """Return the texts of a version by language."""
    found = TermsTextRow.objects.filter(terms=terms).values(*_TEXT)
    return {row["locale"]: Wording(**row) for row in found}


def add_version(version: TermsVersion, wordings: Iterable[Wording], *, now: datetime) -> None:
    """Store a version with its texts."""
    TermsRow.objects.create(
        id=version.id,
        kind=version.kind,
        label=version.label,
        effective_from=version.effective_from,
        authoritative_locale=version.authoritative_locale,
        material=version.material,
        touches=sorted(version.touches),
        published_at=now,
    )
    TermsTextRow.objects.bulk_create(
        TermsTextRow(
            id=new_id(),
            terms_id=version.id,
            locale=wording.locale,
            body=wording.body,
            sha256=wording.sha256,
        )
        for wording in wordings
    )


def add_acceptances(
    accepted: Iterable[tuple[AcceptanceId, Acceptance]], *, accepted_at: datetime
) -> None:
    """Store acts of acceptance."""
    copy_rows(
        "terms_acceptance",
        (
            "id",
            "person",
            "terms_id",
            "locale",
            "text_hash",
            "shown_at",
            "accepted_at",
            "method",
        ),
        (
            (
                id_,
                act.person,
                act.terms,
                act.locale,
                act.text_hash,
                act.shown_at,
                accepted_at,
                act.method,
            )
            for id_, act in accepted
        ),
    )


def acceptance(id_: AcceptanceId) -> Acceptance | None:
    """Return an act of acceptance, or None."""
    row = AcceptanceRow.objects.filter(pk=id_).values(*_ACCEPTANCE).first()
    return None if row is None else _to_acceptance(row)


def receipts_of(person: UUID) -> list[Receipt]:
    """Return everything a person accepted, newest first."""
    found = AcceptanceRow.objects.filter(person=person).order_by("-accepted_at", "id")
    about = [f"terms__{name}" for name in _VERSION]
    return [
        Receipt(
            version=_to_version({name: row[f"terms__{name}"] for name in _VERSION}),
            **{name: row[name] for name in _RECEIPT},
        )
        for row in found.values(*about, *_RECEIPT)
    ]


def acceptances_of(person: UUID) -> list[tuple[TermsId, datetime]]:
    """Return which versions a person accepted and when, newest first."""
    found = AcceptanceRow.objects.filter(person=person).order_by("-accepted_at", "id")
    return [(TermsId(terms), at) for terms, at in found.values_list("terms_id", "accepted_at")]


def decisions_of(person: UUID) -> list[Decided]:
    """Return every version of the terms of use, and what a person did about it. One query."""
    found = rows(
        """
        SELECT t.id, t.kind, t.label, t.effective_from, t.authoritative_locale, t.material,
               t.touches,
               (SELECT max(a.accepted_at) FROM terms_acceptance a
                 WHERE a.person = %(person)s AND a.terms_id = t.id) AS accepted_at,
               (SELECT r.refused_at FROM terms_refusal r
                 WHERE r.person = %(person)s AND r.terms_id = t.id) AS refused_at
          FROM terms_terms t
         WHERE t.kind = %(kind)s
         ORDER BY t.effective_from
        """,
        person=person,
        kind=str(Kind.TERMS_OF_USE),
    )
    return [
        Decided(
            version=_to_version({name: row[name] for name in _VERSION}),
            accepted_at=row["accepted_at"],
            refused_at=row["refused_at"],
        )
        for row in found
    ]


def add_refusal(act: Acceptance, *, refused_at: datetime) -> bool:
    """Store an act of refusal; the first of a version stands. Whether this one is it."""
    row = RefusalRow(
        id=new_id(),
        person=act.person,
        terms_id=act.terms,
        locale=act.locale,
        text_hash=act.text_hash,
        shown_at=act.shown_at,
        refused_at=refused_at,
    )
    known = RefusalRow.objects.filter(person=act.person, terms=act.terms).exists()
    RefusalRow.objects.bulk_create([row], ignore_conflicts=True)
    return not known


def forget(persons: Sequence[UUID]) -> None:
    """Delete the acts of people who never got an ID."""
    AcceptanceRow.objects.filter(person__in=persons).delete()


def tally() -> dict[TermsId, int]:
    """Return how many people accepted each version; those nobody accepted are left out."""
    found = AcceptanceRow.objects.values("terms").annotate(people=Count("person", distinct=True))
    return {TermsId(row["terms"]): row["people"] for row in found}


def _to_version(row: Mapping[str, Any]) -> TermsVersion:
    kept = {"kind": Kind(row["kind"]), "id": TermsId(row["id"])}
    return TermsVersion(**{**row, **kept, "touches": frozenset(row["touches"])})


def _to_acceptance(row: Mapping[str, Any]) -> Acceptance:
    known = {name: row[name] for name in ("person", "locale", "text_hash", "shown_at")}
    return Acceptance(**known, terms=TermsId(row["terms_id"]), method=Method(row["method"]))
