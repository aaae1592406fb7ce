"""A disposal request: believed only if signed, done once, done to the bytes, certified for sure."""

import json
import secrets
import time
from contextlib import closing

import pytest

from shinsei import disposal, storage
from shinsei.notices import DisposalRequested
from tests.examples.peer import AS_OF
from tests.examples.people import (
    ALL_BY_HAND,
    BLANK,
    FILL,
    SEND,
    a_person,
    come_with_genkan,
    send,
)
from tests.examples.stage import eventually


def marked_person():
    """Somebody whose values occur nowhere else, in characters that have more than one spelling."""
    mark = secrets.token_hex(6)
    person = a_person(name=f"葛\U000e0100城 𠮷{mark}", kana="カツラギ ヨシ")
    person.items["email"]["value"] = f"{mark}@resident.example"
    person.items["address"]["value"]["full"] = f"ひなた市中央一丁目{mark}番地"
    return person, mark


@pytest.fixture
def resident(browser, peer):
    person, person.mark = marked_person()
    come_with_genkan(browser, peer, person)
    return person


def spellings(mark):
    """The ways in which a text could lie in a file."""
    text = f"𠮷{mark}"
    return [
        mark.encode(),
        text.encode(),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        json.dumps(text)[1:-1].encode(),
    ]


def remains(shinsei, mark):
    return [spelling for spelling in spellings(mark) if spelling in shinsei.bytes_on_disk()]


def certified(peer, wanted):
    def is_certified():
        return peer.certified(wanted)

    [claims] = eventually(is_certified)
    return claims


def has_application(browser):
    return "受付済み" in browser.open("/applications").text


def test_a_request_removes_every_byte_and_is_certified(shinsei, browser, peer, resident):
    browser.press(FILL)
    receipt = send(browser, child_name=f"日向 {resident.mark}").path
    browser.open("/applications")
    assert remains(shinsei, resident.mark), "the test would not notice"
    before = shinsei.holdings()

    with closing(storage.connect(shinsei.data)) as open_elsewhere:
        storage.count(open_elsewhere, "SELECT count(*) FROM accounts")  # so that the log stays
        wanted, answer = peer.request_disposal(resident)
        assert answer.status_code == 200
        claims = certified(peer, wanted)
        assert remains(shinsei, resident.mark) == []

    assert claims["provisions"] == resident.provisions
    assert claims["completed_at"].endswith("Z")
    after = shinsei.holdings()
    assert after["applications"] == before["applications"] - 1
    assert after["tombstones"] == before["tombstones"] + 1
    assert "破棄済み" in browser.open("/applications").text
    page = browser.open(receipt)
    assert (page.status, "消しました" in page.text) == (410, True)


def test_a_copy_that_was_never_sent_goes_too_and_nothing_typed_is_lost(
    shinsei, browser, peer, resident
):
    form = browser.press(FILL)
    wanted, _ = peer.request_disposal(resident)
    certified(peer, wanted)
    assert remains(shinsei, resident.mark) == []

    assert "書きかけの申込書を閉じました" in browser.open(form.path).text
    browser.page = form
    page = send(browser, child_name="打ち込んだ 名前")
    assert (page.status, page.values()["child_name"]) == (409, "打ち込んだ 名前")
    assert remains(shinsei, resident.mark) == [], "sending an old form brought the data back"

    own = browser.press(SEND, applicant_name="手書 次郎", email="", address="ひなた市中央")
    assert own.status == 200
    assert "玄関から" not in own.text


def test_what_was_written_by_hand_and_what_others_sent_stays(
    shinsei, browser, new_browser, peer, resident
):
    browser.press(FILL)
    send(browser)
    browser.open("/applications")
    browser.press(BLANK)
    by_hand = send(browser, **ALL_BY_HAND).path
    neighbour = new_browser(shinsei)
    come_with_genkan(neighbour, peer, a_person())
    neighbour.press(FILL)
    send(neighbour)

    certified(peer, peer.request_disposal(resident)[0])

    assert browser.open(by_hand).status == 200
    assert has_application(neighbour)


