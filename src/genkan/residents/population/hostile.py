"""The hostile residents H01 to H30, each breaking something on purpose. Source: POPULATION.md 2.

People of one case share its number: H09a and H09b are the twins, H09g their guardian.
"""

from datetime import date

from genkan.residents.population import hostile_lives, hostile_text
from genkan.residents.population.shape import SyntheticResident


def special(anchor: date) -> tuple[SyntheticResident, ...]:
    """Return all of them in the order of their keys; dates marked † follow the anchor.

    Raises:
        UnknownTown: the postal table lacks a town they live in.
    """
    return (
        *hostile_text.names(),
        *hostile_text.dates(),
        *hostile_text.addresses(),
        *hostile_lives.protection(anchor),
        *hostile_lives.families(anchor),
        *hostile_lives.guardianship(),
        *hostile_lives.access(),
        *hostile_lives.accounts(anchor),
        *hostile_lives.partners(),
    )
