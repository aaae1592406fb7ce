"""What staff do with a person before them: which document they saw, and what it bears out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from genkan.kernel.ids import ResidentId, TermsId

BORNE_OUT = frozenset({"name", "name_kana", "former_name", "alias", "birthdate", "sex", "address"})
"""Items a document at the counter can bear out; the others are what the person says."""


class Document(StrEnum):
    """What was shown at the counter."""

    MY_NUMBER_CARD = "my_number_card"
    DRIVING_LICENCE = "driving_licence"
    PASSPORT = "passport"
    RESIDENCE_CARD = "residence_card"
    RESIDENT_REGISTER = "resident_register"
    TWO_WITHOUT_PHOTO = "two_without_photo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A document that staff saw; the note says which one, or what was peculiar."""

    document: Document
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtCounter:
    """Somebody who registers at a counter (H18): no address for mail is needed.

    Attributes:
        id: the ID to be, made with the form, so that a form sent twice registers one person.
        values: contents by item.
        terms: the version that was read out; `locale` and `text_hash` say which text.
    """

    id: ResidentId
    values: Mapping[str, Any]
    seen: Seen
    ui_locale: str
    terms: TermsId
    locale: str
    text_hash: str
