"""A real Chromium applies our content security policy to what follows a form: it must get home."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys import chromium
from tests.sso.stage import COMMITS, PASSWORD, Service, person

pytestmark = [COMMITS, pytest.mark.browser]


@pytest.fixture
def callback():
    """A client's own server, which notes how the answer arrives."""
    heard = []

    class Note(BaseHTTPRequestHandler):
        def do_GET(self):
            self.note("GET", urlsplit(self.path).query)

        def do_POST(self):
            length = int(self.headers["Content-Length"])
            self.note("POST", self.rfile.read(length).decode())

        def note(self, method, pairs):
            if urlsplit(self.path).path == "/cb":
                heard.append((method, {name: one[0] for name, one in parse_qs(pairs).items()}))
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(b"home again")

        def log_message(self, *_arguments):
            """The codes in these addresses are nobody's business."""

    server = HTTPServer(("127.0.0.1", 0), Note)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/cb", heard
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def a_browser(*, scripts):
    chromium.require()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium.CHROMIUM, args=chromium.ARGUMENTS
        )
        page = launched.new_context(java_script_enabled=scripts).new_page()
        page.set_default_timeout(20_000)
        try:
            yield page
        finally:
            launched.close()


def walk(page, address):
    """Sign in and allow, as a person does."""
    page.goto(address)
    page.fill("input[autocomplete=username]", "hanako@resident.example")
    page.fill("input[autocomplete=current-password]", PASSWORD)
    page.press("input[autocomplete=current-password]", "Enter")
    page.click("button[name=decision][value=allow]")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_way_home_leads_through_the_policy(issuer, callback, scripts):
    person()
    back, heard = callback
    service = Service(metadata={"redirect_uris": ["http://127.0.0.1/cb"]})

    with a_browser(scripts=scripts) as page:
        walk(page, issuer + service.address(redirect_uri=back))
        page.wait_for_url(f"{back}?**")
        page.goto(issuer + service.address(redirect_uri=back, prompt="login"))
        page.fill("input[autocomplete=current-password]", PASSWORD)
        page.press("input[autocomplete=current-password]", "Enter")
        page.wait_for_url(f"{back}?**")

    assert [(method, told["iss"]) for method, told in heard] == [("GET", issuer)] * 2
    assert all(told["code"] for _, told in heard)


def test_a_form_carries_the_answer_home_by_itself(issuer, callback):
    person()
    back, heard = callback
    service = Service(metadata={"redirect_uris": ["http://127.0.0.1/cb"]})

    with a_browser(scripts=True) as page:
        walk(page, issuer + service.address(redirect_uri=back, response_mode="form_post"))
        page.wait_for_url(back)

    [(method, told)] = heard
    assert (method, told["state"], told["iss"]) == ("POST", "the state", issuer)


def test_without_scripts_a_button_carries_it(issuer, callback):
    person()
    back, heard = callback
    service = Service(metadata={"redirect_uris": ["http://127.0.0.1/cb"]})

    with a_browser(scripts=False) as page:
        walk(page, issuer + service.address(redirect_uri=back, response_mode="form_post"))
        page.click("#answer button")
        page.wait_for_url(back)

    assert heard[0][1]["code"]