def test_only_the_named_provisions_go(browser, peer, resident):
    browser.press(FILL)
    first = send(browser).path
    peer.refusal = "no_consent"
    browser.open("/applications")
    browser.press(FILL)
    peer.refusal = None
    browser.press("玄関の同意画面を開く")
    second = send(browser).path

    old, _ = resident.provisions
    certified(peer, peer.request_disposal(resident, provisions=[old])[0])

    assert browser.open(first).status == 410
    assert browser.open(second).status == 200


@pytest.mark.parametrize(
    "sending",
    [
        {"secret": b"another secret of 32 bytes......"},
        {"at": time.time() - 3600},
        {"at": time.time() + 3600},
        {"headers": {"webhook-signature": "v1,AAAA"}},
        {"headers": {"webhook-signature": "v1"}},
        {"headers": {"webhook-signature": "v2,AAAA v1,!!!!"}},
        {"headers": {"webhook-signature": ""}},
        {"headers": {"webhook-timestamp": "nan"}},
        {"headers": {"webhook-timestamp": "yesterday"}},
        {"headers": {"webhook-id": "msg_other"}},
    ],
)
def test_a_message_that_is_not_genkans_changes_nothing(browser, peer, resident, sending):
    browser.press(FILL)
    send(browser)
    _, answer = peer.request_disposal(resident, **sending)
    assert (answer.status_code, answer.json()) == (401, {"error": "webhook_signature"})
    assert has_application(browser)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"type": 7}',
        b'{"type": "disposal.requested"}',
        b'{"type": "disposal.requested", "data": {"disposal": "d"}}',
        b'{"type": "consent.changed", "data": {"sub": ["x"]}}',
        b"[" * 100_000,
    ],
)
def test_a_signed_message_of_the_wrong_form_is_refused(peer, body):
    answer = peer.send("", {}, body=body)
    wanted = 401 if body == b"\xff\xfe" else 400
    assert answer.status_code == wanted


@pytest.mark.parametrize(
    "changed",
    [
        {"provisions": []},
        {"provisions": ["text"]},
        {"provisions": [{"id": "with space"}]},
        {"certificate_url": "https://elsewhere.example/api/disposals/x/certificate"},
        {"certificate_url": "//127.0.0.1/x"},
        {"certificate_url": "file:///etc/passwd"},
        {"certificate_url": 7},
    ],
)
def test_a_request_that_cannot_be_certified_is_refused_whole(browser, peer, resident, changed):
    browser.press(FILL)
    send(browser)
    _, answer = peer.request_disposal(resident, data=changed)
    assert answer.status_code == 400
    assert has_application(browser)


@pytest.mark.parametrize(
    "address",
    [
        "{issuer}.elsewhere.example/api/x",
        "{issuer}@elsewhere.example/api/x",
        "{issuer}/../admin",
        "{issuer}/api/%2e%2e/admin",
        "{issuer}/api/x?next=y",
        "{issuer}/api/x#y",
    ],
)
def test_a_certificate_goes_nowhere_but_under_the_issuer(peer, resident, address):
    url = address.format(issuer=peer.issuer)
    _, answer = peer.request_disposal(resident, provisions=["p"], data={"certificate_url": url})
    assert (answer.status_code, answer.json()) == (400, {"error": "certificate_url"})


def test_the_same_message_again_is_accepted_and_not_done_again(browser, peer, resident):
    browser.press(FILL)
    send(browser)
    wanted, first = peer.request_disposal(resident, message="msg_same")
    certified(peer, wanted)
    _, again = peer.request_disposal(resident, disposal=wanted, message="msg_same")
    assert (first.json()["state"], again.json()["state"]) == ("accepted", "repeated")
    assert again.status_code == 200
    _, renamed = peer.request_disposal(resident, disposal=wanted)
    assert renamed.status_code == 200
    assert len(peer.certified(wanted)) == 1


