"""The door of residents."""

from genkan.residents.domain.ages import (
    AgesFaulty,
)
from genkan.residents.domain.guardians import (
    FOR_MINORS,
    Area,
    Evidence,
    EvidenceKind,
    Representation,
    RepresentationId,
    Role,
)
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
from genkan.residents.domain.protection import (
    Aim,
    Protection,
    ProtectionRequest,
    ProtectionRequestId,
)
from genkan.residents.domain.rows import (
    COLUMNS as IMPORT_COLUMNS,
)
from genkan.residents.domain.rows import (
    NEEDED as IMPORT_NEEDED,
)
from genkan.residents.errors import (
    AddressTaken,
    AlreadyRepresents,
    AlreadyRevoked,
    EvidenceMissing,
    NotAResident,
    NotProtected,
    NotRepresentative,
    NotStaff,
    ProtectionPeriod,
    RealResidents,
    RequestDecided,
    RequestPending,
    SecondPersonNeeded,
    UnfitRepresentation,
)
from genkan.residents.service.callers import (
    resident_of_account,
    standing_of,
)
from genkan.residents.service.creation import (
    create,
    create_all,
    open_staff_account,
)
from genkan.residents.service.guardians import (
    NewRepresentation,
    acts_for,
    all_must_agree,
    is_of_age,
    may_act_for,
    may_consent_alone,
    of_age_at,
    record_act,
    representations,
    represented_by,
    staff_account,
)
from genkan.residents.service.guardians import (
    add as add_representation,
)
from genkan.residents.service.guardians import (
    hold_right as hold_right_to_act,
)
from genkan.residents.service.guardians import (
    revoke as revoke_representation,
)
from genkan.residents.service.guardians import (
    unclear as unclear_representations,
)
from genkan.residents.service.imports import (
    BadField,
    Imported,
    import_people,
    numbered,
)
from genkan.residents.service.population import (
    Loaded,
    Wanted,
    load,
)
from genkan.residents.service.profile import (
    answer_interests,
    contact_of,
    hold_for_release,
    interests_of,
    past_values_of,
    profile_of,
    state_of,
)
from genkan.residents.service.protection import (
    approve_lifting,
    approve_protection,
    decline_request,
    is_protected,
    protection_history,
    protection_of,
    request_lifting,
    request_protection,
    staff_by_address,
    waiting_requests,
)

ResidentFacts = Profile
"""What `hold_for_release` returns: a profile whose state cannot change until the commit."""

__all__ = [
    "FOR_MINORS",
    "IMPORT_COLUMNS",
    "IMPORT_NEEDED",
    "AccountKind",
    "AddressTaken",
    "AgesFaulty",
    "Aim",
    "AlreadyRepresents",
    "AlreadyRevoked",
    "Area",
    "BadField",
    "Earlier",
    "Evidence",
    "EvidenceKind",
    "EvidenceMissing",
    "Imported",
    "Loaded",
    "NewRepresentation",
    "NewResident",
    "NotAResident",
    "NotProtected",
    "NotRepresentative",
    "NotStaff",
    "Origin",
    "Past",
    "Profile",
    "Protection",
    "ProtectionPeriod",
    "ProtectionRequest",
    "ProtectionRequestId",
    "RealResidents",
    "Representation",
    "RepresentationId",
    "RequestDecided",
    "RequestPending",
    "ResidentFacts",
    "ResidentState",
    "Role",
    "SecondPersonNeeded",
    "Standing",
    "UnfitRepresentation",
    "Value",
    "Wanted",
    "acts_for",
    "add_representation",
    "all_must_agree",
    "answer_interests",
    "approve_lifting",
    "approve_protection",
    "contact_of",
    "create",
    "create_all",
    "decline_request",
    "hold_for_release",
    "hold_right_to_act",
    "import_people",
    "interests_of",
    "is_of_age",
    "is_protected",
    "load",
    "may_act_for",
    "may_consent_alone",
    "numbered",
    "of_age_at",
    "open_staff_account",
    "past_values_of",
    "profile_of",
    "protection_history",
    "protection_of",
    "record_act",
    "representations",
    "represented_by",
    "request_lifting",
    "request_protection",
    "resident_of_account",
    "revoke_representation",
    "staff_account",
    "staff_by_address",
    "standing_of",
    "state_of",
    "unclear_representations",
    "waiting_requests",
]
