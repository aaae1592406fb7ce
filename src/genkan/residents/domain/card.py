"""The My Number Card against what we hold: read, compared item by item, settled by the resident.

Words
    card      what the Digital Agency's authentication app says of a card: the four basic items, and
              a reading where the register has one; a My Number is never asked for and never read
    verdict   how one item of the card stands to the one we hold
    pick      what the resident decides where the two differ

Always true
    - Nothing is overwritten without a pick, and a name is kept as the card writes it.
    - A card that agrees neither in name nor in birth date is somebody else's.
    - What tells the place of a protected address is neither compared, nor shown, nor kept (A9).

Source: MISSION M03, JAPAN.md sections 1 to 4.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

import regex

from genkan.kernel.ids import ResidentId
from genkan.kernel.text import addresses, kana, names
from genkan.kernel.text.addresses import Address
from genkan.kernel.text.dates import PartialDate
from genkan.residents.domain.people import Origin, Value
from genkan.residents.domain.readings import USED, Readings

CardCheckId = NewType("CardCheckId", UUID)

ITEMS = ("name", USED, "birthdate", "sex", "address")
"""In the order in which they are shown."""
AWAY = timedelta(minutes=10)
"""How long somebody may be away at the provider."""
OPEN = timedelta(minutes=15)
"""How long what came back waits to be confirmed."""

_SEXES = {"1": "1", "male": "1", "2": "2", "female": "2"}
_NOT_STATED = frozenset({"0", "9"})
_DIGITS = regex.compile(r"(\d{4})(\d{2})(\d{2})", regex.ASCII)
_DASHED = regex.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", regex.ASCII)
_KANJI_NUMBER = regex.compile("[一二三四五六七八九十]+(?=丁目|丁|番|号|の)")
_BETWEEN_NUMBERS = regex.compile("(?<=[0-9])(?:番地の|番の|丁目|丁|番地|番|号|の)(?=[0-9])")
_AFTER_NUMBERS = regex.compile("(?<=[0-9])(?:番地|番|号)")
_MOST = 400
"""Code points of a line; a card's own fields are shorter."""
_FIRST_PRINTABLE = 32


class CardUnreadable(Exception):
    """What came back is not in the shape of a card; the text names the field, never its value."""


class Verdict(StrEnum):
    """How an item of the card stands to what we hold."""

    SAME = "same"
    ALIKE = "alike"
    """The same up to variants, width, small kana, ways of writing an address."""
    DIFFERENT = "different"
    NEW = "new"
    """We hold none, or the resident did not answer."""
    UNREAD = "unread"
    """The card differs in a way that no field can take as it is: an address of an unknown place."""


