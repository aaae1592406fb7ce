"""`genkan resident`, `residents`, `operator`, `terms` from a shell's point of view."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from django.test import Client

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId, new_id
from genkan.residents import api as residents
from genkan.residents.errors import NotForProduction
from genkan.residents.models import Account, ResidentRow, ValueRow
from genkan.residents.population.crowd import generate
from genkan.residents.population.hostile import special
from genkan.site.cli import cli
from genkan.site.cli.residents import SIGN_INS
from genkan.terms import api as terms
from genkan.terms.models import TermsRow
from tests.residents.conftest import publish_next

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-battery"
T0 = date(2026, 7, 15)


def run(*words):
    return CliRunner().invoke(cli, [*words, "--json"])


def facts(*words):
    answer = run(*words)
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


def test_terms_are_published_once():
    first = facts("terms", "publish")["versions"]
    again = facts("terms", "publish")["versions"]

    assert [one["new"] for one in first] == [True, True]
    assert [one["new"] for one in again] == [False, False]
    assert TermsRow.objects.count() == 2


def test_publication_is_told_line_by_line():
    told = CliRunner().invoke(cli, ["terms", "publish"]).output.splitlines()

    assert told == ["privacy_policy 2026-07: published", "terms_of_use 2026-07: published"]


@pytest.fixture
def home(tmp_path):
    """A folder with a version that begins in a month."""
    folder = tmp_path / "terms_of_use" / "next"
    folder.mkdir(parents=True)
    begins = clock.now() + timedelta(days=30)
    (folder / "version.toml").write_text(f"effective_from = {begins.isoformat()}\n")
    for locale in ("ja", "ja-easy", "en"):
        (folder / f"{locale}.md").write_text(f"## {locale}")
    return folder


def test_version_of_a_folder_is_published_and_listed(home):
    facts("terms", "publish")

    (published,) = facts("terms", "publish", str(home))["versions"]

    assert (published["label"], published["material"], published["new"]) == ("next", True, True)
    listed = [one for one in facts("terms", "list") if one["kind"] == "terms_of_use"]
    assert [(one["label"], one["in_force"], one["accepted"]) for one in listed] == [
        ("next", False, 0),
        ("2026-07", True, 0),
    ]


def test_material_change_without_lead_is_refused(home):
    facts("terms", "publish")
    begins = clock.now() + timedelta(days=13)
    (home / "version.toml").write_text(f"effective_from = {begins.isoformat()}\n")

    answer = run("terms", "publish", str(home))

    assert answer.exit_code == 1
    assert "terms.too_early (effective_from)" in answer.output


def test_created_resident_can_sign_in(published):
    made = facts("resident", "create", "--email", "A@resident.example", "--password", PASSWORD)

    assert made["email"] == "a@resident.example"
    profile = residents.profile_of(ResidentId(made["id"]))
    assert profile.content("address")["prefecture"] == "大阪府"
    answer = Client().post("/accounts/login/", {"login": made["email"], "password": PASSWORD})
    assert answer.headers["Location"] == "/interests"


def test_created_resident_is_as_described(published):
    words = "--name SURYATI --kana すりやてぃ --birthdate 平成5年6月2日 --postal-code 5600003"
    more = "--street 三丁目9番 --interest disaster --language ja-easy --sex 2 --phone 06-1234-5678"
    made = facts(
        "resident",
        "create",
        "--email",
        "a@resident.example",
        "--password",
        PASSWORD,
        *words.split(),
        *more.split(),
    )

    id_ = ResidentId(made["id"])
    profile = residents.profile_of(id_)
    assert profile.content("name") == {"full": "SURYATI"}
    assert profile.content("name_kana") == {"full": "スリヤティ"}
    assert profile.content("birthdate") == "1993-06-02"
    assert profile.content("address")["full"] == "大阪府豊中市東豊中町三丁目9番"
    assert residents.interests_of(id_) == {"disaster"}


@pytest.mark.parametrize(
    "wrong",
    [
        ["--email", "no-address"],
        ["--password", "short"],
        ["--birthdate", "someday"],
        ["--kana", "漢字"],
        ["--postal-code", "0000000"],
        ["--interest", "nothing"],
        ["--sex", "7"],
    ],
)
def test_wrong_option_is_named_and_nobody_is_created(published, wrong):
    right = ["--email", "a@resident.example", "--password", PASSWORD]

    answer = run("resident", "create", *right, *wrong)

    assert answer.exit_code == 2
    assert wrong[0] in answer.output
    assert ResidentRow.objects.count() == 0


def test_second_account_with_an_address_is_refused(published):
    words = ["resident", "create", "--email", "a@resident.example", "--password", PASSWORD]
    facts(*words)

    answer = run(*words)

    assert (answer.exit_code, "residents.address_taken" in answer.output) == (1, True)


def test_operator_enters_the_console(published):
    facts("operator", "create", "--email", "staff@operator.example", "--password", PASSWORD)

    account = Account.objects.get()
    assert (account.kind, account.is_superuser, account.is_staff) == ("staff", True, True)
    assert (
        run(
            "operator", "create", "--email", "staff@operator.example", "--password", PASSWORD
        ).exit_code
        == 1
    )


@pytest.mark.usefixtures("published")
class TestPopulation:
    def load(self, *words):
        return facts("residents", "load", "--size", "40", "--anchor", "2026-07-15", *words)

    def test_loading_twice_changes_nothing(self):
        first = self.load()
        before = sorted(ValueRow.objects.values_list("id"))
        second = self.load()

        assert first["added"] == first["total"] == 40 + len(special(T0)) + 1  # H22 twice
        assert second == {"added": 0, "total": first["total"]}
        assert sorted(ValueRow.objects.values_list("id")) == before

    def test_loading_more_adds_only_who_is_missing(self):
        first = self.load()

        assert facts("residents", "load", "--size", "50", "--anchor", "2026-07-15")["added"] == 10
        assert ResidentRow.objects.filter(synthetic=True).count() == first["total"] + 10

    def test_everybody_is_marked_and_keeps_their_id_and_name(self):
        self.load()

        assert not ResidentRow.objects.filter(synthetic=False).exists()
        for person in special(T0):
            held = residents.profile_of(ResidentId(person.id))
            assert held.content("name") == person.name.content()
            moved_to = person.facts.moves_to  # H25, on the day of the anchor
            home = person.address if moved_to is None else moved_to
            assert held.content("address").items() >= home.content().items()
            assert held.content("birthdate") == person.birthdate.iso

    def test_named_people_can_sign_in_and_others_cannot(self):
        self.load("--password", PASSWORD)

        usable = [one.email for one in Account.objects.all() if one.has_usable_password()]
        assert sorted(usable) == sorted(f"{key.lower()}@resident.example" for key in SIGN_INS)
        answer = Client().post(
            "/accounts/login/", {"login": "h04@resident.example", "password": PASSWORD}
        )
        assert answer.status_code == 302

    def test_h14_and_her_child_are_protected_for_200_days(self):
        self.load()
        last = datetime(2027, 2, 1, tzinfo=ZoneInfo("Asia/Tokyo"))  # of T0 + 200 days, excluded

        for person in (one for one in special(T0) if one.key in {"H14a", "H14b"}):
            id_ = ResidentId(person.id)
            assert residents.is_protected(id_, last - timedelta(microseconds=1))
            assert not residents.is_protected(id_, last)
        assert ResidentRow.objects.filter(protected_until__isnull=False).count() == 2

    def test_who_died_is_closed_and_gets_nothing_and_namesakes_are_a_case(self):
        self.load()
        self.load()
        cast = {person.key: ResidentId(person.id) for person in special(T0)}

        assert residents.state_of(cast["H23"]) == "closed"
        assert residents.contact_of(cast["H23"]) is None
        assert residents.leaving_of(cast["H23"]).cause == "death"
        namesakes = {cast["H24a"], cast["H24b"]}
        (case,) = [one for one in residents.duplicates() if one.resident in namesakes]
        assert ({case.resident, case.like}, case.all_four) == (namesakes, False)
        assert {residents.state_of(one) for one in namesakes} == {"active"}

    def test_history_of_a_changed_name_is_loaded(self):
        self.load()
        h06 = next(person for person in special(T0) if person.key == "H06")

        past = residents.past_values_of(ResidentId(h06.id))
        assert [one.content for one in past if one.item == "name"] == [
            h06.facts.former_name.content()
        ]

    def test_former_address_of_who_moved_is_loaded(self):
        facts("residents", "load", "--size", "150", "--anchor", "2026-07-15")
        moved = [one for one in generate(150, 1, T0) if one.facts.moved_from is not None]

        assert moved
        for person in moved:
            past = residents.past_values_of(ResidentId(person.id))
            assert past[0].content == person.facts.moved_from.content()

    def test_real_residents_are_not_mixed_with_invented_ones(self):
        facts("resident", "create", "--email", "a@resident.example", "--password", PASSWORD)

        answer = run("residents", "load", "--size", "5")

        assert (answer.exit_code, "residents.real_residents" in answer.output) == (1, True)
        assert ResidentRow.objects.count() == 1

    def test_restart_after_a_person_registered_loads_nothing_and_is_no_error(self):
        first = self.load()
        facts("resident", "create", "--email", "a@resident.example", "--password", PASSWORD)

        assert self.load() == {"added": 0, "total": first["total"]}

    def test_production_is_refused(self):
        wanted = residents.Wanted(size=1, seed=1, anchor=T0, passwords={})

        with pytest.raises(NotForProduction):
            residents.load(wanted, mode="production", now=clock.now())
        assert residents.load(replace(wanted), mode="test", now=clock.now()).added


def test_terms_are_accepted_at_the_counter_by_who_does_not_sign_in():
    facts("terms", "publish")
    resident = ResidentId(new_id())
    residents.create(
        residents.NewResident(id=resident, email=None, password_hash=None, values={"sex": "9"}),
        now=clock.now(),
    )
    publish_next()
    assert not terms.standing_of(resident, now=clock.now()).is_current

    assert facts("resident", "accept-terms", str(resident))["new"]
    assert terms.standing_of(resident, now=clock.now()).is_current
    assert not facts("resident", "accept-terms", str(resident))["new"]
    assert run("resident", "accept-terms", str(new_id())).exit_code == 1
