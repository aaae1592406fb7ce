"""The form: filled from Genkan, filled by hand, sent once, lost never."""

import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from joserfc.jwk import ECKey, OctKey

from tests.examples.peer import value
from tests.examples.people import (
    ALL_BY_HAND,
    BY_HAND,
    FILL,
    a_person,
    come_with_genkan,
    resident,
    send,
    stored,
)

__all__ = ["resident"]

EVERYTHING_FILLED = "16項目のうち8項目は、玄関の情報で入力済みです。"


def test_the_form_says_what_came_from_genkan_and_since_when(browser, resident):
    page = browser.press(FILL)
    assert EVERYTHING_FILLED in page.text
    assert page.text.count("玄関から（自己申告・2026年7月15日時点）") == 6
    assert page.text.count("玄関から（窓口で確認・2026年7月15日時点）") == 2
    filled = page.values()
    assert filled["applicant_name"] == "日向 太郎"
    assert filled["applicant_birthdate"] == "1988-02-29"
    assert filled["applicant_sex"] == "9"
    assert (filled["postal_code"], filled["address"]) == (
        "564-0041",
        "大阪府吹田市泉町一丁目999番地",
    )
    assert filled["child_name"] == filled["nursery"] == ""


def test_what_is_missing_or_refused_stays_empty_and_is_named_once(browser, peer):
    person = a_person(missing=["phone"], refused=["sex"])
    come_with_genkan(browser, peer, person)
    page = browser.press(FILL)
    assert "16項目のうち6項目" in page.text
    assert "玄関に登録がなかったもの： 電話番号" in page.text
    assert "渡さないことにしたもの： 性別" in page.text
    assert (page.values()["phone"], page.values()["applicant_sex"]) == ("", "")

    sent = send(browser)
    assert sent.status == 200
    assert "申込書を受け付けました。" in sent.text


@pytest.mark.parametrize("acted", [True, False])
def test_the_form_says_that_a_representative_acted(browser, peer, acted):
    come_with_genkan(browser, peer, a_person(by_representative=acted))

    assert ("代理の方が手続きしました。" in browser.press(FILL).text) is acted


def test_a_sent_application_is_listed_with_its_number_and_shows_each_origin(browser, resident):
    browser.press(FILL)
    page = send(browser, email="another@resident.example")
    receipt = re.search(r"HK-\d{6}", page.text)[0]
    assert page.path == f"/applications/{receipt}"
    assert page.text.count("玄関から") == 7
    assert "another@resident.example ご自分で入力" in page.text
    assert "みどり台こども園" in page.text
    assert "受付済み" in browser.open("/applications").text
    assert receipt in browser.page.text


@pytest.mark.parametrize(
    "name",
    [
        "SURYATI",
        "髙橋 𠮷男",
        "渡\u9089\U000e0101 太郎",
        "葛\U000e0100城 美葉",
        "神\ufa19 﨑子",
        "MARIA FERNANDA APARECIDA DE SOUZA LIMA NAKATA",
        "か\u3099く 半濁",
        "O’Brien <b>&amp;</b> \"quoted\" 'x'",
        "　全角　空白　",
        "\u2f24\u2f08 \u2eaf",
    ],
)
def test_a_name_arrives_is_shown_and_is_kept_byte_for_byte(shinsei, browser, peer, name):
    person = a_person(name=name)
    come_with_genkan(browser, peer, person)
    assert browser.press(FILL).values()["applicant_name"] == name
    page = send(browser)
    assert page.status == 200
    shown = [node for node in page.tree.iter("bdi") if node.text == name]
    assert shown, "not on the page as it was sent"
    db = sqlite3.connect(shinsei.data / "shinsei.sqlite3")
    row = db.execute(
        "SELECT answers, origins FROM applications WHERE provision = ?", person.provisions
    ).fetchone()
    db.close()
    assert json.loads(row[0])["applicant_name"].encode() == name.encode()
    assert "applicant_name" in json.loads(row[1]), "unchanged, and yet not marked as Genkan's"


def test_a_name_with_parts_is_taken_whole(browser, peer):
    person = a_person()
    person.items["name"] = value({"full": "山口 さくら", "family": "山口", "given": "さくら"})
    come_with_genkan(browser, peer, person)
    assert browser.press(FILL).values()["applicant_name"] == "山口 さくら"


def test_h04_mononym_is_asked_for_the_parts_and_what_she_says_is_her_own(browser, peer):
    come_with_genkan(browser, peer, a_person(name="SURYATI", kana="スルヤティ"))

    page = browser.press(FILL)
    assert "玄関に登録がなかったもの： 氏、名" in page.text
    assert (page.values()["applicant_family"], page.values()["applicant_given"]) == ("", "")

    sent = send(browser, applicant_given="SURYATI")
    assert sent.status == 200
    assert "名（分けて書く欄） SURYATI ご自分で入力" in sent.text


