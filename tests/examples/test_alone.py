"""The sample stands on its own: configuration, texts, files, and no line of Genkan in it."""

import ast
import json
import re
import stat
import string

import pytest

from shinsei.texts import CATALOGUES
from tests.examples.peer import Peer
from tests.examples.stage import FOLDER, Shinsei, eventually

SOURCES = sorted((FOLDER / "shinsei").rglob("*.py"))
TEMPLATES = sorted((FOLDER / "shinsei" / "templates").glob("*.html"))


@pytest.fixture
def stopped(tmp_path):
    """A service that is set up and not started."""
    peer = Peer()
    yield Shinsei(peer, tmp_path / "data")
    peer.close()


def test_it_imports_nothing_of_genkan():
    assert SOURCES
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in {"genkan", "django"}]


def test_both_languages_have_the_same_sentences_with_the_same_blanks():
    def blanks(catalogue):
        parsed = {key: string.Formatter().parse(text) for key, text in catalogue.items()}
        return {key: {name for _, name, _, _ in parts if name} for key, parts in parsed.items()}

    assert blanks(CATALOGUES["ja"]) == blanks(CATALOGUES["en"])


def test_every_sentence_a_template_asks_for_exists():
    asked = {
        key
        for template in TEMPLATES
        for key in re.findall(r"""\bt\(["']([a-z_0-9.]+)["'][,)]""", template.read_text())
    }
    assert len(asked) > 60
    assert asked <= CATALOGUES["ja"].keys()


def test_init_prints_what_an_operator_registers_and_keeps_the_key(stopped):
    first = json.loads(stopped.command("init").stdout)
    again = json.loads(stopped.command("init").stdout)
    assert first == again
    assert first["client_name"] == "しんせい 電子申請"
    assert first["redirect_uris"] == [f"{stopped.base_url}/genkan/callback"]
    assert first["post_logout_redirect_uris"] == [f"{stopped.base_url}/signed-out"]
    assert first["token_endpoint_auth_method"] == "private_key_jwt"
    assert first["scope"] == "openid person_data"
    [key] = first["jwks"]["keys"]
    assert (key["kty"], key["crv"], key["alg"]) == ("EC", "P-256", "ES256")
    assert key["kid"]
    assert "d" not in key


def test_secrets_lie_in_files_for_their_owner_alone(stopped):
    stopped.register()
    stopped.start()
    stopped.stop()
    assert stat.S_IMODE(stopped.data.stat().st_mode) == 0o700
    for name in ("client_key.json", "session_secret", "shinsei.sqlite3"):
        assert stat.S_IMODE((stopped.data / name).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"SHINSEI_ISSUER": None, "SHINSEI_CLIENT_ID": ""},
            "missing environment variables: SHINSEI_ISSUER, SHINSEI_CLIENT_ID",
        ),
        ({"SHINSEI_ISSUER": "http://genkan.example"}, "SHINSEI_ISSUER must be an https address"),
        ({"SHINSEI_ISSUER": "https://a@b.example"}, "SHINSEI_ISSUER must be an https address"),
        ({"SHINSEI_BASE_URL": "https://a.example/app"}, "SHINSEI_BASE_URL must have no path"),
        ({"SHINSEI_WEBHOOK_SECRET": "whsec_AAAA"}, "24 to 64 bytes"),
        ({"SHINSEI_WEBHOOK_SECRET": "A" * 44}, "whsec_"),
        ({"SHINSEI_SECRET_KEY": "short"}, "SHINSEI_SECRET_KEY needs at least 32 characters"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(stopped, changes, message):
    done = stopped.command("serve", "--port", "1", **changes)
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_worker_without_its_parent_gives_the_port_back(stopped):
    stopped.register()
    stopped.start()
    stopped.kill_parent_only()
    eventually(lambda: not stopped.is_healthy())
    stopped.start()
    stopped.stop()


def test_a_broken_database_is_a_page_and_an_unhealthy_answer(stopped, new_browser):
    stopped.register()
    stopped.start()
    (stopped.data / "shinsei.sqlite3").write_bytes(b"not a database" * 1000)
    browser = new_browser(stopped)
    assert browser.open("/healthz").status == 500
    assert browser.open("/").status == 200
    page = browser.open("/admin/holdings")
    assert page.status == 500
    browser.client.cookies.clear()
    browser.open("/")
    page = browser.press("玄関でログイン")
    assert (page.status, "うまく動きませんでした" in page.text) == (500, True)
    stopped.stop()


def test_the_session_survives_a_restart(stopped, new_browser):
    stopped.register()
    stopped.start()
    browser = new_browser(stopped)
    browser.open("/")
    browser.press("English")
    stopped.stop()
    stopped.start()
    assert "Apply for a nursery place" in browser.open("/").text
    stopped.stop()
