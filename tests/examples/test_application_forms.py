"""A form that is sent: checked field by field, from no other page, and by nobody else."""

from urllib.parse import quote_from_bytes, urlencode

import pytest

from tests.examples.people import (
    ALL_BY_HAND,
    BLANK,
    BY_HAND,
    FILL,
    SEND,
    a_person,
    come_with_genkan,
    register,
    resident,
    send,
    stored,
)

__all__ = ["resident"]


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
