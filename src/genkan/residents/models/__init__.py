"""Tables of residents, by what they are about."""

from genkan.residents.models.addresses import AddressChangeRow
from genkan.residents.models.card import CardCheckRow, CardRow
from genkan.residents.models.counter import CheckRow
from genkan.residents.models.devices import DeviceRow
from genkan.residents.models.duplicates import DuplicateRow
from genkan.residents.models.guardians import RepresentationRow
from genkan.residents.models.interventions import InterventionRow
from genkan.residents.models.keys import DataKeyRow, WallRow
from genkan.residents.models.leaving import LeavingRow
from genkan.residents.models.lookups import LookupAlertRow, LookupRow
from genkan.residents.models.majority import MajorityRow
from genkan.residents.models.people import (
    Account,
    InterestRow,
    RegistrationRow,
    ResidentRow,
    ValueRow,
)
from genkan.residents.models.protection import ProtectionRow
from genkan.residents.models.recovery import RecoveryRow
from genkan.residents.models.search import SearchRow
from genkan.residents.models.slips import SlipRow
from genkan.residents.models.terms_letters import TermsLetterRow
from genkan.residents.models.terms_notices import (
    TermsNoticeRow,
)
from genkan.residents.models.unmasking import UnmaskingRow

__all__ = [
    "Account",
    "AddressChangeRow",
    "CardCheckRow",
    "CardRow",
    "CheckRow",
    "DataKeyRow",
    "DeviceRow",
    "DuplicateRow",
    "InterestRow",
    "InterventionRow",
    "LeavingRow",
    "LookupAlertRow",
    "LookupRow",
    "MajorityRow",
    "ProtectionRow",
    "RecoveryRow",
    "RegistrationRow",
    "RepresentationRow",
    "ResidentRow",
    "SearchRow",
    "SlipRow",
    "TermsLetterRow",
    "TermsNoticeRow",
    "UnmaskingRow",
    "ValueRow",
    "WallRow",
]
