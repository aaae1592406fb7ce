"""A resident's values in words: the content of an item as a person reads it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from genkan.kernel.text.dates import PartialDate, in_gregorian, in_japanese


def in_words(key: str, content: Any, language: str) -> str:  # noqa: ANN401 - JSON of the item's shape
    """Return an item's content as text.

    Args:
        key: of the item.
        content: as the person-data API gives it.
        language: "ja", "ja-easy" or "en"; dates differ.
    """
    told = _TOLD.get(key)
    return str(content) if told is None else told(content, language)


def _full(content: Mapping[str, Any], _language: str) -> str:
    return str(content["full"])


def _with_reading(content: Mapping[str, Any], _language: str) -> str:
    reading = content.get("kana")
    return f"{content['full']} ({reading})" if reading else str(content["full"])


def _address(content: Mapping[str, Any], _language: str) -> str:
    code = str(content.get("postal_code", ""))
    marked = f"〒{code[:3]}-{code[3:]} " if code else ""
    line = f"{marked}{content['full']}"
    if content.get("no_fixed_address"):
        return _("%(address)s (no fixed address)") % {"address": line}
    return line


def _birthdate(content: str, language: str) -> str:
    date = PartialDate.from_iso(content)
    if language == "en":
        return content
    return in_japanese(date) if language == "ja" else in_gregorian(date)


def _sex(content: str, _language: str) -> str:
    words = {"0": _("not known"), "1": _("male"), "2": _("female"), "9": _("not stated")}
    return words.get(str(content), str(content))


_TOLD: dict[str, Callable[[Any, str], str]] = {
    "name": _full,
    "name_kana": _full,
    "name_kana_other": _full,
    "former_name": _with_reading,
    "alias": _with_reading,
    "address": _address,
    "birthdate": _birthdate,
    "sex": _sex,
}
