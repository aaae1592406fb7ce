"""Refusals that belong to no feature."""

from genkan.kernel.errors import Refusal


class BadRequest(Refusal):
    """The request cannot be read."""

    code = "ui.bad_request"
    status = 400


class SignInNeeded(Refusal):
    """Nobody is signed in, and the client asked for JSON, so no redirect helps it."""

    code = "ui.sign_in_needed"
    status = 401


class NotAllowed(Refusal):
    """Signed in, but not as somebody who may do this."""

    code = "ui.not_allowed"
    status = 403


class StalePage(Refusal):
    """The form comes from a page that is no longer valid; nothing was changed."""

    code = "ui.stale_page"
    status = 403


class WrongMethod(Refusal):
    """The address exists, but not for this kind of request."""

    code = "ui.wrong_method"
    status = 405


class UnknownLanguage(Refusal):
    """A language that Genkan does not speak."""

    code = "ui.unknown_language"
    status = 400


class TooManyRequests(Refusal):
    """Too often in a short time."""

    code = "ui.too_many_requests"
    status = 429


class Unavailable(Refusal):
    """Genkan is under maintenance."""

    code = "ui.unavailable"
    status = 503


class ActingEnded(Refusal):
    """Somebody may no longer act for another; they go on as themselves, and nothing says why."""

    code = "ui.acting_ended"
    status = 403


class NotWhileActing(Refusal):
    """This page is not among what one may do for the other."""

    code = "ui.not_while_acting"
    status = 403


class OtherPerson(Refusal):
    """The form was shown for somebody else than one acts for now; nothing was changed."""

    code = "ui.other_person"
