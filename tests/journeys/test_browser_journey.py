"""The closed circle in a real Chromium, and every page of it looked at.

Screenshots for people to look at go to screenshots/journey (or --screenshots FOLDER).
"""

import json

import pytest
from playwright.sync_api import expect
from tests.journeys import people
from tests.journeys.holdings import holdings_of_shinsei

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.xdist_group("demo"),
    pytest.mark.timeout(900),
]
NAME = people.PROFILE["name"]
ALLOW, DENY = 'button[name="decision"][value="allow"]', 'button[name="decision"][value="deny"]'
MAIN_BUTTON = "main .button--primary"
STOP = 'main a[href$="/stop"]'
SIGN_IN_WITH_GENKAN = 'form[action$="/genkan/sign-in"] button'
CLOSED = "この情報の流れは閉じました"


def register(window, demo, address):
    page = window.page
    page.goto(demo.portal)
    window.look("landing")
    window.press('main a[href*="signup"]')
    window.look("sign-up")
    page.fill('[autocomplete~="username"]', address)
    for box in page.locator('[autocomplete~="new-password"]').all():
        box.fill(people.PASSWORD)
    window.press(MAIN_BUTTON)
    window.look("code")
    page.fill('[autocomplete~="one-time-code"]', people.code_from_mail(demo, address))
    window.press(MAIN_BUTTON)
    window.look("terms")
    page.check('input[name="accept"]')
    window.press(MAIN_BUTTON)
    window.look("profile")
    fill_profile(window)
    window.look("profile-filled")
    window.press(MAIN_BUTTON)
    window.look("confirm")
    window.press(MAIN_BUTTON)
    window.look("id-issued")


def fill_profile(window):
    """Type what a person types; the postal code fills the rest without a reload."""
    page = window.page
    for name in ("name", "name_kana", "birthdate", "postal_code"):
        page.fill(f'[name="{name}"]', people.PROFILE[name])
    with page.expect_response(lambda answer: "postal-code" in answer.url):
        page.click('button[value="fill_address"]')
    expect(page.locator('[name="town"]')).not_to_have_value("")
    page.fill('[name="street"]', people.PROFILE["street"])


def choose_interests(window):
    window.press('main a[href*="/interests"]')
    window.look("interests")
    window.page.check('input[name="interests"][value="childcare"]')
    window.press('button[value="save"]')


def read_reason(window, demo):
    """Open why an article came; return the sentences."""
    window.page.goto(demo.portal)
    said = []
    for reason in window.page.locator(".card__reason").all():
        reason.locator("summary").click()
        said.append(reason.inner_text())
    window.look("home-with-reasons")
    window.press(".card .card__title a")
    window.look("article")
    return said


def go_to_consent(window, demo):
    """From the portal's list to the service, and by one press of its button to the question."""
    page = window.page
    page.goto(f"{demo.portal}/services/")
    window.look("services")
    window.press('main a[href$="/open"] >> nth=0')
    window.look("before-the-first-visit")
    window.press(MAIN_BUTTON)
    assert page.url.startswith(demo.shinsei)
    window.look("shinsei-home")
    window.press(SIGN_IN_WITH_GENKAN)


def decide(window):
    """Tick phone-less optional items but sex, look at the payload, and allow."""
    page = window.page
    window.look("consent")
    page.check('input[name="items"][value="email"]')
    page.click(".disclosure summary")
    window.press('button[value="preview"]')
    shown = json.loads(page.locator(".payload").inner_text())
    window.look("consent-preview")
    window.press(ALLOW)
    window.look("shinsei-account")
    return shown


def apply_for_childcare(window):
    page = window.page
    window.press('button[name="choice"][value="new"]')
    window.look("shinsei-applications")
    window.press('button[name="source"][value="genkan"]')
    window.look("shinsei-form")
    filled = {
        key: page.input_value(f'[name="{key}"]')
        for key in ("applicant_name", "applicant_kana", "applicant_sex", "email", "address")
    }
    page.fill('[name="child_name"]', "髙橋 ひかり")
    page.fill('[name="child_kana"]', "たかはし ひかり")
    page.fill('[name="child_birthdate"]', "2024-05-06")
    for name in ("nursery", "start_month", "reason"):
        page.select_option(f'[name="{name}"]', index=1)
    window.press("main form button.main")
    window.look("shinsei-sent")
    window.press('header a[href="/account"]')
    window.look("shinsei-own-account")
    return filled


