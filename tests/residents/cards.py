"""The stand-in for the card app on loopback, and a portal that is set up to ask it."""

import threading
from contextlib import contextmanager

import httpx
from bs4 import BeautifulSoup
from django.conf import settings
from joserfc.jwk import KeySet
from werkzeug.serving import WSGIRequestHandler, make_server

from genkan.residents import card_client
from ninsho.config import Client as Asker
from ninsho.config import Config
from ninsho.provider import Provider
from ninsho.web import create_app

CLIENT_ID = "RP00000001"
SLOW_SECONDS = 3.0
CALLBACK = "/profile/card/return"


class Quiet(WSGIRequestHandler):
    def log(self, *_line):
        """Addresses with codes in them are no help in a failed test."""


class CardApp:
    """The running stand-in, and what a person does there."""

    def __init__(self, provider, port):
        self.provider = provider
        self.url = f"http://127.0.0.1:{port}"

    @property
    def issuer(self):
        return self.provider.config.issuer

    def hold(self, there, persona, fault="none"):
        """Choose a card where the portal sent the browser; return the way back, without host."""
        with httpx.Client(trust_env=False) as browser:
            page = browser.get(there)
            assert page.status_code == 200, page.headers.get("Location", page.text)
            form = BeautifulSoup(page.text, "html5lib").form
            asked = form.select_one('[name="asked"]')["value"]
            chosen = {"asked": asked, "persona": persona, "fault": fault}
            back = browser.post(self.url + form["action"], data=chosen).headers["Location"]
        assert back.startswith(settings.GENKAN.issuer + CALLBACK)
        return back.removeprefix(settings.GENKAN.issuer)


@contextmanager
def card_app(key_file, *, registered_key=None):
    """Run the stand-in in threads; it knows the key in `key_file`, which is made if missing."""
    public = registered_key or _public(key_file)
    server = make_server("127.0.0.1", 0, _later, threaded=True, request_handler=Quiet)
    asker = Asker(
        id=CLIENT_ID,
        redirect_uris=(settings.GENKAN.issuer + CALLBACK,),
        keys=KeySet.import_key_set({"keys": [public]}),
    )
    base = f"http://127.0.0.1:{server.server_port}"
    config = Config(base_url=base, clients={CLIENT_ID: asker}, slow_seconds=SLOW_SECONDS)
    provider = Provider(config)
    server.app = create_app(provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield CardApp(provider, server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def portal_asks(app, key_file, **changes):
    """Settings of a portal that asks this stand-in."""
    told = {
        "card_issuer": app.issuer,
        "card_client_id": CLIENT_ID,
        "card_key_file": key_file,
        "allow_loopback_fetch": True,
    }
    return settings.GENKAN.model_copy(update=told | changes)


def as_provider(app, key_file):
    """The stand-in as the portal's client knows it."""
    return card_client.Provider(
        issuer=app.issuer,
        client_id=CLIENT_ID,
        redirect_uri=settings.GENKAN.issuer + CALLBACK,
        key_file=key_file,
        allow_loopback=True,
    )


def _public(key_file):
    if not key_file.exists():
        card_client.new_key(key_file)
    return card_client.public_key(key_file)


def _later(_environ, _start):
    raise AssertionError("the application is set before the first request")
