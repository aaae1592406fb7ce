"""What an invented resident is: the profile that is loaded today, and facts for later features."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID, uuid5

from genkan.kernel.text.addresses import Address
from genkan.kernel.text.dates import PartialDate
from genkan.kernel.text.names import Name, other_name
from genkan.residents.domain.people import Origin

ITEMS = (
    "name",
    "name_kana",
    "name_kana_other",
    "former_name",
    "alias",
    "birthdate",
    "sex",
    "gender",
    "address",
    "email",
    "phone",
)
"""The items of a profile, by their keys in the catalogue."""

UI_LOCALES = ("ja", "ja-easy", "en")
"""Languages the pages have. Whoever prefers another one reads easy Japanese (H04)."""

SELF_DECLARED: Mapping[str, Origin] = MappingProxyType(dict.fromkeys(ITEMS, Origin.SELF_DECLARED))
AT_COUNTER: Mapping[str, Origin] = MappingProxyType(dict.fromkeys(ITEMS, Origin.COUNTER))

Sex = Literal["0", "1", "2", "9"]
"""ISO/IEC 5218: not known, male, female, not applicable (here: not stated)."""

RegisteredBy = Literal["self", "counter", "guardian"]
SignsInBy = Literal["passkey", "totp", "password", "counter"]
Channel = Literal["mail", "web_push", "letter"]

_IDS = UUID("5d1f6ad2-6a0e-4c39-9a52-0f5c7b1e9b27")


def id_of(key: str) -> UUID:
    """Return the identifier that belongs to a key: the same one at every load."""
    return uuid5(_IDS, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What only some people have; features that need a fact load it.

    Attributes:
        former_family: 旧氏; `former_name` held until `renamed_on`, excluded.
        alias: 通称, with its reading.
        registered_kana: the reading on the register, origin card, where it differs.
        typed_address: what was typed before the proposal was accepted.
        protected: 支援措置; `protected_until` included.
        moved_from: held until `moved_on`, excluded.
        moves_to: holds from `moves_on` on; the profile's address holds until then.
        guardians: keys of those who act for this person; `acts_for` is the other direction.
        household: key of the person who declared the household this person belongs to.
        same_as: key of a person of the same name and birth date.
        mail_reused: the mail address now reaches somebody else.
    """

    former_family: str | None = None
    former_name: Name | None = None
    renamed_on: date | None = None
    alias: Name | None = None
    alias_kana: Name | None = None
    registered_kana: Name | None = None
    typed_address: str | None = None
    protected: bool = False
    protected_until: date | None = None
    no_fixed_address: bool = False
    commutes_from_outside: bool = False
    moved_from: Address | None = None
    moved_on: date | None = None
    moves_to: Address | None = None
    moves_on: date | None = None
    guardians: tuple[str, ...] = ()
    acts_for: tuple[str, ...] = ()
    household: str | None = None
    same_as: str | None = None
    further_languages: tuple[str, ...] = ()
    deceased_on: date | None = None
    erased_on: date | None = None
    is_staff: bool = False
    mail_reused: bool = False


PLAIN = Facts()


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticResident:
    """One invented resident. `key` is H01 or R0000001; the ID follows from it.

    Attributes:
        email: None for people who come to the counter only.
        romaji: the reading in Latin letters, where the reading is known.
        interests: keys of the taxonomy; empty for those who picked nothing.
        origins: where each item of `contents` comes from.
        channels: by which ways they want to be told; empty for none.
    """

    key: str
    email: str | None
    phone: str | None
    name: Name
    name_kana: Name
    romaji: str | None
    birthdate: PartialDate
    sex: Sex
    address: Address
    ui_language: str
    interests: tuple[str, ...]
    origins: Mapping[str, Origin] = field(default_factory=lambda: SELF_DECLARED, hash=False)
    channels: tuple[Channel, ...]
    registered_by: RegisteredBy = "self"
    signs_in_by: SignsInBy = "password"
    facts: Facts = PLAIN

    @property
    def id(self) -> UUID:
        """The resident's ID: the same for a key, whatever the seed, so that loading repeats."""
        return id_of(self.key)

    @property
    def ui_locale(self) -> str:
        """The language of the pages this person sees."""
        return self.ui_language if self.ui_language in UI_LOCALES else "ja-easy"

    def contents(self) -> dict[str, Any]:
        """Return the profile's contents by item, in the shapes of the person-data API.

        What there is none of is left out.
        """
        facts = self.facts
        known: dict[str, Any] = {
            "name": self.name.content(),
            "name_kana": self.name_kana.content(),
            "name_kana_other": facts.registered_kana and facts.registered_kana.content(),
            "former_name": facts.former_family and other_name(facts.former_family),
            "alias": facts.alias and _alias(facts.alias, facts.alias_kana),
            "birthdate": self.birthdate.iso,
            "sex": self.sex,
            "address": replace(self.address, no_fixed=facts.no_fixed_address).content(),
            "email": self.email,
            "phone": self.phone,
        }
        return {item: content for item, content in known.items() if content is not None}


def _alias(name: Name, reading: Name | None) -> dict[str, str]:
    kana = reading.full if reading else ""
    return other_name(name.full, name.family or "", name.given or "", reading=kana)
