"""A browser without scripts: follows links and redirects, keeps cookies, fills in real forms."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx
from bs4 import BeautifulSoup
from bs4.element import Tag


@dataclass(frozen=True)
class Form:
    """A form as it stands on a page, with what is filled in."""

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    element: Tag

    def names(self) -> set[str]:
        return {tag["name"] for tag in self.element.select("[name]")}

    def by_autocomplete(self, token: str) -> str:
        """The name of the field with this autocomplete token."""
        found = self.element.select(f'[autocomplete~="{token}"]')
        assert len(found) == 1, f"{len(found)} fields say autocomplete={token}"
        return found[0]["name"]


@dataclass(frozen=True)
class Page:
    """A page as a person without scripts has it."""

    status: int
    url: str
    html: str

    @property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.html, "html5lib")

    @property
    def text(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    @property
    def heading(self) -> str:
        return " ".join(self.soup.h1.get_text(" ").split()) if self.soup.h1 else ""

    def forms(self) -> list[Form]:
        return [_form(self.url, tag) for tag in self.soup.select("form")]

    def form(self, *, having: str) -> Form:
        """The one form that has a field or button of this name."""
        found = [form for form in self.forms() if having in form.names()]
        assert len(found) == 1, f"{len(found)} forms have {having} on {self.url}: {self.text[:900]}"
        return found[0]

    def form_with_button(self, name: str, value: str) -> Form:
        """The one form that has this button."""
        chosen = f'button[name="{name}"][value="{value}"]'
        found = [form for form in self.forms() if form.element.select(chosen)]
        assert len(found) == 1, f"{len(found)} forms have {chosen} on {self.url}: {self.text[:900]}"
        return found[0]

    def main_form(self) -> Form:
        """The one form of the page's main part."""
        found = [_form(self.url, tag) for tag in self.soup.select("main form")]
        assert len(found) == 1, f"{len(found)} forms on {self.url}: {self.text[:900]}"
        return found[0]

    def link(self, words: str) -> str:
        """The address behind the first link with these words."""
        for tag in self.soup.select("a[href]"):
            if words in " ".join(tag.get_text(" ").split()):
                return urljoin(self.url, tag["href"])
        raise AssertionError(f"no link says {words} on {self.url}: {self.text[:900]}")


def _form(url: str, tag: Tag) -> Form:
    fields = []
    for control in tag.select("input[name], select[name], textarea[name]"):
        fields.extend(_filled_in(control))
    action = urljoin(url, tag.get("action") or url)
    return Form(action, tag.get("method", "get").lower(), tuple(fields), tag)


def _filled_in(control: Tag) -> list[tuple[str, str]]:
    kind = control.get("type", "text")
    name = control["name"]
    if control.has_attr("disabled") or kind in {"submit", "button", "image", "file"}:
        return []
    if kind in {"checkbox", "radio"}:
        return [(name, control.get("value", "on"))] if control.has_attr("checked") else []
    if control.name == "select":
        chosen = control.select("option[selected]") or control.select("option")[:1]
        return [(name, one.get("value", one.get_text())) for one in chosen]
    if control.name == "textarea":
        return [(name, control.get_text())]
    return [(name, control.get("value", ""))]


class Browser:
    """One person's browser. Cookies belong to hosts, whatever the port, as in every browser."""

    def __init__(self, *, language: str = "ja") -> None:
        self.client = httpx.Client(
            follow_redirects=True,
            timeout=30,
            trust_env=False,
            headers={"Accept": "text/html", "Accept-Language": language},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def visit(self, url: str) -> Page:
        return self._page(self.client.get(url))

    def submit(
        self,
        form: Form,
        values: dict[str, str | list[str]] | None = None,
        *,
        button: tuple[str, str] | None = None,
    ) -> Page:
        """Fill in, press the button, follow where it leads."""
        values = values or {}
        kept = [(name, value) for name, value in form.fields if name not in values]
        for name, value in values.items():
            kept.extend((name, one) for one in ([value] if isinstance(value, str) else value))
        if button:
            kept.append(button)
        data: dict[str, list[str]] = {}
        for name, value in kept:
            data.setdefault(name, []).append(value)
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(form.action))
        if form.method == "post":
            answer = self.client.post(form.action, data=data, headers={"Origin": origin})
        else:
            answer = self.client.get(form.action, params=data)
        return self._page(answer)

    def _page(self, answer: httpx.Response) -> Page:
        return Page(answer.status_code, str(answer.url), answer.text)
