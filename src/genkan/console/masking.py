"""Values as staff see them before they give a reason: enough to tell people apart (M03)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from genkan.kernel.text.names import graphemes
from genkan.residents.api import Profile

HIDDEN = "●"
_FEW = HIDDEN * 3


def masked(item: str, content: Any) -> str:  # noqa: ANN401 - JSON of the item's shape
    """Return a content masked: 髙● 𠮷●, the year of birth, the municipality, the rest hidden."""
    shown = _SHOWN.get(item)
    return _FEW if shown is None else shown(content)


def masked_line(held: Profile, *, is_protected: bool) -> dict[str, str]:
    """Return what a list shows of a resident, by item; "" for what is not held."""
    return {
        item: masked_value(held, item, is_protected=is_protected)
        for item in ("name", "name_kana", "former_name", "alias", "birthdate", "address")
    }


def masked_value(held: Profile, item: str, *, is_protected: bool) -> str:
    """Return one value masked, or ""; of a protected address not even the municipality (A9)."""
    content = held.content(item)
    if not content:
        return ""
    return _FEW if item == "address" and is_protected else masked(item, content)


def _name(content: Mapping[str, str]) -> str:
    parts = [content[part] for part in ("family", "given") if content.get(part)]
    return " ".join(_part(part) for part in parts or content["full"].split())


def _birthdate(content: str) -> str:
    return f"{content[:4]}-{HIDDEN * 2}-{HIDDEN * 2}"


def _address(content: Mapping[str, Any]) -> str:
    place = f"{content['prefecture']}{content['municipality']}{_FEW}"
    if content.get("no_fixed_address"):
        return _("%(place)s (no fixed address)") % {"place": place}
    return place


def _email(content: str) -> str:
    return f"{graphemes(content)[0]}{_FEW}@{_FEW}"


def _phone(content: str) -> str:
    return f"{HIDDEN * 8}{content[-2:]}"


def _part(text: str) -> str:
    first, *rest = graphemes(text)
    return first + HIDDEN * len(rest) if rest else HIDDEN


_SHOWN: dict[str, Callable[[Any], str]] = {
    "name": _name,
    "name_kana": _name,
    "name_kana_other": _name,
    "former_name": _name,
    "alias": _name,
    "birthdate": _birthdate,
    "address": _address,
    "email": _email,
    "phone": _phone,
}
