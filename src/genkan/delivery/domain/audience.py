"""Whom an article is for: one decision, with the reasons that made it.

The same decision stands as SQL in `store`; tests hold the two together.
"""

from dataclasses import dataclass
from datetime import date

from genkan.kernel.text.ages import age_on
from genkan.kernel.text.dates import PartialDate
from genkan.kernel.text.places import areas_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """The conditions of an article; all must be met, and an empty one asks nothing.

    Attributes:
        municipalities: codes (six digits); a city's code includes its wards.
        min_age: years, included.
        max_age: years, included.
        interests: keys of the taxonomy; one of them is enough.
    """

    municipalities: frozenset[str] = frozenset()
    min_age: int | None = None
    max_age: int | None = None
    interests: frozenset[str] = frozenset()

    @property
    def everybody(self) -> bool:
        """Whether it asks nothing, so that anonymous visitors may see the article in a list."""
        return self == Audience()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What conditions may know of a person.

    Attributes:
        lg_code: municipality or ward; None if unknown or withheld (支援措置).
        birthdate: None if unknown; it may lack its day or month.
        interests: keys of the taxonomy.
    """

    lg_code: str | None = None
    birthdate: PartialDate | None = None
    interests: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LivesIn:
    """The person lives in a municipality (or ward) that the article names."""

    municipality: str


@dataclass(frozen=True, slots=True)
class IsAged:
    """The person's age lies within the article's limits, both included; one may be open."""

    min_age: int | None
    max_age: int | None


@dataclass(frozen=True, slots=True)
class IsInterested:
    """The person picked these of the article's interests."""

    interests: frozenset[str]


Reason = LivesIn | IsAged | IsInterested


@dataclass(frozen=True, slots=True)
class Match:
    """Whether an article is for a person, and which attributes said so.

    `reasons` is empty for an article without conditions, and for one that does not fit.
    """

    fits: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person's facts on one day, in the form in which conditions are compared with them.

    Attributes:
        areas: codes that mean where the person lives, the smallest first; empty if unknown.
        ages: the least and the greatest age the person can have that day; None if unknown.
        interests: keys of the taxonomy.
    """

    areas: tuple[str, ...]
    ages: tuple[int, int] | None
    interests: frozenset[str]


def standing(facts: Facts, today: date) -> Standing:
    """Return how a person stands on `today`, a day in Japan."""
    return Standing(
        areas=areas_of(facts.lg_code),
        ages=None if facts.birthdate is None else age_on(facts.birthdate, today),
        interests=facts.interests,
    )


def match(audience: Audience, facts: Facts, today: date) -> Match:
    """Decide whether an article is for a person on `today`, a day in Japan.

    Every condition set must be met. A limit of age is met only if it is met for every date of
    birth the person can have (three-valued dates), so nobody is included by a guess.

    Returns:
        With one reason per condition set, in the order residence, age, interests.

    Source:
        JAPAN.md section 3; FEATURES E2, E3.
    """
    person = standing(facts, today)
    asked = 0
    reasons: list[Reason] = []
    for is_set, reason in (
        (bool(audience.municipalities), _residence(audience, person)),
        (audience.min_age is not None or audience.max_age is not None, _age(audience, person)),
        (bool(audience.interests), _interests(audience, person)),
    ):
        asked += is_set
        if is_set and reason is not None:
            reasons.append(reason)
    fits = len(reasons) == asked
    return Match(fits=fits, reasons=tuple(reasons) if fits else ())


def _residence(audience: Audience, person: Standing) -> LivesIn | None:
    for area in person.areas:
        if area in audience.municipalities:
            return LivesIn(area)
    return None


def _age(audience: Audience, person: Standing) -> IsAged | None:
    if person.ages is None:
        return None
    least, greatest = person.ages
    old_enough = audience.min_age is None or audience.min_age <= least
    young_enough = audience.max_age is None or greatest <= audience.max_age
    if not (old_enough and young_enough):
        return None
    return IsAged(audience.min_age, audience.max_age)


def _interests(audience: Audience, person: Standing) -> IsInterested | None:
    shared = audience.interests & person.interests
    return IsInterested(shared) if shared else None
