"""Queries of mails about changed terms."""

from datetime import datetime

from genkan.kernel.db import rows
from genkan.kernel.ids import ResidentId, TermsId
from genkan.residents.domain.terms_notices import Stage


def claim(terms: TermsId, stage: Stage, *, limit: int, now: datetime) -> list[ResidentId]:
    """Note residents who sign in by mail and were not told on this occasion, and return them.

    Of two workers at once each gets others: the table takes every resident once.
    """
    found = rows(
        """
        INSERT INTO residents_terms_notice (id, resident_id, terms_id, stage, noted_at)
        SELECT gen_random_uuid(), r.id, %(terms)s, %(stage)s, %(now)s
          FROM residents_resident r
         WHERE r.account_id IS NOT NULL
           AND r.state <> 'closed'
           AND NOT EXISTS (
                 SELECT FROM residents_terms_notice n
                  WHERE n.resident_id = r.id AND n.terms_id = %(terms)s AND n.stage = %(stage)s)
         ORDER BY r.id
         LIMIT %(limit)s
            ON CONFLICT DO NOTHING
        RETURNING resident_id
        """,
        terms=terms,
        stage=str(stage),
        limit=limit,
        now=now,
    )
    return [ResidentId(row["resident_id"]) for row in found]


def note_handed_over(resident: ResidentId, terms: TermsId, stage: str, *, now: datetime) -> None:
    """Note that a mail server took the mail of an occasion."""
    rows(
        """
        UPDATE residents_terms_notice SET handed_over_at = %(now)s
         WHERE resident_id = %(resident)s AND terms_id = %(terms)s AND stage = %(stage)s
        RETURNING 1
        """,
        resident=resident,
        terms=terms,
        stage=stage,
        now=now,
    )


def note_read(resident: ResidentId, terms: TermsId, *, now: datetime) -> None:
    """Note the first time that somebody who was told has the page of deciding before them."""
    rows(
        """
        UPDATE residents_terms_notice SET read_at = %(now)s
         WHERE resident_id = %(resident)s AND terms_id = %(terms)s AND read_at IS NULL
        RETURNING 1
        """,
        resident=resident,
        terms=terms,
        now=now,
    )
