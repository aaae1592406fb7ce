"""Clients publish their keys and their sector themselves; nobody makes us call our own network."""

import json
import socket
from datetime import timedelta

import pytest
from joserfc.jwk import ECKey, RSAKey

from genkan.kernel import clock, outbound
from genkan.kernel.db import rows
from genkan.sso import api as sso
from genkan.sso.service import client_keys
from genkan.sso.store import clients as client_store
from genkan.sso.store import published_keys as store
from tests.sso.publisher import Publisher
from tests.sso.registering import GOOD, initial_token, manage, register
from tests.sso.stage import BACK, Signing, code_in

FIRST = ECKey.generate_key("P-256", {"kid": "first"})
SECOND = ECKey.generate_key("P-256", {"kid": "second"})
SIGNS = {"token_endpoint_auth_method": "private_key_jwt"}


@pytest.fixture
def publisher(settings, tmp_path):
    settings.GENKAN = settings.GENKAN.model_copy(update={"allow_loopback_fetch": True})
    running = Publisher(tmp_path)
    yield running
    running.close()


def keys(*published):
    return {"keys": [key.as_dict(private=False) for key in published]}


@pytest.fixture
def token(installed):
    return initial_token()


@pytest.fixture
def client(publisher, token):
    """A client that publishes its first key."""
    publisher.documents["/jwks"] = keys(FIRST)
    answer = register(token, GOOD | SIGNS | {"jwks_uri": f"{publisher.root}/jwks"})
    assert answer.status == 201, answer.body
    return client_store.client(answer.json()["client_id"])


def kids(client, kid, now):
    return [key["kid"] for key in client_keys.keys_of(client, {"kid": kid}, now=now)]


def test_keys_are_read_when_the_client_registers_and_then_kept(client, publisher):
    now = clock.now()

    assert [kids(client, "first", now) for _ in range(3)] == [["first"]] * 3
    assert publisher.came == ["/jwks"]
    assert kids(client, "first", now + client_keys.FRESH_FOR) == ["first"]
    assert publisher.came == ["/jwks"] * 2


def test_a_key_id_that_is_not_known_has_them_read_once_more(client, publisher):
    later = clock.now() + client_keys.PAUSE
    publisher.documents["/jwks"] = keys(SECOND)

    assert kids(client, "second", later) == ["second"]
    assert [kids(client, "third", later) for _ in range(3)] == [["second"]] * 3
    assert publisher.came == ["/jwks"] * 2


def test_a_pause_follows_each_attempt(client, publisher):
    now = clock.now()
    publisher.documents["/jwks"] = keys(SECOND)

    assert kids(client, "second", now) == ["first"]
    assert publisher.came == ["/jwks"]


def test_what_was_read_last_counts_for_an_hour_where_the_address_fails(client, publisher):
    now = clock.now()
    publisher.documents.clear()

    assert kids(client, "first", now + client_keys.FRESH_FOR) == ["first"]
    assert client_keys.health(client).outcome == "answers 404"
    assert kids(client, "first", now + client_keys.KEPT_FOR) == []


def test_a_client_turns_its_keys_and_signs_in_with_the_new_one(resident, publisher):
    publisher.documents["/jwks"] = keys(FIRST)
    signing = Signing("shinsei")
    registered = register(
        initial_token(service=signing.id),
        GOOD | SIGNS | {"jwks_uri": f"{publisher.root}/jwks"},
    ).json()
    signing.client, signing.client_id = registered, registered["client_id"]
    page = resident.browser.get(signing.address(), follow=True)
    old = code_in(resident.press(page, "allow"))

    signing.key = FIRST
    first = signing.redeem_signed(old, signing.assertion({"kid": "first"}))
    publisher.documents["/jwks"] = keys(SECOND)
    rows("UPDATE sso_published_keys SET tried_at = tried_at - interval '1 minute'")
    signing.key = SECOND
    code = code_in(resident.open(signing.address()))
    second = signing.redeem_signed(code, signing.assertion({"kid": "second"}))
    signing.key = FIRST
    code = code_in(resident.open(signing.address()))
    gone = signing.redeem_signed(code, signing.assertion({"kid": "first"}))

    assert (first.status, second.status, gone.status) == (200, 200, 401)


