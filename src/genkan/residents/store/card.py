"""Queries of card checks, and of which card is whose: subjects only as keyed hashes."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from genkan.kernel.db import rows
from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.sealing import load_keyring
from genkan.residents.domain.card import AWAY, Card, CardCheck, CardCheckId
from genkan.residents.models import CardCheckRow, CardRow
from genkan.residents.store.keys import TENANT, open_keys

TURN = 0x67656E6B616E0B
"""Eleventh lock: one card is tied at a time, so that no two people get the same one."""


def add(check: CardCheck, *, state: str) -> None:
    """Store a check that begins."""
    request = {"nonce": check.nonce, "verifier": check.verifier}
    CardCheckRow.objects.create(
        id=check.id,
        resident_id=check.resident,
        state_hash=_state_hash(state),
        sealed_request=_sealed(check.resident, check.id, "request", request),
        begun_at=check.begun_at,
    )


def spend(
    check: CardCheckId, resident: ResidentId, state: str, *, now: datetime
) -> CardCheck | None:
    """Note that the browser came back: of any number of answers exactly one gets the check.

    None for another state, another resident, a check that is over or was used.
    """
    found = rows(
        """
        UPDATE residents_card_check
           SET returned_at = %(now)s
         WHERE id = %(check)s AND resident_id = %(resident)s AND state_hash = %(state)s
           AND returned_at IS NULL AND begun_at > %(since)s
        RETURNING id
        """,
        check=check,
        resident=resident,
        state=_state_hash(state),
        now=now,
        since=now - AWAY,
    )
    return check_of(check, resident) if found else None


def check_of(check: CardCheckId, resident: ResidentId) -> CardCheck | None:
    """Return a resident's check, or None."""
    row = CardCheckRow.objects.filter(pk=check, resident=resident).values().first()
    return None if row is None else _to_check(row)


def lock(check: CardCheckId, resident: ResidentId) -> CardCheck | None:
    """Return a resident's check, locked until the transaction ends, or None."""
    found = CardCheckRow.objects.select_for_update().filter(pk=check, resident=resident)
    row = found.values().first()
    return None if row is None else _to_check(row)


def keep_card(check: CardCheck, card: Card, *, sub: str) -> None:
    """Store what came back."""
    CardCheckRow.objects.filter(pk=check.id).update(
        sealed_card=_sealed(check.resident, check.id, "card", dict(card.lines)),
        sub_hash=_sub_hash(sub),
    )


def end(check: CardCheckId, *, now: datetime) -> None:
    """Note that a check was decided about, and forget what the card said."""
    CardCheckRow.objects.filter(pk=check).update(confirmed_at=now, sealed_card=None)


def forget(*, begun_before: datetime) -> int:
    """Delete checks that began before; return how many."""
    deleted, _ = CardCheckRow.objects.filter(begun_at__lt=begun_before).delete()
    return deleted


# Whose card


def owner_of(sub: str) -> ResidentId | None:
    """Return to whom a card is tied, or None."""
    found = CardRow.objects.filter(sub_hash=_sub_hash(sub), is_tied=True)
    resident = found.values_list("resident", flat=True).first()
    return None if resident is None else ResidentId(resident)


def tied_since(check: CardCheckId) -> datetime | None:
    """Return since when the card of a check is tied to its resident; None if it is not."""
    found = rows(
        """
        SELECT c.first_at
          FROM residents_card_check k
          JOIN residents_card c ON c.resident_id = k.resident_id AND c.sub_hash = k.sub_hash
         WHERE k.id = %(check)s AND c.is_tied
        """,
        check=check,
    )
    return found[0]["first_at"] if found else None


def contest(resident: ResidentId, sub: str, *, now: datetime) -> None:
    """Note that somebody showed a card that is tied to another: a case for the counter."""
    CardRow.objects.update_or_create(
        resident_id=resident,
        sub_hash=_sub_hash(sub),
        defaults={"last_at": now},
        create_defaults={"id": new_id(), "is_tied": False, "first_at": now, "last_at": now},
    )


def tie(check: CardCheckId, *, now: datetime) -> bool:
    """Tie the card of a check to its resident in place of an earlier one.

    Returns:
        Whether it is theirs now; not where it is tied to somebody else.
    """
    rows("SELECT pg_advisory_xact_lock(%(turn)s)", turn=TURN)
    rows(
        """
        DELETE FROM residents_card c
         USING residents_card_check k
         WHERE k.id = %(check)s AND c.resident_id = k.resident_id
           AND c.sub_hash <> k.sub_hash AND c.is_tied
        """,
        check=check,
    )
    found = rows(
        """
        INSERT INTO residents_card (id, resident_id, sub_hash, is_tied, first_at, last_at)
        SELECT %(id)s, k.resident_id, k.sub_hash, true, %(now)s, %(now)s
          FROM residents_card_check k
         WHERE k.id = %(check)s
           AND NOT EXISTS (SELECT FROM residents_card c
                            WHERE c.sub_hash = k.sub_hash AND c.is_tied
                              AND c.resident_id <> k.resident_id)
            ON CONFLICT (resident_id, sub_hash)
            DO UPDATE SET is_tied = true, last_at = EXCLUDED.last_at
        RETURNING id
        """,
        id=new_id(),
        check=check,
        now=now,
    )
    return bool(found)


def _to_check(row: Mapping[str, Any]) -> CardCheck:
    resident, check = ResidentId(row["resident_id"]), CardCheckId(row["id"])
    request = _opened(resident, check, "request", row["sealed_request"])
    lines = row["sealed_card"] and _opened(resident, check, "card", row["sealed_card"])
    return CardCheck(
        id=check,
        resident=resident,
        begun_at=row["begun_at"],
        nonce=request["nonce"],
        verifier=request["verifier"],
        card=Card(lines=lines) if lines else None,
        returned_at=row["returned_at"],
        confirmed_at=row["confirmed_at"],
    )


def _sealed(resident: ResidentId, check: CardCheckId, what: str, told: dict[str, str]) -> bytes:
    key = open_keys([resident])[resident]
    return key.seal(json.dumps(told).encode(), about=_place(resident, check, what))


def _opened(resident: ResidentId, check: CardCheckId, what: str, sealed: bytes) -> dict[str, str]:
    key = open_keys([resident])[resident]
    told: dict[str, str] = json.loads(
        key.unseal(bytes(sealed), about=_place(resident, check, what))
    )
    return told


def _place(resident: ResidentId, check: CardCheckId, what: str) -> str:
    return f"{TENANT}/{resident}/card_{what}/{check}"


def _state_hash(state: str) -> bytes:
    return _keyed("residents.card_check.state", state)


def _sub_hash(sub: str) -> bytes:
    return _keyed("residents.card.sub", sub)


def _keyed(purpose: str, text: str) -> bytes:
    return load_keyring(settings.GENKAN.keyring).keyed_hash(purpose, text.encode())
