"""Tables of residents, by what they are about."""

from genkan.residents.models.devices import DeviceRow
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
    "DeviceRow",
    "InterestRow",
    "RegistrationRow",
    "RepresentationRow",
    "ResidentRow",
    "ValueRow",
]