class Pick(StrEnum):
    """What is to happen with an item."""

    KEEP = "keep"
    TAKE = "take"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card says, by item, in its own spelling; an item it lacks is missing.

    Attributes:
        lines: texts as they came.
    """

    lines: Mapping[str, str]

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> "Card":
        """Return the card in what the provider's userinfo says; every other claim is dropped.

        Raises:
            CardUnreadable: name or birth date are missing, or something is not a text.
        """
        address = claims.get("address")
        if isinstance(address, Mapping):  # OpenID Connect Core 1.0 section 5.1.1
            address = address.get("formatted")
        told = {
            "name": claims.get("name"),
            USED: claims.get("name_kana"),
            "birthdate": claims.get("birthdate"),
            "sex": claims.get("gender"),
            "address": address,
        }
        for item, text in told.items():
            _must_be_text(item, text)
        lines = {item: text.strip() for item, text in told.items() if text and text.strip()}
        if "name" not in lines or "birthdate" not in lines:
            raise CardUnreadable("name" if "name" not in lines else "birthdate")
        lines["birthdate"] = _birthdate(lines["birthdate"])
        lines["sex"] = _SEXES.get(lines.get("sex", "").casefold(), "")
        if kana.findings_of(kana.to_katakana(lines.get(USED, "")), required=False):
            del lines[USED]
        return cls(lines={item: text for item, text in lines.items() if text})

    def without(self, items: frozenset[str]) -> "Card":
        """Return the card without these items."""
        kept = {item: text for item, text in self.lines.items() if item not in items}
        return Card(lines=kept)

    def content(self, item: str) -> Any:  # noqa: ANN401 - JSON of the item's shape
        """Return an item as we would hold it; None where the card lacks it or no field takes it."""
        line = self.lines.get(item)
        if line is None or item in {"birthdate", "sex"}:
            return line
        if item == "address":
            found = read_address(line)
            return None if found is None else found.content()
        return {"full": kana.to_katakana(line) if item == USED else line}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One item of a card beside the one we hold."""

    item: str
    verdict: Verdict
    held: Value | None
    line: str
    content: Any

    @property
    def asks(self) -> bool:
        """Whether the resident has to pick."""
        differs = self.verdict in {Verdict.ALIKE, Verdict.DIFFERENT, Verdict.NEW}
        return differs and self.content is not None

    def settled(self, pick: Pick | None, *, since: datetime) -> Value | None:
        """Return the value that opens; None where everything stays as it is."""
        if self.verdict is Verdict.UNREAD or (self.asks and pick is None):
            return None
        if pick is Pick.TAKE and self.asks:
            return _by_card(self.item, self.content, since)
        if self.verdict in {Verdict.SAME, Verdict.ALIKE} and self.held is not None:
            return _by_card(self.item, self.held.content, since)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardCheck:
    """One way to the provider and back.

    Attributes:
        nonce, verifier: secrets of the request; the state is kept as a hash only.
        card: what came back; None before.
        returned_at: when the browser came back: the first time counts.
        confirmed_at: when the resident decided: the first time counts.
    """

    id: CardCheckId
    resident: ResidentId
    begun_at: datetime
    nonce: str
    verifier: str
    card: Card | None = None
    returned_at: datetime | None = None
    confirmed_at: datetime | None = None

    def can_be_confirmed(self, now: datetime) -> bool:
        """Whether what came back may still be decided about."""
        if self.card is None or self.returned_at is None or self.confirmed_at is not None:
            return False
        return now < self.returned_at + OPEN


def compare(held: Mapping[str, Value], card: Card) -> list[Comparison]:
    """Return every item of the card beside the one held, in the order of the page."""
    return [_compared(item, held.get(item), card) for item in ITEMS if item in card.lines]


def changes(
    held: Mapping[str, Value],
    comparisons: Iterable[Comparison],
    picks: Mapping[str, Pick],
    *,
    since: datetime,
) -> dict[str, Value | None]:
    """Return what changes by item, None for what ends; a reading goes beside its twin (H07)."""
    changed: dict[str, Value | None] = {}
    for one in comparisons:
        pick = picks.get(one.item)
        if one.item == USED and one.verdict is not Verdict.SAME:
            changed |= _reading(held, one, pick, since)
        elif (value := one.settled(pick, since=since)) is not None:
            changed[one.item] = value
    return changed


def is_same_person(held: Mapping[str, Value], card: Card) -> bool:
    """Whether the card can be this resident's: it agrees in name or in birth date.

    Somebody who married and moved agrees in the birth date, somebody who mistyped it in the name.
    A card that agrees in neither is another person's, such as one from the same home.
    """
    verdicts = {one.item: one.verdict for one in compare(held, card)}
    agrees = {Verdict.SAME, Verdict.ALIKE}
    return bool({verdicts.get("name"), verdicts.get("birthdate")} & agrees)


def read_address(line: str) -> Address | None:
    """Return an address as the card writes it in parts, or None where its place is unknown.

    The town is the longest one of the postal table; what follows it is the street as written.
    """
    for home in addresses.municipalities():
        starts = {home.prefecture + home.full, home.prefecture + home.name}
        rest = next((line[len(one) :] for one in starts if line.startswith(one)), None)
        if rest is not None:
            return _in_town(home.lg_code, rest)
    return None