def test_h05_parts_of_an_alias_fill_the_separate_fields(browser, peer):
    person = a_person()
    parts = {"full": "中田 マリア", "family": "中田", "given": "マリア"}
    person.items["name"] = value(parts) | {"form": "alias"}
    come_with_genkan(browser, peer, person)

    page = browser.press(FILL)

    assert (page.values()["applicant_family"], page.values()["applicant_given"]) == (
        "中田",
        "マリア",
    )
    assert "玄関に登録がなかったもの" not in page.text


def test_a_partial_birth_date_fills_the_form_and_can_be_sent(browser, peer):
    person = a_person()
    person.items["birthdate"] = value("1945")
    come_with_genkan(browser, peer, person)
    assert browser.press(FILL).values()["applicant_birthdate"] == "1945"
    assert send(browser).status == 200


def test_items_we_have_no_field_for_and_strange_values_do_no_harm(browser, peer):
    person = a_person()
    person.items |= {"blood_type": value("AB"), "email": value(["a"]), "phone": value({"x": 1})}
    come_with_genkan(browser, peer, person)
    page = browser.press(FILL)
    assert "16項目のうち6項目" in page.text
    assert "AB" not in page.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"header": {"typ": "JWT"}},
        {"header": {"alg": "none"}},
        {"header": {"alg": "HS256"}, "key": OctKey.import_key("x" * 40)},
        {"header": {"kid": "nobody"}},
        {"key": ECKey.generate_key("P-256")},
        {"claims": {"iss": "http://127.0.0.1:9"}},
        {"claims": {"aud": "another-service"}},
        {"claims": {"sub": "somebody-else"}},
        {"claims": {"exp": 1}},
        {"claims": {"provision": None}},
        {"claims": {"items": "text"}},
        {"claims": {"items": {"name": "text"}}},
    ],
)
def test_person_data_with_one_thing_wrong_is_not_stored(shinsei, browser, peer, resident, wrong):
    before = stored(shinsei, "received")
    peer.wrong["person_data"] = wrong
    page = browser.press(FILL)
    assert page.status == 502
    assert "何も保存していません。" in page.text
    assert stored(shinsei, "received") == before


REASONS = {
    "no_consent": "同意がありません",
    "not_linked": "連携が終わっています",
    "service_suspended": "提供を止めています",
    "agreement_not_in_force": "取り決めが有効でない",
    "purpose_ended": "提供は終わりました",
    "resident_unavailable": "今は玄関から情報を受け取れません",
    "something_new": "この求めを受け付けませんでした",
}


@pytest.mark.parametrize("code", REASONS)
def test_a_refusal_is_explained_and_the_person_can_go_on_by_hand(browser, peer, resident, code):
    peer.refusal = code
    page = browser.press(FILL)
    assert page.status == 403
    assert REASONS[code] in page.text
    assert "not for the page" not in page.text
    page = browser.press("手で書いて申し込む")
    assert "すべて手で書く申込書です。" in page.text
    assert send(browser, **ALL_BY_HAND).status == 200


def test_without_consent_the_person_may_ask_genkan_to_ask_again(browser, peer, resident):
    peer.refusal = "no_consent"
    browser.press(FILL)
    peer.refusal = None
    page = browser.press("玄関の同意画面を開く")
    assert peer.asked[-1]["prompt"] == "consent"
    assert EVERYTHING_FILLED in page.text


def test_an_old_token_leads_through_genkan_and_straight_into_the_form(browser, peer):
    peer.wrong["expires_in"] = 0
    come_with_genkan(browser, peer, a_person())
    asked = len(peer.asked)
    peer.wrong = {}
    assert EVERYTHING_FILLED in browser.press(FILL).text
    assert len(peer.asked) == asked + 1
    assert "prompt" not in peer.asked[-1]


def test_a_token_that_is_never_good_does_not_go_round_in_circles(browser, peer, resident):
    peer.refusal = "invalid_token"
    asked = len(peer.asked)
    page = browser.press(FILL)
    assert (page.status, len(peer.asked)) == (403, asked + 1)


def test_somebody_else_at_genkan_does_not_fill_this_persons_form(shinsei, browser, peer, resident):
    peer.refusal = "no_consent"
    browser.press(FILL)
    peer.refusal, peer.visitor = None, a_person(name="別人")
    page = browser.press("玄関の同意画面を開く")
    assert page.status == 409
    assert "違います。何も受け取っていません。" in page.text


def test_a_double_click_is_one_hand_over_and_one_application(browser, peer, resident):
    browser.open("/applications")
    browser.press(FILL)
    first = browser.page.path
    browser.open("/applications")
    assert browser.press(FILL).path == first
    assert len(resident.provisions) == 1

    form = browser.page
    receipt = send(browser).path
    browser.page = form
    assert send(browser).path == receipt
    assert browser.open("/applications").html.count('href="/applications/HK-') == 1


def test_parallel_sending_of_one_form_makes_one_application(browser, resident):
    browser.press(FILL)
    fields = browser.page.values() | BY_HAND
    fields["start_month"] = browser.page.options("start_month")[1]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda _: browser.client.post(
                    browser.page.path, data=fields, follow_redirects=False
                ),
                range(4),
            )
        )
    assert [answer.status_code for answer in answers] == [303] * 4
    assert len({answer.headers["location"] for answer in answers}) == 1
