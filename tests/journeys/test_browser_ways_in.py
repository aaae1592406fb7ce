"""Ways in, in a real Chromium with virtual authenticators: an ID by passkey alone, a second device,
and the way back by a counter. Every page is looked at for barriers and on a phone of 320 px.
"""

import re

import pytest
from playwright.sync_api import expect
from tests.journeys import people
from tests.journeys.chromium import PHONE
from tests.journeys.test_browser_passkeys import (
    ADD,
    MAIN_BUTTON,
    PASSKEY,
    at_name,
    codes_shown,
    is_in,
    sign_in_by_passkey,
    sign_out,
    with_device,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.xdist_group("demo"),
    pytest.mark.timeout(300),
]
ONE = (PHONE,)
LOST = "h21@resident.example"
COUNTER = "counter@genkan.example"
SLIP = r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}"


def register_by_keyboard(window, demo, address):
    """From nothing to an ID with a passkey and no password; no mouse at all."""
    page = window.page
    page.goto(f"{at_name(demo)}/accounts/signup/")
    window.look("offer", widths=ONE)
    window.enter('main a[href*="/signup/passkey/"]')
    window.look("address", widths=ONE)
    window.type_into('[autocomplete~="username"]', address)
    window.enter(MAIN_BUTTON)
    window.type_into('[autocomplete~="one-time-code"]', people.code_from_mail(demo, address))
    window.enter(MAIN_BUTTON)
    window.look("make", widths=ONE)
    window.type_into('[name="name"]', "電話")
    window.enter(PASSKEY)
    window.tab_to('input[name="accept"]')
    page.keyboard.press("Space")
    window.enter(MAIN_BUTTON)
    for name in ("name", "name_kana", "birthdate", "postal_code"):
        window.type_into(f'[name="{name}"]', people.PROFILE[name])
    window.tab_to('button[value="fill_address"]')
    with page.expect_response(lambda answer: "postal-code" in answer.url):
        page.keyboard.press("Enter")
    expect(page.locator('[name="town"]')).not_to_have_value("")
    window.type_into('[name="street"]', people.PROFILE["street"])
    window.enter(MAIN_BUTTON)
    window.enter(MAIN_BUTTON)
    window.look("done", widths=ONE)
    assert page.url.endswith("/register/done")


def test_passkey_alone_leads_from_nothing_to_an_id_and_signs_in_by_keyboard(started, demo):
    with started.window("passkey-sign-up") as phone:
        with_device(phone, demo)
        register_by_keyboard(phone, demo, people.new_address())
        sign_out(phone, demo)
        phone.page.goto(f"{at_name(demo)}/accounts/login/")
        phone.look("sign-in", widths=ONE)
        phone.enter(PASSKEY)
        assert is_in(phone, demo)
        phone.findings.assert_none()


def sign_in_by_code(window, demo, address):
    """The way in for a device that has no passkey yet; ends at the second lock."""
    page, before = window.page, len(demo.mails_to(address))
    page.goto(f"{at_name(demo)}/accounts/login/")
    window.press('main a[href*="/login/code/"]')
    window.look("ask-for-code", widths=ONE)
    page.fill('[autocomplete~="username"]', address)
    window.press(MAIN_BUTTON)
    window.look("type-code", widths=ONE)
    people.wait_for(lambda: len(demo.mails_to(address)) > before)
    page.fill('[autocomplete~="one-time-code"]', people.code_from_mail(demo, address))
    window.press(MAIN_BUTTON)


def sign_up_by_passkey(window, demo, address):
    page = window.page
    page.goto(f"{at_name(demo)}/accounts/signup/passkey/")
    page.fill('[autocomplete~="username"]', address)
    window.press(MAIN_BUTTON)
    page.fill('[autocomplete~="one-time-code"]', people.code_from_mail(demo, address))
    window.press(MAIN_BUTTON)
    window.press(PASSKEY)


