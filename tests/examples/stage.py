"""The service as a process of its own, and a browser made of forms and links."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

import html5lib
import httpx

from tests.examples.peer import CLIENT_ID, WEBHOOK_SECRET

FOLDER = Path(__file__).parents[2] / "examples" / "shinsei"


def eventually(condition, within=20.0):
    """Wait until it holds; a test that waits in vain fails here, with what it waited for."""
    until = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < until, f"still not: {condition.__name__}"
        threading.Event().wait(0.05)
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Shinsei:
    """One running service. `crash` is kill -9 of all its processes; `start` brings it back."""

    def __init__(self, peer, data, **settings):
        self.data = data
        self.settings = settings
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.log = data.parent / f"{data.name}.log"
        self.peer = peer
        self._process = None

    def environment(self, **changes):
        return (
            {
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(FOLDER),
                "PYTHONDONTWRITEBYTECODE": "1",
                "SHINSEI_ISSUER": self.peer.issuer,
                "SHINSEI_BASE_URL": self.base_url,
                "SHINSEI_CLIENT_ID": CLIENT_ID,
                "SHINSEI_DATA": str(self.data),
                "SHINSEI_WEBHOOK_SECRET": WEBHOOK_SECRET,
            }
            | self.settings
            | changes
        )

    def command(self, *arguments, **changes):
        environment = {k: v for k, v in self.environment(**changes).items() if v is not None}
        return subprocess.run(
            [sys.executable, "-m", "shinsei", *arguments],
            env=environment,
            capture_output=True,
            check=False,
            timeout=60,
        )

    def register(self):
        metadata = json.loads(self.command("init").stdout)
        self.peer.base_url = self.base_url
        self.peer.client_keys = metadata["jwks"]
        return metadata

    def start(self):
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "shinsei", "serve", "--port", str(self.port)],
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        eventually(self.is_healthy)

    def is_healthy(self):
        try:
            return httpx.get(f"{self.base_url}/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def crash(self):
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill_parent_only(self):
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=30)

    def bytes_on_disk(self):
        """The database with its log, which SQLite may remove while we look."""
        found = b""
        for path in self.data.glob("shinsei.sqlite3*"):
            with suppress(FileNotFoundError):
                found += path.read_bytes()
        return found

    def holdings(self):
        with Browser(self.base_url) as anybody:
            page = anybody.open("/admin/holdings")
        return {name: int(page.by_id(name).text) for name in HELD}


HELD = (
    "received",
    "applications",
    "tombstones",
    "certificates-waiting",
    "certificates-accepted",
)


class Page:
    def __init__(self, response):
        self.status = response.status_code
        self.url = str(response.url)
        self.path = response.url.path
        self.location = response.headers.get("location")
        self.html = response.text
        self.tree = html5lib.parse(response.text, namespaceHTMLElements=False)

    @property
    def text(self):
        return " ".join("".join(self.tree.find("body").itertext()).split())

    def by_id(self, name):
        return next(node for node in self.tree.iter() if node.get("id") == name)

    def form_with(self, label):
        """The form that has a button with this label, and the button."""
        for form in self.tree.iter("form"):
            for button in form.iter("button"):
                if "".join(button.itertext()).strip() == label:
                    return form, button
        raise AssertionError(f"no button {label!r} on {self.url}: {self.text[:300]}")

    def values(self):
        """What stands in the fields of the page, by name."""
        found = {node.get("name"): node.get("value", "") for node in self.tree.iter("input")}
        for node in self.tree.iter("select"):
            chosen = [option for option in node.iter("option") if "selected" in option.attrib]
            found[node.get("name")] = chosen[0].get("value") if chosen else ""
        return found

    def options(self, name):
        return [option.get("value") for option in self.by_id(name).iter("option")]


class Browser:
    """Follows redirects, keeps cookies, sends forms as a browser without JavaScript would."""

    def __init__(self, base_url):
        self.client = httpx.Client(base_url=base_url, follow_redirects=True, timeout=30)
        self.visited = []
        self.page = None

    def __enter__(self):
        return self

    def __exit__(self, *_fault):
        self.client.close()

    def open(self, path):
        return self._shown(self.client.get(path))

    def press(self, label, **typed):
        """Fill in fields of the form with that button and press it."""
        form, button = self.page.form_with(label)
        sent, standing = {}, self.page.values()
        for node in [*form.iter("input"), *form.iter("select")]:
            if node.get("type") == "checkbox" and "checked" not in node.attrib:
                continue
            sent[node.get("name")] = standing[node.get("name")]
            if node.get("type") == "hidden":
                sent[node.get("name")] = node.get("value")
        boxes = {node.get("name") for node in form.iter("input") if node.get("type") == "checkbox"}
        unknown = typed.keys() - sent.keys() - boxes
        assert not unknown, f"the form has no {unknown}"
        if button.get("name"):
            sent[button.get("name")] = button.get("value")
        address = urljoin(self.page.url, form.get("action") or self.page.url)
        return self._shown(self.client.post(address, data=sent | typed))

    def _shown(self, response):
        self.visited += [str(step.url) for step in [*response.history, response]]
        self.page = Page(response)
        return self.page
