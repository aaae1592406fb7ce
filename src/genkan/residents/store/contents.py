"""Contents between memory and the database: sealed by the person's data key, bound to their row.

The associated data is tenant/person/item/row. Each version of a value is a row of its own, so a
sealed content opens neither as another item, nor as another person's, nor as another version.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from genkan.kernel import strict_json
from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.keys import DataKey
from genkan.residents.domain.people import (
    Draft,
    Past,
    Profile,
    Registration,
    ResidentState,
    Value,
)
from genkan.residents.store.keys import TENANT, open_key, open_keys

COLUMNS: Mapping[LiteralString, LiteralString] = {
    "id": "uuid",
    "resident_id": "uuid",
    "item": "text",
    "content": "bytea",
    "origin": "text",
    "verified_at": "timestamptz",
    "as_of": "timestamptz",
    "valid_from": "timestamptz",
    "valid_to": "timestamptz",
}
_DRAFT = "draft"


def columns(
    resident: ResidentId, value: Value, until: datetime | None, key: DataKey
) -> tuple[object, ...]:
    """Return a new row of `residents_value` in the order of COLUMNS, its content sealed."""
    row, verified_at = new_id(), value.as_of if value.verified else None
    sealed = key.seal(strict_json.dumps(value.content), about=_place(resident, value.item, row))
    dates = (verified_at, value.as_of, value.as_of, until)
    return (row, resident, value.item, sealed, value.origin, *dates)


def to_profile(found: Sequence[Mapping[str, Any]]) -> Profile | None:
    """Return the profile in the rows of a resident; once their key is destroyed it has no values.

    Raises:
        SealBroken: a content was altered, or copied from another row.
    """
    if not found:
        return None
    resident = ResidentId(found[0]["id"])
    key = open_key(resident, found[0])
    values = {}
    if key is not None:
        kept = [row for row in found if row["item"] is not None]
        values = {row["item"]: Value(**_fields(row, resident, key)) for row in kept}
    return Profile(
        resident=resident,
        state=ResidentState(found[0]["state"]),
        protected_until=found[0]["protected_until"],
        proof_needed=found[0]["proof_needed"],
        values=values,
    )


def to_past(resident: ResidentId, found: Sequence[Mapping[str, Any]]) -> list[Past]:
    """Return the closed values in these rows; none once the resident's key is destroyed.

    Raises:
        SealBroken: as `to_profile`.
    """
    key = open_key(resident, found[0]) if found else None
    if key is None:
        return []
    return [Past(**_fields(row, resident, key), until=row["valid_to"]) for row in found]


def to_draft(person: ResidentId, row: Mapping[str, Any]) -> Draft:
    """Return what was typed so far.

    Raises:
        SealBroken: as `to_profile`.
    """
    key = open_key(person, row)
    if key is None or row["draft"] is None:
        return Draft()
    kept = json.loads(key.unseal(bytes(row["draft"]), about=_place(person, _DRAFT, person)))
    return Draft(kept["typed"], kept["values"])


def sealed_draft(registration: Registration) -> bytes | None:
    """Return what was typed so far, sealed; None where nothing was. One query."""
    draft, person = registration.draft, registration.id
    if not draft.values:
        return None
    kept = {"typed": dict(draft.typed), "values": dict(draft.values)}
    return open_keys([person])[person].seal(
        strict_json.dumps(kept), about=_place(person, _DRAFT, person)
    )


def _place(person: ResidentId, item: str, row: UUID) -> str:
    return f"{TENANT}/{person}/{item}/{row}"


def _fields(row: Mapping[str, Any], resident: ResidentId, key: DataKey) -> dict[str, Any]:
    place = _place(resident, row["item"], row["value"])
    return {
        "item": row["item"],
        "content": json.loads(key.unseal(bytes(row["content"]), about=place)),
        "origin": row["origin"],
        "as_of": row["as_of"],
        "verified": row["verified_at"] is not None,
    }
