"""What the portal adds to the export: who received what, and the ledger in sentences."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from genkan.kernel import clock
from genkan.kernel.export import Data, Line
from genkan.kernel.ids import ResidentId
from genkan.lifecycle.api import Certificate, Disposal
from genkan.portal import service
from genkan.portal.service import Received
from genkan.ui.moments import in_words

LANGUAGES = ("ja", "ja-easy", "en")


def provisions(resident: ResidentId) -> Data:
    """Return everything that left, with disposal and certificate."""
    return [_provision(one) for one in service.received(resident, now=clock.now())]


def _provision(one: Received) -> dict[str, object]:
    held = one.holding.provision
    return {
        "id": held.id,
        "service": {"id": one.service.id, "name": one.service.name.as_mapping()},
        "items": list(held.items),
        "name_form": held.name_form or "registered",
        "purpose": held.purpose,
        "specific_purpose": one.specific_purpose.as_mapping(),
        "digest_sha256": held.digest.hex(),
        "released_at": held.released_at,
        "stage": str(one.stage),
        "disposal": one.holding.disposal and _disposal(one.holding.disposal),
        "certificate": one.holding.certificate and _certificate(one.holding.certificate),
    }


def _disposal(one: Disposal) -> dict[str, object]:
    return {
        "id": one.id,
        "reason": one.reason,
        "requested_at": one.requested_at,
        "due_at": one.due_at,
        "certified_at": one.certified_at,
    }


def _certificate(one: Certificate) -> dict[str, object]:
    return {
        "token": one.token,
        "method": one.method,
        "copies": one.copies,
        "completed_at": one.completed_at,
    }


def provision_lines(resident: ResidentId, language: str) -> Sequence[Line]:
    """Return the same for reading."""
    return [_line(one, language) for one in service.received(resident, now=clock.now())]


def _line(one: Received, language: str) -> Line:
    separator = ", " if language == "en" else "、"
    told = {
        "items": separator.join(item.name.in_language(language) for item in one.items),
        "when": in_words(one.holding.provision.released_at, language),
    }
    disposal = one.holding.disposal
    if disposal is None:
        text = _("%(items)s; received on %(when)s") % told
    elif disposal.certified_at is None:
        told["asked"] = in_words(disposal.requested_at, language)
        text = _("%(items)s; received on %(when)s, asked to dispose of it on %(asked)s") % told
    else:
        told["certified"] = in_words(disposal.certified_at, language)
        text = _("%(items)s; received on %(when)s, disposal certified on %(certified)s") % told
    return Line(one.service.name.in_language(language), text)


def ledger(resident: ResidentId) -> Data:
    """Return every entry as its sentence in three languages."""
    told = {one: service.all_events(resident, language=one) for one in LANGUAGES}
    return [
        {
            "happened_at": entries[0].happened_at,
            "index": entries[0].index,
            "sentence": dict(zip(LANGUAGES, (entry.sentence for entry in entries), strict=True)),
        }
        for entries in zip(*told.values(), strict=True)
    ]


def ledger_lines(resident: ResidentId, language: str) -> Sequence[Line]:
    """Return the same for reading."""
    return [
        Line(in_words(event.happened_at, language), event.sentence)
        for event in service.all_events(resident, language=language)
    ]
