"""Mail addresses and telephone numbers that reach nobody. Source: POPULATION.md 3.4."""

from random import Random

from genkan.residents.population import weights
from genkan.residents.population.draws import in_thousand
from genkan.residents.population.shape import Channel, SignsInBy

_FIRST_CROWD_NUMBER = 10_000
"""Numbers below belong to the hostile residents: 000-0000-00NN."""

_HAS_PHONE = 850
_NO_MAIL_WANTS_LETTER = 800


def mail_address(rng: Random, number: int) -> str:
    """Return an address in a reserved domain; a few fail for good, at first, or look old."""
    chance = rng.random()
    if chance < weights.MAIL_FAILS_FOR_GOOD:
        return f"r{number:07d}@perm.invalid"
    if chance < weights.MAIL_FAILS_FOR_GOOD + weights.MAIL_FAILS_AT_FIRST:
        return f"r{number:07d}@temp.invalid"
    if chance > 1 - weights.MAIL_OLD_CARRIER:
        return f'"r..{number:07d}."@carrier.example'
    return f"r{number:07d}@resident.example"


def phone_number(rng: Random, number: int) -> str | None:
    """Return 000-NNNN-NNNN, a prefix no subscriber has, or None."""
    if not in_thousand(rng, _HAS_PHONE):
        return None
    digits = f"{_FIRST_CROWD_NUMBER + number:08d}"
    return f"000-{digits[:4]}-{digits[4:]}"


def channels(rng: Random, signs_in_by: SignsInBy) -> tuple[Channel, ...]:
    """Return the ways a person wants to be told; without mail only letters or none."""
    if signs_in_by == "counter":
        return ("letter",) if in_thousand(rng, _NO_MAIL_WANTS_LETTER) else ()
    # The shares are those of everybody, less the tenth that has no mail.
    letter_only = weights.LETTER_ONLY - _NO_MAIL_WANTS_LETTER // 10
    drawn = rng.random() * (1000 - weights.SIGN_IN["counter"])
    steps: tuple[tuple[int, tuple[Channel, ...]], ...] = (
        (weights.MAIL_ONLY, ("mail",)),
        (weights.MAIL_AND_PUSH, ("mail", "web_push")),
        (weights.PUSH_ONLY, ("web_push",)),
        (letter_only, ("letter",)),
    )
    for share, chosen in steps:
        if drawn < share:
            return chosen
        drawn -= share
    return ()
