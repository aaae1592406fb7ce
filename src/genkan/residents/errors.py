"""What residents refuse."""

from genkan.kernel.errors import Refusal


class TermsNotAccepted(Refusal):
    """The terms come first."""

    code = "residents.terms_not_accepted"


class ProfileMissing(Refusal):
    """The profile comes before the ID."""

    code = "residents.profile_missing"


class AlreadyIssued(Refusal):
    """This registration has its ID."""

    code = "residents.already_issued"


class StaffAccount(Refusal):
    """Staff accounts have no ID and no resident pages; staff register as everybody does."""

    code = "residents.staff_account"
    status = 403


class UnknownInterest(Refusal):
    """The interest is not in the list."""

    code = "residents.unknown_interest"
    status = 422


class AddressTaken(Refusal):
    """An account with this e-mail address exists."""

    code = "residents.address_taken"


class NotAResident(Refusal):
    """There is no such resident."""

    code = "residents.not_a_resident"
    status = 404


class NotForProduction(Refusal):
    """Invented residents have no place in production."""

    code = "residents.not_for_production"


class RealResidents(Refusal):
    """The database holds real residents; invented ones are not mixed among them."""

    code = "residents.real_residents"


class Suspended(Refusal):
    """The ID is stopped to protect its owner: nobody signs in, nothing leaves (M22)."""

    code = "residents.suspended"
    status = 403


class UnknownIntervention(Refusal):
    """There is no such intervention."""

    code = "residents.unknown_intervention"
    status = 404


class AlreadyStands(Refusal):
    """The same is in force, or waits for approval: the first one stands."""

    code = "residents.already_stands"


class AlreadyApproved(Refusal):
    """It is in force already."""

    code = "residents.already_approved"


class AlreadyEnded(Refusal):
    """It is over: the first end stands."""

    code = "residents.already_ended"


class ReasonMissing(Refusal):
    """A reason is needed, of 1,000 characters at most."""

    code = "residents.reason_missing"
    status = 422


class NoEndPossible(Refusal):
    """Only a suspension and a request for proof can be given an end."""

    code = "residents.no_end_possible"
    status = 422


class EndsTooEarly(Refusal):
    """The end lies in the past."""

    code = "residents.ends_too_early"
    status = 422


class Closed(Refusal):
    """The ID is closed."""

    code = "residents.closed"
    status = 403


class Leaving(Refusal):
    """The resident is leaving: looking, taking it along and taking it back are all there is."""

    code = "residents.leaving"
    status = 403


class NotLeaving(Refusal):
    """There is no leaving that this could be about."""

    code = "residents.not_leaving"


class TooLateToUndo(Refusal):
    """Linked services are being asked to dispose of what they have: there is no way back."""

    code = "residents.too_late_to_undo"


class DateImpossible(Refusal):
    """Nobody can have died on a day that is yet to come."""

    code = "residents.date_impossible"
    status = 422


class NotAPostalCode(Refusal):
    """A postal code has seven digits."""

    code = "residents.not_a_postal_code"
    status = 422


class MailUnavailable(Refusal):
    """The mail server took no mail; what needed one did not happen."""

    code = "residents.mail_unavailable"
    status = 503


class NotRepresentative(Refusal):
    """One person may not act for another, or not here. The words never say why (M46)."""

    code = "residents.not_representative"
    status = 403


class UnfitRepresentation(Refusal):
    """A right to act that cannot be: `field` names what is wrong."""

    code = "residents.unfit_representation"
    status = 422


class AlreadyRepresents(Refusal):
    """The person has a right to act for the other at that time."""

    code = "residents.already_represents"


class AlreadyRevoked(Refusal):
    """The right to act was taken away before; the first time stands."""

    code = "residents.already_revoked"


class EvidenceMissing(Refusal):
    """The request does not say, in at most 2,000 characters, which evidence was seen."""

    code = "residents.evidence_missing"
    status = 422


