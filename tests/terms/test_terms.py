"""Versions of the terms, who accepted them, and their pages."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.db import transaction
from django.db.utils import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel import clock
from genkan.kernel.ids import TermsId
from genkan.site.cli import cli
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


MATERIAL = {"label": "2", "effective_from": NOON + timedelta(days=14)}


@pytest.mark.django_db
class TestLeadTime:
    LEAD = timedelta(days=14)

    @pytest.fixture(autouse=True)
    def first(self):
        return terms.publish(a_draft(), now=NOON)

    def test_material_change_leaves_time_to_read(self):
        terms.publish(a_draft(**MATERIAL), now=NOON, lead=self.LEAD)

        with pytest.raises(terms.TooEarly):
            terms.publish(
                a_draft(label="3", effective_from=NOON + self.LEAD - MOMENT),
                now=NOON,
                lead=self.LEAD,
            )

    def test_other_change_needs_no_lead(self):
        draft = a_draft(label="2", effective_from=NOON + MINUTE, material=False)

        version, _ = terms.publish(draft, now=NOON, lead=self.LEAD)

        assert not version.material
        assert terms.version_of(version.id) == version

    def test_published_version_does_not_become_another_kind_of_change(self):
        terms.publish(a_draft(**MATERIAL), now=NOON)

        with pytest.raises(terms.VersionChanged):
            terms.publish(a_draft(**MATERIAL, material=False), now=NOON)


@pytest.fixture
def home(tmp_path):
    """A folder with a version that can be published."""
    folder = tmp_path / "terms_of_use" / "2"
    folder.mkdir(parents=True)
    (folder / "version.toml").write_text("effective_from = 2026-08-01T00:00:00+09:00\n")
    for locale in terms.LOCALES:
        (folder / f"{locale}.md").write_text(f"## {locale}")
    return folder


class TestFolders:
    def test_version_is_a_material_change_unless_it_says_otherwise(self, home):
        facts = home / "version.toml"

        assert terms.draft_in(home).material
        facts.write_text(f"{facts.read_text()}material = false\n")
        assert not terms.draft_in(home).material

    def test_version_says_which_services_a_clause_is_about(self, home):
        facts = home / "version.toml"
        facts.write_text(f'{facts.read_text()}touches = ["P3", "shinsei"]\n')

        assert terms.draft_in(home).touches == {"P3", "shinsei"}

    @pytest.mark.django_db
    def test_nobody_is_asked_anew_about_a_service_that_does_not_exist(self, home):
        facts = home / "version.toml"
        facts.write_text(f'{facts.read_text()}touches = ["P3", "nowhere"]\n')

        answer = CliRunner().invoke(cli, ["terms", "publish", str(home)])

        assert answer.exit_code == 2
        assert "nowhere" in answer.output
        assert "P3" not in answer.output

    @pytest.mark.parametrize("locale", terms.LOCALES)
    def test_no_language_lags_behind(self, home, locale):
        (home / f"{locale}.md").write_text(" \n")

        with pytest.raises(terms.LanguageMissing) as refusal:
            terms.draft_in(home)
        assert refusal.value.field == locale

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ("", "effective_from"),
            ("effective_from = 2026-08-01T00:00:00\n", "effective_from"),
            ("effective_from = '2026-08-01'\n", "effective_from"),
            ("effective_from = 2026-08-01T00:00:00Z\nmaterial = 'no'\n", "material"),
            ("effective_from = \n", "version.toml"),
            ("effective_from = 2026-08-01T00:00:00Z\ntouches = 'P3'\n", "touches"),
            ("effective_from = 2026-08-01T00:00:00Z\ntouches = [3]\n", "touches"),
            (
                "effective_from = 2026-08-01T00:00:00Z\nmaterial = false\ntouches = ['P3']\n",
                "touches",
            ),
        ],
        ids=[
            "nothing",
            "no offset",
            "a text",
            "material is a text",
            "not TOML",
            "touches is a text",
            "touches a number",
            "touches what nobody accepts",
        ],
    )
    def test_what_is_wrong_is_named(self, home, facts, field):
        (home / "version.toml").write_text(facts)

        with pytest.raises(terms.FactsUnreadable) as refusal:
            terms.draft_in(home)
        assert refusal.value.field == field

    def test_folder_names_a_document(self, home):
        other = home.parent.parent / "house_rules"
        home.parent.rename(other)

        with pytest.raises(terms.FactsUnreadable) as refusal:
            terms.draft_in(other / "2")
        assert refusal.value.field == "kind"


@pytest.fixture
def successor(published):
    """A version to come, which differs from the first in one sentence of each language."""
    first = terms.current(clock.now())
    texts = {
        locale: terms.text(first, locale).body.replace("30", "60").replace("Thirty", "60")
        for locale in terms.LOCALES
    }
    begins = clock.now() + timedelta(days=1)
    draft = a_draft(label="2026-12", effective_from=begins, texts=texts)
    return terms.publish(draft, now=clock.now())[0]


@pytest.mark.parametrize("language", terms.LOCALES)
def test_what_changes_is_shown_in_the_language_of_the_page(client, successor, language):
    client.cookies["genkan_language"] = language

    page = client.get("/terms/terms_of_use/2026-12/changes").content.decode()

    assert re.search(r"<del>.*(30|Thirty)", page)
    assert re.search(r"<ins>.*60", page)
    is_authoritative = language == successor.authoritative_locale
    assert ("&amp;text=ja" in page) is not is_authoritative


def test_authoritative_text_is_a_click_away_from_easy_japanese(client, successor):
    client.cookies["genkan_language"] = "ja-easy"
    page = client.get("/terms/terms_of_use/2026-12/").content.decode()
    (address,) = re.findall(r'href="([^"]*\?text=ja)"', page)

    page = client.get(address).content.decode()

    assert "第1条" in page
    assert "せいしきな ぶんを よむ" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/terms/terms_of_use/2026-07/changes",
        "/terms/terms_of_use/2026-12/changes?since=1999",
        "/terms/terms_of_use/1999/changes",
        "/terms/nothing/2026-12/changes",
    ],
    ids=["of the first", "since none", "of none", "of no document"],
)
def test_nothing_is_compared_with_nothing(client, successor, path):
    assert client.get(path).status_code == 404
