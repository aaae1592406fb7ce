"""The pages and endpoints, under the paths of the real one."""

from typing import cast

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ninsho.config import REALM
from ninsho.faults import Fault
from ninsho.personas import PERSONAS
from ninsho.provider import NoClient, Provider, Refused, error_address

ENDPOINTS = f"{REALM}/protocol/openid-connect"
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
"""No form-action: the form's answer leads on to whoever asked."""

pages = Blueprint("pages", __name__)


def create_app(provider: Provider) -> Flask:
    """The stand-in as a Flask application."""
    app = Flask("ninsho")
    app.extensions["ninsho"] = provider
    app.register_blueprint(pages)
    app.after_request(_headers)
    return app


@pages.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Whether it runs."""
    return {"status": "ok"}


@pages.get(f"{ENDPOINTS}/auth")
def authorize() -> ResponseReturnValue:
    """Check the request and let the tester choose a card."""
    try:
        name, scopes = _provider().ask(request.args)
    except NoClient:
        return render_template("fault.html"), 400
    except Refused as refused:
        uri, state = request.args["redirect_uri"], request.args.get("state", "")
        return redirect(error_address(uri, state, refused.error, refused.description))
    return render_template(
        "choose.html",
        asked=name,
        wanted=sorted(scopes - {"openid"}),
        personas=PERSONAS.values(),
        faults=list(Fault),
    )


@pages.post(f"{REALM}/choose")
def choose() -> ResponseReturnValue:
    """Send the browser back with a code, or with what went wrong."""
    chosen = request.form
    try:
        fault = Fault(chosen.get("fault", "none"))
        there = _provider().decide(chosen["asked"], chosen["persona"], fault)
    except (KeyError, ValueError):
        return render_template("fault.html"), 400
    return redirect(there, 303)


@pages.post(f"{ENDPOINTS}/token")
def token() -> ResponseReturnValue:
    """Swap a code for tokens."""
    try:
        return _provider().tokens(request.form), 200, {"Cache-Control": "no-store"}
    except Refused as refused:
        return _problem(refused)


@pages.get(f"{ENDPOINTS}/userinfo")
def userinfo() -> ResponseReturnValue:
    """Say what stands on the card."""
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    try:
        told = _provider().person(presented if scheme == "Bearer" else "")
    except Refused as refused:
        return _problem(refused)
    return dict(told)


@pages.get(f"{ENDPOINTS}/certs")
def certs() -> ResponseReturnValue:
    """Publish the keys."""
    return _provider().jwks()


def _provider() -> Provider:
    return cast("Provider", current_app.extensions["ninsho"])


def _problem(refused: Refused) -> ResponseReturnValue:
    told = {"error": refused.error, "error_description": refused.description}
    return told, refused.status, {"Cache-Control": "no-store"}


def _headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
