"""The resident between provider and relying party: a browser without scripts, step by step."""

import ssl
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

from tests.conformance.provider import EMAIL, PASSWORD
from tests.journeys.browser import Form, Page

MAX_STEPS = 30


@dataclass
class Arrival:
    """Where a journey ended, and what the resident was asked on the way.

    Attributes:
        form: what the browser was given to post to `url`; None where it simply went there.
        passwords: how often a password was asked for.
        offered: the items on the consent page, or None where there was no such page.
    """

    url: str
    form: dict[str, str] | None = None
    page: Page | None = None
    passwords: int = 0
    offered: list[str] | None = None


@dataclass
class Answers:
    """How the resident answers."""

    decision: str = "allow"
    items: list[str] | None = None
    """What is ticked besides what is required; None ticks everything."""


@dataclass
class Resident:
    """One person's browser; `stops` are addresses of parties that do not listen for browsers."""

    trusted: ssl.SSLContext
    stops: tuple[str, ...] = ()
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(
            verify=self.trusted,
            timeout=30,
            trust_env=False,
            headers={"Accept": "text/html", "Accept-Language": "ja"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def go(self, url: str, answers: Answers | None = None) -> Arrival:
        """Go to an address and do what each page asks, until a party has the browser."""
        answers, arrival = answers or Answers(), Arrival(url)
        request = self.client.build_request("GET", url)
        for _ in range(MAX_STEPS):
            answer = self.client.send(request)
            if answer.has_redirect_location:
                there = urljoin(str(answer.url), answer.headers["Location"])
                if self._is_a_stop(there):
                    arrival.url = there
                    return arrival
                request = self.client.build_request("GET", there)
                continue
            page = Page(answer.status_code, str(answer.url), answer.text)
            arrival.url, arrival.page = page.url, page
            following = self._answered(page, answers, arrival)
            if following is None:
                return arrival
            request = following
        raise AssertionError(f"the way does not end: {arrival.url}")

    def _is_a_stop(self, url: str) -> bool:
        return any(url == stop or url.startswith(f"{stop}?") for stop in self.stops)

    def _answered(self, page: Page, answers: Answers, arrival: Arrival) -> httpx.Request | None:
        """What pressing the button of this page sends; None where there is nothing to press."""
        for form in page.forms():
            if form.element.select('[autocomplete~="current-password"]'):
                arrival.passwords += 1
                return self._pressed(form, self._credentials(form))
            if form.element.get("id") == "answer":
                if not self._is_a_stop(form.action):
                    return self._pressed(form, dict(form.fields))
                arrival.url, arrival.form = form.action, dict(form.fields)
                return None
            if form.element.select(f'button[name="decision"][value="{answers.decision}"]'):
                return self._decided(form, answers, arrival)
        return None

    def _credentials(self, form: Form) -> dict[str, str]:
        filled = dict(form.fields) | {form.by_autocomplete("current-password"): PASSWORD}
        if form.element.select('[autocomplete~="username"]'):
            filled[form.by_autocomplete("username")] = EMAIL
        return filled

    def _decided(self, form: Form, answers: Answers, arrival: Arrival) -> httpx.Request:
        boxes = form.element.select('input[type="checkbox"][name="items"]')
        arrival.offered = [box["value"] for box in boxes]
        wanted = arrival.offered if answers.items is None else answers.items
        fixed = [value for name, value in form.fields if name == "items"]
        data: dict[str, str | list[str]] = {
            name: value for name, value in form.fields if name != "items"
        }
        data |= {"decision": answers.decision, "items": sorted({*wanted, *fixed})}
        return self._pressed(form, data)

    def _pressed(self, form: Form, data: dict) -> httpx.Request:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(form.action))
        return self.client.build_request(
            form.method.upper(), form.action, data=data, headers={"Origin": origin}
        )

    def confirm(self, issuer: str, decision: str) -> str:
        """Answer what a service asks while the resident is elsewhere; return what was shown."""
        answer = self.client.get(f"{issuer}/accounts/requests/")
        page = Page(answer.status_code, str(answer.url), answer.text)
        form = page.form_with_button("decision", decision)
        data = dict(form.fields) | {"decision": decision}
        done = self.client.send(self._pressed(form, data))
        assert done.has_redirect_location, done.text
        return page.text

    def sign_out(self, issuer: str) -> None:
        """Sign out at the provider itself, by its own page."""
        page = self.client.get(f"{issuer}/accounts/logout/")
        form = Page(page.status_code, str(page.url), page.text).main_form()
        done = self.client.send(self._pressed(form, dict(form.fields)))
        assert done.has_redirect_location, done.text
