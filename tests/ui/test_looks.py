"""The pages in a real browser: phones and screens, keyboard, no script, policies that hold.

Screenshots for people to look at are written to screenshots/ui.
"""

import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SCREENSHOTS = Path(__file__).parents[2] / "screenshots/ui"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = ["", "form", "consent", "home", "timeline", "nowhere", "broken"]
WIDTHS = [320, 390, 1280]
EXPECTED = (
    "Failed to load resource: the server responded with a status of",
    "Response Status Error Code 429 from /lookup",
)
"""What Chromium and htmx say about answers of 4xx and 5xx, which are shown on purpose."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium"),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def serving(application):
    server = make_server("127.0.0.1", 0, application, Threaded, Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def site(showcase):
    """The address of a real server with the showcase; each test begins without cookies."""
    server, address = serving(WSGIHandler())
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture
def partner():
    """The address of another origin that greets whoever comes."""

    def greet(environ, start):
        environ["wsgi.input"].read(
            int(environ.get("CONTENT_LENGTH") or 0)
        )  # else: connection reset
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return ["<title>partner</title><h1>ようこそ</h1>".encode()]

    server, address = serving(greet)
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, site):
    """Open a page of the showcase in a fresh window; console errors fail the test."""
    windows, complaints = [], []

    def open_page(path, width=390, **options):
        size = {"width": width, "height": 844}
        window = chromium.new_context(viewport=size, locale="ja-JP", **options)
        windows.append(window)
        page = window.new_page()
        page.on("console", lambda line: complaints.append(line.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}/{path}")
        return page

    yield open_page
    for window in windows:
        window.close()
    unexpected = [line for line in complaints if not line.startswith(EXPECTED)]
    assert unexpected == []


def keep(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def barriers(page):
    report = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return report.generate_report() if report.violations_count else ""


def sideways(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def check_at_every_width(page, name):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        keep(page, f"{name}-{width}")
        assert sideways(page) <= 0, width
        assert barriers(page) == ""


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_and_has_no_barrier(opened, path):
    check_at_every_width(opened(path), path or "landing")


def test_form_with_errors_fits_and_has_no_barrier(opened):
    page = opened("form")
    page.get_by_role("button", name="確認へ進む").click()
    check_at_every_width(page, "form-with-errors")


@pytest.mark.parametrize("language", ["ja-easy", "en"])
@pytest.mark.parametrize("path", ["form", "nowhere", "consent"])
def test_other_languages_fit_a_narrow_phone(opened, site, path, language):
    page = opened(path, 320)
    page.locator(f"button[value={language}]").click()
    page.goto(f"{site}/{path}")
    keep(page, f"{path}-{language}-320")
    assert sideways(page) <= 0
    assert barriers(page) == ""


@pytest.mark.parametrize("path", ["form", "home", "timeline", "consent"])
def test_everything_to_hit_is_44_pixels_high(opened, path):
    page = opened(path)
    small = page.evaluate(
        """() => [...document.querySelectorAll(
             '.button, .input, .select, .choice, .language-switch__choice, .brand, summary, '
             + '.pagination li > *'
           )].filter(one => one.offsetParent && one.getBoundingClientRect().height < 43.9)
             .map(one => one.outerHTML)"""
    )
    assert small == []


@pytest.mark.parametrize("colours", ["none", "active"])
@pytest.mark.parametrize("width", WIDTHS)
def test_allow_and_deny_weigh_the_same(opened, width, colours):
    page = opened("consent", width)
    page.emulate_media(forced_colors=colours)
    looks = page.evaluate(
        """() => [...document.querySelectorAll('.decision .button')].map(one => {
             const style = getComputedStyle(one), box = one.getBoundingClientRect();
             return [style.color, style.backgroundColor, style.borderColor, style.borderWidth,
                     style.fontSize, style.fontWeight, style.boxShadow,
                     box.width, box.height, box.top];
           })"""
    )
    assert len(looks) == 2
    assert looks[0] == looks[1]


def test_error_summary_has_the_focus_without_a_script(opened):
    page = opened("form", java_script_enabled=False)
    page.get_by_role("button", name="確認へ進む").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="郵便番号").click()
    expect(page.locator("#id_postal_code")).to_be_focused()


def test_menu_of_a_phone_opens_and_closes_without_a_script(opened):
    page = opened("home", java_script_enabled=False)
    history = page.get_by_role("link", name="情報の記録")
    expect(history).to_be_hidden()
    page.get_by_role("button", name="メニュー").click()
    expect(history).to_be_visible()
    keep(page, "menu-390")
    page.get_by_role("button", name="閉じる").click()
    expect(history).to_be_hidden()


def test_menu_of_a_wide_screen_is_always_open(opened):
    page = opened("home", 1280)
    expect(page.get_by_role("link", name="情報の記録")).to_be_visible()
    expect(page.get_by_role("button", name="メニュー")).to_be_hidden()


def test_first_key_leads_past_the_header(opened):
    page = opened("home", 1280)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ移動")).to_be_focused()
    expect(page.get_by_role("link", name="本文へ移動")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("path", ["form", "consent", "home"])
def test_focus_is_seen_and_not_covered(opened, path):
    page = opened(path, 1280)
    for _ in range(page.locator("a, button, input, select, textarea, summary").count()):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const one = document.activeElement, box = one.getBoundingClientRect();
               if (one === document.body) return true;
               const style = getComputedStyle(one);
               return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
                   && box.bottom > 0 && box.top < innerHeight; }"""
        )
        assert seen, page.evaluate("document.activeElement.outerHTML")