class ProtectionPeriod(Refusal):
    """The protection would end before it begins, or has ended already."""

    code = "residents.protection_period"
    status = 422


class RequestPending(Refusal):
    """Another request about this address waits for its second person."""

    code = "residents.request_pending"


class RequestDecided(Refusal):
    """There is no such request, or somebody has decided it."""

    code = "residents.request_decided"


class SecondPersonNeeded(Refusal):
    """Who asked cannot decide: four eyes are needed."""

    code = "residents.second_person_needed"
    status = 403


class NotProtected(Refusal):
    """The address is not protected."""

    code = "residents.not_protected"


class NotStaff(Refusal):
    """Only a staff account that may sign in does this."""

    code = "residents.not_staff"


class RoleNeeded(Refusal):
    """No member of staff with a role that allows this."""

    code = "residents.role_needed"
    status = 403


class ApprovalNeeded(Refusal):
    """It tells a protected place: a second member of staff has to say yes to each look."""

    code = "residents.approval_needed"
    status = 403


class NotOpened(Refusal):
    """The record is not open to this member of staff: a reason comes first."""

    code = "residents.not_opened"
    status = 403


class SomebodyClose(Refusal):
    """Staff do not open their own record, nor one of their home."""

    code = "residents.somebody_close"
    status = 403


class AlreadyOnline(Refusal):
    """The resident signs in online: there is nothing to take over."""

    code = "residents.already_online"


class ReadingGone(Refusal):
    """The reading that was picked is not among those kept any more."""

    code = "residents.reading_gone"


class UnknownItem(Refusal):
    """The resident holds no such value."""

    code = "residents.unknown_item"
    status = 404


class OwnAlert(Refusal):
    """Nobody reviews their own look-ups."""

    code = "residents.own_alert"
    status = 403


class TermsUndecided(Refusal):
    """The terms have changed materially: read them and decide first. Looking and leaving go on."""

    code = "residents.terms_undecided"
    status = 403


class TermsRefused(Refusal):
    """The resident refused the terms in force: they may look, stop and leave, and nothing else."""

    code = "residents.terms_refused"
    status = 403


class NothingToDecide(Refusal):
    """The terms in force ask for no decision, or it was made."""

    code = "residents.nothing_to_decide"


class RegisteredMeanwhile(Exception):
    """Again and again somebody registered who was about to be imported; nothing is lost."""


class KeysBusy(Exception):
    """A rotation of keys cannot be done now; the text says why, and nothing is lost."""


class SettledAtCounter(Refusal):
    """What rights of others hang on is changed at a counter, against a document."""

    code = "residents.settled_at_counter"
    status = 403


class CardCheckOver(Refusal):
    """The check with the card is over, was used, or began in another browser: begin anew."""

    code = "residents.card_check_over"


class CardOfAnother(Refusal):
    """The card agrees neither in name nor in birth date: a counter looks at it."""

    code = "residents.card_of_another"


class CardElsewhere(Refusal):
    """The card is tied to another ID: a case for the counter."""

    code = "residents.card_elsewhere"


class CardUnreachable(Refusal):
    """The provider of card checks does not answer."""

    code = "residents.card_unreachable"
    status = 503


class CardUntrusted(Refusal):
    """What came back from the provider of card checks did not pass; nothing was changed."""

    code = "residents.card_untrusted"
    status = 502


class RecoveryStands(Refusal):
    """A recovery of this ID is under way: it is redeemed, stopped or cancelled first."""

    code = "residents.recovery_stands"


class RecoveryOver(Refusal):
    """This recovery has ended, or there never was one: the slip opens nothing (any more)."""

    code = "residents.recovery_over"
    status = 410


class AddressMissing(Refusal):
    """Nobody can sign in to this ID without an e-mail address."""

    code = "residents.address_missing"
    status = 422


class RecoveryWaits(Refusal):
    """The waiting period has not passed."""

    code = "residents.recovery_waits"
