"""H07 confirms her values with her card in a real Chromium: away to the app, back, and decided."""

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.xdist_group("demo"),
    pytest.mark.timeout(900),
]
MAIN_BUTTON = "main .button--primary"
TO_THE_CARD = 'main a[href="/profile/card"]'
KEEP_READING = '[name="name_kana"][value="keep"]'
KEEP_SEX = '[name="sex"][value="keep"]'


def sign_in(window, demo, name):
    window.page.goto(f"{demo.portal}/accounts/login/")
    window.page.fill('[autocomplete~="username"]', f"{name}@resident.example")
    window.page.fill('[autocomplete~="current-password"]', demo.password)
    window.press(MAIN_BUTTON)


def hold(window, demo, persona):
    """At the stand-in, which is no page of ours: choose a card."""
    assert window.page.url.startswith(demo.card_app)
    window.page.check(f'[value="{persona}"]')
    window.press("button")


def test_h07_sees_both_readings_and_picks_by_keyboard(demo, started):
    with started.window("card") as window:
        sign_in(window, demo, "h07")
        window.page.goto(f"{demo.portal}/profile")
        window.press(TO_THE_CARD)
        window.page.fill('[autocomplete~="current-password"]', demo.password)
        window.press(MAIN_BUTTON)
        window.look("before")
        window.press(MAIN_BUTTON)
        hold(window, demo, "h07")
        for language in ("ja-easy", "en", "ja"):
            cookie = {"name": "genkan_language", "value": language, "url": demo.portal}
            window.page.context.add_cookies([cookie])
            window.page.reload()
            window.look(f"compare-{language}")
        with window.refusal():
            window.press(MAIN_BUTTON)
            window.look("nothing-chosen")
        for choice in (KEEP_READING, KEEP_SEX):
            window.tab_to(choice)
            window.page.keyboard.press("Space")
        window.press(MAIN_BUTTON)
        window.look("profile")

        told = window.page.inner_text("main")
        assert "ウエダ ショウコ" in told
        assert told.count("マイナンバーカード由来") >= 4
        window.findings.assert_none()