def address_form(line: str) -> str:
    """Return the form by which two ways of writing an address are the same; never shown.

    二丁目999番地, ２丁目９９９番地 and 2-999 become one; a word in place of a number stays.
    """
    text = addresses.search_form("".join(line.split()))
    numbers = _KANJI_NUMBER.sub(lambda found: str(addresses.number_of(found[0])), text)
    folded = addresses.fold_hyphens(numbers)
    return str(_AFTER_NUMBERS.sub("", _BETWEEN_NUMBERS.sub("-", folded)))


def _in_town(lg_code: str, rest: str) -> Address | None:
    begun = [one for one in addresses.towns_of(lg_code) if one.town and rest.startswith(one.town)]
    if not begun:
        return None
    place = max(begun, key=lambda one: len(one.town))
    street = rest[len(place.town) :].strip()
    return Address.at(place, street) if street else None


def _compared(item: str, held: Value | None, card: Card) -> Comparison:
    content = card.content(item)
    return Comparison(
        item=item,
        verdict=_verdict(item, held, card.lines[item], content),
        held=held,
        line=content["full"] if item == USED else card.lines[item],
        content=content,
    )


def _verdict(item: str, held: Value | None, line: str, content: Any) -> Verdict:  # noqa: ANN401 - JSON of the item's shape
    if held is None or (item == "sex" and held.content in _NOT_STATED):
        return Verdict.UNREAD if content is None else Verdict.NEW
    if item in {"birthdate", "sex"}:
        return Verdict.SAME if held.content == line else Verdict.DIFFERENT
    if item == "address":
        verdict = _near(_written(held.content), line, address_form)
        return Verdict.UNREAD if verdict is Verdict.DIFFERENT and content is None else verdict
    if item == USED:
        return _near([held.content["full"]], content["full"], kana.folded)
    return _near([held.content["full"]], line, names.search_form)


def _written(address: Mapping[str, str | None]) -> list[str]:
    """Return an address on one line, and without its building, which a card may leave out."""
    whole, building = str(address["full"]), address.get("building")
    return [whole, whole.removesuffix(building).strip()] if building else [whole]


def _near(own: list[str], line: str, fold: Callable[[str], str]) -> Verdict:
    if " ".join(own[0].split()) == " ".join(line.split()):
        return Verdict.SAME
    return Verdict.ALIKE if fold(line) in map(fold, own) else Verdict.DIFFERENT


def _by_card(item: str, content: Any, since: datetime) -> Value:  # noqa: ANN401 - JSON of the item's shape
    return Value(item=item, content=content, origin=Origin.CARD, as_of=since, verified=True)


def _reading(
    held: Mapping[str, Value], one: Comparison, pick: Pick | None, since: datetime
) -> dict[str, Value | None]:
    """Return what becomes of the readings: of two that are alike both stay, the picked one used."""
    if pick is None or (pick is Pick.KEEP and one.verdict is not Verdict.ALIKE):
        return {}
    before = Readings.held_in(held)
    after = before.after(_by_card(USED, one.content, since))
    own_stays = after.used is before.used
    if pick is Pick.TAKE and own_stays:
        after = after.picked()
    return before.changes_to(after) if pick is Pick.TAKE or own_stays else {}


def _must_be_text(item: str, text: object) -> None:
    if text is not None and not isinstance(text, str):
        raise CardUnreadable(item)
    if text and (len(text) > _MOST or any(ord(sign) < _FIRST_PRINTABLE for sign in text)):
        raise CardUnreadable(item)


def _birthdate(text: str) -> str:
    """Return YYYY, YYYY-MM or YYYY-MM-DD; 00 stands for what is unknown and is never padded."""
    match = _DIGITS.fullmatch(text) or _DASHED.fullmatch(text)
    if match is None:
        raise CardUnreadable("birthdate")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        return PartialDate(year, month or None, day or None if month else None).iso
    except ValueError as error:
        raise CardUnreadable("birthdate") from error