def test_one_of_many_at_once_reads(client):
    later = clock.now() + client_keys.PAUSE

    claims = [store.claim(client.id, pause=client_keys.PAUSE, now=later) for _ in range(5)]

    assert claims == [True, False, False, False, False]


def test_another_address_forgets_what_the_first_said(client, publisher, token):
    publisher.documents["/elsewhere"] = keys(SECOND)
    told = register(token, GOOD | SIGNS | {"jwks_uri": f"{publisher.root}/jwks"}).json()

    manage(told, "PUT", told | {"jwks_uri": f"{publisher.root}/elsewhere"})

    moved = client_store.client(told["client_id"])
    assert kids(moved, "second", clock.now()) == ["second"]


def big(handler):
    body = json.dumps(keys(FIRST) | {"filling": "x" * 100_000}).encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def elsewhere(handler):
    handler.send_response(302)
    handler.send_header("Location", "/good")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def nonsense(handler):
    handler.wfile.write(b"nonsense\r\n\r\n")


WEAK = RSAKey.generate_key(2048, {"kid": "weak"}).as_dict(private=False)
BAD_DOCUMENTS = {
    "missing": (None, "answers 404"),
    "a redirect": (elsewhere, "answers 302"),
    "too large": (big, "holds no JSON, or too much of it"),
    "no HTTP": (nonsense, "does not answer"),
    "a list": ([1], "must be a JWK Set"),
    "no keys": ({"keys": []}, "must be a JWK Set of 1 to 10 keys"),
    "too many": (
        {"keys": [FIRST.as_dict(private=False)] * 11},
        "must be a JWK Set of 1 to 10 keys",
    ),
    "a secret": ({"keys": [{"kty": "oct", "k": "AAAA"}]}, "holds no key for signatures"),
    "for encryption": ({"keys": [FIRST.as_dict(private=False) | {"use": "enc"}]}, "holds no key"),
    "a large exponent": ({"keys": [WEAK | {"e": WEAK["n"]}]}, "holds no key for signatures"),
    "a private key": (
        {"keys": [FIRST.as_dict(private=True)]},
        "holds no key for signatures",
    ),
}


@pytest.mark.parametrize(("said", "outcome"), BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS.keys())
def test_a_document_that_is_no_key_set_proves_nothing_and_is_remembered(
    publisher, token, said, outcome
):
    publisher.documents |= {"/jwks": said, "/good": keys(FIRST)}

    told = register(token, GOOD | SIGNS | {"jwks_uri": f"{publisher.root}/jwks"}).json()

    client = client_store.client(told["client_id"])
    assert kids(client, "first", clock.now()) == []
    assert client_keys.health(client).outcome.startswith(outcome)
    assert publisher.came == ["/jwks"]
    assert sso.registered()[0]["jwks_uri_problem"].startswith(outcome)


def test_keys_that_we_do_not_know_are_passed_over(publisher, token):
    strange = {"kty": "OKP", "crv": "X25519", "x": "AAAA", "kid": "strange"}
    publisher.documents["/jwks"] = {"keys": [strange, *keys(FIRST)["keys"]]}

    told = register(token, GOOD | SIGNS | {"jwks_uri": f"{publisher.root}/jwks"}).json()

    assert kids(client_store.client(told["client_id"]), "first", clock.now()) == ["first"]


PRIVATE = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"]


