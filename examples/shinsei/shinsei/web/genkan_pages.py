"""To Genkan and back: sign-in, the first link to an account, signing out there."""

import secrets

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from shinsei import accounts, clock, linking, visits
from shinsei.accounts import Account, Refusal
from shinsei.genkan_client import GenkanTrouble, SignedIn
from shinsei.visits import Visit
from shinsei.web import session as browser
from shinsei.web.application_pages import start_from_genkan
from shinsei.web.departure import to_genkan
from shinsei.web.refusals import status_of
from shinsei.web.trouble import trouble_page

pages = Blueprint("genkan", __name__)

CONFLICTS = frozenset({"account_linked_elsewhere", "sub_linked_elsewhere", "corporate"})
"""Refusals that no other password helps against."""


@pages.post("/genkan/sign-in")
@browser.own_form
def sign_in() -> ResponseReturnValue:
    """Leave for Genkan."""
    asked = request.form.get("purpose", "sign_in")
    return to_genkan(asked if asked in visits.PURPOSES and browser.account() else "sign_in")


@pages.get("/genkan/callback")
def callback() -> ResponseReturnValue:
    """Back from Genkan, with a code or a refusal. Each `state` is good for one answer."""
    current = browser.visit()
    answer = {name: sent[0] for name, sent in request.args.lists() if len(sent) == 1}
    started = None
    if current is not None:
        started = visits.back_from_genkan(
            browser.database(), current.id, answer.get("state", ""), now=clock.now()
        )
    if current is None or started is None:
        return render_template("sign_in_lost.html"), 400
    try:
        arrived = browser.genkan().finish_sign_in(
            answer, nonce=started.nonce, verifier=started.verifier
        )
    except GenkanTrouble as trouble:
        return trouble_page(trouble)
    if visits.is_over(browser.database(), arrived):
        return render_template("sign_in_lost.html"), 400
    mine = browser.account()
    if started.purpose == "sign_in" or mine is None:
        return _enter(current, arrived)
    return _continue(current, arrived, mine, started.purpose)


def _enter(current: Visit, arrived: SignedIn) -> ResponseReturnValue:
    """Open the account of this subject; if there is none yet, ask which it should be."""
    db, now = browser.database(), clock.now()
    holder = accounts.holder(db, arrived.sub)
    if holder is not None:
        _renew(current, holder, arrived)
        return redirect(url_for("applications.overview"), 303)
    new = visits.begin(db, now=now, unlinked_sub=arrived.sub, signed_in=arrived)
    visits.end(db, current.id)
    browser.enter(new)
    return redirect(url_for("genkan.link"), 303)


def _continue(
    current: Visit, arrived: SignedIn, mine: Account, purpose: str
) -> ResponseReturnValue:
    """A signed-in person went to Genkan to link, or to fill a form, and is back."""
    if purpose == "link":
        proved = (arrived.sub, arrived.id_token, "session")
        try:
            linking.link(browser.database(), browser.genkan(), mine, proved, now=clock.now())
        except Refusal as refusal:
            return render_template("conflict.html", code=refusal.code), 409
        except GenkanTrouble as trouble:
            return trouble_page(trouble)
        _renew(current, mine, arrived)
        flash("notice.linked")
        return redirect(url_for("accounts.overview"), 303)
    if mine.genkan_sub != arrived.sub:
        return render_template("conflict.html", code="another_person"), 409
    _renew(current, mine, arrived)
    return start_from_genkan(returned=True, anew=purpose == "consent")


def _renew(current: Visit, who: Account, arrived: SignedIn) -> None:
    """A new session for this account with the new tokens; the old one ends."""
    db = browser.database()
    new = visits.begin(db, now=clock.now(), account=who.id, signed_in=arrived)
    visits.end(db, current.id)
    browser.enter(new)


@pages.route("/genkan/link", methods=["GET", "POST"])
@browser.own_form
def link() -> ResponseReturnValue:
    """First time here with Genkan: an account you have already, or a new one?

    Until one is chosen the subject is known to this session only, so walking away links nothing.
    """
    current = browser.visit()
    if current is None or current.unlinked_sub is None:
        return redirect(url_for("home.home_page"), 303)
    choice = request.form.get("choice")
    if choice not in {"existing", "new", "cancel"}:
        before = accounts.ended_holder(browser.database(), current.unlinked_sub)
        return render_template("link.html", login="", before=before)
    if choice == "cancel":
        return _cancelled()
    try:
        who = _chosen(current, choice)
    except (GenkanTrouble, Refusal) as refusal:
        return _not_linked(refusal)
    browser.enter(visits.hand_over(browser.database(), current, account=who.id, now=clock.now()))
    flash("notice.linked" if choice == "existing" else "notice.account_made")
    return redirect(url_for("applications.overview"), 303)


def _cancelled() -> ResponseReturnValue:
    browser.leave()
    flash("notice.link_cancelled")
    return redirect(url_for("home.home_page"), 303)


def _not_linked(refusal: GenkanTrouble | Refusal) -> ResponseReturnValue:
    """Why nothing was linked: a conflict that others decide, or something to type again."""
    if isinstance(refusal, GenkanTrouble):
        return trouble_page(refusal)
    if refusal.code in CONFLICTS:
        return render_template("conflict.html", code=refusal.code), 409
    login = request.form.get("login", "")
    page = render_template("link.html", login=login, refusal=refusal.code, before=None)
    return page, status_of(refusal)


def _chosen(current: Visit, choice: str) -> Account:
    """The account the person decided on, linked on both sides."""
    db, now, genkan = browser.database(), clock.now(), browser.genkan()
    sub, id_token = current.unlinked_sub or "", current.id_token or ""
    if choice == "new":
        return linking.open_new(db, genkan, sub, id_token, now=now)
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    who = accounts.proved(db, login, password, now=now)
    linking.link(db, genkan, who, (sub, id_token, "password"), now=now)
    return who


@pages.post("/sign-out")
@browser.own_form
def sign_out() -> ResponseReturnValue:
    """End the session here and, if asked, at Genkan too."""
    current = browser.visit()
    browser.leave()
    everywhere = request.form.get("everywhere") == "yes"
    if not everywhere or current is None or current.id_token is None:
        return redirect(url_for("genkan.signed_out"), 303)
    session["sign_out_state"] = secrets.token_urlsafe(16)
    try:
        url = browser.genkan().sign_out_url(
            id_token=current.id_token, state=session["sign_out_state"]
        )
    except GenkanTrouble as trouble:
        return trouble_page(trouble)
    return redirect(url, 303)


@pages.get("/signed-out")
def signed_out() -> ResponseReturnValue:
    """Where Genkan sends the person after signing out there, and our own sign-out page."""
    expected = session.pop("sign_out_state", None)
    both = expected is not None and request.args.get("state") == expected
    return render_template("signed_out.html", both=both)
