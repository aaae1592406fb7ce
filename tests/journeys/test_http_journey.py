"""The closed circle over plain forms: no scripts, real HTTP, real SMTP, every program running."""

import json

import pytest
from tests.journeys import people
from tests.journeys.holdings import holdings_of_shinsei

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("demo")]
NAME = people.PROFILE["name"]


def start_form(browser, page):
    """Begin an application with what Genkan hands over."""
    form = page.form_with_button("source", "genkan")
    return browser.submit(form, button=("source", "genkan"))


def filled_in(page) -> dict[str, str]:
    form = next(form for form in page.forms() if "child_name" in form.names())
    return dict(form.fields)


def submit_application(browser, page):
    form = next(form for form in page.forms() if "child_name" in form.names())
    choices = {
        select["name"]: select.select("option")[-1]["value"]
        for select in form.element.select("select")
        if select["name"] != "applicant_sex"
    }
    typed = {
        "child_name": "髙橋 ひかり",
        "child_kana": "タカハシ ヒカリ",
        "child_birthdate": "2024-05-06",
        "phone": "000-0000-0001",
    }
    known = {name: value for name, value in typed.items() if name in form.names()}
    return browser.submit(form, choices | known)


@pytest.fixture(scope="module")
def circle(demo):
    """Walk the whole circle once; the tests below look at what each step showed."""
    with people.Browser() as browser:
        yield walk(browser, demo)


def walk(browser, demo):
    address = people.new_address()
    seen = {"address": address, "browser": browser}
    seen["interests"] = people.register(browser, demo, address)
    form = seen["interests"].main_form()
    seen["saved"] = browser.submit(form, {"interests": ["childcare"]})
    seen["home"] = browser.visit(f"{demo.portal}/")
    seen["consent"] = people.begin_sign_in(browser, demo)
    seen["account"] = people.decide(browser, seen["consent"], "allow", refuse=("sex", "email"))
    seen["applications"] = people.create_local_account(browser, seen["account"])
    seen["form"] = start_form(browser, seen["applications"])
    seen["sent"] = submit_application(browser, seen["form"])
    seen["held"] = holdings_of_shinsei(demo)
    seen["history"] = browser.visit(f"{demo.portal}/history/")
    seen["stopped"] = people.stop_sharing(browser, demo)
    people.wait_for(
        lambda: "この情報の流れは閉じました" in browser.visit(f"{demo.portal}/history/").text
    )
    seen["closed"] = browser.visit(f"{demo.portal}/history/")
    seen["held_after"] = holdings_of_shinsei(demo)
    return seen


def test_the_home_page_says_why_an_article_came(circle):
    reasons = [one.get_text() for one in circle["home"].soup.select(".card__reason")]

    assert any("豊中市" in reason for reason in reasons)
    assert any("子育て" in reason for reason in reasons)


def test_the_consent_page_shows_who_why_what_and_how_long(circle):
    text = circle["consent"].text

    for said in (
        "ひなた市 電子申請センター",
        "8000000000001",
        "保育施設等の利用申込書への記入",
        "P3",
        "いつまで",
        "14日以内",
        NAME,
        "〒561-0881 大阪府豊中市中桜塚四丁目99番9号",
    ):
        assert said in text


def test_optional_items_are_not_ticked_and_both_answers_look_the_same(circle):
    page = circle["consent"].soup
    ticked = {box["value"] for box in page.select('input[name="items"][checked]')}
    buttons = {
        tag["value"]: tag.get("class") for tag in page.select('.decision button[name="decision"]')
    }

    assert not ticked & {"sex", "email", "phone"}
    assert buttons["allow"] == buttons["deny"]


def test_the_preview_is_the_payload_to_the_letter(circle, demo):
    shown = json.loads(circle["consent"].soup.select_one(".payload").get_text())

    assert set(shown) == {"name", "name_kana", "birthdate", "address"}
    assert shown["name"]["value"]["full"] == NAME


def test_the_form_is_filled_in_without_what_was_refused(circle):
    filled = filled_in(circle["form"])

    assert filled["applicant_name"] == NAME
    assert filled["applicant_kana"] == "タカハシ ヨシオ"
    assert (filled.get("email", ""), filled.get("applicant_sex", "")) == ("", "")


def test_the_application_was_sent(circle):
    assert circle["sent"].status == 200
    assert NAME.encode() in circle["held"]


def test_the_history_shows_what_left(circle):
    assert (
        "しんせい 電子申請に渡りました：氏名、氏名（カナ）、生年月日、住所。"
        in circle["history"].text
    )
    assert "サービスが保有中" in circle["history"].text


def test_stopping_takes_two_steps_and_says_so(circle):
    assert circle["stopped"].heading == "停止しました"
    assert "しんせい 電子申請には、もう何も渡りません。" in circle["stopped"].text


def test_the_partners_copy_is_gone(circle):
    assert NAME.encode() not in circle["held_after"]
    assert "中桜塚".encode() not in circle["held_after"]


def test_the_certificate_closes_the_chain(circle):
    text = circle["closed"].text

    assert "廃棄済み（証明書あり）" in text
    assert "当方による検査はしていません" in text
    assert "しんせい 電子申請が、あなたの情報を廃棄したことを証明しました。" in text


def test_a_later_sign_in_works_and_nothing_more_leaves(circle, demo, browser):
    before = demo.sql("SELECT count(*) FROM lifecycle_provision")
    people.sign_in(browser, demo, circle["address"])

    page = people.begin_sign_in(browser, demo)

    assert page.url == f"{demo.shinsei}/applications"
    page = start_form(browser, page)
    assert (page.status, NAME in page.text) == (403, False)
    assert demo.sql("SELECT count(*) FROM lifecycle_provision") == before


def test_the_ledger_verifies_and_finds_an_edited_row(circle, demo):
    people.wait_for(lambda: demo.sql("SELECT 1 FROM ledger_checkpoint"))
    before = demo.genkan("ledger", "verify", "--json")
    assert before.returncode == 0, before.stdout + before.stderr
    placed = "SELECT index FROM ledger_entry WHERE event = 'consent.released' AND index IS NOT NULL"
    index = people.wait_for(lambda: demo.sql(placed), seconds=90)[0][0]

    edit = 'UPDATE ledger_entry SET facts = facts || \'{"items": ["edited"]}\' WHERE index = %s'
    demo.sql(edit, index)
    after = demo.genkan("ledger", "verify", "--json")

    assert after.returncode == 1
    assert {"edited"} <= {one["kind"] for one in json.loads(after.stdout)["problems"]}