def test_language_is_changed_on_the_page_where_one_stands(opened, site):
    page = opened("consent?step=2", java_script_enabled=False)
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url(f"{site}/consent?step=2")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_form_reaches_the_partner_that_the_policy_names(opened, partner):
    page = opened(f"hand-over?named=yes&to={partner}/callback")
    page.get_by_role("button", name="渡す").click()
    expect(page).to_have_title("partner")


def test_form_does_not_reach_a_partner_that_the_policy_does_not_name(chromium, site, partner):
    page = chromium.new_page()
    page.goto(f"{site}/hand-over?to={partner}/callback")
    with page.expect_console_message(lambda line: "form-action" in line.text):
        page.get_by_role("button", name="渡す").click()
    assert page.title() != "partner"
    page.close()


def test_live_search_works_under_the_policy_and_without_a_script(opened, site):
    page = opened("live")
    page.get_by_label("郵便番号").fill("5408570")
    page.get_by_role("button", name="さがす").click()
    expect(page.locator("#found")).to_have_text("大阪市中央区大手前")
    page.get_by_label("郵便番号").fill("0")
    page.get_by_role("button", name="さがす").click()
    expect(page.locator("#found")).to_have_text("見つかりません")
    page.get_by_label("郵便番号").fill("slow")
    page.get_by_role("button", name="さがす").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("短い時間に操作が繰り返されました")

    plain = opened("live", java_script_enabled=False)
    plain.get_by_label("郵便番号").fill("5408570")
    plain.get_by_role("button", name="さがす").click()
    expect(plain.locator("body")).to_have_text("大阪市中央区大手前")


@pytest.mark.parametrize("path", ["form", "consent", "timeline"])
def test_forced_colours_and_print_keep_the_content(opened, path):
    page = opened(path)
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    keep(page, f"{path}-forced-colours")
    page.emulate_media(forced_colors="none", media="print")
    keep(page, f"{path}-print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".site-utility")).to_be_hidden()


def test_large_text_does_not_break_the_page(opened):
    page = opened("consent", 1280)
    page.evaluate("document.documentElement.style.fontSize = '400%'")
    assert sideways(page) <= 0


def test_no_page_asks_another_origin(opened, site):
    asked = []
    page = opened("")
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(f"{site}/{path}")
    assert asked
    assert [address for address in asked if not address.startswith(site)] == []
