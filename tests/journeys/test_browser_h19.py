"""H19 reads by ear: keyboard only, scripts off, from registration to a stop (M47, K4)."""

import pytest
from tests.journeys import people
from tests.journeys.test_browser_journey import ALLOW, MAIN_BUTTON, SIGN_IN_WITH_GENKAN, STOP

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.xdist_group("demo"),
    pytest.mark.timeout(300),
]
PROFILE = people.PROFILE | {"name": "井川 光", "name_kana": "イガワ ヒカル"}


def register(window, demo, address):
    window.page.goto(demo.portal)
    window.enter('main a[href*="signup"]')
    window.type_into('[autocomplete~="username"]', address)
    for nth in range(window.page.locator('[autocomplete~="new-password"]').count()):
        window.type_into(f'[autocomplete~="new-password"] >> nth={nth}', people.PASSWORD)
    window.enter(MAIN_BUTTON)
    window.type_into('[autocomplete~="one-time-code"]', people.code_from_mail(demo, address))
    window.enter(MAIN_BUTTON)
    window.tab_to('input[name="accept"]')
    window.page.keyboard.press("Space")
    window.enter(MAIN_BUTTON)
    for name in ("name", "name_kana", "birthdate", "postal_code"):
        window.type_into(f'[name="{name}"]', PROFILE[name])
    window.enter('button[value="fill_address"]')
    window.type_into('[name="street"]', PROFILE["street"])
    window.enter(MAIN_BUTTON)
    window.enter(MAIN_BUTTON)


def share(window, demo):
    window.page.goto(demo.shinsei)
    window.enter(SIGN_IN_WITH_GENKAN)
    window.enter(ALLOW)
    window.enter('button[value="new"]')


def correct_street(window, demo):
    window.page.goto(f"{demo.portal}/profile/address")
    window.type_into('[name="street"]', "五丁目99番9号")
    window.enter("main form .button--primary")


def test_h19_registers_shares_corrects_and_stops_by_keyboard_without_scripts(started, demo):
    with started.window("h19", scripts=False) as window:
        page = window.page
        register(window, demo, people.new_address())
        assert page.locator("h1").is_visible()
        share(window, demo)
        correct_street(window, demo)
        page.goto(f"{demo.portal}/profile")
        assert "五丁目99番9号" in page.inner_text("main")
        page.goto(demo.portal)
        window.enter(STOP)
        window.enter("main form button")
        assert page.inner_text("h1") == "停止しました"
        window.findings.assert_none()


def test_h19_hears_each_field_by_its_name_and_each_mistake_at_its_field(started, demo):
    with started.window("h19-mistakes", scripts=False) as window:
        page = window.page
        page.goto(f"{demo.portal}/accounts/signup/")
        with window.refusal():
            window.type_into('[autocomplete~="username"]', "no address")
            window.enter(MAIN_BUTTON)
        field = page.locator('[autocomplete~="username"]')
        assert field.get_attribute("aria-invalid") == "true"
        described = field.get_attribute("aria-describedby").split()
        said = " ".join(page.locator(f"[id='{one}']").inner_text() for one in described)
        assert "メール" in said
        assert page.title().startswith("エラー")
        window.findings.assert_none()
