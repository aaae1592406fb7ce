"""The door of residents."""

from genkan.residents.domain.people import (
    AccountKind,
    Earlier,
    NewResident,
    Origin,
    Past,
    Profile,
    ResidentState,
    Standing,
    Value,
)
from genkan.residents.errors import AddressTaken, NotAResident, RealResidents
from genkan.residents.service.callers import resident_of_account, standing_of
from genkan.residents.service.creation import create, create_all, open_staff_account
from genkan.residents.service.population import Loaded, Wanted, load
from genkan.residents.service.profile import (
    answer_interests,
    contact_of,
    hold_for_release,
    interests_of,
    past_values_of,
    profile_of,
    state_of,
)

ResidentFacts = Profile
"""What `hold_for_release` returns: a profile whose state cannot change until the commit."""

__all__ = [
    "AccountKind",
    "AddressTaken",
    "Earlier",
    "Loaded",
    "NewResident",
    "NotAResident",
    "Origin",
    "Past",
    "Profile",
    "RealResidents",
    "ResidentFacts",
    "ResidentState",
    "Standing",
    "Value",
    "Wanted",
    "answer_interests",
    "contact_of",
    "create",
    "create_all",
    "hold_for_release",
    "interests_of",
    "load",
    "open_staff_account",
    "past_values_of",
    "profile_of",
    "resident_of_account",
    "standing_of",
    "state_of",
]
