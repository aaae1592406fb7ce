"""What the form's template needs to know about each field: texts, choices, badge, error."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shinsei.clock import JST
from shinsei.form import FIELDS, Field, start_months
from shinsei.texts import CATALOGUES, text, text_or


@dataclass(frozen=True, slots=True)
class Line:
    """One field as it is shown."""

    field: Field
    label: str
    hint: str | None
    answer: str
    badge: str | None
    error: str | None
    choices: tuple[tuple[str, str], ...]


def lines(
    language: str,
    answers: Mapping[str, str],
    origins: Mapping[str, Mapping[str, str]],
    errors: Mapping[str, str],
    today: date,
) -> list[Line]:
    """All fields in their order, with what the person sees beside each."""
    return [
        Line(
            field=field,
            label=text(language, f"field.{field.key}"),
            hint=CATALOGUES[language].get(f"hint.{field.key}"),
            answer=answers.get(field.key, ""),
            badge=badge(language, origins[field.key]) if field.key in origins else None,
            error=_error(language, field, errors.get(field.key)),
            choices=_choices(language, field, today),
        )
        for field in FIELDS
    ]


def badge(language: str, origin: Mapping[str, str]) -> str:
    """「玄関から(自己申告・2026年7月15日時点)」: where a value came from, and how old it is."""
    kind = text_or(language, f"origin.{origin['origin']}", "origin.unknown")
    try:
        day = written_day(language, datetime.fromisoformat(origin["as_of"]).astimezone(JST).date())
    except ValueError:
        day = "?"
    return text(language, "form.badge", origin=kind, day=day)


def shown(language: str, field: Field, answer: str) -> str:
    """An answer as it is read: a choice by its name, everything else as it was sent."""
    if not answer:
        return text(language, "form.nothing")
    if field.kind == "choice":
        return text_or(language, f"choice.{field.key}.{answer}", "form.nothing")
    if field.kind == "month":
        return month(language, answer)
    return _date_shown(language, answer) if "date" in field.kind else answer


def written_day(language: str, day: date) -> str:
    """「2026年7月15日」."""
    return text(language, "form.day", year=day.year, month=day.month, day=day.day)


def _date_shown(language: str, answer: str) -> str:
    """A whole date as people write it, a part of one as it was sent."""
    try:
        return written_day(language, date.fromisoformat(answer))
    except ValueError:
        return answer


def month(language: str, answer: str) -> str:
    """`2026-08` as people write it."""
    year, _, number = answer.partition("-")
    return text(language, "form.month", year=year, month=number.lstrip("0"))


def _error(language: str, field: Field, code: str | None) -> str | None:
    if code is None:
        return None
    label = text(language, f"field.{field.key}")
    return text(language, f"problem.{code}", label=label, limit=field.limit)


def _choices(language: str, field: Field, today: date) -> tuple[tuple[str, str], ...]:
    if field.kind == "month":
        return tuple((value, month(language, value)) for value in start_months(today))
    return tuple((value, text(language, f"choice.{field.key}.{value}")) for value in field.choices)
