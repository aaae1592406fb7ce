"""Items and purposes as values, and how they are read from their files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from genkan.catalogue.errors import CatalogueFaulty
from genkan.kernel.clock import day_in_japan
from genkan.kernel.data import DataClass

LANGUAGES = ("ja", "ja-easy", "en")


@dataclass(frozen=True, slots=True)
class Wording:
    """The same sentence in each language."""

    ja: str
    ja_easy: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the sentence in `language` ("ja", "ja-easy", "en"); Japanese for any other."""
        return {"ja-easy": self.ja_easy, "en": self.en}.get(language, self.ja)

    def as_mapping(self) -> dict[str, str]:
        """Return the sentences by language code, as files and tables hold them."""
        return {"ja": self.ja, "ja-easy": self.ja_easy, "en": self.en}


def wording(name: str, entry: Mapping[str, str]) -> Wording:
    """Return the wording of a parsed entry.

    Raises:
        CatalogueFaulty: a language is missing; `name` says where.
    """
    missing = [language for language in LANGUAGES if not entry.get(language)]
    if missing:
        raise CatalogueFaulty(f"{name} lacks its wording in {', '.join(missing)}")
    return Wording(ja=entry["ja"], ja_easy=entry["ja-easy"], en=entry["en"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One kind of data about a resident (M01).

    Attributes:
        key: stable name, as partners read it in the payload.
        data_class: 個人情報 or 個人関連情報.
        sensitive: whether it is 要配慮個人情報 (APPI art. 2(3)).
        name: what it is called on pages.
        asked_because: why it is asked, shown beside the field (M08).
        retention: how long we keep it, in words.
        retention_days: days kept after the account is closed.
        history_days: days an earlier value is kept after another took its place (M03).
        claims: standard OpenID Connect claims that carry it (Core 5.1).
        reveals_place: whether a value can tell where the person lives: withheld while the address
            is protected (A9).
    """

    key: str
    data_class: DataClass
    sensitive: bool
    name: Wording
    asked_because: Wording
    retention: Wording
    retention_days: int
    history_days: int
    claims: tuple[str, ...]
    reveals_place: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One of the purposes for which data may be provided to a partner (M32).

    Attributes:
        code: P1 to P5.
        valid_from: first day, Japanese time.
        valid_until: the day it ends, excluded; None while no end is set.
        by_consent: False where a law obliges (P1): shown as a notice, never as consent.
    """

    code: str
    name: Wording
    explanation: Wording
    valid_from: date
    valid_until: date | None
    by_consent: bool

    def in_force(self, now: datetime) -> bool:
        """Whether data may be provided for this purpose at `now`."""
        today = day_in_japan(now)
        return self.valid_from <= today and (self.valid_until is None or today < self.valid_until)


def read_items(document: Mapping[str, Any]) -> dict[str, Item]:
    """Return the items of a parsed `items.toml` by key, in the file's order.

    Raises:
        CatalogueFaulty: a field is missing, or a class does not exist.
    """
    return {key: _item(key, entry) for key, entry in document.items()}


def read_purposes(document: Mapping[str, Any]) -> dict[str, Purpose]:
    """Return the purposes of a parsed `purposes.toml` by code.

    Raises:
        CatalogueFaulty: a field is missing, or a purpose ends before it begins.
    """
    return {code: _purpose(code, entry) for code, entry in document.items()}


_MOBILE = re.compile(r"(?:\+81|0081)?0?(?:20|50|60|70|80|90)[0-9]{8}|000[0-9]{7,8}")


def follows_the_person(phone: str) -> bool:
    """Whether a telephone number belongs to no place; any that is not surely so tells an area.

    020, 050, 060, 070, 080 and 090 are mobile, personal or internet numbers; the area codes of
    landlines name a town. 000 is nobody's: it begins the numbers of invented people.

    Source:
        電気通信番号規則 (numbering plan of Japan).
    """
    return _MOBILE.fullmatch(re.sub(r"[-() ]", "", phone)) is not None


def _item(key: str, entry: Mapping[str, Any]) -> Item:
    try:
        return Item(
            key=key,
            data_class=DataClass(entry["class"]),
            sensitive=entry["sensitive"],
            name=wording(key, entry["name"]),
            asked_because=wording(key, entry["asked_because"]),
            retention=wording(key, entry["retention"]),
            retention_days=entry["retention_days"],
            history_days=entry["history_days"],
            claims=tuple(entry["claims"]),
            reveals_place=bool(entry["reveals_place"]),
        )
    except (KeyError, ValueError) as error:
        raise CatalogueFaulty(f"item {key}: {error}") from error


def _purpose(code: str, entry: Mapping[str, Any]) -> Purpose:
    try:
        purpose = Purpose(
            code=code,
            name=wording(code, entry["name"]),
            explanation=wording(code, entry["explanation"]),
            valid_from=entry["valid_from"],
            valid_until=entry.get("valid_until"),
            by_consent=entry["by_consent"],
        )
    except KeyError as error:
        raise CatalogueFaulty(f"purpose {code}: {error}") from error
    if purpose.valid_until is not None and purpose.valid_until <= purpose.valid_from:
        raise CatalogueFaulty(f"purpose {code} ends before it begins")
    return purpose