@pytest.fixture
def names(monkeypatch):
    """A name service that answers a name with the next address each time it is asked."""
    known = {}

    def getaddrinfo(host, port, *, type):  # noqa: A002 - the standard library's name
        return [(None, type, 6, "", (known[host].pop(0), port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_inside_our_network_is_not_called(token, names, settings, address):
    settings.GENKAN = settings.GENKAN.model_copy(update={"allow_loopback_fetch": False})
    names["inside.example"] = [address, address]
    inside = "https://inside.example/latest/meta-data"

    told = register(token, GOOD | SIGNS | {"jwks_uri": inside}).json()
    refused = register(token, GOOD | {"sector_identifier_uri": inside})

    client = client_store.client(told["client_id"])
    assert client_keys.health(client).outcome == "is not a public address"
    assert refused.json()["error_description"] == ("sector_identifier_uri: is not a public address")


def test_a_name_is_resolved_once_so_that_it_cannot_turn_meanwhile(names, monkeypatch):
    names["turning.example"] = ["8.8.8.8", "127.0.0.1"]

    target = outbound.checked("https://turning.example/jwks", allow_loopback=False)

    assert target.url.host == "8.8.8.8"
    assert names["turning.example"] == ["127.0.0.1"]


SECTOR = {"subject_type": "pairwise"}


def test_a_sector_is_proved_by_a_document_that_lists_every_address(publisher, token):
    uri = f"{publisher.root}/sector"
    publisher.documents["/sector"] = [BACK, "https://other.example/cb"]

    one = register(token, GOOD | SECTOR | {"sector_identifier_uri": uri}).json()
    other = register(
        token,
        {"redirect_uris": ["https://other.example/cb"], "sector_identifier_uri": uri},
    ).json()
    publisher.documents.clear()

    sectors = {client_store.client(told["client_id"]).sector for told in (one, other)}
    assert sectors == {"https://127.0.0.1"}
    assert manage(one).status == 200


BAD_SECTORS = {
    "missing": None,
    "an object": {BACK: True},
    "not texts": [1, BACK],
    "another address": ["https://shinsei.example/other"],
    "nothing": [],
    "a redirect": elsewhere,
    "too large": big,
}


@pytest.mark.parametrize("said", BAD_SECTORS.values(), ids=BAD_SECTORS.keys())
def test_a_sector_that_is_not_proved_is_refused_and_nothing_is_used_up(publisher, installed, said):
    token = initial_token(uses=1)
    publisher.documents |= {"/sector": said, "/good": [BACK]}

    answer = register(token, GOOD | {"sector_identifier_uri": f"{publisher.root}/sector"})

    assert answer.status == 400
    assert answer.json()["error"] == "invalid_client_metadata"
    assert answer.json()["error_description"].startswith("sector_identifier_uri: ")
    assert register(token).status == 201


def test_without_a_token_nothing_is_fetched(publisher, installed):
    register("wrong", GOOD | {"sector_identifier_uri": f"{publisher.root}/sector"})

    assert publisher.came == []


def test_what_was_agreed_with_a_service_stays_its_sector(publisher, service):
    publisher.documents["/sector"] = [BACK]
    uri = f"{publisher.root}/sector"

    told = register(initial_token(service=service.id), GOOD | {"sector_identifier_uri": uri}).json()

    assert client_store.client(told["client_id"]).sector == "shinsei"


def test_a_registered_client_does_not_leave_its_sector(publisher, token):
    publisher.documents["/sector"] = [BACK]
    told = register(token).json()

    answer = manage(told, "PUT", told | {"sector_identifier_uri": f"{publisher.root}/sector"})

    assert answer.status == 400
    assert "other subjects" in answer.json()["error_description"]


def test_several_hosts_need_no_document_as_each_service_is_a_sector(token):
    answer = register(token, {"redirect_uris": [BACK, "https://elsewhere.example/cb"]})

    assert answer.status == 201


def test_who_publishes_no_keys_has_nothing_read(service):
    client = client_store.client(service.client_id)

    assert client_keys.health(client) is None
    assert not client_keys.read_again(client, now=clock.now())


def test_reading_is_due_again_after_its_time():
    assert timedelta(0) < client_keys.PAUSE < client_keys.FRESH_FOR < client_keys.KEPT_FOR
