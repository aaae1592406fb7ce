"""Versions of the terms, who accepted them, and their pages."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel import clock
from genkan.kernel.ids import TermsId
from genkan.terms import api as terms
from genkan.terms.domain import in_force
from genkan.terms.markdown import as_html
from genkan.terms.models import AcceptanceRow, TermsRow, TermsTextRow

NOON = datetime(2026, 7, 15, 3, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
moments = st.datetimes(timezones=st.just(UTC))


def a_version(**changes):
    facts = {
        "id": TermsId(uuid4()),
        "kind": terms.Kind.TERMS_OF_USE,
        "label": "2026-07",
        "effective_from": NOON,
        "authoritative_locale": "ja",
    }
    return terms.TermsVersion(**facts | changes)


def a_draft(**changes):
    facts = {
        "kind": terms.Kind.TERMS_OF_USE,
        "label": "2026-07",
        "effective_from": NOON,
        "texts": {locale: f"## {locale}" for locale in terms.LOCALES},
    }
    return terms.Draft(**facts | changes)


def test_version_is_in_force_from_its_first_moment_on():
    version = a_version()

    assert in_force([version], NOON - MOMENT) is None
    assert in_force([version], NOON) == version


@given(st.lists(moments, max_size=5, unique=True), moments)
def test_newest_version_that_has_begun_is_in_force(begins, now):
    found = in_force([a_version(effective_from=begin, label=str(begin)) for begin in begins], now)

    begun = [begin for begin in begins if begin <= now]
    assert (found and found.effective_from) == (max(begun) if begun else None)


@pytest.mark.django_db
class TestPublishing:
    def test_first_version_takes_effect_at_once(self):
        version, new = terms.publish(a_draft(effective_from=NOON + timedelta(days=9)), now=NOON)

        assert new
        assert terms.current(NOON) == version

    def test_same_version_again_changes_nothing(self):
        first = terms.publish(a_draft(), now=NOON)
        again = terms.publish(a_draft(), now=NOON + timedelta(days=1))

        assert again == (first[0], False)
        assert TermsRow.objects.count() == 1

    def test_published_text_cannot_change(self):
        terms.publish(a_draft(), now=NOON)

        with pytest.raises(terms.VersionChanged):
            terms.publish(a_draft(texts={"ja": "other"}), now=NOON)
        assert TermsTextRow.objects.count() == 3

    def test_later_version_cannot_begin_within_a_minute(self):
        terms.publish(a_draft(), now=NOON)

        with pytest.raises(terms.TooEarly):
            terms.publish(a_draft(label="2", effective_from=NOON + MINUTE - MOMENT), now=NOON)

    def test_version_to_come_changes_nothing_before_it_begins(self):
        first, _ = terms.publish(a_draft(), now=NOON)
        begins = NOON + timedelta(days=30)
        second, _ = terms.publish(a_draft(label="2", effective_from=begins), now=NOON)

        assert terms.current(begins - MOMENT) == first
        assert terms.current(begins) == second

    def test_nothing_is_in_force_before_anything_was_published(self):
        with pytest.raises(terms.TermsUnpublished):
            terms.current(NOON)

    def test_texts_that_come_with_genkan_exist_in_every_language(self):
        drafts = list(terms.drafts())

        assert {draft.kind for draft in drafts} == set(terms.Kind)
        for draft in drafts:
            assert set(draft.texts) == set(terms.LOCALES)
            sections = {text.count("\n## ") for text in draft.texts.values()}
            assert len(sections) == 1


@pytest.mark.django_db
class TestAccepting:
    @pytest.fixture
    def version(self):
        return terms.publish(a_draft(), now=NOON)[0]

    def act(self, version, **changes):
        text = terms.text(version, "ja")
        facts = {
            "person": uuid4(),
            "terms": version.id,
            "locale": "ja",
            "text_hash": text.sha256,
            "shown_at": NOON,
            "method": terms.Method.WEB,
        }
        return terms.Acceptance(**facts | changes)

    def accept(self, act, now=NOON):
        with transaction.atomic():
            return terms.accept(act, now=now)

    def test_acceptance_is_kept_as_it_was_given(self, version):
        act = self.act(version)

        id_ = self.accept(act, NOON + timedelta(minutes=3))

        assert terms.acceptance(id_) == act
        assert terms.acceptances_of(act.person) == [(version.id, NOON + timedelta(minutes=3))]

    @pytest.mark.parametrize(
        "changes",
        [{"terms": TermsId(uuid4())}, {"text_hash": "0" * 64}, {"locale": "fr"}, {"locale": "en"}],
    )
    def test_other_than_what_is_in_force_is_refused(self, version, changes):
        with pytest.raises(terms.TermsOutdated):
            self.accept(self.act(version, **changes))
        assert AcceptanceRow.objects.count() == 0

    def test_version_that_was_replaced_is_refused(self, version):
        begins = NOON + timedelta(days=1)
        terms.publish(a_draft(label="2", effective_from=begins), now=NOON)
        act = self.act(version)

        self.accept(act, begins - MOMENT)
        with pytest.raises(terms.TermsOutdated):
            self.accept(act, begins)

    def test_acceptance_before_showing_is_impossible(self, version):
        with pytest.raises(IntegrityError), transaction.atomic():
            self.accept(self.act(version, shown_at=NOON + MOMENT))

    def test_acceptance_stands_only_in_somebody_s_transaction(self, version):
        with pytest.raises(RuntimeError):
            terms.accept(self.act(version), now=NOON)


@pytest.fixture
def published(db):
    for draft in terms.drafts():
        terms.publish(draft, now=clock.now())


@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", "第1条"), ("ja-easy", "これは なんですか"), ("en", "About these terms")],
)
def test_terms_are_read_in_the_language_of_the_page(client, published, language, words):
    client.cookies["genkan_language"] = language

    page = client.get("/terms/terms_of_use/").content.decode()

    assert words in page


def test_list_of_versions_names_what_is_in_force(client, published):
    page = client.get("/terms/").content.decode()

    assert page.count("2026-07") >= 2


@pytest.mark.parametrize("path", ["/terms/nothing/", "/terms/terms_of_use/1999/"])
def test_unknown_document_is_not_found(client, published, path):
    assert client.get(path).status_code == 404


def test_page_before_anything_was_published_says_so(client, db):
    assert client.get("/terms/").status_code == 503


def test_text_runs_nothing():
    html = as_html(
        "<script>x</script>\n\n[a](javascript:x) <img src=x onerror=x>\n\n| a |\n|---|\n| b |"
    )

    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert '<table class="data-table">' in html
