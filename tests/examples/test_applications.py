"""The form: filled from Genkan, filled by hand, sent once, lost never."""

import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote_from_bytes, urlencode

import pytest
from joserfc.jwk import ECKey, OctKey

from tests.examples.peer import value
from tests.examples.people import (
    ALL_BY_HAND,
    BLANK,
    BY_HAND,
    FILL,
    SEND,
    a_person,
    come_with_genkan,
    register,
    send,
)

EVERYTHING_FILLED = "16項目のうち8項目は、玄関の情報で入力済みです。"


@pytest.fixture
def resident(browser, peer):
    """Somebody signed in with Genkan who shares everything."""
    person = a_person()
    come_with_genkan(browser, peer, person)
    return person


def stored(shinsei, table):
    db = sqlite3.connect(shinsei.data / "shinsei.sqlite3")
    (number,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
    db.close()
    return number


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


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("child_name", "", "子どもの氏名を書いてください。"),
        ("child_name", "  　", "子どもの氏名を書いてください。"),
        ("child_name", "あ" * 101, "子どもの氏名は100文字までです。"),
        ("child_name", "葛\U000e0100" * 101, "子どもの氏名は100文字までです。"),
        ("child_name", "a\u0301" * 3000, "子どもの氏名は100文字までです。"),
        ("child_name", "日向\x00はな", "使えない文字"),
        ("child_name", "日向\nはな", "使えない文字"),
        ("child_kana", "日向", "ひらがなかカタカナ"),
        ("child_birthdate", "2024", "日まで書いてください"),
        ("child_birthdate", "2024-02-30", "西暦で"),
        ("child_birthdate", "2999-01-01", "今日より先"),
        ("applicant_birthdate", "1872-12-31", "西暦で"),
        ("applicant_birthdate", "令和6年", "西暦で"),
        ("postal_code", "12-3456", "数字7けた"),
        ("phone", "電話", "数字で"),
        ("email", "taro", "name@example.jp"),
        ("nursery", "elsewhere", "一覧から"),
        ("start_month", "1999-01", "一覧から"),
        ("applicant_sex", "7", "一覧から"),
        ("reason", "", "理由を一覧から選んでください。"),
    ],
)
def test_a_wrong_answer_is_named_and_everything_typed_is_still_there(
    shinsei, browser, resident, field, typed, message
):
    browser.press(FILL)
    before = stored(shinsei, "applications")
    page = send(browser, **{"email": "kept@resident.example", field: typed})
    assert page.status == 422
    error = page.by_id(f"{field}-error")
    assert message in error.text
    assert page.by_id(field).get("aria-invalid") == "true"
    assert f"{field}-error" in page.by_id(field).get("aria-describedby")
    assert page.html.count(f'href="#{field}"') == 1
    assert page.html.split("<title>")[1].startswith("入力の誤り：")
    kept = page.values()
    if field not in {"nursery", "start_month", "applicant_sex", "reason"} and "\n" not in typed:
        assert kept[field].replace("\ufffd", "\x00") == typed
    if field != "email":
        assert kept["email"] == "kept@resident.example"
    assert stored(shinsei, "applications") == before


def test_phone_or_email_is_enough_and_neither_is_not(browser, resident):
    browser.press(FILL)
    page = send(browser, phone="", email="")
    assert "どちらか一つを書いてください。" in page.by_id("phone-error").text
    assert send(browser, phone="", email="taro@resident.example").status == 200


def test_bytes_that_are_not_utf8_are_named_at_their_field(browser, resident):
    browser.press(FILL)
    fields = browser.page.values() | BY_HAND
    del fields["child_name"]
    body = urlencode(fields) + "&child_name=" + quote_from_bytes("日向".encode("cp932"))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = browser.client.post(browser.page.path, content=body.encode(), headers=headers)
    assert answer.status_code == 422
    assert "子どもの氏名に、読み取れない文字があります" in answer.text
    assert "ヒナタ ハナ" in answer.text


