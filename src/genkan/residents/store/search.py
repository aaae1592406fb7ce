"""Queries of the search at the counter. Texts never get here unhashed."""

from collections.abc import Iterable
from functools import reduce
from operator import and_
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from genkan.kernel.db import copy_rows
from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.sealing import Keyring, load_keyring
from genkan.residents.domain.search import SEARCHED, Criteria, Trace, traces_of
from genkan.residents.models import ResidentRow, SearchRow

TOKEN_BYTES = 16
"""Half of a hash: that two of ten million people's texts meet by chance stays out of reach."""


def keep(contents: Iterable[tuple[ResidentId, str, Any]]) -> None:
    """Store the traces of contents that hold now; there are none of these items."""
    ring = _ring()
    copy_rows(
        "residents_search",
        ("id", "resident_id", "item", "tokens"),
        (
            (new_id(), resident, item, _tokens(ring, item, content))
            for resident, item, content in contents
            if item in SEARCHED
        ),
    )


def forget(resident: ResidentId, items: Iterable[str] = SEARCHED) -> None:
    """Delete the traces of these items."""
    SearchRow.objects.filter(resident=resident, item__in=items).delete()


def found_by(criteria: Criteria, *, limit: int) -> list[ResidentId]:
    """Return whom all criteria find, at most `limit`, in a stable order.

    Each text looked for is one look into the index residents_search_tokens.
    """
    people = ResidentRow.objects.all()
    asked = criteria.alternatives()
    if not asked:
        return []
    ring = _ring()
    for ways in asked:
        met = Q(pk__in=[])
        for way in ways:
            met |= _met(_token(ring, trace) for trace in way)
        people = people.filter(met)
    return [ResidentId(id_) for id_ in people.order_by("pk").values_list("pk", flat=True)[:limit]]


def _met(tokens: Iterable[bytes]) -> Q:
    """Return who has all of these, be it in different items: a former family name, a given name."""
    each = (SearchRow.objects.filter(tokens__contains=[one]).values("resident") for one in tokens)
    return reduce(and_, (Q(pk__in=found) for found in each))


def residents_after(last: ResidentId | None, limit: int, *, missing_only: bool) -> list[ResidentId]:
    """Return the next residents in the order of their IDs, for a walk through all of them.

    With `missing_only`, those of whom no trace is kept.
    """
    people = ResidentRow.objects.all() if last is None else ResidentRow.objects.filter(pk__gt=last)
    if missing_only:
        people = people.exclude(Exists(SearchRow.objects.filter(resident=OuterRef("pk"))))
    return [ResidentId(id_) for id_ in people.order_by("pk").values_list("pk", flat=True)[:limit]]


def _tokens(ring: Keyring, item: str, content: Any) -> list[bytes]:  # noqa: ANN401 - JSON of the item's shape
    return sorted(_token(ring, trace) for trace in traces_of(item, content))


def _token(ring: Keyring, trace: Trace) -> bytes:
    return ring.keyed_hash(f"search:{trace.kind}", trace.text.encode())[:TOKEN_BYTES]


def _ring() -> Keyring:
    return load_keyring(settings.GENKAN.keyring)
