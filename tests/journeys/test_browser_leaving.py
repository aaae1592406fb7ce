"""Leaving in a real Chromium: take along, leave, take it back, leave for good.

The clock is not moved: the leaving is dated back beyond its cooling-off, and the demo's own worker,
services and mails do the rest.
"""

import json
import time

import pytest
from tests.journeys import people
from tests.journeys.holdings import holdings_of_shinsei
from tests.pdf_text import Pdf

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.xdist_group("demo"),
    pytest.mark.timeout(900),
]
NAME = "渡\u9089\U000e0101 太郎"
MAIN_BUTTON = "main .button--primary"
LEAVE = "main .button--danger"
UNDO = 'main form[action$="/leave/undo"] button'
SIGN_IN_WITH_GENKAN = 'form[action$="/genkan/sign-in"] button'
ALLOW = 'button[name="decision"][value="allow"]'
TICK, AFTER_TICK = 600, 20
"""Seconds between two looks of the worker at what is due; the last step must not meet one."""


def sign_in(window, demo, address):
    window.page.goto(f"{demo.portal}/accounts/login/")
    window.page.fill('[autocomplete~="username"]', address)
    window.page.fill('[autocomplete~="current-password"]', people.PASSWORD)
    window.press(MAIN_BUTTON)


def share_with_shinsei(window, demo):
    page = window.page
    page.goto(demo.shinsei)
    window.press(SIGN_IN_WITH_GENKAN)
    window.press(ALLOW)
    window.press('button[name="choice"][value="new"]')
    window.press('button[name="source"][value="genkan"]')


def download(window, form):
    with window.page.expect_download() as found:
        window.page.click(f'button[name="form"][value="{form}"]')
    return found.value.suggested_filename, found.value.path().read_bytes()


def leave_by_keyboard(window, demo):
    """Without a pointer: tick and press."""
    page = window.page
    page.goto(f"{demo.portal}/profile/leave")
    window.look("leave")
    window.tab_to('main input[name="understood"]')
    page.keyboard.press("Space")
    window.tab_to(LEAVE)
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    return page.inner_text("main")


def refused(window, url):
    """What a page says that is closed to whoever is leaving."""
    with window.refusal():
        window.page.goto(url)
        window.look("refused")
    return window.page.inner_text("main")


def let_the_time_pass(demo, resident):
    """Date the leaving back, and let the worker look at what is due.

    Not while the worker looks by itself: two looks erase before anybody has seen the closing.
    """
    people.wait_for(lambda: AFTER_TICK < time.time() % TICK < TICK - 60, seconds=120, pause=1)
    demo.sql(
        "UPDATE residents_leaving SET requested_at = requested_at - interval '15 days',"
        " undo_until = undo_until - interval '15 days' WHERE resident_id = %s AND ended_at IS NULL",
        resident,
    )
    look_at_what_is_due(demo)


def look_at_what_is_due(demo):
    code = "from genkan.residents import jobs; jobs.close_due()"
    done = demo.genkan("manage", "shell", "-c", code)
    assert done.returncode == 0, done.stderr


def disposals(demo, resident):
    return demo.sql(
        "SELECT certified_at IS NOT NULL FROM lifecycle_disposal WHERE resident = %s", resident
    )


def stage(demo, resident):
    found = demo.sql(
        "SELECT stage FROM residents_leaving WHERE resident_id = %s AND stage <> 'undone'", resident
    )
    return found[0][0] if found else None


def take_along(window, demo, seen):
    window.page.goto(f"{demo.portal}/profile/export")
    window.look("export")
    seen["file"], seen["pdf"] = download(window, "file"), download(window, "pdf")


def leave_and_take_it_back(window, demo, seen):
    page = window.page
    seen["asked"] = leave_by_keyboard(window, demo)
    window.look("cooling-off")
    seen["closed"] = refused(window, f"{demo.portal}/services/")
    page.goto(f"{demo.portal}/profile/leave")
    window.press(UNDO)
    seen["home"] = page.inner_text("main")
    window.look("home-again")
    page.goto(f"{demo.portal}/services/")
    seen["services"] = page.inner_text("main")


def leave_for_good(window, demo, seen):
    page = window.page
    leave_by_keyboard(window, demo)
    let_the_time_pass(demo, seen["id"])
    people.wait_for(lambda: stage(demo, seen["id"]) == "closing", seconds=60)
    page.goto(f"{demo.portal}/profile")
    seen["signed_out_to"] = page.url
    sign_in(window, demo, seen["address"])
    seen["progress"] = page.inner_text("main")
    window.look("closing")
    people.wait_for(lambda: disposals(demo, seen["id"]) == [(True,)], seconds=60)
    look_at_what_is_due(demo)
    people.wait_for(lambda: stage(demo, seen["id"]) == "erased", seconds=60)
    with window.refusal():
        sign_in(window, demo, seen["address"])
    seen["after"] = page.inner_text("main")


@pytest.fixture(scope="module")
def way(started, demo):
    """Walk it once; the tests below look at what each step showed."""
    address = people.new_address()
    made = demo.genkan(
        "resident", "create", "--email", address, "--password", people.PASSWORD,
        "--name", NAME, "--kana", "ワタナベ タロウ", "--json",
    )  # fmt: skip
    seen = {"id": json.loads(made.stdout)["id"], "address": address}
    with started.window("leaving") as window:
        sign_in(window, demo, address)
        share_with_shinsei(window, demo)
        seen["held"] = holdings_of_shinsei(demo)
        take_along(window, demo, seen)
        leave_and_take_it_back(window, demo, seen)
        leave_for_good(window, demo, seen)
        seen["held_after"] = holdings_of_shinsei(demo)
        seen["mails"] = [mail["subject"] for mail in demo.mails_to(address)]
        seen["findings"] = window.findings
    return seen


def test_everything_is_taken_along_first_as_file_and_as_pdf(way):
    name, content = way["file"]
    document = json.loads(content)
    assert name == "genkan-export.json"
    held = {one["item"]: one["content"] for one in document["profile"]["values"]}
    assert held["name"]["full"] == NAME
    name, content = way["pdf"]
    assert name == "genkan-export.pdf"
    assert NAME in Pdf(content).text


def test_cooling_off_says_until_when_and_everything_else_is_closed(way):
    assert "退会を取り消せる期限" in way["asked"]
    assert "退会" in way["closed"]


def test_after_the_undo_everything_works_again(way):
    assert "しんせい" in way["services"]
    assert "情報を渡しています" in way["services"]
    assert "退会を取り消せる期限" not in way["home"]


def test_when_the_time_is_over_everybody_is_signed_out_and_the_page_tells_how_far_it_is(way):
    assert "/accounts/login/" in way["signed_out_to"]
    assert "もう取り消せません" in way["progress"]
    assert "しんせい" in way["progress"]


def test_the_service_was_asked_to_dispose_and_did(way):
    assert NAME.encode() in way["held"]
    assert NAME.encode() not in way["held_after"]


def test_in_the_end_nobody_signs_in_any_more_and_a_last_mail_said_so(way):
    assert "ログイン" in way["after"]
    assert any("退会の手続きが終わりました" in subject for subject in way["mails"])


def test_nothing_was_wrong_on_any_page_of_leaving(way):
    way["findings"].assert_none()
