"""Accounts of this service: sign in with a user id, register, see and change the link."""

import sqlite3
from typing import Protocol

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shinsei import accounts, clock, linking, visits
from shinsei.accounts import Account, Refusal
from shinsei.applications import under_way
from shinsei.genkan_client import GenkanTrouble
from shinsei.web import session as browser
from shinsei.web.refusals import status_of
from shinsei.web.trouble import trouble_page

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
    """A new account of this service, without Genkan; until our own login ends."""
    if browser.config().old_login_is_over(clock.today(clock.now())):
        return render_template("no_register.html"), 403
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
    if who.genkan_sub and _is_over(who):
        page = render_template(template, login=login, refusal="old_login_ended")
        return page, status_of(Refusal("old_login_ended"))
    _open(who)
    return redirect(url_for("applications.overview"), 303)


def _is_over(who: Account) -> bool:
    """Whether our own login no longer opens this account."""
    over = browser.config().old_login_is_over(clock.today(clock.now()))
    return over and not who.is_corporate


@pages.get("/account/migrate")
def migrate() -> ResponseReturnValue:
    """Our own login has ended: the way on is linking, and nothing else."""
    if not browser.only_to_link():
        return redirect(url_for("accounts.overview"), 303)
    return render_template("migrate.html")


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
    who = browser.person()
    matters = under_way(browser.database(), who.id)
    page = render_template("account.html", who=who, login=login, refusal=code, under_way=matters)
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
    """Unlink on both sides. Consent is Genkan's matter; the page says where to stop it."""
    sure = request.form.get("sure") == "yes"
    try:
        linking.unlink(browser.database(), browser.genkan(), browser.person(), sure=sure)
    except Refusal as refusal:
        return _overview(refusal)
    except GenkanTrouble as trouble:
        return trouble_page(trouble)
    flash("notice.unlinked")
    return redirect(url_for("accounts.overview"), 303)
