"""Who is looking at the page: session cookie, signed-in account, protection of forms."""

import hmac
import secrets
import sqlite3
from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from flask import abort, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from shinsei import accounts, clock, visits
from shinsei.accounts import Account
from shinsei.config import Config
from shinsei.courier import Courier
from shinsei.genkan_client import Genkan
from shinsei.storage import connect
from shinsei.texts import LANGUAGES
from shinsei.visits import Visit

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def config() -> Config:
    """The settings of this application."""
    return cast("Config", current_app.extensions["shinsei.config"])


def genkan() -> Genkan:
    """The Genkan it is registered with."""
    return cast("Genkan", current_app.extensions["shinsei.genkan"])


def courier() -> Courier:
    """The background thread of this process."""
    return cast("Courier", current_app.extensions["shinsei.courier"])


def database() -> sqlite3.Connection:
    """This request's connection, opened on first use and closed after the answer."""
    if "database" not in g:
        g.database = connect(config().data)
    return cast("sqlite3.Connection", g.database)


def close_database(_fault: BaseException | None = None) -> None:
    """Give the file back, so that a waiting scrub can go on."""
    opened = g.pop("database", None)
    if opened is not None:
        opened.close()


def language() -> str:
    """Japanese, unless the person has chosen another language."""
    chosen = session.get("language", "ja")
    return chosen if chosen in LANGUAGES else "ja"


def visit() -> Visit | None:
    """The session this browser is in."""
    if "visit" not in g:
        known = session.get("visit")
        g.visit = visits.visit(database(), known, now=clock.now()) if known else None
    return cast("Visit | None", g.visit)


def account() -> Account | None:
    """Who is signed in."""
    current = visit()
    if current is None or current.account is None:
        return None
    if "account" not in g:
        g.account = accounts.account(database(), current.account)
    return cast("Account | None", g.account)


def enter(visit_id: str) -> None:
    """Put the browser into a session. The form token changes, so an old page cannot act in it."""
    session["visit"] = visit_id
    session["form_token"] = secrets.token_urlsafe(32)
    session.permanent = True
    g.pop("visit", None)
    g.pop("account", None)


def leave() -> None:
    """End the session of this browser; only the language stays."""
    current = visit()
    if current is not None:
        visits.end(database(), current.id)
    chosen = language()
    session.clear()
    session["language"] = chosen
    g.pop("visit", None)
    g.pop("account", None)


def form_token() -> str:
    """What each form carries to show that it was ours."""
    if "form_token" not in session:
        session["form_token"] = secrets.token_urlsafe(32)
    return cast("str", session["form_token"])


def form_is_ours() -> bool:
    """Whether this POST carries the token of this session."""
    kept, sent = session.get("form_token"), request.form.get("form_token")
    return bool(kept and sent) and hmac.compare_digest(str(kept).encode(), str(sent).encode())


def own_form(view: View) -> View:
    """For views that take POST: refuse a form that is not from our page in this session."""

    @wraps(view)
    def checked(*arguments: object, **named: object) -> ResponseReturnValue:
        if request.method == "POST" and not form_is_ours():
            return render_template("stale.html"), 400
        return view(*arguments, **named)

    return cast("View", checked)


def signed_in(view: View) -> View:
    """For views about a person: without one, go and sign in. What a POST carried is not lost.

    The page for a POST says how to keep it: sign in elsewhere, come back, send again.
    """

    @wraps(view)
    def checked(*arguments: object, **named: object) -> ResponseReturnValue:
        if account() is not None and only_to_link():
            return redirect(url_for("accounts.migrate"), 303)
        if account() is not None:
            return view(*arguments, **named)
        if request.method == "POST":
            return render_template("signed_out_meanwhile.html"), 401
        return redirect(url_for("accounts.sign_in"), 303)

    return cast("View", checked)


def only_to_link() -> bool:
    """Whether this session came by our own login after its end: it only leads to linking.

    Accounts of organisations cannot be linked, so their login goes on.
    """
    current, who = visit(), account()
    if current is None or who is None or who.is_corporate or current.id_token is not None:
        return False
    return config().old_login_is_over(clock.today(clock.now()))


def person() -> Account:
    """The signed-in person, in a view that `signed_in` guards."""
    return account() or abort(401)
