"""Sentences for what is wrong with a text or a date."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from genkan.kernel.text.characters import Finding
from genkan.kernel.text.dates import in_japanese
from genkan.kernel.text.typed_dates import Typed
from genkan.residents.wording import DATE, MEANT, PARTIAL, TEXT

__all__ = ["PARTIAL", "refuse", "refuse_date"]


def refuse(found: Iterable[Finding]) -> None:
    """Raise what is wrong with a text, each problem once.

    Raises:
        ValidationError: something was found.
    """
    codes = dict.fromkeys(finding.problem for finding in found)
    if codes:
        raise ValidationError([ValidationError(TEXT[code], code=code) for code in codes])


def refuse_date(typed: Typed) -> None:
    """Raise what is wrong with a typed date.

    Raises:
        ValidationError: it has a problem.
    """
    if typed.problem is None:
        return
    if typed.proposal is not None:
        meant = {"date": in_japanese(typed.proposal)}
        raise ValidationError(MEANT, code=typed.problem, params=meant)
    raise ValidationError(DATE[typed.problem], code=typed.problem)
