"""How a hostile resident is written down: only what is particular about the person."""

from typing import TypedDict, Unpack

from genkan.kernel.text.addresses import Address, place_of
from genkan.kernel.text.dates import PartialDate
from genkan.kernel.text.names import Name
from genkan.residents.domain.people import Origin
from genkan.residents.population.homes import UnknownTown
from genkan.residents.population.shape import (
    AT_COUNTER,
    PLAIN,
    SELF_DECLARED,
    Channel,
    Facts,
    RegisteredBy,
    Sex,
    SignsInBy,
    SyntheticResident,
)


class Particulars(TypedDict, total=False):
    """What a person may have that others have not."""

    romaji: str
    sex: Sex
    ui_language: str
    interests: tuple[str, ...]
    channels: tuple[Channel, ...]
    registered_by: RegisteredBy
    signs_in_by: SignsInBy
    facts: Facts


def person(
    key: str, line: int, names: tuple[Name, Name], born: PartialDate, home: Address,
    **more: Unpack[Particulars],
) -> SyntheticResident:  # fmt: skip
    """Return a hostile resident; `line` is NN of 000-0000-00NN, `names` the name and its kana.

    Who comes to the counter only has neither mail nor telephone.
    """
    name, kana = names
    reachable = more.get("signs_in_by") != "counter"
    return SyntheticResident(
        key=key,
        email=f"{key.lower()}@resident.example" if reachable else None,
        phone=f"000-0000-{line:04d}" if reachable else None,
        name=name,
        name_kana=kana,
        romaji=more.get("romaji"),
        birthdate=born,
        sex=more.get("sex", "9"),
        address=home,
        ui_language=more.get("ui_language", "ja"),
        interests=more.get("interests", ()),
        origins=_origins(more),
        channels=more.get("channels", ("mail",)),
        registered_by=more.get("registered_by", "self"),
        signs_in_by=more.get("signs_in_by", "password"),
        facts=more.get("facts", PLAIN),
    )


def named(family: str, given: str, family_kana: str, given_kana: str) -> tuple[Name, Name]:
    """Return a name with parts, and its kana with parts."""
    return Name.of_parts(family, given), Name.of_parts(family_kana, given_kana)


def single(name: str, kana: str) -> tuple[Name, Name]:
    """Return a name that nobody divided, and its kana."""
    return Name(name), Name(kana)


def born(iso: str) -> PartialDate:
    """Return a birth date from `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
    return PartialDate.from_iso(iso)


def home(lg_code: str, town: str, street: str, building: str | None = None) -> Address:
    """Return an address; the postal code is looked up, the town stays as written.

    Raises:
        UnknownTown: the postal table has no such town there.
    """
    place = place_of(lg_code, town)
    if place is None:
        raise UnknownTown(f"{lg_code} {town}")
    return Address(
        postal_code=place.postal_code,
        prefecture=place.prefecture,
        municipality=place.municipality,
        lg_code=lg_code,
        town=town,
        street=street,
        building=building,
    )


def _origins(more: Particulars) -> dict[str, Origin]:
    """Return the origins by item: the counter's for people it registered or protects."""
    if more.get("registered_by") == "counter":
        return dict(AT_COUNTER)
    if more.get("facts", PLAIN).protected:
        return {**SELF_DECLARED, "address": Origin.COUNTER}
    return {**SELF_DECLARED, "name_kana_other": Origin.CARD}