def test_a_request_for_what_we_never_got_is_certified_too(peer, resident):
    wanted, answer = peer.request_disposal(resident, provisions=["lost-on-the-way"])
    assert answer.status_code == 200
    assert certified(peer, wanted)["provisions"] == ["lost-on-the-way"]


def test_a_request_that_names_somebody_elses_provision_is_not_carried_out(
    shinsei, browser, new_browser, peer, resident
):
    browser.press(FILL)
    send(browser)
    other = a_person()
    come_with_genkan(new_browser(shinsei), peer, other)
    wanted, answer = peer.request_disposal(other, provisions=resident.provisions)
    assert (answer.status_code, answer.json()["error"]) == (409, "provision_of_another_subject")
    assert has_application(browser)
    assert not peer.certified(wanted)


def test_a_changed_consent_ends_what_running_sessions_could_still_ask(browser, peer, resident):
    data = {"sub": resident.sub, "consent": "c1", "state": "withdrawn"}
    assert peer.send("consent.changed", data).status_code == 200
    asked = len(peer.asked)
    peer.refusal = "no_consent"
    page = browser.press(FILL)
    assert len(peer.asked) == asked + 1, "the old access token was used"
    assert (page.status, resident.provisions) == (403, [])


def test_a_message_of_a_kind_we_do_not_know_is_accepted(peer):
    assert peer.send("something.new", {"x": 1}).status_code == 200


def test_a_certificate_is_sent_again_until_it_is_accepted(shinsei, browser, peer, resident):
    browser.press(FILL)
    send(browser)
    peer.certificate_faults = [503, 400]
    wanted, _ = peer.request_disposal(resident)
    certified(peer, wanted)
    assert peer.certificate_faults == []
    eventually(lambda: shinsei.holdings()["certificates-waiting"] == 0)
    assert remains(shinsei, resident.mark) == []


def test_kill_minus_nine_after_the_deletion_does_not_lose_the_certificate(own_shinsei, new_browser):
    peer, browser = own_shinsei.peer, new_browser(own_shinsei)
    person, mark = marked_person()
    come_with_genkan(browser, peer, person)
    browser.press(FILL)
    send(browser)
    peer.certificate_faults = [503] * 1000
    wanted, _ = peer.request_disposal(person)
    eventually(lambda: len(peer.certificate_faults) < 1000)
    own_shinsei.crash()
    assert not peer.certified(wanted)
    with closing(storage.connect(own_shinsei.data)) as db:
        db.execute("UPDATE disposals SET next_attempt_at = next_attempt_at + 3600")

    peer.certificate_faults = []
    own_shinsei.start()
    assert certified(peer, wanted)["provisions"] == person.provisions
    assert remains(own_shinsei, mark) == []


def test_a_crash_before_the_bytes_are_gone_is_made_good_at_the_next_start(own_shinsei, new_browser):
    peer, browser = own_shinsei.peer, new_browser(own_shinsei)
    person, mark = marked_person()
    come_with_genkan(browser, peer, person)
    browser.press(FILL)
    send(browser)
    own_shinsei.crash()
    peer.disposals["d1"] = person.provisions
    notice = DisposalRequested(
        message="msg_1",
        disposal="d1",
        sub=person.sub,
        due_at=AS_OF,
        provisions=tuple(person.provisions),
        certificate_url=f"{peer.issuer}/api/disposals/d1/certificate",
    )
    with closing(storage.connect(own_shinsei.data)) as db:
        assert disposal.take_in(db, notice, now=1)
        assert any(spelling in own_shinsei.bytes_on_disk() for spelling in spellings(mark))

    own_shinsei.start()
    assert certified(peer, "d1")["provisions"] == person.provisions
    assert remains(own_shinsei, mark) == []
