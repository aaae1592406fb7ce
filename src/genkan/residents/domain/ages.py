"""Ages that decide: of age, and old enough to consent alone. Configuration with first days.

Source:
    JAPAN.md sections 3 and 5; Civil Code art. 4 and Act on the Calculation of Ages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from genkan.kernel.clock import JAPAN
from genkan.kernel.text.ages import attained, has_age
from genkan.kernel.text.dates import PartialDate, Truth

ANY = "*"
_OLDEST = 30
"""Years. A higher age in the file is a typing error."""


class AgesFaulty(ValueError):
    """The file of ages cannot be used; the text says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Majority:
    """From `first_day` on people are of age at `age` years."""

    first_day: date
    age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """From `first_day` on a minor of `age` years may consent alone, for this purpose and item."""

    first_day: date
    purpose: str
    item: str
    age: int

    def fits(self, purpose: str, item: str) -> bool:
        """Whether it is about this purpose and item."""
        return self.purpose in (ANY, purpose) and self.item in (ANY, item)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllAgree:
    """From `first_day` on all parents and guardians of a minor must agree, for this purpose."""

    first_day: date
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeRules:
    """All entries of the file; `majority` is in the order of first days."""

    majority: tuple[Majority, ...]
    alone: tuple[Alone, ...]
    all_agree: tuple[AllAgree, ...] = ()

    def of_age_from(self, birth: date) -> date:
        """Return the first day on which somebody born on `birth` is of age.

        An age is attained at the end of the day before the birthday, so this day begins of age;
        where the law lowers the age, that is the law's first day for those who have it already.
        """
        days = [
            max(attained(birth, rule.age) + timedelta(days=1), rule.first_day)
            for rule in self.majority
        ]
        ends = [rule.first_day for rule in self.majority[1:]]
        in_time = (day for day, end in zip(days, ends, strict=False) if day < end)
        return next(in_time, days[-1])

    def is_of_age(self, birth: PartialDate | None, day: date) -> Truth:
        """Whether a person is of age during `day`, from 0:00 on."""
        if birth is None:
            return Truth.UNKNOWN
        first, last = self.of_age_from(birth.earliest), self.of_age_from(birth.latest)
        return Truth.of(first <= day, last <= day)

    def of_age_at(self, birth: PartialDate | None) -> datetime | None:
        """Return the first moment at which a person may be of age; None if nothing is known."""
        if birth is None:
            return None
        return datetime.combine(self.of_age_from(birth.earliest), time.min, JAPAN)

    def may_consent_alone(
        self, birth: PartialDate | None, purpose: str, items: Iterable[str], day: date
    ) -> Truth:
        """Whether a person may consent without a guardian during `day`."""
        if birth is None:
            return Truth.UNKNOWN
        of_age = self.is_of_age(birth, day)
        ages = [self._alone_from(purpose, item, day) for item in items]
        known = [age for age in ages if age is not None]
        if of_age.certain or not known or len(known) < len(ages):
            return of_age
        return has_age(birth, max(known), day)

    def all_must_agree(self, purpose: str, day: date) -> bool:
        """Whether one of several parents or guardians is not enough for this purpose."""
        return any(
            rule.first_day <= day and rule.purpose in (ANY, purpose) for rule in self.all_agree
        )

    def _alone_from(self, purpose: str, item: str, day: date) -> int | None:
        """Return the age in force for one item, or None where a minor never decides alone."""
        fitting = [
            rule for rule in self.alone if rule.first_day <= day and rule.fits(purpose, item)
        ]
        if not fitting:
            return None
        particular = max(fitting, key=lambda r: (r.purpose != ANY, r.item != ANY, r.first_day))
        return particular.age


def read_ages(document: Mapping[str, Any]) -> AgeRules:
    """Return the rules of a parsed `ages.toml`.

    Raises:
        AgesFaulty: a member is missing or of the wrong kind, or there is no age of majority.
    """
    entries = {name: document.get(name, []) for name in ("majority", "alone", "all_agree")}
    if unknown := document.keys() - entries.keys():
        raise AgesFaulty(f"unknown: {', '.join(sorted(unknown))}")
    try:
        majority = [
            Majority(first_day=_day(one), age=_age(one["age"])) for one in entries["majority"]
        ]
        alone = [
            Alone(
                first_day=_day(one), purpose=one["purpose"], item=one["item"], age=_age(one["age"])
            )
            for one in entries["alone"]
        ]
        agree = [
            AllAgree(first_day=_day(one), purpose=one["purpose"]) for one in entries["all_agree"]
        ]
    except (KeyError, TypeError) as error:
        raise AgesFaulty(f"a member is missing or misplaced: {error}") from error
    if not majority:
        raise AgesFaulty("majority: no entry")
    in_order = tuple(sorted(majority, key=lambda one: one.first_day))
    return AgeRules(majority=in_order, alone=tuple(alone), all_agree=tuple(agree))


def _day(entry: Mapping[str, Any]) -> date:
    day = entry["from"]
    if not isinstance(day, date) or isinstance(day, datetime):
        raise AgesFaulty(f"from: {day} is not a day")
    return day


def _age(years: object) -> int:
    if not isinstance(years, int) or isinstance(years, bool) or not 0 <= years <= _OLDEST:
        raise AgesFaulty(f"age: {years} is not a number of years up to {_OLDEST}")
    return years
