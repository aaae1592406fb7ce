"""What terms adds to the export of a resident."""

from collections.abc import Sequence

from genkan.kernel.export import Data, Line
from genkan.kernel.ids import ResidentId
from genkan.terms import service
from genkan.ui.moments import in_words


def data(resident: ResidentId) -> Data:
    """Return every acceptance, newest first."""
    accepted = [(service.version_of(terms), at) for terms, at in service.acceptances_of(resident)]
    return [
        {"kind": str(version.kind), "label": version.label, "terms": version.id, "accepted_at": at}
        for version, at in accepted
    ]


def lines(resident: ResidentId, language: str) -> Sequence[Line]:
    """Return the same for reading."""
    accepted = service.acceptances_of(resident)
    return [Line(service.version_of(terms).label, in_words(at, language)) for terms, at in accepted]
