"""The application form: open it, empty or filled by Genkan, send it, see what was sent."""

import logging
from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shinsei import applications, clock
from shinsei.accounts import Account
from shinsei.applications import Draft, DraftDisposed
from shinsei.form import FIELDS, problems
from shinsei.genkan_client import GenkanTrouble, Refused
from shinsei.web import session as browser
from shinsei.web.answers import sent_answers
from shinsei.web.departure import to_genkan
from shinsei.web.form_view import badge, lines, shown
from shinsei.web.trouble import trouble_page

pages = Blueprint("applications", __name__)
log = logging.getLogger("shinsei.web")

TOKEN_RESERVE = 10
"""Seconds an access token must still live to be used."""


@pages.get("/applications")
@browser.signed_in
def overview() -> ResponseReturnValue:
    """Start a new application; the person's own ones and their state."""
    who = browser.person()
    mine = applications.own_applications(browser.database(), who.id)
    return render_template("applications.html", who=who, mine=mine)


@pages.post("/applications/start")
@browser.signed_in
@browser.own_form
def start() -> ResponseReturnValue:
    """Open a form, filled by Genkan or empty."""
    if request.form.get("source") == "genkan":
        return start_from_genkan(returned=False, anew=False)
    opened = applications.open_blank(browser.database(), browser.person().id, now=clock.now())
    return redirect(url_for("applications.form", draft_id=opened), 303)


def start_from_genkan(*, returned: bool, anew: bool) -> ResponseReturnValue:
    """Fetch what the person shares and open a form with it.

    Args:
        returned: the person comes from Genkan just now, so sending them there again is no help.
        anew: fetch again although a form was opened seconds ago (consent has been changed).
    """
    db, now, who, current = browser.database(), clock.now(), browser.person(), browser.visit()
    if who.genkan_sub is None or current is None:
        return redirect(url_for("accounts.overview"), 303)
    opened = None if anew else applications.just_opened(db, who.id, now=now)
    token, lifetime = current.access_token or "", (current.access_expires_at or 0) - now
    if opened is None and lifetime < TOKEN_RESERVE and not returned:
        return to_genkan("apply")
    try:
        opened = opened or _fetch_and_open(token, who)
    except GenkanTrouble as trouble:
        again = trouble.code == "invalid_token" and not returned
        return to_genkan("apply") if again else trouble_page(trouble)
    return redirect(url_for("applications.form", draft_id=opened), 303)


def _fetch_and_open(token: str, who: Account) -> str:
    person = browser.genkan().person_data(token, sub=who.genkan_sub or "")
    try:
        return applications.open_filled(browser.database(), who.id, person, now=clock.now())
    except DraftDisposed as disposed:
        raise Refused("no_consent") from disposed


@pages.route("/applications/drafts/<draft_id>", methods=["GET", "POST"])
@browser.signed_in
def form(draft_id: str) -> ResponseReturnValue:
    """The form. Whatever is wrong with what was sent, everything typed is still there."""
    who = browser.person()
    draft = applications.draft(browser.database(), draft_id, who.id)
    if draft is None:
        abort(404)
    if draft.sent_as is not None:
        return redirect(_address(draft.sent_as), 303)
    if request.method == "POST":
        return _sent(draft, who.id)
    if draft.disposed:
        flash("notice.draft_disposed")
        return redirect(url_for("applications.overview"), 303)
    return _page(draft, {key: field["value"] for key, field in draft.fields.items()})


def _sent(draft: Draft, account: str) -> ResponseReturnValue:
    answers, now = sent_answers(), clock.now()
    if not browser.form_is_ours():
        return _page(draft, answers, notice="form.stale"), 400
    wrong = problems(answers, clock.today(now))
    if wrong:
        return _page(draft, answers, wrong), 422
    try:
        number = applications.send(browser.database(), draft.id, account, answers, now=now)
    except DraftDisposed:
        return _offered_again(account, answers)
    log.info("application_sent")
    flash("notice.sent")
    return redirect(_address(number), 303)


def _offered_again(account: str, answers: Mapping[str, str]) -> ResponseReturnValue:
    """Consent ended while the person was typing: nothing is stored, nothing typed is lost.

    The same answers come back in an empty form; sending that one is the person's own decision.
    """
    db = browser.database()
    fresh = applications.draft(db, applications.open_blank(db, account, now=clock.now()), account)
    assert fresh is not None
    return _page(fresh, answers, notice="form.withdrawn"), 409


def _page(
    draft: Draft,
    answers: Mapping[str, str],
    wrong: Mapping[str, str] | None = None,
    notice: str | None = None,
) -> str:
    kept = {
        key: {"origin": field["origin"], "as_of": field["as_of"]}
        for key, field in draft.fields.items()
        if answers.get(key) == field["value"]
    }
    today = clock.today(clock.now())
    form_lines = lines(browser.language(), answers, kept, wrong or {}, today)
    return render_template(
        "form.html", draft=draft, lines=form_lines, notice=notice, filled=len(draft.fields)
    )


@pages.get("/applications/<receipt>")
@browser.signed_in
def detail(receipt: str) -> ResponseReturnValue:
    """One sent application, or that it was disposed of."""
    number = receipt.removeprefix("HK-")
    mine = None
    if number.isascii() and number.isdigit() and len(number) < 12:  # noqa: PLR2004 -- SQLite's integers end later
        mine = applications.own_application(browser.database(), browser.person().id, int(number))
    if mine is None or mine.receipt != receipt:
        abort(404)
    if mine.deleted_at is not None:
        return render_template("disposed.html", mine=mine), 410
    chosen = browser.language()
    answered = [
        (
            field,
            shown(chosen, field, mine.answers[field.key]),
            _badge(chosen, mine.origins.get(field.key)),
        )
        for field in FIELDS
    ]
    return render_template("application.html", mine=mine, answered=answered)


def _badge(chosen: str, origin: Mapping[str, str] | None) -> str | None:
    return badge(chosen, origin) if origin else None


def _address(number: int) -> str:
    return url_for("applications.detail", receipt=applications.receipt(number))
