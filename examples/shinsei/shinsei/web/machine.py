"""Addresses for machines: webhooks, logout tokens, the health check; and the page of holdings."""

import logging

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from shinsei import clock, disposal, visits
from shinsei.disposal import NotOurPerson
from shinsei.genkan_client import GenkanTrouble, Unreachable, Untrusted
from shinsei.notices import DisposalRequested
from shinsei.web import session as browser

pages = Blueprint("machine", __name__)
log = logging.getLogger("shinsei.web")

MAX_WEBHOOK_BYTES = 2 * 1024 * 1024
"""Room for a request that names ten thousand provisions."""


@pages.post("/webhooks/genkan")
def webhook() -> ResponseReturnValue:
    """Take in a message from Genkan. 200: done or done before; anything else: send it again."""
    request.max_content_length = MAX_WEBHOOK_BYTES
    try:
        notice = browser.genkan().notice(request.get_data(cache=False), dict(request.headers))
    except Untrusted as untrusted:
        log.warning("webhook_refused %s", untrusted.code)
        return {"error": untrusted.code}, 401 if untrusted.code == "webhook_signature" else 400
    if isinstance(notice, DisposalRequested) and not browser.genkan().owns(notice.certificate_url):
        log.warning("webhook_refused certificate_url")
        return {"error": "certificate_url"}, 400
    try:
        first = disposal.take_in(browser.database(), notice, now=clock.now())
    except NotOurPerson:
        log.exception("webhook_refused provision_of_another_subject")
        return {"error": "provision_of_another_subject"}, 409
    browser.close_database()
    browser.courier().ring()
    log.info("webhook_taken_in %s", type(notice).__name__)
    return {"state": "accepted" if first else "repeated"}


@pages.post("/backchannel-logout")
def logout() -> ResponseReturnValue:
    """End the sessions a logout token names. 200: they are over; 400: not believed, or used."""
    try:
        over = browser.genkan().signed_out(request.form.get("logout_token", ""))
    except Unreachable as trouble:
        return {"error": trouble.code}, 503
    except GenkanTrouble as untrusted:
        log.warning("logout_refused %s", untrusted.code)
        return {"error": "invalid_request", "error_description": untrusted.code}, 400
    if not visits.sign_out(browser.database(), over, now=clock.now()):
        log.warning("logout_refused jti")
        return {"error": "invalid_request", "error_description": "logout_token_jti"}, 400
    log.info("logout_taken_in")
    return {"state": "signed_out"}


@pages.get("/healthz")
def health() -> ResponseReturnValue:
    """200 while pages can be served and the database answers."""
    browser.database().execute("SELECT count(*) FROM accounts").fetchone()
    return {"status": "ok", "service": "shinsei"}


@pages.get("/admin/holdings")
def holdings() -> ResponseReturnValue:
    """How much Genkan data is here, in numbers only; an aid for demonstrations."""
    return render_template("holdings.html", held=disposal.holdings(browser.database()))
