"""The application, put together: pages, session, headers, faults."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from shinsei import clock
from shinsei.config import Config
from shinsei.courier import Courier
from shinsei.genkan_client import Genkan
from shinsei.keys import client_key, session_secret
from shinsei.storage import prepare
from shinsei.texts import LANGUAGES, text, text_or
from shinsei.visits import VISIT_LIFETIME
from shinsei.web import account_pages, application_pages, genkan_pages, machine
from shinsei.web import session as browser
from shinsei.web.bodies import taking_bodies
from shinsei.web.form_view import written_day

MAX_BODY_BYTES = 1024 * 1024

home = Blueprint("home", __name__)


@home.get("/")
def home_page() -> ResponseReturnValue:
    """What this service is, and the two ways in."""
    return render_template("home.html")


@home.post("/language")
@browser.own_form
def language() -> ResponseReturnValue:
    """Change the language of the pages and go back to the start page."""
    chosen = request.form.get("language", "ja")
    session["language"] = chosen if chosen in LANGUAGES else "ja"
    inside = browser.account() is not None
    return redirect(url_for("applications.overview" if inside else "home.home_page"), 303)


def create_app(config: Config) -> Flask:
    """The WSGI application. Its courier is made here and started by whoever serves it."""
    prepare(config.data)
    app = Flask("shinsei")
    app.config.update(
        SECRET_KEY=config.secret_key or session_secret(config.data),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        SESSION_COOKIE_NAME="shinsei_session",  # cookies ignore ports: not Django's name
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.base_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=VISIT_LIFETIME),
    )
    genkan = Genkan(config, client_key(config.data))
    app.extensions["shinsei.config"] = config
    app.extensions["shinsei.genkan"] = genkan
    app.extensions["shinsei.courier"] = Courier(config.data, genkan)
    for part in (home, genkan_pages.pages, account_pages.pages, application_pages.pages):
        app.register_blueprint(part)
    app.register_blueprint(machine.pages)
    app.teardown_appcontext(browser.close_database)
    app.context_processor(_page_context)
    app.register_error_handler(HTTPException, _fault_page)
    app.after_request(_headers(config))
    app.wsgi_app = taking_bodies(app.wsgi_app)  # type: ignore[assignment,method-assign] # as Flask advises
    return app


def _page_context() -> dict[str, object]:
    """What every template can use."""
    chosen = browser.language()

    def t(key: str, **values: object) -> str:
        return text(chosen, key, **values)

    def form_token() -> Markup:
        return Markup('<input type="hidden" name="form_token" value="{}">').format(
            browser.form_token()
        )

    def moment(seconds: int) -> str:
        when = clock.in_japan(seconds)
        return f"{written_day(chosen, when.date())} {when:%H:%M}"

    last_day = browser.config().old_login_ends
    ends = written_day(chosen, last_day) if last_day else None

    def item_name(item: str) -> str:
        return text_or(chosen, f"item.{item}", "item.other")

    return {
        "t": t,
        "item_name": item_name,
        "form_token": form_token,
        "moment": moment,
        "language": chosen,
        "languages": LANGUAGES,
        "account": browser.account,
        "genkan_url": browser.config().issuer,
        "old_login_ends": ends,
        "old_login_is_over": browser.config().old_login_is_over(clock.today(clock.now())),
    }


def _fault_page(fault: HTTPException) -> ResponseReturnValue:
    """One page for all HTTP errors; for machines the same as JSON."""
    status = fault.code or 500
    if request.blueprint == "machine" or request.path.startswith("/webhooks/"):
        return {"error": fault.name.lower().replace(" ", "_")}, status, _kept(fault)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        g.visit = None  # the page must not ask the database, which may be what is broken
    kind = status if status in {400, 401, 404, 405, 413} else 500
    return render_template("fault.html", status=status, kind=kind), status, _kept(fault)


def _kept(fault: HTTPException) -> dict[str, str]:
    """`Allow` of a 405 belongs to the answer."""
    return {name: value for name, value in fault.get_headers() if name == "Allow"}


def _headers(config: Config) -> Callable[[Response], Response]:
    issuer = urlsplit(config.issuer)
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none';"
        " frame-ancestors 'none';"
        f" form-action 'self' {issuer.scheme}://{issuer.netloc}"
    )

    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    return add