def see_history(window, demo):
    """Look at what left, from every page that tells of it."""
    page = window.page
    page.goto(f"{demo.portal}/history/")
    window.look("history")
    said = page.inner_text("main")
    page.goto(f"{demo.portal}/profile")
    window.look("profile-held")
    page.goto(demo.portal)
    window.look("home-with-service")
    window.press(".card__title a")
    window.look("service")
    return said


def stop_from_home(window, demo):
    """Two presses."""
    window.page.goto(demo.portal)
    window.press(STOP)
    window.look("stop")
    window.press("main form button")
    window.look("stopped")
    return window.page.inner_text("main")


def wait_until_closed(window, demo):
    page = window.page

    def closed():
        page.goto(f"{demo.portal}/history/")
        return CLOSED in page.inner_text("main")

    people.wait_for(closed, seconds=60, pause=0.5)
    page.click(".card .disclosure summary")
    window.look("history-closed")
    said = page.inner_text("main")
    page.goto(demo.portal)
    window.look("home-stopped")
    page.goto(f"{demo.shinsei}/applications")
    window.look("shinsei-applications-after")
    with window.refusal():
        window.press("main .cards a")
        window.look("shinsei-disposed")
    return said


@pytest.fixture(scope="module")
def circle(started, demo):
    """Walk the whole circle once; the tests below look at what each step showed."""
    seen = {"address": people.new_address()}
    with started.window("ja") as window:
        register(window, demo, seen["address"])
        choose_interests(window)
        seen["reasons"] = read_reason(window, demo)
        go_to_consent(window, demo)
        seen["passwords"] = window.page.locator('input[type="password"]').count()
        seen["consent"] = window.page.inner_text("main")
        seen["payload"] = decide(window)
        seen["filled"] = apply_for_childcare(window)
        seen["held"] = holdings_of_shinsei(demo)
        seen["history"] = see_history(window, demo)
        seen["stopped"] = stop_from_home(window, demo)
        seen["closed"] = wait_until_closed(window, demo)
        seen["held_after"] = holdings_of_shinsei(demo)
        seen["findings"] = window.findings
    return seen


def test_the_home_page_says_why_an_article_came(circle):
    assert any("豊中市" in reason for reason in circle["reasons"])
    assert any("子育て" in reason for reason in circle["reasons"])


def test_one_sign_in_is_enough(circle):
    assert circle["passwords"] == 0
    assert "〒561-0881 大阪府豊中市中桜塚四丁目99番9号" in circle["consent"]


def test_the_preview_follows_the_ticks(circle):
    assert set(circle["payload"]) == {"name", "name_kana", "birthdate", "address", "email"}


def test_the_form_is_filled_in_without_what_was_refused(circle):
    assert circle["filled"] == {
        "applicant_name": NAME,
        "applicant_kana": people.PROFILE["name_kana"],
        "applicant_sex": "",
        "email": circle["address"],
        "address": "大阪府豊中市中桜塚四丁目99番9号",
    }


def test_the_history_shows_what_left(circle):
    assert "メールアドレス" in circle["history"]
    assert "サービスが保有中" in circle["history"]


def test_the_partners_copy_is_gone_and_the_certificate_closes_the_chain(circle):
    assert NAME.encode() in circle["held"]
    assert NAME.encode() not in circle["held_after"]
    assert "もう何も渡りません" in circle["stopped"]
    assert "廃棄済み（証明書あり）" in circle["closed"]


def test_the_history_tells_cause_before_effect_newest_first(circle):
    told = [
        "が、あなたの情報を廃棄したことを証明しました",
        "に、あなたの情報の廃棄を求めました",
        "への共有を止めました",
        "に渡りました：",
        "とIDをつなぎました",
        "に渡すことを許可しました",
    ]

    places = [circle["closed"].index(sentence) for sentence in told]

    assert places == sorted(places)


def test_nothing_was_wrong_on_any_page_of_the_circle(circle):
    circle["findings"].assert_none()
