"""Queries of what staff saw at a counter."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.kernel.sealing import load_keyring
from genkan.residents.domain.counter import Seen
from genkan.residents.models import CheckRow


def add(
    resident: ResidentId, account: AccountId, seen: Seen, items: Sequence[str], *, now: datetime
) -> None:
    """Write down which document was seen, by whom, for which items."""
    id_ = new_id()
    ring = load_keyring(settings.GENKAN.keyring)
    CheckRow.objects.create(
        id=id_,
        resident_id=resident,
        account_id=account,
        document=seen.document,
        note_sealed=ring.seal(seen.note.encode(), about=f"residents_check.note_sealed:{id_}"),
        items=list(items),
        at=now,
    )
