"""The ledger's events in words for the resident they concern. Causes stand before effects."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "resident.id_issued": _("Your resident ID was issued."),
    "resident.suspended": _("We suspended your ID to protect you: %(reason)s."),
    "resident.suspension_lifted": _("Your ID can be used again."),
    "resident.sign_in_required": _("We signed you out everywhere: %(reason)s."),
    "resident.sign_in_requirement_lifted": _("You no longer have to sign in again."),
    "resident.signed_in_afresh": _("You signed in again, as we had asked."),
    "resident.proof_required": _(
        "We asked you to show at a counter who you are; until then nothing leaves: %(reason)s."
    ),
    "resident.proof_requirement_lifted": _(
        "You no longer have to show who you are. Your data can be shared again."
    ),
    "resident.blocked": _("We blocked your ID: %(reason)s."),
    "resident.block_lifted": _("Your ID is no longer blocked."),
    "resident.past_values_erased": _(
        "What held before was deleted when its time was over: %(items)s."
    ),
    "resident.values_changed": _("Your profile was changed: %(items)s."),
    "residents.representation_added": _("It was recorded that somebody may act for you."),
    "residents.representation_revoked": _("Somebody who could act for you no longer can."),
    "resident.signed_in": _("You signed in (%(device)s)."),
    "resident.new_device": _("You signed in on a new device (%(device)s)."),
    "resident.sessions_ended": _("You signed out on other devices."),
    "resident.address_change_asked": _("You asked to change your e-mail address."),
    "resident.address_changed": _("Your e-mail address was changed."),
    "resident.address_change_undone": _("The change of your e-mail address was undone."),
    "resident.recovery_begun": _(
        "At a counter somebody showed a document and asked to recover your ID."
    ),
    "resident.recovery_stopped": _("The recovery of your ID was stopped: its slip opens nothing."),
    "resident.recovery_cancelled": _("The counter took the recovery of your ID back."),
    "resident.recovery_lapsed": _("Nobody used the slip to recover your ID in time."),
    "resident.recovery_worn_out": _(
        "The recovery of your ID ended, because wrong answers were given too often."
    ),
    "resident.recovered": _(
        "You recovered your ID with a slip from a counter. Every earlier way of signing in ended."
    ),
    "resident.passkey_added": _("You added a passkey."),
    "resident.passkey_removed": _("You removed a passkey."),
    "resident.authenticator_added": _("You set up an authenticator app."),
    "resident.authenticator_removed": _("You removed the authenticator app."),
    "resident.recovery_codes_made": _("You made new recovery codes."),
    "resident.password_changed": _("You changed your password."),
    "residents.came_of_age": _(
        "You are of age. Nobody acts for you as parent or guardian any more."
    ),
    "residents.acting_outgrown": _("%(person)s is of age: you no longer act for them."),
    "residents.acting_begun": _("Somebody who may act for you began to do so."),
    "residents.acted_for": _("You acted for %(person)s: %(act)s."),
    "residents.protection_requested": _("The counter asked for your address to be protected."),
    "residents.protection_approved": _("Your address is protected. It is sent to nobody."),
    "residents.protection_lifting_requested": _(
        "The counter asked for the protection of your address to end."
    ),
    "residents.protection_lifted": _("Your address is no longer protected."),
    "residents.protection_declined": _(
        "A second person at the counter said no: the protection of your address stays as it was."
    ),
    "resident.terms_accepted": _("You accepted the changed terms of use."),
    "resident.terms_refused": _("You did not accept the changed terms of use."),
    "resident.looked_up": _("Staff opened your record: %(reason)s."),
    "resident.look_up_refused": _(
        "A member of staff who is you or close to you tried to open your record. It stayed closed."
    ),
    "resident.values_checked": _("At the counter a document bore out your %(items)s."),
    "resident.slip_issued": _("The counter gave you a slip with a code for going online."),
    "resident.slip_locked": _("The code on your slip was tried wrongly five times and ended."),
    "resident.went_online": _(
        "With the slip from the counter you took your ID online, with your own e-mail address."
    ),
    "resident.reading_kept": _(
        "At the counter a document showed another reading of your name. Both are kept: you choose."
    ),
    "resident.reading_chosen": _("You chose which reading of your name is used."),
    "resident.values_corrected": _("At the counter your %(items)s was corrected by a document."),
    "resident.card_checked": _("You showed your My Number Card. It bore out: %(items)s."),
    "resident.card_corrected": _("You took over from your My Number Card: %(items)s."),
    "resident.card_refused": _("A My Number Card was shown and not accepted: %(reason)s."),
    "resident.unmasked": _("Staff looked at your %(items)s in full: %(reason)s."),
    "residents.unmasking_asked": _(
        "A member of staff asked to see your protected %(items)s: %(reason)s. A second one decides."
    ),
    "residents.unmasking_approved": _(
        "A second member of staff agreed to one look at your %(items)s."
    ),
    "residents.unmasking_declined": _("A second member of staff refused a look at your %(items)s."),
    "resident.exported": _("Everything we hold about you was taken out as a copy."),
    "resident.leaving_requested": _("You asked to leave Genkan."),
    "resident.leaving_undone": _("You took your leaving back."),
    "resident.closing_begun": _("The closing of your ID began."),
    "resident.death_recorded": _("The counter recorded a death. Everything was stopped."),
    "resident.death_corrected": _("The record of a death was wrong and was taken back."),
    "resident.letter_made": _("A letter about changed terms of use was made out to you."),
    "resident.letter_written": _(
        "Staff read your name and address to write to you about changed terms of use."
    ),
    "resident.letter_sent": _("A letter about changed terms of use was sent or handed to you."),
    "sso.departed": _("From here you opened %(service)s for the first time."),
    "sso.linked": _("You connected %(service)s."),
    "sso.link_begun": _("You began to connect %(service)s."),
    "sso.account_linked": _("Your account at %(service)s was connected with your ID."),
    "sso.link_lapsed": _("Connecting %(service)s was not finished, so nothing is connected."),
    "sso.link_conflicted": _(
        "Your account at %(service)s and your ID do not fit together. Staff decide about it."
    ),
    "sso.link_questioned": _(
        "Somebody else signed in at %(service)s to the account that is connected with your ID."
    ),
    "sso.link_conflict_kept": _(
        "Staff decided about a connection with %(service)s: it stays as it was."
    ),
    "sso.link_conflict_released": _(
        "Staff decided about a connection with %(service)s: the one in the way was ended."
    ),
    "sso.acted_at_service": _("Somebody who may act for you used %(service)s for you."),
    "sso.knock_allowed": _("You confirmed to %(service)s that it was you."),
    "sso.knock_denied": _("You said no when %(service)s asked you to confirm."),
    "sso.signed_out": _("Your sign-in at %(service)s was ended."),
    "sso.sign_out_confirmed": _("%(service)s confirmed that you are signed out there."),
    "sso.sign_out_unreached": _(
        "%(service)s did not answer for a day, so you may still be signed in there."
    ),
    "sso.unlinked": _("%(service)s was disconnected."),
    "consent.given": _("You allowed %(service)s to receive: %(items)s."),
    "consent.agreed_too": _("Another guardian agreed to sharing with %(service)s."),
    "consent.withdrawn": _("You stopped sharing with %(service)s."),
    "consent.unconfirmed": _(
        "Sharing with %(service)s ended: you did not confirm what a guardian had allowed."
    ),
    "consent.terms_changed": _(
        "Sharing with %(service)s ended: the terms changed, and nobody allowed it anew."
    ),
    "consent.expired": _("Your consent to %(service)s ran out."),
    "consent.superseded": _("Your earlier consent to %(service)s was replaced by a new one."),
    "consent.released": _("%(service)s received: %(items)s."),
    "consent.release_refused": _(
        "%(service)s asked for your data and received nothing: %(reason)s."
    ),
    "lifecycle.disposal_requested": _("%(service)s was asked to dispose of your data."),
    "lifecycle.disposal_certified": _("%(service)s certified that it has disposed of your data."),
    "lifecycle.disposal_overdue": _(
        "%(service)s did not dispose of your data in time. It receives nothing more."
    ),
    "resident.erased": _("Everything about you was erased. The old ID names nobody any more."),
}

PROTECTED = _("Not sent, because your address is protected: %(items)s.")

AT_COUNTER = _("A member of staff wrote this down at the counter.")

REASONS: dict[str, str | Promise] = {
    "no_consent": _("you had not agreed, or had stopped"),
    "needs_reconfirmation": _("you have to allow it anew, and have not done so yet"),
    "guardian_awaited": _("another guardian has not agreed yet"),
    "consent_expired": _("your consent had run out"),
    "offer_changed": _("the service asks for something new, which you have not seen yet"),
    "service_suspended": _("the service is suspended"),
    "disposal_overdue": _("the service has not disposed of data in time"),
    "agreement_not_in_force": _("the agreement with the service is not in force"),
    "purpose_ended": _("the purpose has ended"),
    "region_not_eligible": _("the service is for residents of other municipalities"),
    "visit": _("somebody came to the counter"),
    "telephone": _("somebody telephoned"),
    "inquiry": _("an inquiry was answered"),
    "same_person": _("somebody may have registered twice"),
    "misuse": _("an ID had to be protected against misuse"),
    "other_duty": _("another duty, which staff wrote down"),
    "resident_unavailable": _("your ID is suspended"),
    "protected_address": _("your address is protected"),
    "terms_outdated": _("you had not accepted the terms of use in force"),
    "proof_needed": _("a counter has to confirm first that it is you"),
    "card_of_another": _("neither the name nor the birth date on it is yours"),
    "card_elsewhere": _("it belongs to another ID"),
    "unusual_use": _("it was used in an unusual way"),
    "you_asked": _("you had told us that something is wrong"),
    "identity": _("we have to make sure that it is really you"),
    "terms": _("it was used against the terms of use"),
}

AS_ALIAS = _("The name was your alias.")
"""Where the alias took the place of the registered name (H05)."""

ACTS: dict[str, str | Promise] = {
    "residents.acting_begun": _("you began to act"),
    "resident.terms_accepted": _("you accepted the changed terms of use"),
    "resident.terms_refused": _("you did not accept the changed terms of use"),
    "consent.given": _("you allowed %(service)s to receive data"),
    "consent.agreed_too": _("you agreed to sharing with %(service)s as well"),
    "consent.superseded": _("you changed what %(service)s may receive"),
    "consent.withdrawn": _("you stopped sharing with %(service)s"),
}
"""What somebody did for another, in their own history."""
