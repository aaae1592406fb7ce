"""What a person does, step by step, through the pages; each step returns the page it ends on."""

import re
import secrets
import time

from tests.journeys.browser import Browser, Page

PASSWORD = "katsu-don-7-mado"


def new_address() -> str:
    return f"journey-{secrets.token_hex(6)}@resident.example"


def wait_for(what, *, seconds=30, pause=0.2):
    """Ask until the answer is truthy; return it."""
    end = time.monotonic() + seconds
    while True:
        answer = what()
        if answer:
            return answer
        assert time.monotonic() < end, "waited in vain"
        time.sleep(pause)


def code_from_mail(demo, address: str) -> str:
    """The newest code that was mailed to an address."""
    mails = wait_for(lambda: demo.mails_to(address))
    return re.search(r"^\s*([A-Z0-9]{4}-?[A-Z0-9]{2,6})\s*$", mails[0]["text"], re.MULTILINE)[1]


def sign_up(browser: Browser, demo, address: str) -> Page:
    page = browser.visit(f"{demo.portal}/accounts/signup/")
    form = page.main_form()
    passwords = [tag["name"] for tag in form.element.select('[autocomplete="new-password"]')]
    return browser.submit(
        form, {form.by_autocomplete("username"): address} | dict.fromkeys(passwords, PASSWORD)
    )


def verify_address(browser: Browser, demo, page: Page, address: str) -> Page:
    form = next(f for f in page.forms() if f.element.select('[autocomplete="one-time-code"]'))
    return browser.submit(
        form, {form.by_autocomplete("one-time-code"): code_from_mail(demo, address)}
    )


def accept_terms(browser: Browser, page: Page) -> Page:
    return browser.submit(page.form(having="accept"), {"accept": "on"})


PROFILE = {
    "name": "髙橋 𠮷男",
    "family_name": "髙橋",
    "given_name": "𠮷男",
    "name_kana": "タカハシ ヨシオ",
    "birthdate": "1990-04-01",
    "postal_code": "561-0881",
    "street": "四丁目99番9号",
    "phone": "",
}


def register(browser: Browser, demo, address: str, **changes: str) -> Page:
    """From nothing to an ID; ends on the page that asks for interests."""
    page = sign_up(browser, demo, address)
    page = verify_address(browser, demo, page, address)
    page = accept_terms(browser, page)
    page = fill_profile(browser, page, **changes)
    page = browser.submit(page.main_form())
    return browser.visit(f"{demo.portal}/interests")


def fill_profile(browser: Browser, page: Page, **changes: str) -> Page:
    """Type the profile; the postal code fills the address by an ordinary button."""
    form = page.form(having="postal_code")
    typed = {name: value for name, value in (PROFILE | changes).items() if name in form.names()}
    page = browser.submit(form, typed, button=("action", "fill_address"))
    return browser.submit(page.form(having="postal_code"), button=("action", "go_on"))


def sign_in(browser: Browser, demo, address: str, password: str = PASSWORD) -> Page:
    page = browser.visit(f"{demo.portal}/accounts/login/")
    return type_password(browser, page, address, password)


def type_password(browser: Browser, page: Page, address: str, password: str = PASSWORD) -> Page:
    form = page.main_form()
    return browser.submit(
        form,
        {
            form.by_autocomplete("username"): address,
            form.by_autocomplete("current-password"): password,
        },
    )


def begin_sign_in(browser: Browser, demo) -> Page:
    """Press "sign in with Genkan" at the sample service; ends wherever that leads."""
    page = browser.visit(f"{demo.shinsei}/")
    form = next(form for form in page.forms() if form.action.endswith("/genkan/sign-in"))
    return browser.submit(form)


def decide(browser: Browser, page: Page, decision: str, *, refuse: tuple[str, ...] = ()) -> Page:
    """Tick everything but what is refused, and press allow or deny."""
    form = page.form_with_button("decision", decision)
    boxes = form.element.select('input[name="items"]')
    items = {box["value"] for box in boxes} - set(refuse)
    return browser.submit(form, {"items": sorted(items)}, button=("decision", decision))


def create_local_account(browser: Browser, page: Page) -> Page:
    """First visit to the sample service: no account there yet, make one."""
    form = page.form_with_button("choice", "new")
    return browser.submit(form, button=("choice", "new"))


def stop_sharing(browser: Browser, demo) -> Page:
    """Two clicks from home."""
    home = browser.visit(f"{demo.portal}/")
    page = browser.visit(home.link("共有を止める"))
    return browser.submit(page.main_form())
