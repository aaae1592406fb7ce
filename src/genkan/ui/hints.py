"""Who a page that leads to the sign-in expects, for the form there to be filled in.

It is kept in the session: an address in a URL would stay in logs and histories.
"""

from django.http import HttpRequest

EXPECTED = "ui.expected_login"
MAX_LENGTH = 254


def expect(request: HttpRequest, login: str | None) -> None:
    """Remember an address for the sign-in form; anything else is ignored, and forgets the last."""
    request.session.pop(EXPECTED, None)
    if login is not None and "@" in login and len(login) <= MAX_LENGTH and login.isprintable():
        request.session[EXPECTED] = login


def expected(request: HttpRequest) -> str:
    """Return the address that the sign-in form begins with; empty for none."""
    return str(request.session.get(EXPECTED, ""))
