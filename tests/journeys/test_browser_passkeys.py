"""Passkeys in a real Chromium with a virtual authenticator: made, used, on two devices, removed."""

import re

import pytest
from tests.journeys import people

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.xdist_group("demo"),
    pytest.mark.timeout(900),
]
MAIN_BUTTON = "main .button--primary"
PASSKEY = "form[data-passkey] button"
ADD = 'main a[href="/accounts/passkeys/add/"]'
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def at_name(demo):
    """The portal's address by name: a passkey never belongs to a number."""
    return demo.portal.replace("127.0.0.1", "localhost")


def with_device(window, demo):
    """Give the window a device that keeps passkeys, and let it open the portal by name."""
    window.origins += (at_name(demo),)
    device = window.page.context.new_cdp_session(window.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def sign_up(window, demo, address):
    page = window.page
    page.goto(f"{at_name(demo)}/accounts/signup/")
    page.fill('[autocomplete~="username"]', address)
    for box in page.locator('[autocomplete~="new-password"]').all():
        box.fill(people.PASSWORD)
    window.press("main form .button--primary")
    page.fill('[autocomplete~="one-time-code"]', people.code_from_mail(demo, address))
    window.press(MAIN_BUTTON)


def add_passkey(window, demo, name):
    """From the page about security, with the password once more; ends at that page."""
    page = window.page
    page.goto(f"{at_name(demo)}/accounts/security/")
    window.look("security")
    window.press(ADD)
    window.look("once-more")
    page.fill('[autocomplete~="current-password"]', people.PASSWORD)
    window.press(MAIN_BUTTON)
    window.look("add")
    page.fill('[name="name"]', name)
    window.press(PASSKEY)
    page.goto(f"{at_name(demo)}/accounts/security/")


def codes_shown(window):
    window.look("codes")
    return re.findall(r"\b\d{8}\b", window.page.inner_text("main"))


def sign_out(window, demo):
    window.page.goto(f"{at_name(demo)}/accounts/logout/")
    window.press(MAIN_BUTTON)


def sign_in_by_passkey(window, demo):
    window.page.goto(f"{at_name(demo)}/accounts/login/")
    window.look("sign-in")
    window.press(PASSKEY)


def is_in(window, demo):
    window.page.goto(f"{at_name(demo)}/accounts/security/")
    return "/accounts/login/" not in window.page.url


def test_passkeys_of_two_devices_sign_in_until_they_are_removed(started, demo):
    address = people.new_address()
    with started.window("passkeys") as phone:
        with_device(phone, demo)
        sign_up(phone, demo, address)
        page = phone.page
        page.goto(f"{at_name(demo)}/accounts/security/")
        phone.press(ADD)
        page.fill('[autocomplete~="current-password"]', people.PASSWORD)
        phone.press(MAIN_BUTTON)
        phone.look("add")
        page.fill('[name="name"]', "電話")
        phone.press(PASSKEY)
        codes = codes_shown(phone)
        assert len(codes) == 10
        sign_out(phone, demo)
        sign_in_by_passkey(phone, demo)
        assert is_in(phone, demo)
        phone.look("one-passkey")

        with started.window("passkeys-second") as tablet:
            with_device(tablet, demo)
            second_device(tablet, demo, address, codes[0])
            remove(phone, demo, "タブレット")
            sign_in_by_passkey(tablet, demo)
            tablet.look("removed")
            assert not is_in(tablet, demo)
            tablet.findings.assert_none()
        phone.findings.assert_none()


def second_device(tablet, demo, address, code):
    """Sign in by password and a recovery code, and add a passkey there."""
    page = tablet.page
    page.goto(f"{at_name(demo)}/accounts/login/")
    page.fill('[autocomplete~="username"]', address)
    page.fill('[autocomplete~="current-password"]', people.PASSWORD)
    tablet.press("form:not([data-passkey]) .button--primary")
    tablet.look("second-step")
    page.fill('[autocomplete~="one-time-code"]', code)
    tablet.press("form:not([data-passkey]) .button--primary")
    add_passkey(tablet, demo, "タブレット")
    tablet.look("two-passkeys")
    page.goto(f"{at_name(demo)}/accounts/sessions/")
    tablet.look("sessions")
    assert page.locator(".card").count() == 2
    sign_out(tablet, demo)
    sign_in_by_passkey(tablet, demo)
    assert is_in(tablet, demo)
    sign_out(tablet, demo)


def remove(phone, demo, name):
    page = phone.page
    page.goto(f"{at_name(demo)}/accounts/security/")
    card = page.locator(".card", has_text=name)
    with page.expect_navigation(wait_until="load"):
        card.locator('a[href$="/remove/"]').click()
    if "reauthenticate" in page.url:
        page.fill('[autocomplete~="current-password"]', people.PASSWORD)
        phone.press(MAIN_BUTTON)
    phone.look("remove")
    phone.press(".button--danger")
    assert page.locator(".card", has_text=name).count() == 0


def test_page_under_a_number_says_where_passkeys_work(started, demo):
    with started.window("passkeys-number") as window:
        page = window.page
        page.goto(f"{demo.portal}/accounts/login/")
        assert page.locator("form[data-passkey]").count() == 0
        page.fill('[autocomplete~="username"]', "h20@resident.example")
        page.fill('[autocomplete~="current-password"]', demo.password)
        window.press(MAIN_BUTTON)
        page.goto(f"{demo.portal}/accounts/security/")
        window.look("number")
        assert page.locator(f'a[href="{at_name(demo)}/accounts/security/"]').is_visible()
        window.press('a[href="/accounts/authenticator/add/"]')
        page.fill('[autocomplete~="current-password"]', demo.password)
        window.press(MAIN_BUTTON)
        window.look("authenticator")
        window.findings.assert_none()
