"""Which HTTP status goes with a refusal of `accounts`."""

from shinsei.accounts import Refusal

_STATUS = {
    "wrong_login": 422,
    "too_many_failures": 429,
    "account_linked_elsewhere": 409,
    "sub_linked_elsewhere": 409,
    "login_taken": 409,
    "needs_password": 409,
    "application_under_way": 409,
    "corporate": 409,
    "old_login_ended": 403,
}


def status_of(refusal: Refusal) -> int:
    """422 for what the person can correct, 409 for a conflict, 429 for waiting."""
    return _STATUS.get(refusal.code, 422)
