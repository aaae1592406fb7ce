"""Use cases of terms: publish, read, accept."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from genkan.kernel.db import require_transaction
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AcceptanceId, TermsId, new_id
from genkan.terms import store
from genkan.terms.comparison import Comparison, compare
from genkan.terms.domain import (
    AUTHORITATIVE,
    LOCALES,
    Acceptance,
    Kind,
    Receipt,
    Standing,
    TermsVersion,
    Wording,
    before,
    in_force,
    standing,
)
from genkan.terms.errors import (
    FactsUnreadable,
    LanguageMissing,
    TermsOutdated,
    TermsUnpublished,
    TooEarly,
    VersionChanged,
)

LEAD = timedelta(minutes=1)
"""From publication to the first moment in force, at least: longer than `lock_versions` waits, so
that no ID being issued meanwhile is overtaken by a version that began before it."""

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A version to be published: its texts by language, Markdown.

    Attributes:
        material: residents must accept it anew.
        touches: purposes and services (by slug) whose consents are asked anew.
    """

    kind: Kind
    label: str
    effective_from: datetime
    texts: Mapping[str, str]
    material: bool = True
    touches: frozenset[str] = frozenset()


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


def touching() -> list[TermsVersion]:
    """Return the versions with a clause about linked services, newest first. One query."""
    return [one for one in store.versions(Kind.TERMS_OF_USE) if one.touches]


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
    named = [(AcceptanceId(new_id()), act) for act in acts]
    _must_be_about_what_is_in_force([act for _, act in named], now=now)
    store.add_acceptances(named, accepted_at=now)
    return [id_ for id_, _ in named]


def refuse(act: Acceptance, *, now: datetime) -> bool:
    """Record an act of refusal. Joins.

    Returns:
        Whether it is the first of this person and version; the first one stands.

    Raises:
        TermsOutdated: the version is not in force, or has no such text in that language.
    """
    _must_be_about_what_is_in_force([act], now=now)
    return store.add_refusal(act, refused_at=now)


def _must_be_about_what_is_in_force(acts: Iterable[Acceptance], *, now: datetime) -> None:
    in_force_now = hold_current(now)
    texts = store.texts(in_force_now.id)
    for act in acts:
        wording = texts.get(act.locale)
        if act.terms != in_force_now.id or wording is None or wording.sha256 != act.text_hash:
            raise TermsOutdated


def standing_of(person: UUID, *, now: datetime) -> Standing:
    """Return how somebody stands to the terms of use. One query."""
    return standing(store.decisions_of(person), now)


def forget(persons: Sequence[UUID]) -> None:
    """Delete what people accepted who never got an ID. Joins."""
    require_transaction()
    store.forget(persons)


def acceptance(id_: AcceptanceId) -> Acceptance | None:
    """Return an act of acceptance, or None."""
    return store.acceptance(id_)


def acceptances_of(person: UUID) -> list[tuple[TermsId, datetime]]:
    """Return which versions a person accepted and when, newest first."""
    return store.acceptances_of(person)


def receipts_of(person: UUID) -> list[Receipt]:
    """Return everything a person accepted, newest first. One query."""
    return store.receipts_of(person)


def refusals_of(person: UUID) -> list[tuple[TermsVersion, datetime]]:
    """Return which versions a person refused and when, newest first. One query."""
    made = [(one.version, one.refused_at) for one in store.decisions_of(person)]
    return [(version, at) for version, at in reversed(made) if at is not None]


def tally() -> Mapping[TermsId, int]:
    """Return how many people accepted each version; those nobody accepted are left out."""
    return store.tally()


