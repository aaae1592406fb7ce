"""Accepting the terms: an unticked box, and a sealed note of what was shown and when."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from genkan.kernel.ids import TermsId
from genkan.residents.service.registration import Shown
from genkan.terms import api as terms

SALT = "genkan.residents.terms"
SHOWN_FOR = timedelta(hours=12)


class TermsForm(forms.Form):
    """The decision about one text."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    accept = forms.BooleanField(
        label=_("I have read the terms of use and accept them"),
        error_messages={"required": _("Please tick the box if you accept. Without it no ID.")},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        version: terms.TermsVersion,
        text: terms.Wording,
        now: datetime,
        must_accept: bool = True,
    ) -> None:
        super().__init__(data, initial={"shown": note(version, text, now)})
        self.fields["accept"].required = must_accept
        self._version = version
        self._text = text

    def clean_shown(self) -> Shown:
        """Return what was shown, if it is in force still."""
        try:
            facts = signing.loads(self.cleaned_data["shown"], salt=SALT, max_age=SHOWN_FOR)
        except signing.BadSignature:
            raise forms.ValidationError(_STALE, code="stale") from None
        if facts["terms"] != str(self._version.id):
            raise forms.ValidationError(_CHANGED, code="outdated")
        return Shown(
            terms=self._version.id,
            locale=facts["locale"],
            text_hash=facts["hash"],
            shown_at=datetime.fromisoformat(facts["at"]),
        )

    def is_stale(self) -> bool:
        """Whether what was shown is not what has to be accepted now."""
        return "shown" in self.errors


_STALE = _("This page had become too old. Please look at the text once more and decide again.")
_CHANGED = _("The terms have changed since you opened this page. Please read the new text.")


def note(version: terms.TermsVersion, text: terms.Wording, now: datetime) -> str:
    """Return a signed note that this text was shown at `now`; it names nobody."""
    facts = {
        "terms": str(TermsId(version.id)),
        "locale": text.locale,
        "hash": text.sha256,
        "at": now.isoformat(),
    }
    return signing.dumps(facts, salt=SALT)
