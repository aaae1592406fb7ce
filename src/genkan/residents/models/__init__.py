"""Tables of residents, by what they are about."""

from genkan.residents.models.guardians import RepresentationRow
from genkan.residents.models.people import (
    Account,
    InterestRow,
    RegistrationRow,
    ResidentRow,
    ValueRow,
)

__all__ = [
    "Account",
    "InterestRow",
    "RegistrationRow",
    "RepresentationRow",
    "ResidentRow",
    "ValueRow",
]
