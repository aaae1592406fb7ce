"""Sending the browser to Genkan, from wherever on our pages that becomes necessary."""

from flask import redirect
from flask.typing import ResponseReturnValue

from shinsei import clock, visits
from shinsei.genkan_client import GenkanTrouble
from shinsei.web import session as browser
from shinsei.web.trouble import trouble_page


def to_genkan(purpose: str) -> ResponseReturnValue:
    """Remember why the person goes, and redirect to Genkan's sign-in.

    Args:
        purpose: one of `visits.PURPOSES`; `consent` has Genkan ask again.
    """
    db, now = browser.database(), clock.now()
    current = browser.visit()
    visit_id = current.id if current else visits.begin(db, now=now)
    if current is None:
        browser.enter(visit_id)
    started = visits.leave_for_genkan(db, visit_id, purpose, now=now)
    try:
        url = browser.genkan().sign_in_url(
            state=started.state,
            nonce=started.nonce,
            verifier=started.verifier,
            prompt="consent" if purpose == "consent" else None,
        )
    except GenkanTrouble as trouble:
        return trouble_page(trouble)
    return redirect(url, 303)
