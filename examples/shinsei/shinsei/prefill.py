"""From Genkan's items to the fields of our form: the whole mapping, in one place."""

from collections.abc import Callable, Mapping
from typing import TypedDict

from shinsei.genkan_client import Item, PersonData


class Filled(TypedDict):
    """A field that Genkan filled, with what the badge beside it says."""

    value: str
    origin: str
    as_of: str


def fields_from(person: PersonData) -> dict[str, Filled]:
    """What can be filled. An item we have no field for, or of an unknown form, is left out."""
    filled: dict[str, Filled] = {}
    for name, item in person.items.items():
        for field, read in _FIELDS_OF.get(name, {}).items():
            value = read(item)
            if value:
                filled[field] = Filled(value=value, origin=item.origin, as_of=item.as_of)
    return filled


def parts_missing(person: PersonData) -> list[str]:
    """Which of the two parts that our form asks for a name came without.

    A mononym has none, and we make up none: the form names what is missing, and the person says
    what goes there, or leaves it empty.
    """
    name = person.items.get("name")
    if name is None:
        return []
    return [f"name_{part}" for part in ("family", "given") if not _part(name, part)]


def _whole(item: Item) -> str:
    """A text as it came, or the `full` form of a name or address.

    A name without separate family and given parts is complete as it is; it is never split, joined
    or normalised here.
    """
    return _part(item, "full") if isinstance(item.value, Mapping) else _text(item.value)


def _part(item: Item, name: str) -> str:
    return _text(item.value.get(name)) if isinstance(item.value, Mapping) else ""


def _hyphenated(code: str) -> str:
    """`564-0041` for `5640041`, as people write it."""
    return f"{code[:3]}-{code[3:]}" if code else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


_FIELDS_OF: dict[str, dict[str, Callable[[Item], str]]] = {
    "name": {
        "applicant_name": _whole,
        "applicant_family": lambda item: _part(item, "family"),
        "applicant_given": lambda item: _part(item, "given"),
    },
    "name_kana": {"applicant_kana": _whole},
    "birthdate": {"applicant_birthdate": _whole},
    "sex": {"applicant_sex": _whole},
    "address": {
        "postal_code": lambda item: _hyphenated(_part(item, "postal_code")),
        "address": _whole,
    },
    "phone": {"phone": _whole},
    "email": {"email": _whole},
}
