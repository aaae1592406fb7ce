"""Use cases around accounts: who calls, and whether they may."""

from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.domain.people import ResidentState, Standing
from genkan.residents.errors import Closed, Leaving, StaffAccount, Suspended
from genkan.residents.store import people as store


def resident_called(email: str) -> ResidentId | None:
    """Return the ID that signs in by this e-mail address, or None."""
    return store.resident_called(email)


def standing_of(account: AccountId) -> Standing | None:
    """Return who an account is to the portal, or None if it is gone. One query."""
    return store.standing_of(account)


def resident_of_account(account: AccountId) -> ResidentId | None:
    """Return the ID that signs in by this account, or None. One query."""
    return store.resident_of_account(account)


def resident_who_calls(account: AccountId) -> ResidentId | None:
    """Return the resident of an account; None while there is no ID yet. One query.

    Raises:
        StaffAccount: staff do not act as residents with the account of their work.
    """
    standing = store.standing_of(account)
    if standing is None:
        return None
    if standing.is_staff:
        raise StaffAccount
    return standing.resident


def must_be_active(resident: ResidentId) -> None:
    """Let an active resident pass. One query.

    Raises:
        Suspended: the ID is suspended.
        Leaving: the resident is leaving.
        Closed: the ID is closed.
    """
    state = store.state_of(resident)
    if state is ResidentState.SUSPENDED:
        raise Suspended
    if state is ResidentState.LEAVING:
        raise Leaving
    if state is not ResidentState.ACTIVE:
        raise Closed


def is_on_the_way_out(resident: ResidentId) -> bool:
    """Whether a resident has asked to leave or is being closed down. One query."""
    return store.state_of(resident) in {ResidentState.LEAVING, ResidentState.CLOSED}
