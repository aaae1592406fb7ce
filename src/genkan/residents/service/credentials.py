"""Use cases around ways of signing in: what there is. Changes are allauth's, told by `notices`."""

from genkan.kernel.ids import AccountId
from genkan.residents.domain.credentials import Credentials
from genkan.residents.errors import NotAResident
from genkan.residents.store import credentials as store


def credentials_of(account: AccountId) -> Credentials:
    """Return the ways of signing in that an account has. Two queries.

    Raises:
        NotAResident: the account is gone.
    """
    found = store.credentials_of(account)
    if found is None:
        raise NotAResident
    return found
