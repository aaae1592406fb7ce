"""The door of residents."""

from genkan.residents.domain.ages import AgesFaulty
from genkan.residents.domain.counter import BORNE_OUT, AtCounter, Document, Seen
from genkan.residents.domain.devices import SIGNED_OUT, SignedOut, SignOutCause
from genkan.residents.domain.guardians import (
    FOR_MINORS,
    Area,
    Evidence,
    EvidenceKind,
    Representation,
    RepresentationId,
    Role,
)
from genkan.residents.domain.interventions import (
    NOTICE_OF,
    Intervention,
    InterventionId,
    Kind,
    Notice,
    Phase,
    Wish,
)
from genkan.residents.domain.interventions import Cause as InterventionCause
from genkan.residents.domain.leaving import Cause, Leaving, Stage
from genkan.residents.domain.likeness import Case
from genkan.residents.domain.lookups import (
    Act,
    Alert,
    AlertKind,
    Because,
    Lookup,
    LookupReason,
    Staff,
    StaffRole,
)
from genkan.residents.domain.people import (
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
from genkan.residents.domain.recovery import Ending as RecoveryEnding
from genkan.residents.domain.recovery import Phase as RecoveryPhase
from genkan.residents.domain.recovery import Recovery, RecoveryId, ToldBy
from genkan.residents.domain.rows import COLUMNS as IMPORT_COLUMNS
from genkan.residents.domain.rows import NEEDED as IMPORT_NEEDED
from genkan.residents.domain.search import Criteria
from genkan.residents.domain.unmasking import Unmasking, UnmaskingId
from genkan.residents.errors import (
    AddressMissing,
    AddressTaken,
    AlreadyRepresents,
    AlreadyRevoked,
    ApprovalNeeded,
    EndsTooEarly,
    EvidenceMissing,
    KeysBusy,
    NoEndPossible,
    NotAResident,
    NotOpened,
    NotProtected,
    NotRepresentative,
    NotStaff,
    ProtectionPeriod,
    ReadingGone,
    RealResidents,
    RecoveryStands,
    RequestDecided,
    RequestPending,
    SecondPersonNeeded,
    UnfitRepresentation,
    UnknownIntervention,
)
from genkan.residents.service import terms_letters
from genkan.residents.service.acting import profile_seen_by
from genkan.residents.service.agreements import accept_at_counter
from genkan.residents.service.callers import resident_called, resident_of_account, standing_of
from genkan.residents.service.card import public_key as card_key
from genkan.residents.service.card import return_address as card_return_address
from genkan.residents.service.counter import check_values, look_alikes
from genkan.residents.service.counter import register as register_at_counter
from genkan.residents.service.creation import create, create_all, open_staff_account
from genkan.residents.service.credentials import credentials_of
from genkan.residents.service.devices import browsers_of, hold_session, on_sign_out, sign_out
from genkan.residents.service.duplicates import duplicates, settle_duplicate
from genkan.residents.service.export import (
    Reading,
    export,
    export_at_counter,
    read_all,
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
from genkan.residents.service.guardians import add as add_representation
from genkan.residents.service.guardians import hold_right as hold_right_to_act
from genkan.residents.service.guardians import revoke as revoke_representation
from genkan.residents.service.guardians import unclear as unclear_representations
from genkan.residents.service.imports import BadField, Imported, import_people, numbered
from genkan.residents.service.interventions import (
    approve,
    intervene,
    intervention,
    interventions_of,
    lift,
    staff_called,
)
from genkan.residents.service.keys import (
    KeyStanding,
    Rotation,
    key_counts,
    key_standing,
    rotate_keys,
)
from genkan.residents.service.leaving import (
    ClosingStep,
    close,
    correct_death,
    erase,
    leaving_of,
    on_closing,
    record_death,
    request_leaving,
    undo_leaving,
)
from genkan.residents.service.lookups import (
    alerts,
    give_role,
    lookups_of,
    must_be_open,
    open_record,
    operator,
    review,
    staff,
)
from genkan.residents.service.majority import come_of_age
from genkan.residents.service.population import Loaded, Wanted, former, invented, load
from genkan.residents.service.profile import (
    answer_interests,
    contact_of,
    hold_for_release,
    interests_of,
    past_values_of,
    profile_of,
    proof_is_needed,
    state_of,
)
from genkan.residents.service.protection import (
    approve_lifting,
    approve_protection,
    decline_request,
    is_protected,
    protected_until,
    protection_history,
    protection_of,
    request_lifting,
    request_protection,
    staff_by_address,
    waiting_requests,
)
from genkan.residents.service.recovery import Wanted as WantedRecovery
from genkan.residents.service.recovery import cancel as cancel_recovery
from genkan.residents.service.recovery import code_for as recovery_code
from genkan.residents.service.recovery import recoveries_of
from genkan.residents.service.recovery import start as start_recovery
from genkan.residents.service.registration import Shown
from genkan.residents.service.search import Found, find, reindex
from genkan.residents.service.slips import is_online
from genkan.residents.service.slips import issue as issue_slip
from genkan.residents.service.unmasking import (
    ask_unmasking,
    decide_unmasking,
    needs_two,
    unmask,
    unmasking_of,
    waiting_unmaskings,
)

ResidentFacts = Profile
"""What `hold_for_release` returns: a profile whose state cannot change until the commit."""

__all__ = [
    "BORNE_OUT",
    "FOR_MINORS",
    "IMPORT_COLUMNS",
    "IMPORT_NEEDED",
    "NOTICE_OF",
    "SIGNED_OUT",
    "Act",
    "AddressMissing",
    "AddressTaken",
    "AgesFaulty",
    "Aim",
    "Alert",
    "AlertKind",
    "AlreadyRepresents",
    "AlreadyRevoked",
    "ApprovalNeeded",
    "Area",
    "AtCounter",
    "BadField",
    "Because",
    "Case",
    "Cause",
    "ClosingStep",
    "Criteria",
    "Document",
    "Earlier",
    "EndsTooEarly",
    "Evidence",
    "EvidenceKind",
    "EvidenceMissing",
    "Found",
    "Imported",
    "Intervention",
    "InterventionCause",
    "InterventionId",
    "KeyStanding",
    "KeysBusy",
    "Kind",
    "Leaving",
    "Loaded",
    "Lookup",
    "LookupReason",
    "NewRepresentation",
    "NewResident",
    "NoEndPossible",
    "NotAResident",
    "NotOpened",
    "NotProtected",
    "NotRepresentative",
    "NotStaff",
    "Notice",
    "Origin",
    "Past",
    "Phase",
    "Profile",
    "Protection",
    "ProtectionPeriod",
    "ProtectionRequest",
    "ProtectionRequestId",
    "Reading",
    "ReadingGone",
    "RealResidents",
    "Recovery",
    "RecoveryEnding",
    "RecoveryId",
    "RecoveryPhase",
    "RecoveryStands",
    "Representation",
    "RepresentationId",
    "RequestDecided",
    "RequestPending",
    "ResidentFacts",
    "ResidentState",
    "Role",
    "Rotation",
    "SecondPersonNeeded",
    "Seen",
    "Shown",
    "SignOutCause",
    "SignedOut",
    "Staff",
    "StaffRole",
    "Stage",
    "Standing",
    "ToldBy",
    "UnfitRepresentation",
    "UnknownIntervention",
    "Unmasking",
    "UnmaskingId",
    "Value",
    "Wanted",
    "WantedRecovery",
    "Wish",
    "accept_at_counter",
    "acts_for",
    "add_representation",
    "alerts",
    "all_must_agree",
    "answer_interests",
    "approve",
    "approve_lifting",
    "approve_protection",
    "ask_unmasking",
    "browsers_of",
    "cancel_recovery",
    "card_key",
    "card_return_address",
    "check_values",
    "close",
    "come_of_age",
    "contact_of",
    "correct_death",
    "create",
    "create_all",
    "credentials_of",
    "decide_unmasking",
    "decline_request",
    "duplicates",
    "erase",
    "export",
    "export_at_counter",
    "find",
    "former",
    "give_role",
    "hold_for_release",
    "hold_right_to_act",
    "hold_session",
    "import_people",
    "interests_of",
    "intervene",
    "intervention",
    "interventions_of",
    "invented",
    "is_of_age",
    "is_online",
    "is_protected",
    "issue_slip",
    "key_counts",
    "key_standing",
    "leaving_of",
    "lift",
    "load",
    "look_alikes",
    "lookups_of",
    "may_act_for",
    "may_consent_alone",
    "must_be_open",
    "needs_two",
    "numbered",
    "of_age_at",
    "on_closing",
    "on_sign_out",
    "open_record",
    "open_staff_account",
    "operator",
    "past_values_of",
    "profile_of",
    "profile_seen_by",
    "proof_is_needed",
    "protected_until",
    "protection_history",
    "protection_of",
    "read_all",
    "record_act",
    "record_death",
    "recoveries_of",
    "recovery_code",
    "register_at_counter",
    "reindex",
    "representations",
    "represented_by",
    "request_leaving",
    "request_lifting",
    "request_protection",
    "resident_called",
    "resident_of_account",
    "review",
    "revoke_representation",
    "rotate_keys",
    "settle_duplicate",
    "sign_out",
    "staff",
    "staff_account",
    "staff_by_address",
    "staff_called",
    "standing_of",
    "start_recovery",
    "state_of",
    "terms_letters",
    "unclear_representations",
    "undo_leaving",
    "unmask",
    "unmasking_of",
    "waiting_requests",
    "waiting_unmaskings",
]
