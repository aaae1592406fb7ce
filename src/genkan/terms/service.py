"""Use cases of terms: publish, read, accept."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from genkan.kernel.db import require_transaction
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AcceptanceId, TermsId, new_id
from genkan.terms import store
from genkan.terms.domain import AUTHORITATIVE, Acceptance, Kind, TermsVersion, Wording, in_force
from genkan.terms.errors import TermsOutdated, TermsUnpublished, TooEarly, VersionChanged

LEAD = timedelta(minutes=1)
"""From publication to the first moment in force, at least: longer than `lock_versions` waits, so
that no ID being issued meanwhile is overtaken by a version that began before it."""

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A version to be published: its texts by language, Markdown."""

    kind: Kind
    label: str
    effective_from: datetime
    texts: Mapping[str, str]


def current(now: datetime, kind: str = Kind.TERMS_OF_USE) -> TermsVersion:
    """Return the version of `kind` in force at `now`.

    Raises:
        TermsUnpublished: there is none yet.
    """
    found = in_force(store.versions(Kind(kind)), now)
    if found is None:
        raise TermsUnpublished
    return found


def hold_current(now: datetime, kind: str = Kind.TERMS_OF_USE) -> TermsVersion:
    """Return the version in force, which stays in force until the transaction ends. Joins.

    Raises:
        TermsUnpublished: there is none yet.
    """
    require_transaction()
    store.hold_versions()
    return current(now, kind)


def versions(kind: str) -> list[TermsVersion]:
    """Return all versions of a document, newest first; the first ones may lie in the future."""
    return store.versions(Kind(kind))


def version(kind: str, label: str) -> TermsVersion:
    """Return one version of a document.

    Raises:
        NotFound: there is none with this label.
    """
    found = next((one for one in store.versions(Kind(kind)) if one.label == label), None)
    if found is None:
        raise NotFound
    return found


def version_of(terms: TermsId) -> TermsVersion:
    """Return a version by its identifier.

    Raises:
        NotFound: there is none.
    """
    found = store.version(terms)
    if found is None:
        raise NotFound
    return found


def text(version: TermsVersion, locale: str) -> Wording:
    """Return a version in `locale`, or in its authoritative language where that is missing."""
    found = store.texts(version.id)
    return found.get(locale) or found[version.authoritative_locale]


def accept(act: Acceptance, *, now: datetime) -> AcceptanceId:
    """Record an act of acceptance. Joins.

    Raises:
        TermsOutdated: the version is not in force, or has no such text in that language.
    """
    return accept_all([act], now=now)[0]


def accept_all(acts: Iterable[Acceptance], *, now: datetime) -> list[AcceptanceId]:
    """Record acts of acceptance of the terms of use, in order. Joins.

    Raises:
        TermsOutdated: one of them is not of the version in force; none is recorded.
    """
    in_force_now = hold_current(now)
    texts = store.texts(in_force_now.id)
    named = [(AcceptanceId(new_id()), act) for act in acts]
    for _, act in named:
        wording = texts.get(act.locale)
        if act.terms != in_force_now.id or wording is None or wording.sha256 != act.text_hash:
            raise TermsOutdated
    store.add_acceptances(named, accepted_at=now)
    return [id_ for id_, _ in named]


def acceptance(id_: AcceptanceId) -> Acceptance | None:
    """Return an act of acceptance, or None."""
    return store.acceptance(id_)


def acceptances_of(person: UUID) -> list[tuple[TermsId, datetime]]:
    """Return which versions a person accepted and when, newest first."""
    return store.acceptances_of(person)


@transaction.atomic(durable=True)
def publish(draft: Draft, *, now: datetime) -> tuple[TermsVersion, bool]:
    """Publish a version; the same one again changes nothing. The first one takes effect at once.

    Returns:
        The version, and whether it is new.

    Raises:
        VersionChanged: the label exists with other texts.
        TooEarly: it would begin within a minute of `now` or before, and is not the first.
    """
    store.lock_versions()
    wordings = [Wording.of(locale, body) for locale, body in draft.texts.items()]
    known = store.versions(draft.kind)
    for one in known:
        if one.label == draft.label:
            if store.texts(one.id) != {wording.locale: wording for wording in wordings}:
                raise VersionChanged
            return one, False
    if known and draft.effective_from < now + LEAD:
        raise TooEarly
    new = TermsVersion(
        id=TermsId(new_id()),
        kind=draft.kind,
        label=draft.label,
        effective_from=draft.effective_from if known else min(draft.effective_from, now),
        authoritative_locale=AUTHORITATIVE,
    )
    store.add_version(new, wordings, now=now)
    return new, True


def drafts(folder: Path = TEXTS) -> Iterator[Draft]:
    """Yield the versions that lie in a folder as `<kind>/<label>/<locale>.md`, oldest first.

    `version.toml` beside the texts says from when a version is in force.
    """
    for facts in sorted(folder.glob("*/*/version.toml")):
        home = facts.parent
        yield Draft(
            kind=Kind(home.parent.name),
            label=home.name,
            effective_from=tomllib.loads(facts.read_text("utf-8"))["effective_from"],
            texts={text.stem: text.read_text("utf-8") for text in sorted(home.glob("*.md"))},
        )
