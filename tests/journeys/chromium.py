"""A real Chromium that looks at every page a person meets, and what it found there."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, BrowserType, Page, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NAMES = {
    "English", "Genkan", "SHA", "ATM", "Cookie", "JavaScript", "HeadlessChrome", "Linux", "JSON",
    "PDF",
}  # fmt: skip
NARROW, PHONE, WIDE = 320, 390, 1280
HEIGHT = 844
SETTLED = """
() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve(
  document.getAnimations().every(one => one.playState !== "running")
))))
"""
"""What moves after a change of width has come to rest."""
FAILED_LOAD = "Failed to load resource: the server responded with a status of"
FOCUS_IS_SEEN = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  if (one === document.body) return true;
  const style = getComputedStyle(one);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      && box.bottom > 0 && box.top < innerHeight;
}"""


def is_there() -> bool:
    return Path(CHROMIUM).exists()


def require() -> None:
    """Skip where there is no Chromium; where everything must be tested, fail.

    Raises:
        pytest.skip.Exception: no Chromium on somebody's own machine.
    """
    if is_there():
        return
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail("Chromium is missing: apt-get install chromium fonts-noto-cjk")
    pytest.skip("needs Chromium: apt-get install chromium fonts-noto-cjk")


@dataclass
class Findings:
    """What was wrong on the pages of one walk, each with the page's name."""

    barriers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    unseen_focus: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)

    def assert_none(self) -> None:
        for name, found in vars(self).items():
            assert found == [], f"{name}:\n" + "\n".join(map(str, found))


@dataclass
class Window:
    """One person's browser window, with fresh cookies."""

    page: Page
    origins: tuple[str, ...]
    folder: Path
    findings: Findings = field(default_factory=Findings)
    number: int = 0
    refusal_expected: bool = False

    def look(self, name: str, *, widths: tuple[int, ...] = (PHONE, WIDE)) -> None:
        """Photograph the page at each width, look for barriers, and try a narrow phone."""
        self.number += 1
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self.photograph(f"{self.number:02}-{name}-{width}")
        self.seek_barriers(name)
        if self.page.get_attribute("html", "lang") == "ja":
            self.findings.english += [
                f"{name}: {words}" for words in words_left_in_english(self.page)
            ]
        self.page.set_viewport_size({"width": NARROW, "height": HEIGHT})
        room = self.page.evaluate(
            "document.documentElement.clientWidth - document.documentElement.scrollWidth"
        )
        if room < 0:
            self.findings.too_wide.append(f"{name}: {-room} px too wide")
        self.page.set_viewport_size({"width": PHONE, "height": HEIGHT})

    def photograph(self, name: str) -> None:
        # Hiding the caret would leave style attributes behind, which the pages' policy forbids.
        path = self.folder / f"{name}.png"
        self.page.wait_for_function(SETTLED)
        self.page.screenshot(path=path, full_page=True, caret="initial")

    def seek_barriers(self, name: str) -> None:
        report = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": RULES}})
        if report.violations_count:
            self.findings.barriers.append(f"{name}: {report.generate_report()}")

    def press(self, selector: str) -> None:
        """Press what the page shows, and wait until the next page has come."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.click(selector)

    def tab_to(self, selector: str, *, limit: int = 80) -> None:
        """Walk by keyboard until the element has the focus; it must be seen at every stop."""
        for _ in range(limit):
            self.page.keyboard.press("Tab")
            if not self.page.evaluate(FOCUS_IS_SEEN):
                shown = self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
                self.findings.unseen_focus.append(shown)
            if self.page.locator(selector).evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"the Tab key does not reach {selector} on {self.page.url}")

    def enter(self, selector: str) -> None:
        """Walk to a button or link by keyboard, press Enter, wait until the next page has come."""
        self.tab_to(selector)
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")

    def type_into(self, selector: str, text: str) -> None:
        """Walk to a field by keyboard and type, in place of what stands there."""
        self.tab_to(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    @contextmanager
    def refusal(self) -> Iterator[None]:
        """Say that the next pages answer 4xx on purpose, of which Chromium complains."""
        self.refusal_expected = True
        yield
        self.refusal_expected = False

    def heard(self, kind: str, text: str) -> None:
        if self.refusal_expected and text.startswith(FAILED_LOAD):
            return
        if kind in {"error", "warning", "page error"}:
            self.findings.complaints.append(f"{self.page.url}: {kind}: {text}")

    def asked(self, url: str) -> None:
        """Note a request to anybody but the programs of the demo."""
        parts = urlsplit(url)
        if (
            parts.scheme in {"http", "https"}
            and f"{parts.scheme}://{parts.netloc}" not in self.origins
        ):
            self.findings.strangers.append(url)


def _window(context: BrowserContext, origins: tuple[str, ...], folder: Path) -> Window:
    page = context.new_page()
    window = Window(page, origins, folder)
    context.on("request", lambda request: window.asked(request.url))
    page.on("console", lambda line: window.heard(line.type, f"{line.text} {line.location}"))
    page.on("pageerror", lambda error: window.heard("page error", str(error)))
    return window


@dataclass
class Chromium:
    """Starts a browser with a profile of its own for each person."""

    kind: BrowserType
    origins: tuple[str, ...]
    screenshots: Path
    profiles: Path
    opened: int = 0

    @contextmanager
    def window(self, folder: str, *, language: str = "", scripts: bool = True) -> Iterator[Window]:
        """A fresh person whose screenshots go to a folder, perhaps with a language chosen."""
        self.opened += 1
        shots = self.screenshots / folder
        shutil.rmtree(shots, ignore_errors=True)
        shots.mkdir(parents=True)
        context = self.kind.launch_persistent_context(
            self.profiles / str(self.opened),
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            viewport={"width": PHONE, "height": HEIGHT},
            locale="ja-JP",
            java_script_enabled=scripts,
        )
        if language:
            context.add_cookies(
                [{"name": "genkan_language", "value": language, "url": self.origins[0]}]
            )
        try:
            yield _window(context, self.origins, shots)
        finally:
            context.close()


@contextmanager
def started(origins: tuple[str, ...], screenshots: Path, profiles: Path) -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        yield Chromium(playwright.chromium, origins, screenshots, profiles)


def words_left_in_english(page: Page) -> list[str]:
    """Words of the main part that are Latin although the page is Japanese; names are marked."""
    text = page.evaluate(
        """() => [...document.querySelectorAll('main, header, footer')].map(part => {
             const copy = part.cloneNode(true);
             copy.querySelectorAll(
               'code, pre, [lang="en"], bdi, form.language-switch, .languages'
             ).forEach(one => one.remove());
             return copy.textContent;
           }).join(' ')"""
    )
    text = re.sub(r"\S+@\S+|https?://\S+|\b[PU]\d\b", " ", text)
    return sorted(set(re.findall(r"[A-Za-z]{3,}(?: [A-Za-z]+)*", text)) - NAMES)
