"""Accounts of this service: sign in with a user id, register, see and change the link."""

import sqlite3
from typing import Protocol

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shinsei import accounts, clock, visits
from shinsei.accounts import Account, Refusal
from shinsei.web import session as browser
from shinsei.web.refusals import status_of

pages = Blueprint("accounts", __name__)


class Entrance(Protocol):
    """How a user id and a password become an account: by proving them, or by registering."""

    def __call__(self, db: sqlite3.Connection, login: str, password: str, *, now: int) -> Account:
        """The account; raises `Refusal`."""
        ...


@pages.route("/sign-in", methods=["GET", "POST"])
@browser.own_form
def sign_in() -> ResponseReturnValue:
    """With a user id and password of this service."""
    return _by_password("sign_in.html", accounts.proved)


@pages.route("/register", methods=["GET", "POST"])
@browser.own_form
def register() -> ResponseReturnValue:
    """A new account of this service, without Genkan."""
    return _by_password("register.html", accounts.register)


def _by_password(template: str, account_for: Entrance) -> ResponseReturnValue:
    if request.method == "GET":
        return render_template(template, login="")
    login, password = _sent()
    try:
        who = account_for(browser.database(), login, password, now=clock.now())
    except Refusal as refusal:
        page = render_template(template, login=login, refusal=refusal.code)
        return page, status_of(refusal)
    _open(who)
    return redirect(url_for("applications.overview"), 303)


def _open(who: Account) -> None:
    browser.leave()
    browser.enter(visits.begin(browser.database(), now=clock.now(), account=who.id))


def _sent() -> tuple[str, str]:
    return request.form.get("login", "").strip(), request.form.get("password", "")


@pages.get("/account")
@browser.signed_in
def overview() -> ResponseReturnValue:
    """What this account is, and whether it is linked to Genkan."""
    return _overview()


def _overview(refusal: Refusal | None = None, login: str = "") -> ResponseReturnValue:
    code = refusal.code if refusal else None
    page = render_template("account.html", who=browser.person(), login=login, refusal=code)
    return (page, status_of(refusal)) if refusal else page


@pages.post("/account/password")
@browser.signed_in
@browser.own_form
def password() -> ResponseReturnValue:
    """Give an account made with Genkan a user id and password, so that it can stand alone."""
    login, chosen = _sent()
    try:
        accounts.set_password(browser.database(), browser.person(), login, chosen)
    except Refusal as refusal:
        return _overview(refusal, login)
    flash("notice.password_set")
    return redirect(url_for("accounts.overview"), 303)


@pages.post("/account/unlink")
@browser.signed_in
@browser.own_form
def unlink() -> ResponseReturnValue:
    """Forget the link on our side. Consent is Genkan's matter; the page says where to stop it."""
    try:
        accounts.unlink(browser.database(), browser.person())
    except Refusal as refusal:
        return _overview(refusal)
    flash("notice.unlinked")
    return redirect(url_for("accounts.overview"), 303)
