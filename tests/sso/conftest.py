"""A resident, a service with an offer, and the browser between them."""

import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.cache import cache
from django.db import connection

from genkan.kernel import clock
from genkan.site.wsgi import application
from genkan.sso.domain.settings import Profile
from genkan.terms import api as terms
from tests.sso.possession import Holder
from tests.sso.stage import Service, Signing, Visitor, person


@pytest.fixture
def installed(db):
    """An installation with terms in force.

    Where data is handed over, a second connection holds the consent, and where threads race each
    has its own: such a test asks for real commits by `COMMITS`.
    """
    cache.clear()
    for draft in terms.drafts():
        terms.publish(draft, now=clock.now())


@pytest.fixture
def resident(installed):
    visitor = Visitor(person())
    assert visitor.sign_in().status_code == 302
    return visitor


@pytest.fixture
def stranger(installed):
    visitor = Visitor(person("taro@resident.example"), "taro@resident.example")
    assert visitor.sign_in().status_code == 302
    return visitor


@pytest.fixture
def service(installed):
    return Service()


@pytest.fixture
def linked(resident, service):
    """The resident has connected the service and allowed what is required."""
    page = resident.browser.get(service.address(), follow=True)
    assert resident.press(page, "allow").status_code == 303
    return resident


@pytest.fixture
def signer(resident):
    """A client that signs, and a resident who connected it."""
    signing = Signing("signing")
    page = resident.browser.get(signing.address(), follow=True)
    assert resident.press(page, "allow").status_code == 303
    return signing


@pytest.fixture
def holder(signer):
    """A client of the baseline that proves possession because it wants to."""
    return Holder(signer)


@pytest.fixture
def fapi(signer):
    signer.agree(profile=Profile.FAPI2)
    return Holder(signer, with_nonce=True)


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        """Addresses with codes in them are no help in a failed test."""


def given_back(environ, start_response):
    """Each request has a thread of its own here, and takes no connection with it when it ends."""
    answer = application(environ, start_response)
    try:
        yield from answer
    finally:
        getattr(answer, "close", lambda: None)()
        connection.close()


@pytest.fixture
def issuer(installed, settings):
    server = make_server("127.0.0.1", 0, given_back, server_class=Threads, handler_class=Quiet)
    address = f"http://127.0.0.1:{server.server_port}"
    settings.GENKAN = settings.GENKAN.model_copy(update={"issuer": address})
    settings.CSRF_TRUSTED_ORIGINS = [address]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()
