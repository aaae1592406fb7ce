"""Names of people, kept exactly as typed.

A name has one full form and may have parts; parts are never made up, split or put in order by
the machine (mononyms, romaji with several middle parts, 通称). Source: JAPAN.md 1.1, 1.2, 1.8.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from genkan.kernel.text.characters import (
    Finding,
    Problem,
    code_points,
    findings,
    graphemes,
    radical_proposal,
    search_form,
    truncated,
)

MAX_FULL = 100
"""Graphemes of a whole name. Residence cards have 45 capitals and more."""

MAX_PART = 80
"""Graphemes of 氏 or 名."""

__all__ = [
    "MAX_FULL",
    "MAX_PART",
    "Finding",
    "Name",
    "Problem",
    "code_points",
    "findings_of",
    "graphemes",
    "other_name",
    "radical_proposal",
    "search_form",
    "truncated",
]


@dataclass(frozen=True, slots=True)
class Name:
    """A name as typed: `full` always, 氏 and 名 only where the person has them."""

    full: str
    family: str | None = None
    given: str | None = None

    @classmethod
    def of_parts(cls, family: str, given: str) -> Self:
        """Return the name of a person who typed 氏 and 名, joined by one space."""
        return cls(full=f"{family} {given}", family=family, given=given)

    @classmethod
    def from_content(cls, content: Mapping[str, str]) -> Self:
        """Return the name written by `content`.

        Raises:
            KeyError: the full form is missing.
        """
        return cls(content["full"], content.get("family"), content.get("given"))

    def content(self) -> dict[str, str]:
        """Return {"full", "family"?, "given"?}, the shape of the person-data API."""
        parts = {"full": self.full, "family": self.family, "given": self.given}
        return {key: part for key, part in parts.items() if part is not None}

    @property
    def search(self) -> str:
        """The search form of the full name; never shown."""
        return search_form(self.full)


def other_name(
    full: str, family: str = "", given: str = "", *, reading: str = ""
) -> dict[str, str]:
    """Return the shape of a former family name (旧氏) or an alias (通称): its reading beside it."""
    parts = {"full": full, "family": family, "given": given, "kana": reading}
    return {key: part for key, part in parts.items() if part}


def findings_of(text: str, *, limit: int = MAX_FULL, required: bool = True) -> list[Finding]:
    """Return all problems of a name or a part of one; an empty list means it can be kept as is.

    Radicals are no problem here: `radical_proposal` offers a correction, the person decides.
    """
    return findings(text, limit=limit, required=required)
