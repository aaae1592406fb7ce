"""Acting for a child, and the hand-over at eighteen, in a real Chromium (H15, H16, H17)."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from tests.journeys import people
from tests.journeys.test_browser_pages import (
    ALLOW,
    SIGN_IN_WITH_GENKAN,
    sign_in,
)

from genkan.kernel import clock
from genkan.kernel.clock import JAPAN

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.xdist_group("demo"),
    pytest.mark.timeout(900),
]
BANNER = ".notice--warning"
SHARE, STOP = 'main a[href$="/share"]', 'main a[href$="/stop"]'
SECOND = timedelta(seconds=1)


def act_for(window, demo, name):
    window.page.goto(f"{demo.portal}/acting/")
    window.enter(f'button:has-text("{name}さん")')


def test_h15_a_parent_acts_for_the_child_whose_name_is_on_every_page(started, demo):
    with started.window("guardian") as window:
        page = window.page
        sign_in(window, demo, "h15a@resident.example")
        act_for(window, demo, "西村 海")
        for path in ("acting/", "profile", "services/", "history/"):
            page.goto(f"{demo.portal}/{path}")
            assert "西村 海" in page.inner_text(BANNER), path
            window.look(path.strip("/"))
        assert "畠中" not in page.content()

        page.goto(f"{demo.portal}/services/")
        window.enter(SHARE)
        assert "西村 海" in page.inner_text(BANNER)
        window.look("share")
        window.enter(ALLOW)
        assert "西村 海" in page.inner_text(BANNER)
        window.look("service")

        page.goto(f"{demo.portal}/history/")
        assert "西村 亮さんが、あなたに代わって手続きしました" in page.inner_text("main")
        window.enter(STOP_ACTING)
        page.goto(f"{demo.portal}/history/")
        assert "西村 海" in page.inner_text("main")
        assert page.locator(BANNER).count() == 0
        window.findings.assert_none()


STOP_ACTING = 'form[action="/acting/stop"] button'


def test_h17_a_guardian_of_three_chooses_each_time_and_reads_whom(started, demo):
    with started.window("three-wards") as window:
        page = window.page
        sign_in(window, demo, "h17g@resident.example")
        page.goto(f"{demo.portal}/services/")
        assert page.locator(BANNER).count() == 0
        for name in ("大西 実", "宮田 タネ", "岸 進"):
            act_for(window, demo, name)
            window.look(f"acting-{name}")
            for path in ("acting/", "profile", "services/", "history/"):
                page.goto(f"{demo.portal}/{path}")
                assert name in page.inner_text(BANNER)
        window.findings.assert_none()


def test_h17_the_sample_service_is_told_that_a_representative_acted(started, demo):
    with started.window("by-representative") as window:
        page = window.page
        sign_in(window, demo, "h17a@resident.example")
        page.goto(demo.shinsei)
        window.press(SIGN_IN_WITH_GENKAN)
        if urlsplit(page.url).netloc == urlsplit(demo.portal).netloc:
            window.press(ALLOW)
        window.press('button[name="choice"][value="new"]')
        window.press('button[name="source"][value="genkan"]')
        assert "代理の方が手続きしました。" in page.inner_text("main")
        window.look("shinsei-form")
        window.findings.assert_none()


def midnight_of_majority(page, demo):
    """When the person acted for is of age, by the birth date on the profile page."""
    page.goto(f"{demo.portal}/profile")
    days = re.findall(r"(\d{4})年(\d+)月(\d+)日", page.inner_text("main"))
    year, month, day = min(tuple(map(int, one)) for one in days)
    return datetime(year + 18, month, day, tzinfo=JAPAN)


def test_h16_at_midnight_the_guardian_is_refused_and_the_young_adult_decides(started, demo):
    with started.window("hand-over-guardian") as window:
        page = window.page
        sign_in(window, demo, "h16g@resident.example")
        act_for(window, demo, "藤井 蓮")
        midnight = midnight_of_majority(page, demo)
        people.wait_for(no_session_is_forgotten, seconds=150)
        with demo.at(midnight - SECOND):
            page.goto(f"{demo.portal}/services/")
            window.press(".card__title a")
            address = page.url
            page.goto(f"{address}share")
            page.check('input[name="items"][value="email"]')
            window.press(ALLOW)
            assert "藤井 蓮" in page.inner_text(BANNER)
            page.goto(f"{demo.portal}/services/")
            assert page.locator(STOP).count() == 1
        with demo.at(midnight):
            with window.refusal():
                page.goto(f"{demo.portal}/services/")
                window.look("refused")
            assert "藤井 蓮" not in page.content()
            page.goto(f"{demo.portal}/acting/")
            assert "藤井 蓮" not in page.inner_text("main")
            demo.run_job("consent.greet_young_adults")
            people.wait_for(lambda: demo.mails_to("h16g@resident.example"))
            mail = people.wait_for(lambda: turn_mails(demo))[0]
            assert urlsplit(address).path + "share" in mail["text"]
            decide_anew(started, demo, address)
        window.findings.assert_none()


def no_session_is_forgotten():
    """Whether the hourly job that forgets old sessions is far: by a moved clock all are old."""
    return clock.now().minute not in {40, 41}


def turn_mails(demo):
    mails = demo.mails_to("h16a@resident.example")
    return [one for one in mails if "成年になりました" in one["subject"]]


def decide_anew(started, demo, address):
    with started.window("hand-over-young-adult") as window:
        page = window.page
        sign_in(window, demo, "h16a@resident.example")
        page.goto(demo.portal)
        assert "あなたが決める番です" in page.inner_text(BANNER)
        window.look("home")
        window.enter(f'{BANNER} a[href="/services/your-turn"]')
        window.look("your-turn")
        window.enter(SHARE)
        window.look("share")
        window.enter(ALLOW)
        assert page.url == address
        assert page.locator(STOP).count() == 1
        page.goto(f"{demo.portal}/services/your-turn")
        assert "決めることはありません" in page.inner_text("main")
        window.look("nothing-left")
        window.findings.assert_none()
