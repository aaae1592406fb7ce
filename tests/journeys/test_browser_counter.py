"""The counter's pages in Chromium: every page of the console on residents, at every width."""

import pytest
from tests.journeys.test_browser_pages import sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.xdist_group("demo"),
    pytest.mark.timeout(600),
]
COUNTER, OPERATOR = "counter@genkan.example", "operator@genkan.example"
SEND = 'main form[method="post"] button[type="submit"]:not([name])'


def enter(window, demo, who):
    sign_in(window, demo, who)
    window.page.goto(f"{demo.portal}/console/residents/")


def give_reason(page, note="受付 12"):
    page.select_option('[name="reason"]', "visit")
    page.fill('[name="note"]', note)


def search(window, name):
    page = window.page
    page.fill('[name="name"]', name)
    give_reason(page)
    window.press(SEND)


def walk(window, address, pages):
    for name in pages:
        window.page.goto(f"{address}{name}")
        window.look(name.replace("/", "-") or "record")


def test_the_counter_finds_opens_and_unmasks(started, demo):
    with started.window("counter") as window:
        page = window.page
        enter(window, demo, COUNTER)
        window.look("search")
        search(window, "髙橋 𠮷男")
        window.look("found")
        window.press('main form[action$="/open"] button')
        record = page.url
        walk(
            window,
            record,
            [
                "",
                "unmask/name",
                "check/name",
                "slip",
                "interventions",
                "protection",
                "recovery",
                "guardians/add",
            ],
        )
        page.goto(f"{record}unmask/name")
        give_reason(page)
        window.press(SEND)
        window.look("unmasked")
        page.goto(f"{demo.portal}/console/residents/register")
        window.look("register")
        window.findings.assert_none()


def test_h14_two_people_and_one_look(started, demo):
    with started.window("h14-clerk") as clerk, started.window("h14-supervisor") as supervisor:
        page = clerk.page
        enter(clerk, demo, COUNTER)
        search(clerk, "森 由紀")
        clerk.look("found-protected")
        assert "高槻" not in page.inner_text("main")
        clerk.press('main form[action$="/open"] button')
        clerk.look("record-protected")
        page.goto(f"{page.url}unmask/address")
        clerk.look("ask")
        give_reason(page)
        clerk.press(SEND)
        clerk.look("waits")
        enter(supervisor, demo, OPERATOR)
        supervisor.page.goto(f"{demo.portal}/console/residents/unmaskings/")
        supervisor.look("to-approve")
        supervisor.press('button[name="decision"][value="approve"]')
        page.reload()
        clerk.look("approved")
        clerk.press('button[name="show"]')
        assert "高槻市桃園町" in page.inner_text("main")
        supervisor.page.goto(f"{demo.portal}/console/residents/lookups/")
        supervisor.look("alerts")
        for window in (clerk, supervisor):
            window.findings.assert_none()


def test_the_counter_by_keyboard_alone(started, demo):
    with started.window("counter-keyboard") as window:
        page = window.page
        enter(window, demo, COUNTER)
        page.set_viewport_size({"width": 1280, "height": 1600})
        page.emulate_media(reduced_motion="reduce")
        window.type_into('[name="name"]', "髙橋 𠮷男")
        window.type_into('[name="birthdate"]', "1971-03-09")  # other journeys register namesakes
        window.tab_to('[name="reason"]')
        page.keyboard.press("ArrowDown")
        window.enter(SEND)
        window.enter('main form[action$="/open"] button')
        assert "髙● 𠮷●" in page.inner_text("h1")
        window.findings.assert_none()
