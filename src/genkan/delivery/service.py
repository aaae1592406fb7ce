"""Use cases of delivery: what a reader is shown, and why."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from genkan.catalogue import api as catalogue
from genkan.delivery import store
from genkan.delivery.domain.articles import Article, place_from
from genkan.delivery.domain.audience import (
    Audience,
    Facts,
    IsAged,
    IsInterested,
    LivesIn,
    Reason,
    match,
    standing,
)
from genkan.delivery.domain.feed import (
    ArticlePage,
    Asked,
    Condition,
    FeedItem,
    body_html,
    card,
)
from genkan.delivery.domain.plans import read_plans
from genkan.kernel.clock import day_in_japan
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ResidentId
from genkan.kernel.text.dates import PartialDate
from genkan.kernel.text.places import area_name
from genkan.residents import api as residents

CONTENTS = Path(__file__).parent / "contents"
PAGE_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file did, in numbers of articles."""

    created: int
    kept: int


def facts_of(resident: ResidentId, *, seen_by: ResidentId | None = None, now: datetime) -> Facts:
    """Return what conditions may know of a resident. Two queries.

    For somebody who acts for the resident they know no more than that one may see: of a child who
    lives with the other parent no place (M46).

    Of somebody whose address is protected no condition may know the place: what is sent to a town
    would tell that they live there (A9).

    Raises:
        NotAResident: there is no such resident.
    """
    profile = residents.profile_seen_by(seen_by or resident, resident, now=now)
    address = None if profile.is_protected(now) else profile.content("address")
    birthdate = profile.content("birthdate")
    return Facts(
        lg_code=None if address is None else address["lg_code"] or None,
        birthdate=None if birthdate is None else PartialDate.from_iso(birthdate),
        interests=residents.interests_of(resident),
    )


def feed(
    facts: Facts,
    now: datetime,
    *,
    limit: int = PAGE_LENGTH,
    before: str | None = None,
    language: str = "ja",
) -> list[FeedItem]:
    """Return what is published for a person, newest first, each item with its reasons. One query.

    Args:
        facts: of the person.
        now: aware; decides what is published, and the day on which ages count.
        limit: at most so many items; ask for one more than you show to know whether more follow.
        before: `cursor` of the last item seen, to read on.
        language: "ja", "ja-easy" or "en"; missing editions come in Japanese and say so.

    Raises:
        PlaceInFeedUnreadable: `before` is no cursor.
    """
    today = day_in_japan(now)
    start = None if before is None else place_from(before)
    found = store.page_for(standing(facts, today), now=now, limit=limit, before=start)
    items = []
    for article in found:
        decided = match(article.audience, facts, today)
        if decided.fits:  # the query said so already; nothing is shown without its reasons
            reasons = tuple(_met(reason, language) for reason in decided.reasons)
            items.append(card(article, language=language, today=today, reasons=reasons))
    return items


def public_feed(
    now: datetime, *, limit: int = PAGE_LENGTH, before: str | None = None, language: str = "ja"
) -> list[FeedItem]:
    """Return what is published for everybody, newest first. One query; arguments as in `feed`.

    Raises:
        PlaceInFeedUnreadable: `before` is no cursor.
    """
    start = None if before is None else place_from(before)
    found = store.public_page(now=now, limit=limit, before=start)
    return [card(article, language=language, today=day_in_japan(now)) for article in found]


def article_page(
    article: UUID, now: datetime, *, facts: Facts | None, language: str = "ja"
) -> ArticlePage:
    """Return a published article in full, for a reader who may be anonymous (`facts` None).

    Whoever has the address may read it: what is published is public information. Conditions only
    decide whose feed it enters, so the page tells others whom it is for, and nothing of themselves.

    Raises:
        NotFound: there is no such article, or it is not published now.
    """
    found = store.published(article, now=now)
    if found is None:
        raise NotFound
    return page_of(found, today=day_in_japan(now), facts=facts, language=language)


def page_of(article: Article, *, today: date, facts: Facts | None, language: str) -> ArticlePage:
    """Return an article in full for a reader on `today`, a day in Japan."""
    decided = match(article.audience, facts or Facts(), today)
    reasons = tuple(_met(reason, language) for reason in decided.reasons)
    return ArticlePage(
        card=card(article, language=language, today=today, reasons=reasons),
        body_html=body_html(article, language=language),
        link=article.link,
        chosen=decided.fits,
        audience=conditions(article.audience, language=language),
    )


def preview(article: Article, *, now: datetime, language: str) -> ArticlePage:
    """Return an article as somebody sees it who meets all its conditions."""
    asked = conditions(article.audience, language=language)
    return ArticlePage(
        card=card(article, language=language, today=day_in_japan(now), reasons=asked),
        body_html=body_html(article, language=language),
        link=article.link,
        chosen=True,
        audience=asked,
    )


def conditions(audience: Audience, *, language: str) -> tuple[Condition, ...]:
    """Return what an audience asks, in words of `language`; () for everybody."""
    asked = []
    if audience.municipalities:
        codes = sorted(audience.municipalities)
        names = tuple(area_name(code) for code in codes)
        asked.append(Condition(asked=Asked.RESIDENCE, names=names))
    if audience.min_age is not None or audience.max_age is not None:
        limits = IsAged(audience.min_age, audience.max_age)
        asked.append(_met(limits, language))
    if audience.interests:
        asked.append(_met(IsInterested(audience.interests), language))
    return tuple(asked)


@transaction.atomic(durable=True)
def load(document: Mapping[str, Any], *, now: datetime) -> Loaded:
    """Publish the articles of a parsed file that are not there yet; the others stay as they are.

    An article that an operator has edited or taken down is therefore never overwritten.

    Raises:
        ContentsFaulty: the file is not right; nothing is published.
    """
    plans = read_plans(document, interests=catalogue.INTERESTS.keys())
    new = [plan for plan in plans if not store.exists(plan.id)]
    for plan in new:
        days = plan.deadline_in
        store.publish(
            plan,
            published_at=now - timedelta(days=plan.days_ago),
            deadline_on=None if days is None else day_in_japan(now) + timedelta(days=days),
        )
    return Loaded(created=len(new), kept=len(plans) - len(new))


def sample_contents() -> Mapping[str, Any]:
    """Return the sample articles for Osaka, parsed."""
    return tomllib.loads((CONTENTS / "osaka.toml").read_text("utf-8"))


def publish_and_expire() -> None:
    """Publish articles whose hour has come and take down those that expired; safe to repeat."""
    store.publish_and_expire()


def _met(reason: Reason, language: str) -> Condition:
    match reason:
        case LivesIn(code):
            return Condition(asked=Asked.RESIDENCE, names=(area_name(code),))
        case IsAged(low, high):
            return Condition(asked=Asked.AGE, min_age=low, max_age=high)
    return Condition(asked=Asked.INTERESTS, names=_interests(reason.interests, language))


def _interests(keys: Iterable[str], language: str) -> tuple[str, ...]:
    """Return names in the order of the picker; a key that is no longer in the taxonomy as it is."""
    known = catalogue.INTERESTS
    named = [one.name.in_language(language) for key, one in known.items() if key in set(keys)]
    return (*named, *sorted(set(keys) - known.keys()))
