"""Contents as people read them, line by line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genkan.catalogue import api as catalogue
from genkan.kernel.text.dates import PartialDate, in_gregorian, in_japanese

SEXES = {
    "0": gettext_lazy("Not known"),
    "1": gettext_lazy("Male"),
    "2": gettext_lazy("Female"),
    "9": gettext_lazy("Not stated"),
}

NAMES = frozenset({"name", "name_kana", "name_kana_other", "former_name", "alias"})


@dataclass(frozen=True, slots=True)
class Line:
    """One item as a page shows it.

    Attributes:
        parts: further lines, such as family and given name.
        converted_from: what was typed, where the stored form differs.
    """

    item: str
    label: str
    text: str
    parts: tuple[tuple[str, str], ...] = ()
    converted_from: str = ""


def lines_of(
    contents: Mapping[str, Any], language: str, typed: Mapping[str, str] | None = None
) -> list[Line]:
    """Return contents by item in the order of the catalogue, in the words of `language`.

    With `typed`, the lines tell what was converted.
    """
    known = [item for item in catalogue.items() if contents.get(item)]
    return [_line(item, contents[item], language, typed) for item in known]


def text_of(item: str, content: Any, language: str) -> str:  # noqa: ANN401 - JSON of the item's shape
    """Return a content on one line."""
    match item:
        case _ if item in NAMES:
            return str(content["full"])
        case "birthdate":
            return _date(content, language)
        case "sex":
            return str(SEXES.get(content, content))
        case "address":
            return _address(content)
        case _:
            return str(content)


def _line(
    item: str,
    content: Any,  # noqa: ANN401 - as above
    language: str,
    typed: Mapping[str, str] | None,
) -> Line:
    label = catalogue.item(item).name.in_language(language)
    text = text_of(item, content, language)
    parts = tuple(_parts(content)) if item in NAMES else ()
    if typed is None:
        return Line(item, label, text, parts)
    converted = typed.get(item, "") if item == "name_kana" and typed.get(item) != text else ""
    return Line(item, label, text, parts, converted)


def _parts(content: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    named = (("family", _("Family name")), ("given", _("Given name")), ("kana", _("Reading")))
    for part, label in named:
        if content.get(part):
            yield label, content[part]


def _address(content: Mapping[str, Any]) -> str:
    postal = content["postal_code"]
    line = f"〒{postal[:3]}-{postal[3:]} {content['full']}" if postal else content["full"]
    if content.get("no_fixed_address"):
        return _("%(address)s (no fixed address; letters wait at the counter)") % {"address": line}
    return str(line)


def _date(iso: str, language: str) -> str:
    known = PartialDate.from_iso(iso)
    if language == "ja":
        return in_japanese(known)
    return in_gregorian(known) if language == "ja-easy" else known.iso
