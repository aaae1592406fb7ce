"""What terms adds to the export of a resident."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from genkan.kernel.export import Data, Line
from genkan.kernel.ids import ResidentId
from genkan.terms import service
from genkan.ui.moments import in_words


def data(resident: ResidentId) -> Data:
    """Return every acceptance and refusal, each newest first."""
    accepted = [
        {
            "kind": str(one.version.kind),
            "label": one.version.label,
            "terms": one.version.id,
            "locale": one.locale,
            "text_sha256": one.text_hash,
            "shown_at": one.shown_at,
            "accepted_at": one.accepted_at,
        }
        for one in service.receipts_of(resident)
    ]
    refused = [
        {"kind": str(one.kind), "label": one.label, "terms": one.id, "refused_at": at}
        for one, at in service.refusals_of(resident)
    ]
    return [*accepted, *refused]


def lines(resident: ResidentId, language: str) -> Sequence[Line]:
    """Return the same for reading."""
    accepted = [
        Line(one.version.label, in_words(one.accepted_at, language))
        for one in service.receipts_of(resident)
    ]
    refused = [
        Line(one.label, _("refused on %(when)s") % {"when": in_words(at, language)})
        for one, at in service.refusals_of(resident)
    ]
    return [*accepted, *refused]


def receipts(resident: ResidentId) -> Sequence[str]:
    """Return the same as lines to be signed."""
    accepted = [
        f"accepted {one.version.kind} {one.version.label} {one.locale} sha256:{one.text_hash}"
        f" shown {_stamp(one.shown_at)} accepted {_stamp(one.accepted_at)}"
        for one in service.receipts_of(resident)
    ]
    refused = [
        f"refused {one.kind} {one.label} {_stamp(at)}" for one, at in service.refusals_of(resident)
    ]
    return [*accepted, *refused]


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
