"""The application form: its fields, and what is wrong with an answer.

Answers are kept exactly as sent. No trimming, no Unicode normalisation, no splitting of names;
lengths count what a reader calls a character (an ideograph with its variation selector is one).
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import regex

NURSERIES = ("chuo", "midori", "kawabe", "sakura", "hoshi")
REASONS = ("work", "birth", "illness", "care", "job_search", "study", "other")
SEXES = ("1", "2", "9", "0")
"""ISO/IEC 5218."""
MONTHS_AHEAD = 12
MAX_CODE_POINTS = 4000
"""Above every limit in characters: nobody needs more, and counting characters stays cheap."""
OLDEST_YEAR = 1873
"""Japan's calendar before is another one."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the form. Label, hint and names of choices are in texts/ under its key."""

    key: str
    required: bool
    kind: str
    """`text`, `kana`, `date` (may be partial), `full_date`, `month`, `postal_code`, `phone`,
    `email`, `choice`."""
    limit: int = 100
    """Characters as a reader counts them."""
    autocomplete: str = "off"
    choices: tuple[str, ...] = ()


FIELDS = (
    Field("applicant_name", required=True, kind="text", autocomplete="name"),
    Field("applicant_family", required=False, kind="text", autocomplete="family-name"),
    Field("applicant_given", required=False, kind="text", autocomplete="given-name"),
    Field("applicant_kana", required=True, kind="kana"),
    Field("applicant_birthdate", required=True, kind="date", autocomplete="bday"),
    Field("applicant_sex", required=False, kind="choice", autocomplete="sex", choices=SEXES),
    Field("postal_code", required=True, kind="postal_code", autocomplete="postal-code"),
    Field("address", required=True, kind="text", limit=300, autocomplete="street-address"),
    Field("phone", required=False, kind="phone", limit=30, autocomplete="tel"),
    Field("email", required=False, kind="email", limit=254, autocomplete="email"),
    Field("child_name", required=True, kind="text"),
    Field("child_kana", required=True, kind="kana"),
    Field("child_birthdate", required=True, kind="full_date"),
    Field("nursery", required=True, kind="choice", choices=NURSERIES),
    Field("start_month", required=True, kind="month"),
    Field("reason", required=True, kind="choice", choices=REASONS),
)


def start_months(today: date) -> tuple[str, ...]:
    """The twelve months from which a place can be asked for, as `2026-08`."""
    first = today.year * 12 + today.month  # the month after this one
    months = range(first, first + MONTHS_AHEAD)
    return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in months)


def problems(answers: Mapping[str, str], today: date) -> dict[str, str]:
    """What is wrong, per field: the code of a sentence in texts/. Empty: nothing.

    Args:
        answers: form field to text; a missing field counts as empty.
        today: the day in Japan.
    """
    found = {}
    for field in FIELDS:
        wrong = _problem(field, answers.get(field.key, ""), today)
        if wrong:
            found[field.key] = wrong
    blank = not answers.get("phone", "").strip() and not answers.get("email", "").strip()
    if blank and not {"phone", "email"} & found.keys():
        found["phone"] = "contact_needed"
    return found


def _problem(field: Field, answer: str, today: date) -> str | None:
    if not answer.strip():
        return _absence(field) if field.required else None
    if len(answer) > MAX_CODE_POINTS or len(regex.findall(r"\X", answer)) > field.limit:
        return "too_long"
    if "\ufffd" in answer:
        return "encoding"
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in answer):
        return "control"
    return _wrong_form(field, answer, today)


def _absence(field: Field) -> str:
    return "choice" if field.kind in {"choice", "month"} else "empty"


def _wrong_form(field: Field, answer: str, today: date) -> str | None:
    plain = unicodedata.normalize("NFKC", answer).strip()  # to check only; the answer is stored
    if field.kind == "choice":
        return None if answer in field.choices else "choice"
    if field.kind == "month":
        return None if answer in start_months(today) else "choice"
    if field.kind in {"date", "full_date"}:
        return _wrong_date(plain, today, full=field.kind == "full_date")
    pattern = _PATTERNS.get(field.kind)
    return None if pattern is None or pattern.fullmatch(plain) else field.kind


_PATTERNS = {
    "kana": regex.compile(r"[\p{Hiragana}\p{Katakana}\p{Latin}ー・゠'’.\-\s]+"),
    "postal_code": regex.compile(r"\d{3}[-‐–—−ー]?\d{4}"),
    "phone": regex.compile(r"\+?[\d\s()‐–—−ー-]{5,30}"),
    "email": regex.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
}


def _wrong_date(plain: str, today: date, *, full: bool) -> str | None:
    """`1990-04-01`, `1990/4/1`, `1990年4月1日`; without `full` also a year or a year and month."""
    matched = regex.fullmatch(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?", plain)
    if not matched:
        return "date"
    year, month, day = (int(part) if part else None for part in matched.groups())
    if full and day is None:
        return "date_full"
    try:
        earliest = date(int(year or 0), month or 1, day or 1)
    except ValueError:
        return "date"
    if earliest.year < OLDEST_YEAR:
        return "date"
    return "future" if earliest > today else None
