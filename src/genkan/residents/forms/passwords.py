"""Refuses passwords that guessing programs try first; nothing leaves the house to find out."""

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from typing_extensions import override

from genkan.residents.domain.passwords import plain_forms, says_too_little


class GuessedPasswordValidator(CommonPasswordValidator):
    """Looks a password up in Django's list of 20,000 breached ones, with disguises undone.

    Source:
        OWASP ASVS 5.0, 6.2.4 (breached passwords) and 6.2.11 (words of the context).
    """

    @override
    def validate(self, password: str, user: Any = None) -> None:
        """Let a password pass that is not among the first guesses.

        Raises:
            ValidationError: it is.
        """
        if says_too_little(password) or plain_forms(password) & self.passwords:
            raise ValidationError(
                _("Many people use this password, or one like it. Please choose another one."),
                code="password_too_common",
            )

    @override
    def get_help_text(self) -> str:
        return _("Not one that many people use.")
