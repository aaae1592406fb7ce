"""Pages beside the main way: other languages, mistakes, keyboard, contrast and print."""

import pytest
from tests.journeys import people

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.xdist_group("demo"),
    pytest.mark.timeout(900),
]
MAIN_BUTTON = "main .button--primary"
ALLOW, DENY = 'button[name="decision"][value="allow"]', 'button[name="decision"][value="deny"]'
SIGN_IN_WITH_GENKAN = 'form[action$="/genkan/sign-in"] button'
STOP = 'main a[href$="/stop"]'
BEFORE_SIGN_IN = [
    "",
    "accounts/signup/",
    "accounts/login/",
    "accounts/login/code/",
    "accounts/password/reset/",
    "recovery/",
    "terms/",
    "terms/privacy_policy/",
]
AFTER_SIGN_IN = [
    "",
    "services/",
    "history/",
    "profile",
    "profile/address",
    "profile/export",
    "profile/leave",
    "interests",
    "protection",
    "acting/",
    "terms/decision",
    "accounts/security/",
    "accounts/sessions/",
    "accounts/requests/",
    "accounts/services/",
    "accounts/sign-outs/",
    "accounts/email/change/",
    "accounts/password/change/",
    "accounts/logout/",
]


def visit(window, demo, paths):
    for path in paths:
        window.page.goto(f"{demo.portal}/{path}")
        window.look(path.strip("/").replace("/", "-") or "home")


def sign_in(window, demo, name, password=None):
    page = window.page
    page.goto(f"{demo.portal}/accounts/login/")
    page.fill('[autocomplete~="username"]', name)
    page.fill('[autocomplete~="current-password"]', password or demo.password)
    window.press(MAIN_BUTTON)


def ask_for_consent(window, demo):
    window.page.goto(demo.shinsei)
    window.press(SIGN_IN_WITH_GENKAN)


@pytest.mark.parametrize(("language", "name"), [("ja-easy", "h01"), ("en", "h02")])
def test_main_pages_in_other_languages(started, demo, language, name):
    with started.window(language, language=language) as window:
        page = window.page
        visit(window, demo, BEFORE_SIGN_IN)
        sign_in(window, demo, f"{name}@resident.example")
        visit(window, demo, AFTER_SIGN_IN)
        window.press('header a[href="/"]')
        window.press(".card .card__title a")
        window.look("article")
        ask_for_consent(window, demo)
        window.look("consent")
        window.press(DENY)
        window.look("shinsei-declined")
        assert page.url.startswith(demo.shinsei)
        with window.refusal():
            page.goto(f"{demo.portal}/nowhere")
            window.look("nowhere")
        window.findings.assert_none()


def test_mistakes_are_named_and_nothing_is_lost(started, demo):
    address = people.new_address()
    with started.window("mistakes") as window, window.refusal():
        page = window.page
        page.goto(f"{demo.portal}/accounts/signup/")
        page.fill('[autocomplete~="username"]', "yamada")
        page.locator('[autocomplete~="new-password"]').first.fill("short")
        window.press(MAIN_BUTTON)
        window.look("sign-up")
        page.fill('[autocomplete~="username"]', address)
        for box in page.locator('[autocomplete~="new-password"]').all():
            box.fill(people.PASSWORD)
        window.press(MAIN_BUTTON)
        page.fill('[autocomplete~="one-time-code"]', "ABCD-EF")
        window.press(MAIN_BUTTON)
        window.look("wrong-code")
        page.fill('[autocomplete~="one-time-code"]', people.code_from_mail(demo, address))
        window.press(MAIN_BUTTON)
        window.press(MAIN_BUTTON)
        window.look("terms-not-accepted")
        page.check('input[name="accept"]')
        window.press(MAIN_BUTTON)
        mistype_profile(window)
        lose_the_form(window, demo)
        assert page.input_value('[name="name"]') == people.PROFILE["name"]
        window.findings.assert_none()


def mistype_profile(window):
    page = window.page
    page.fill('[name="name"]', people.PROFILE["name"])
    page.fill('[name="birthdate"]', "1990-02-30")
    page.fill('[name="postal_code"]', "999-9999")
    with page.expect_response(lambda answer: "postal-code" in answer.url):
        page.click('button[value="fill_address"]')
    window.look("unknown-postal-code")
    window.press(MAIN_BUTTON)
    window.look("profile")
    assert page.locator(".error-summary a").count() >= 3


def lose_the_form(window, demo):
    """Send a page whose token is gone, as after a night in an open tab."""
    page = window.page
    token = [one for one in page.context.cookies() if "csrf" in one["name"]]
    page.context.clear_cookies(name=token[0]["name"])
    window.press(MAIN_BUTTON)
    window.look("stale")
    page.goto(f"{demo.portal}/register/profile")
    page.fill('[name="name"]', people.PROFILE["name"])


def test_refusals_are_plain(started, demo):
    with started.window("refusals") as window, window.refusal():
        page = window.page
        sign_in(window, demo, "h20@resident.example", "not-the-password")
        window.look("wrong-password")
        page.goto(f"{demo.portal}/nowhere")
        window.look("nowhere")
        page.goto(f"{demo.portal}/oauth2/authorize?client_id=unknown")
        window.look("unknown-service")
        page.goto(f"{demo.shinsei}/nowhere")
        window.look("shinsei-nowhere")
        page.goto(f"{demo.shinsei}/sign-in")
        window.look("shinsei-sign-in")
        page.fill("#login", "nobody")
        page.fill("#password", "not-the-password")
        window.press("main form button.main")
        window.look("shinsei-wrong-password")
        window.findings.assert_none()


def test_consent_and_its_end_by_keyboard_alone(started, demo):
    with started.window("keyboard") as window:
        page = window.page
        sign_in(window, demo, "h04@resident.example")
        page.goto(demo.shinsei)
        window.enter(SIGN_IN_WITH_GENKAN)
        window.tab_to('input[name="items"][value="email"]')
        page.keyboard.press("Space")
        window.tab_to(".disclosure summary")
        page.keyboard.press("Enter")
        window.enter('button[value="preview"]')
        assert '"email"' in page.inner_text(".payload")
        window.look("before-allow")
        window.enter(ALLOW)
        window.enter('button[value="new"]')
        page.goto(demo.portal)
        window.enter(STOP)
        address = page.url
        window.enter("main form button")
        assert page.inner_text("h1") == "停止しました"
        with window.refusal():
            page.goto(address)
            window.look("already-stopped")
        window.findings.assert_none()


def test_contrast_colours_print_and_menu_keep_everything(started, demo):
    with started.window("media") as window:
        page = window.page
        sign_in(window, demo, "h20@resident.example")
        page.click(".site-menu-button")
        window.photograph("menu-390")
        window.seek_barriers("menu")
        page.keyboard.press("Escape")
        ask_for_consent(window, demo)
        page.emulate_media(forced_colors="active")
        window.look("consent-forced-colours")
        page.emulate_media(forced_colors="none", media="print")
        window.photograph("consent-print")
        for shown in (".summary-list", "fieldset.choices", "h1"):
            assert page.locator(shown).first.is_visible()
        page.emulate_media(media="screen")
        window.press('button[name="language"][value="en"]')
        assert page.locator(ALLOW).inner_text() == "Allow"
        window.findings.assert_none()
