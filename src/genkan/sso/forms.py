"""What a resident sends back from a page of ours."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from typing_extensions import override

from genkan.consent import api as consent
from genkan.kernel.ids import OfferId, ResidentId
from genkan.sso.domain.interaction import Task
from genkan.sso.domain.values import InteractionId
from genkan.sso.errors import DecisionMissing, QuestionChanged
from genkan.sso.service.interactions import Decision, Question, Shown

SALT = "genkan.sso.question"
MAX_KEY_LENGTH = 100
ANSWERS = ("allow", "deny", "preview", "switch", "back")
"""Yes, no, show the payload anew, let somebody else sign in, back to the service with a failure."""


class ItemsField(forms.MultipleChoiceField):
    """Keys of catalogue items; `consent` says which are allowed."""

    @override
    def valid_value(self, value: Any) -> bool:
        """Let any short key through."""
        return isinstance(value, str) and len(value) <= MAX_KEY_LENGTH


class DecisionForm(forms.Form):
    """The answer to a question, and the signed note of what was asked."""

    decision = forms.ChoiceField(choices=[(answer, answer) for answer in ANSWERS])
    shown = forms.CharField(max_length=1000)
    offer = forms.UUIDField(required=False)
    items = ItemsField(required=False)
    name_form = forms.ChoiceField(
        choices=[(str(form), str(form)) for form in consent.NameForm], required=False
    )

    def says(self) -> str:
        """Return which button was pressed.

        Raises:
            DecisionMissing: none that we know.
        """
        if "decision" in self.errors:
            raise DecisionMissing(field="decision")
        says: str = self.cleaned_data["decision"]
        return says

    def ticked(self) -> frozenset[str]:
        """Return the items that were ticked."""
        return frozenset(self.cleaned_data.get("items", ()))

    def name(self) -> consent.NameForm:
        """Return which name was chosen; the registered one where there was no choice.

        Raises:
            QuestionChanged: a choice that we know nothing of.
        """
        if "name_form" in self.errors:
            raise QuestionChanged
        return consent.NameForm(self.cleaned_data.get("name_form") or "registered")

    def shown_page(self) -> Shown:
        """Return what the page showed.

        Raises:
            QuestionChanged: the note is not one of ours.
        """
        try:
            note = signing.loads(self.cleaned_data.get("shown", ""), salt=SALT)
            return Shown(
                interaction=InteractionId(UUID(note["interaction"])),
                resident=ResidentId(UUID(note["resident"])),
                task=Task(note["task"]),
                shown_at=datetime.fromisoformat(note["at"]),
                locale=note["locale"],
            )
        except (signing.BadSignature, KeyError, ValueError, TypeError) as error:
            raise QuestionChanged from error

    def answer(self, shown: Shown) -> Decision:
        """Return a yes with the choice of the consent page, if it was one, or a no."""
        offer = self.cleaned_data.get("offer")
        if self.says() == "deny":
            return Decision(allows=False, choice=None)
        if offer is None:
            return Decision(allows=True, choice=None)
        choice = consent.Choice(
            offer=OfferId(offer),
            items=self.ticked(),
            locale=shown.locale,
            shown_at=shown.shown_at,
            name_form=self.name(),
        )
        return Decision(allows=True, choice=choice)


def note_of(question: Question, *, locale: str, now: datetime) -> str:
    """Return the signed note of a page: whom it asked what, when and in which language."""
    return signing.dumps(
        {
            "interaction": str(question.interaction.id),
            "resident": str(question.situation.resident),
            "task": question.situation.task.value,
            "at": now.isoformat(),
            "locale": locale,
        },
        salt=SALT,
    )