def test_bytes_that_no_browser_sends_store_nothing(shinsei, browser, resident):
    browser.press(FILL)
    before = stored(shinsei, "applications")
    headers = {"content-type": "application/x-www-form-urlencoded"}
    for body in (b"child_name=\x93\xfa", b"\xff&&==&%", b"%00=%zz"):
        answer = browser.client.post(browser.page.path, content=body, headers=headers)
        assert answer.status_code == 400
    assert stored(shinsei, "applications") == before


def test_a_form_without_our_token_stores_nothing_and_loses_nothing(shinsei, browser, resident):
    browser.press(FILL)
    before = stored(shinsei, "applications")
    page = send(browser, form_token="forged", child_name="消えない 名前")
    assert page.status == 400
    assert page.values()["child_name"] == "消えない 名前"
    assert stored(shinsei, "applications") == before
    month = page.options("start_month")[1]
    assert browser.press(SEND, start_month=month).status == 200


@pytest.mark.parametrize(
    "path",
    ["/applications/start", "/account/unlink", "/sign-out", "/genkan/sign-in", "/language"],
)
def test_no_other_page_can_act_for_a_signed_in_person(browser, resident, path):
    answer = browser.client.post(path, data={"source": "blank", "language": "en"})
    assert answer.status_code == 400
    assert "この操作は行っていません" in answer.text
    assert browser.open("/account").path == "/account"


def test_a_form_sent_after_signing_out_says_how_to_keep_it(shinsei, browser, resident):
    form = browser.press(FILL)
    browser.open("/account")
    browser.press("しんせいからログアウト")
    browser.page = form
    before = stored(shinsei, "applications")
    page = send(browser)
    assert (page.status, "まだ送っていません" in page.text) == (401, True)
    assert stored(shinsei, "applications") == before


def send_one(browser):
    browser.press(FILL)
    return send(browser).path


def test_a_stranger_cannot_tell_that_an_application_or_a_form_exists(
    shinsei, browser, new_browser, peer, resident
):
    receipt = send_one(browser)
    browser.open("/applications")
    browser.press(BLANK)
    form = browser.page.path
    stranger = new_browser(shinsei)
    come_with_genkan(stranger, peer, a_person())
    assert browser.open(form).status == 200
    for path in (form, receipt, "/applications/HK-999999", "/applications/x", "/applications/1"):
        assert stranger.open(path).status == 404
    nobody = new_browser(shinsei)
    assert nobody.open(receipt).path == "/sign-in"


def test_an_application_by_hand_needs_no_genkan(browser):
    register(browser, "by-hand")
    browser.press(BLANK)
    page = send(browser, **ALL_BY_HAND)
    assert page.status == 200
    assert "玄関から" not in page.text


def test_addresses_logs_and_cookies_hold_no_personal_data(shinsei, browser, peer):
    marked = "しるし゛𠮷"
    person = a_person(name=marked, kana="シルシ")
    come_with_genkan(browser, peer, person)
    browser.press(FILL)
    send(browser, child_name=marked)
    send_again = browser.open("/applications/drafts/none")
    assert send_again.status == 404
    said = shinsei.log.read_text() + " ".join(browser.visited) + str(dict(browser.client.cookies))
    for secret in (marked, person.sub, "taro@resident.example", "000-0000-0002"):
        assert secret not in said
        assert secret.encode().hex() not in said


def test_pages_can_be_read_in_english(browser, resident):
    browser.open("/")
    browser.press("English")
    browser.open("/applications")
    page = browser.press("Fill in from Genkan")
    assert "8 of 16 fields were filled for you from Genkan." in page.text
    assert 'lang="en"' in page.html


def test_too_large_and_not_allowed_are_answered_in_words(browser, resident):
    browser.press(FILL)
    page = browser.client.post(browser.page.path, data={"child_name": "x" * 2_000_000})
    assert (page.status_code, "大きすぎます" in page.text) == (413, True)
    wrong = browser.client.delete("/applications")
    assert (wrong.status_code, "この操作はできません" in wrong.text) == (405, True)
    assert "GET" in wrong.headers["allow"]
    assert "ページが見つかりません" in browser.open("/nowhere").text


def test_every_page_forbids_scripts_framing_and_keeping(browser, resident):
    headers = browser.client.get("/applications").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