def test_second_device_gets_a_passkey_after_a_fresh_proof_and_the_owner_a_mail(started, demo):
    address = people.new_address()
    with started.window("second-phone") as phone, started.window("second-tablet") as tablet:
        with_device(phone, demo)
        with_device(tablet, demo)
        sign_up_by_passkey(phone, demo, address)
        page = phone.page
        page.goto(f"{at_name(demo)}/accounts/recovery-codes/new/")
        phone.look("once-more", widths=ONE)
        phone.press(PASSKEY)
        phone.press(MAIN_BUTTON)
        codes = codes_shown(phone)

        sign_in_by_code(tablet, demo, address)
        page = tablet.page
        tablet.look("second-lock", widths=ONE)
        page.fill('[autocomplete~="one-time-code"]', codes[0])
        tablet.press("form:not([data-passkey]) .button--primary")
        page.goto(f"{at_name(demo)}/accounts/security/")
        tablet.press(ADD)
        prove_by_code(tablet, codes[1])
        page.fill('[name="name"]', "タブレット")
        tablet.press(PASSKEY)
        tablet.look("two-passkeys", widths=ONE)

        told = people.wait_for(
            lambda: [one for one in demo.mails_to(address) if "パスキー" in one["text"]]
        )
        assert "/accounts/security/" in told[0]["text"]
        assert [one for one in demo.mails_to(address) if "新しい端末" in one["text"]]
        sign_out(tablet, demo)
        sign_in_by_passkey(tablet, demo)
        assert is_in(tablet, demo)
        for window in (phone, tablet):
            window.findings.assert_none()


def prove_by_code(window, code):
    """The passkeys of other devices do not work here: a recovery code does."""
    window.look("prove-by-code", widths=ONE)
    window.page.fill('[autocomplete~="one-time-code"]', code)
    window.press(MAIN_BUTTON)


def begin_recovery(window, demo):
    """At the counter: find the person, open the record, see a document; return the slip's code."""
    page = window.page
    page.goto(f"{demo.portal}/console/login/?next=/console/residents/")
    page.fill('[name="username"]', COUNTER)
    page.fill('[name="password"]', demo.password)
    window.press('button[type="submit"]')
    page.fill('[name="email"]', LOST)
    page.select_option('[name="reason"]', "visit")
    window.press('main form[method="post"] button[type="submit"]')
    window.press('main form[action$="/open"] button')
    window.look("resident", widths=ONE)
    window.press('main a[href$="/recovery"]')
    window.look("begin", widths=ONE)
    page.select_option('[name="document"]', "driving_licence")
    page.check('[name="sure"]')
    window.press('main form[method="post"] button[type="submit"]')
    window.look("slip", widths=ONE)
    return re.search(SLIP, page.inner_text("main"))[0]


def show_slip(window, demo, code):
    page = window.page
    page.goto(f"{at_name(demo)}/accounts/login/")
    window.press('main a[href="/recovery/"]')
    page.fill('[name="code"]', code)
    page.fill('[autocomplete~="bday"]', "昭和34年12月12日")
    window.press(MAIN_BUTTON)


def test_way_back_by_a_counter_waits_tells_the_old_contact_and_ends_all_else(started, demo):
    with started.window("counter") as clerk, started.window("recovery") as owner:
        with_device(owner, demo)
        code = begin_recovery(clerk, demo)
        told = people.wait_for(
            lambda: [one for one in demo.mails_to(LOST) if "/stop/" in one["text"]]
        )
        owner.page.goto(re.search(r"https?://\S+/stop/\S+", told[0]["text"])[0])
        owner.look("stop", widths=ONE)
        with owner.refusal():
            show_slip(owner, demo, code)
            owner.look("too-early", widths=ONE)
        assert "待機期間" in owner.page.inner_text("main")

        demo.sql("UPDATE residents_recovery SET ready_at = now() WHERE ended_at IS NULL")
        show_slip(owner, demo, code)
        owner.look("renew", widths=ONE)
        owner.press(PASSKEY)
        owner.look("signed-out", widths=ONE)
        sign_in_by_passkey(owner, demo)
        owner.page.goto(f"{at_name(demo)}/history/")
        owner.look("history", widths=ONE)
        assert "窓口の控え" in owner.page.inner_text("main")
        clerk.page.goto(clerk.page.url.removesuffix("/recovery"))
        assert "本人が再びログイン" in clerk.page.inner_text("main")
        for window in (clerk, owner):
            window.findings.assert_none()
