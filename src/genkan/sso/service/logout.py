"""Signing out at a client's request."""

from genkan.kernel.wire import Form
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.sso.domain import logout
from genkan.sso.domain.logout import Asked, Decision, Facts, Hint
from genkan.sso.domain.values import Browser, Client
from genkan.sso.service.keys import recognised
from genkan.sso.store import clients as client_store


def consider(form: Form, *, browser: Browser) -> Decision:
    """Return what a request to sign out leads to; nothing is changed.

    Raises:
        LogoutRefused: it is not the client's own request.
    """
    asked = Asked.read(form)
    hint = _hint(asked)
    named = hint.client_id if hint is not None else asked.client_id
    client = client_store.client(named) if named is not None else None
    facts = Facts(
        hint=hint,
        client=client,
        subject=_subject(client, browser),
        signed_in=browser.account is not None,
    )
    return logout.decide(asked, facts)


def _hint(asked: Asked) -> Hint | None:
    claims = recognised(asked.id_token_hint) if asked.id_token_hint is not None else None
    if claims is None:
        return None
    return Hint(subject=str(claims["sub"]), client_id=str(claims["aud"]))


def _subject(client: Client | None, browser: Browser) -> str | None:
    if client is None or browser.account is None:
        return None
    resident = residents.resident_of_account(browser.account)
    return None if resident is None else partners.pairwise_subject(client.sector, resident)