@transaction.atomic(durable=True)
def publish(draft: Draft, *, now: datetime, lead: timedelta = LEAD) -> tuple[TermsVersion, bool]:
    """Publish a version; the same one again changes nothing. The first one takes effect at once.

    Args:
        draft: the version.
        now: when it is published.
        lead: from publication to a material change, at least; `LEAD` holds for every change.

    Returns:
        The version, and whether it is new.

    Raises:
        VersionChanged: the label exists with other texts, or as another kind of change.
        TooEarly: it would begin before the lead time is over, and is not the first.
    """
    store.lock_versions()
    wordings = [Wording.of(locale, body) for locale, body in draft.texts.items()]
    known = store.versions(draft.kind)
    for one in known:
        if one.label == draft.label:
            texts = {wording.locale: wording for wording in wordings}
            if store.texts(one.id) != texts or (one.material, one.touches) != (
                draft.material,
                draft.touches,
            ):
                raise VersionChanged
            return one, False
    earliest = now + (max(LEAD, lead) if draft.material else LEAD)
    if known and draft.effective_from < earliest:
        raise TooEarly(field="effective_from")
    new = TermsVersion(
        id=TermsId(new_id()),
        kind=draft.kind,
        label=draft.label,
        effective_from=draft.effective_from if known else min(draft.effective_from, now),
        authoritative_locale=AUTHORITATIVE,
        material=draft.material,
        touches=draft.touches,
    )
    store.add_version(new, wordings, now=now)
    return new, True


def drafts(folder: Path = TEXTS) -> Iterator[Draft]:
    """Yield the versions that lie in a folder as `<kind>/<label>/<locale>.md`, oldest first.

    Raises:
        FactsUnreadable, LanguageMissing: see `draft_in`.
    """
    for facts in sorted(folder.glob("*/*/version.toml")):
        yield draft_in(facts.parent)


def draft_in(home: Path) -> Draft:
    """Return the version that lies in one folder, `<kind>/<label>`.

    `version.toml` beside the texts says from when it is in force (`effective_from`, a moment with
    its offset), whether it is a material change (`material`, true if nothing is said), and which
    purposes and services a changed clause is about (`touches`; only of a material change).

    Raises:
        FactsUnreadable: `version.toml`, the folder's name or a text does not say what it must.
        LanguageMissing: a language lags behind.
    """
    try:
        facts = tomllib.loads((home / "version.toml").read_text("utf-8"))
        texts = {text.stem: text.read_text("utf-8") for text in sorted(home.glob("*.md"))}
    except (OSError, ValueError) as error:  # TOML and UTF-8 at fault are values at fault
        raise FactsUnreadable(field="version.toml") from error
    begins, material = facts.get("effective_from"), facts.get("material", True)
    if not isinstance(begins, datetime) or begins.tzinfo is None:
        raise FactsUnreadable(field="effective_from")
    if not isinstance(material, bool):
        raise FactsUnreadable(field="material")
    if home.parent.name not in set(Kind):
        raise FactsUnreadable(field="kind")
    kind = Kind(home.parent.name)
    lacking = next((locale for locale in LOCALES if not texts.get(locale, "").strip()), None)
    if lacking is not None:
        raise LanguageMissing(field=lacking)
    return Draft(
        kind=kind,
        label=home.name,
        effective_from=begins,
        texts={locale: texts[locale] for locale in LOCALES},
        material=material,
        touches=_touched(facts.get("touches", []), kind, material=material),
    )


def _touched(named: object, kind: Kind, *, material: bool) -> frozenset[str]:
    """Return what clauses are about; only what must be accepted can ask for consents anew.

    Raises:
        FactsUnreadable: it is no list of names, or of a change that nobody has to accept.
    """
    is_list = isinstance(named, list) and all(isinstance(one, str) and one for one in named)
    if not is_list or (named and not (material and kind is Kind.TERMS_OF_USE)):
        raise FactsUnreadable(field="touches")
    return frozenset(named if isinstance(named, list) else ())


def changes(old: TermsVersion, new: TermsVersion, locale: str) -> Comparison:
    """Return what `new` says otherwise than `old`, in `locale` if both have it."""
    texts, earlier = store.texts(new.id), store.texts(old.id)
    shared = locale if locale in texts.keys() & earlier.keys() else new.authoritative_locale
    return compare(earlier[shared].body, texts[shared].body, locale=shared)


def version_before(version: TermsVersion) -> TermsVersion | None:
    """Return the version that this one takes the place of; None for the first."""
    return before(version, store.versions(version.kind))
