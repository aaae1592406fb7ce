"""What consent adds to the export of a resident."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from genkan.catalogue import api as catalogue
from genkan.consent import store
from genkan.consent.domain import Consent
from genkan.kernel.export import Data, Line
from genkan.kernel.ids import ResidentId
from genkan.partners import api as partners
from genkan.ui.moments import in_words


def data(resident: ResidentId) -> Data:
    """Return every consent, whatever became of it, newest first."""
    return [_fields(one) for one in store.all_of(resident)]


def _fields(one: Consent) -> dict[str, object]:
    service = partners.service(one.service)
    offer = partners.offers([one.offer])[one.offer]
    return {
        "id": one.id,
        "service": {"id": service.id, "name": service.name.as_mapping()},
        "purpose": one.purpose,
        "specific_purpose": offer.specific_purpose.as_mapping(),
        "offer": {"id": offer.id, "version": offer.version},
        "items": one.items,
        "name_form": str(one.name_form),
        "given_at": one.given_at,
        "expires_at": one.expires_at,
        "ended_at": one.ended_at,
        "ending": one.ending and str(one.ending),
    }


def lines(resident: ResidentId, language: str) -> Sequence[Line]:
    """Return the same for reading."""
    return [_line(one, language) for one in store.all_of(resident)]


def receipts(resident: ResidentId) -> Sequence[str]:
    """Return every consent, given and ended, as lines to be signed."""
    return [_signed(one) for one in store.all_of(resident)]


def _signed(one: Consent) -> str:
    given = (
        f"consent {one.id} service {one.service} offer {one.offer} purpose {one.purpose}"
        f" items {','.join(sorted(one.items))}"
        f" from {partners.stamp(one.given_at)} until {partners.stamp(one.expires_at)}"
    )
    if one.ended_at is None:
        return given
    return f"{given} ended {partners.stamp(one.ended_at)} {one.ending}"


def _line(one: Consent, language: str) -> Line:
    names = [catalogue.item(key).name.in_language(language) for key in sorted(one.items)]
    end = one.ended_at or one.expires_at
    text = _("%(items)s; from %(since)s until %(until)s") % {
        "items": (", " if language == "en" else "、").join(names),
        "since": in_words(one.given_at, language),
        "until": in_words(end, language),
    }
    return Line(partners.service(one.service).name.in_language(language), text)
