"""Articles from a file: what a parsed TOML document must hold to become articles."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from genkan.delivery.domain.articles import LANGUAGES, OLDEST, Category, Edition
from genkan.delivery.domain.audience import Audience
from genkan.delivery.domain.markup import from_markdown
from genkan.delivery.errors import ContentsFaulty
from genkan.kernel.text.places import area_name

MOST_DAYS = 3650
"""Days; a moment ten years away is a slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An article as a file describes it.

    Attributes:
        editions: by language, bodies as HTML; Japanese is always there.
        days_ago: days between its publication and the loading.
        deadline_in: days from the loading to the deadline, or None.
    """

    id: UUID
    editions: Mapping[str, Edition]
    category: Category
    audience: Audience
    days_ago: int
    deadline_in: int | None
    link: str


def read_plans(document: Mapping[str, Any], *, interests: Collection[str]) -> list[Plan]:
    """Return the articles of a parsed file, in its order.

    Args:
        document: has a list `article`; see `contents/osaka.toml` for its form.
        interests: keys that exist.

    Raises:
        ContentsFaulty: naming the first field at fault, such as `article.3.title`.
    """
    entries = document.get("article")
    if not isinstance(entries, list) or not entries:
        raise ContentsFaulty(field="article")
    return [_plan(_Entry(f"article.{at}", entry), interests) for at, entry in enumerate(entries)]


class _Entry:
    """One entry of a file; every way to read it tells the field that is at fault."""

    def __init__(self, name: str, values: object) -> None:
        self.name = name
        if not isinstance(values, dict):
            raise ContentsFaulty(field=name)
        self._values = values

    def fault(self, key: str) -> ContentsFaulty:
        return ContentsFaulty(field=f"{self.name}.{key}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self._values.get(key, default)
        if not isinstance(value, str):
            raise self.fault(key)
        return value.strip()

    def number(self, key: str, *, most: int) -> int | None:
        value = self._values.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise self.fault(key)
        return value

    def texts(self, key: str) -> frozenset[str]:
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.fault(key)
        return frozenset(value)

    def part(self, key: str) -> "_Entry":
        return _Entry(f"{self.name}.{key}", self._values.get(key))


def _plan(entry: _Entry, interests: Collection[str]) -> Plan:
    try:
        identifier = UUID(entry.text("id"))
    except ValueError as error:
        raise entry.fault("id") from error
    category = entry.text("category", Category.NOTICE)
    if category not in set(Category):
        raise entry.fault("category")
    return Plan(
        id=identifier,
        editions=_editions(entry),
        category=Category(category),
        audience=_audience(entry, interests),
        days_ago=entry.number("days_ago", most=MOST_DAYS) or 0,
        deadline_in=entry.number("deadline_in", most=MOST_DAYS),
        link=entry.text("link", ""),
    )


def _audience(entry: _Entry, interests: Collection[str]) -> Audience:
    audience = Audience(
        municipalities=entry.texts("municipalities"),
        min_age=entry.number("min_age", most=OLDEST),
        max_age=entry.number("max_age", most=OLDEST),
        interests=entry.texts("interests"),
    )
    if any(area_name(code) == code for code in audience.municipalities):
        raise entry.fault("municipalities")
    if not audience.interests <= set(interests):
        raise entry.fault("interests")
    low, high = audience.min_age, audience.max_age
    if low is not None and high is not None and low > high:
        raise entry.fault("max_age")
    return audience


def _editions(entry: _Entry) -> dict[str, Edition]:
    titles, bodies = entry.part("title"), entry.part("body")
    editions = {}
    for language in LANGUAGES:
        title, body = titles.text(language, ""), bodies.text(language, "")
        if bool(title) != bool(body):
            raise (bodies if title else titles).fault(language)
        if title:
            editions[language] = Edition(language, title, from_markdown(body))
    if "ja" not in editions:
        raise titles.fault("ja")
    return editions
