"""Queries of letters about changed terms, and of how far a change has come."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from genkan.kernel.db import rows
from genkan.kernel.ids import AccountId, ResidentId, TermsId
from genkan.residents.domain.terms_letters import Counted, Letter, Way
from genkan.residents.models import ResidentRow, TermsLetterRow


def claim(
    terms: TermsId, batch: UUID, *, by: AccountId, limit: int, now: datetime
) -> list[ResidentId]:
    """Make letters out to residents without mail who have not accepted, and return to whom.

    Of two members of staff at once each gets others: the table takes every resident once.
    """
    found = rows(
        """
        INSERT INTO residents_terms_letter
                    (id, resident_id, terms_id, batch, way, made_at, made_by_id)
        SELECT gen_random_uuid(), r.id, %(terms)s, %(batch)s,
               CASE WHEN r.protected_until > %(now)s THEN %(counter)s ELSE %(post)s END,
               %(now)s, %(by)s
          FROM residents_resident r
         WHERE r.account_id IS NULL
           AND r.state <> 'closed'
           AND NOT EXISTS (SELECT FROM terms_acceptance a
                            WHERE a.person = r.id AND a.terms_id = %(terms)s)
           AND NOT EXISTS (SELECT FROM residents_terms_letter l
                            WHERE l.resident_id = r.id AND l.terms_id = %(terms)s)
         ORDER BY r.id
         LIMIT %(limit)s
            ON CONFLICT DO NOTHING
        RETURNING resident_id
        """,
        terms=terms,
        batch=batch,
        by=by,
        limit=limit,
        now=now,
        counter=str(Way.COUNTER),
        post=str(Way.POST),
    )
    return [ResidentId(row["resident_id"]) for row in found]


def of_batch(batch: UUID) -> list[tuple[Letter, TermsId]]:
    """Return the letters of a batch and the version they are about, by resident."""
    found = TermsLetterRow.objects.filter(batch=batch).order_by("resident_id")
    return [
        (
            Letter(
                id=row.id,
                resident=ResidentId(row.resident_id),
                way=Way(row.way),
                is_sent=row.sent_at is not None,
            ),
            TermsId(row.terms_id),
        )
        for row in found
    ]


def batches(terms: TermsId) -> list[UUID]:
    """Return the batches of a version with something unsent, oldest first."""
    found = TermsLetterRow.objects.filter(terms=terms, sent_at__isnull=True).order_by("made_at")
    return list(dict.fromkeys(found.values_list("batch", flat=True)))


def languages_of(residents: Sequence[ResidentId]) -> dict[ResidentId, str]:
    """Return the language of each resident's pages. One query."""
    found = ResidentRow.objects.filter(pk__in=residents).values_list("id", "ui_locale")
    return {ResidentId(one): language for one, language in found}


def note_sent(letters: list[UUID], *, by: AccountId, now: datetime) -> list[ResidentId]:
    """Note letters as sent, and return whose were not before; of two at once one does it."""
    if not letters:
        return []
    found = rows(
        """
        UPDATE residents_terms_letter
           SET sent_at = %(now)s, sent_by_id = %(by)s
         WHERE id = ANY(%(letters)s) AND sent_at IS NULL
        RETURNING resident_id
        """,
        letters=letters,
        by=by,
        now=now,
    )
    return [ResidentId(row["resident_id"]) for row in found]


def counted(terms: TermsId) -> Counted:
    """Return how far a change has come. One query, over all residents."""
    (row,) = rows(
        """
        SELECT count(*) AS residents,
               count(*) FILTER (WHERE told) AS told,
               count(*) FILTER (WHERE delivered) AS delivered,
               count(*) FILTER (WHERE read) AS read,
               count(*) FILTER (WHERE accepted) AS accepted,
               count(*) FILTER (WHERE refused AND NOT accepted) AS refused,
               count(*) FILTER (WHERE sent_at IS NOT NULL) AS letters_sent,
               count(*) FILTER (WHERE without_mail AND NOT accepted AND sent_at IS NULL)
                 AS unreachable,
               count(*) FILTER (WHERE without_mail AND NOT accepted AND letter IS NULL)
                 AS waiting
          FROM (SELECT r.account_id IS NULL AS without_mail, l.id AS letter, l.sent_at,
                       n.told, n.delivered, n.read,
                       EXISTS (SELECT FROM terms_acceptance a
                                WHERE a.person = r.id AND a.terms_id = %(terms)s) AS accepted,
                       EXISTS (SELECT FROM terms_refusal f
                                WHERE f.person = r.id AND f.terms_id = %(terms)s) AS refused
                  FROM residents_resident r
                  LEFT JOIN residents_terms_letter l
                         ON l.resident_id = r.id AND l.terms_id = %(terms)s
                  LEFT JOIN (SELECT resident_id, true AS told,
                                    bool_or(handed_over_at IS NOT NULL) AS delivered,
                                    bool_or(read_at IS NOT NULL) AS read
                               FROM residents_terms_notice
                              WHERE terms_id = %(terms)s
                              GROUP BY resident_id) n ON n.resident_id = r.id
                 WHERE r.state <> 'closed') found
        """,
        terms=terms,
    )
    return Counted(**row)
