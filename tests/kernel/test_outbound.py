"""Calls to other people's addresses: nobody makes us call our own network, or wait."""

import socket
import ssl
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from genkan.kernel import outbound
from genkan.kernel.outbound import AddressRefused, Unreachable, checked, post
from tests.certificates import speak_tls


@pytest.fixture
def names(monkeypatch):
    """A name service of our own: `names["x.example"] = ["10.0.0.1"]`."""
    known = {}

    def getaddrinfo(host, port, *, type):  # noqa: A002 - the standard library's name
        if host not in known:
            raise socket.gaierror
        return [(None, type, 6, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shinsei.example/webhook",
        "ftp://shinsei.example/",
        "file:///etc/passwd",
        "https:///path",
        "https://user@shinsei.example/",
        "https://user:word@shinsei.example/",
        "https://:word@shinsei.example/",
        "https://shinsei.example:port/",
        "https://shinsei.example:99999/",
        "https://[::1/",
        "https://[fe80::1%25eth0]:x/",
        "https://shinsei.example/\x00",
    ],
)
def test_what_is_no_plain_web_address_is_refused(names, url):
    names["shinsei.example"] = ["8.8.8.8"]

    with pytest.raises(AddressRefused):
        checked(url, allow_loopback=True)


def test_http_is_refused_outside_this_machine(names):
    names["shinsei.example"] = ["8.8.8.8"]

    with pytest.raises(AddressRefused, match="https"):
        checked("http://shinsei.example/", allow_loopback=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.1.2.3",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "2001:db8::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
    ],
)
def test_an_address_that_is_not_public_is_refused_by_whatever_name(names, address):
    literal = f"[{address}]" if ":" in address else address
    names |= {
        "shinsei.example": [address],
        address: [address],
        "mixed.example": ["8.8.8.8", address],
    }

    for host in ("shinsei.example", literal, "mixed.example"):
        with pytest.raises(AddressRefused, match="public"):
            checked(f"https://{host}/webhook", allow_loopback=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8"])
def test_a_public_address_is_called_where_it_was_checked_under_its_own_name(names, address):
    names["shinsei.example"] = [address]

    target = checked("https://shinsei.example:8443/webhook?a=1", allow_loopback=False)

    assert target.url.host == address.replace("8.8.8.8", "808:808" if ":" in address else "8.8.8.8")
    assert (target.host, target.authority) == ("shinsei.example", "shinsei.example:8443")
    assert (target.url.port, target.url.raw_path) == (8443, b"/webhook?a=1")


def test_a_name_that_does_not_resolve_is_unreachable(names):
    with pytest.raises(Unreachable):
        checked("https://nobody.example/", allow_loopback=False)


def test_loopback_is_called_only_where_the_settings_say_so():
    assert checked("http://127.0.0.1:8001/x", allow_loopback=True).url.host == "127.0.0.1"
    with pytest.raises(AddressRefused):
        checked("http://127.0.0.1:8001/x", allow_loopback=False)
    with pytest.raises(AddressRefused):
        checked("https://127.0.0.1:8001/x", allow_loopback=False)


def test_loopback_and_elsewhere_under_one_name_is_not_loopback(names):
    names["both.example"] = ["127.0.0.1", "10.0.0.1"]

    with pytest.raises(AddressRefused):
        checked("https://both.example/", allow_loopback=True)


@pytest.fixture
def neighbour():
    """A server on this machine that answers as its `answer` says; it remembers what came."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.came.append((self.path, dict(self.headers), body))
            server.answer(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.came = []
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a caller that hangs up is what some tests are about
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def say(status, body=b"", **headers):
    def answer(handler):
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def call(neighbour, path="/webhook"):
    return post(
        f"{neighbour.address}{path}", content=b"{}", headers={"X-Test": "1"}, allow_loopback=True
    )


def test_an_answer_comes_back_whatever_its_status(neighbour):
    for status in (200, 404, 500):
        neighbour.answer = say(status, b"text")
        assert call(neighbour) == outbound.Answer(status, b"text")
    path, headers, body = neighbour.came[0]
    assert (path, headers["X-Test"], body) == ("/webhook", "1", b"{}")
    assert headers["Host"] == neighbour.address.removeprefix("http://")


def test_a_redirect_is_an_answer_like_any_other(neighbour):
    neighbour.answer = say(302, Location=f"{neighbour.address}/elsewhere")

    assert call(neighbour).status == 302
    assert [path for path, _, _ in neighbour.came] == ["/webhook"]


def test_a_large_answer_is_cut_off(neighbour):
    neighbour.answer = say(200, b"x" * 1_000_000)

    assert len(call(neighbour).body) == outbound.ANSWER_BYTES


def test_a_compressed_answer_is_neither_asked_for_nor_unpacked(neighbour):
    packed = b"\x1f\x8b\x08\x00 no gzip at all"
    neighbour.answer = say(200, packed, Content_Encoding="gzip")

    assert call(neighbour).body == packed
    assert neighbour.came[0][1]["Accept-Encoding"] == "identity"


def test_a_neighbour_that_drips_is_not_waited_for(neighbour, monkeypatch):
    monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 0.3)

    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(30):
            try:
                handler.wfile.write(b".")
                handler.wfile.flush()
            except OSError:
                return
            handler.server.still.wait(0.1)

    neighbour.still = Event()
    neighbour.answer = drip

    assert 1 <= len(call(neighbour).body) < 20


@pytest.mark.parametrize("over_tls", [False, True], ids=["http", "https"])
def test_a_neighbour_that_drips_headers_is_not_waited_for(
    neighbour, request, monkeypatch, over_tls
):
    """Each byte comes in time, and the last one never."""
    monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 0.3)
    if over_tls:
        request.getfixturevalue("with_own_certificate")
    hung_up, drops = Event(), []

    def drip(handler):
        with suppress(OSError):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            for number in range(200):
                handler.wfile.write(b".")
                drops.append(number)
                hung_up.wait(0.1)
        hung_up.set()

    neighbour.answer = drip

    with pytest.raises(Unreachable):
        call(neighbour)

    assert hung_up.wait(5)
    assert len(drops) < 50


def test_a_neighbour_that_says_nothing_or_nonsense_is_unreachable(neighbour, monkeypatch):
    monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 0.3)
    neighbour.answer = lambda handler: handler.wfile.write(b"nonsense\r\n\r\n")
    with pytest.raises(Unreachable):
        call(neighbour)

    neighbour.answer = lambda handler: handler.rfile.read(1)
    with pytest.raises(Unreachable):
        call(neighbour)


def test_nobody_at_the_address_is_unreachable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable):
        post(f"http://127.0.0.1:{port}/", content=b"", headers={}, allow_loopback=True)


@pytest.fixture
def with_own_certificate(neighbour, tmp_path):
    """The neighbour over TLS, with a certificate that it made itself."""
    speak_tls(neighbour, tmp_path)
    neighbour.answer = say(200)
    neighbour.address = neighbour.address.replace("http", "https")
    return neighbour


def test_a_certificate_that_nobody_vouches_for_is_unreachable(with_own_certificate, monkeypatch):
    monkeypatch.setattr(outbound, "is_public", lambda _address: True)

    with pytest.raises(Unreachable):
        post(
            f"{with_own_certificate.address}/",
            content=b"secret",
            headers={},
            allow_loopback=False,
        )
    assert with_own_certificate.came == []


def test_elsewhere_a_certificate_is_needed_whatever_is_allowed_here(names):
    names["shinsei.example"] = ["8.8.8.8"]

    trusted = outbound._trusted(checked("https://shinsei.example/", allow_loopback=True))

    assert (trusted.verify_mode, trusted.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_on_this_machine_a_certificate_says_no_more_than_http_where_that_is_allowed(
    with_own_certificate,
):
    assert call(with_own_certificate).status == 200
    with pytest.raises(AddressRefused):
        post(f"{with_own_certificate.address}/", content=b"", headers={}, allow_loopback=False)
