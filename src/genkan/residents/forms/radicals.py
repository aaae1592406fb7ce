"""Signs that only look like ordinary characters: proposed, changed only after a yes (H29)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genkan.kernel.text.characters import radical_proposal

USE, KEEP = "use", "keep"
ASKED_OF = ("name", "former_name", "alias", "address")
"""Items in which a radical is asked about."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether the ordinary characters are meant; the form waits for the answer.

    Attributes:
        name: of the field that asks.
        proposals: by field: what would take the place of what was typed.
        typed: what was typed, field by field.
    """

    name: str
    proposals: Mapping[str, str]
    typed: tuple[str, ...]

    def field(self) -> forms.ChoiceField:
        """Return the field that asks. What was typed stays a choice: names have such signs too."""
        return forms.ChoiceField(
            choices=[
                (USE, _("Use %(text)s") % {"text": _joined(self.proposals.values())}),
                (KEEP, _("Keep %(text)s as typed") % {"text": _joined(self.typed)}),
            ],
            widget=forms.RadioSelect,
            label=_("A sign only looks like an ordinary character. Which one do you mean?"),
            error_messages={
                "required": _("Please choose. Nothing is changed before you have chosen.")
            },
        )

    def answer(self, cleaned: dict[str, Any]) -> None:
        """Put what was proposed in its place, if the person said so."""
        if cleaned.get(self.name) == USE:
            cleaned |= {field: text for field, text in self.proposals.items() if field in cleaned}


def questions(
    data: Mapping[str, Any], fields_of: Mapping[str, tuple[str, ...]], items: Collection[str]
) -> list[Question]:
    """Return what has to be asked about what was sent."""
    return list(_questions(data, fields_of, [item for item in ASKED_OF if item in items]))


def _questions(
    data: Mapping[str, Any], fields_of: Mapping[str, tuple[str, ...]], items: Iterable[str]
) -> Iterator[Question]:
    for item in items:
        typed = {name: str(data.get(name) or "").strip() for name in fields_of[item]}
        found = {name: radical_proposal(text) for name, text in typed.items()}
        proposals = {name: text for name, text in found.items() if text}
        if proposals:
            yield Question(f"radicals_{item}", proposals, tuple(typed[name] for name in proposals))


def _joined(texts: Iterable[str]) -> str:
    return " ".join(texts)
