"""H01 to H30 are who POPULATION.md says they are."""

import unicodedata
from datetime import date, timedelta

import pytest

from genkan.catalogue.interests import INTERESTS
from genkan.kernel.text import kana
from genkan.kernel.text.addresses import Level, findings_of, level_of, radical_proposal, street_of
from genkan.kernel.text.ages import is_minor
from genkan.kernel.text.dates import PartialDate, Truth, in_japanese
from genkan.kernel.text.names import findings_of as name_findings
from genkan.kernel.text.names import graphemes, search_form
from genkan.residents.domain.people import Origin
from genkan.residents.population.cast import home
from genkan.residents.population.homes import UnknownTown
from genkan.residents.population.hostile import special

T0 = date(2026, 7, 15)


@pytest.fixture(scope="module")
def cast():
    return {person.key: person for person in special(T0)}


def test_all_thirty_cases_are_there_once(cast):
    assert len(cast) == len(special(T0)) == 40
    assert {key[:3] for key in cast} == {f"H{number:02d}" for number in range(1, 31)}
    assert len({person.id for person in cast.values()}) == 40


def test_everybody_can_be_registered_without_a_lossy_change(cast):
    for person in cast.values():
        assert name_findings(person.name.full) == []
        assert kana.findings_of(person.name_kana.full) == []
        assert findings_of(person.address) == {}
        assert level_of(person.address) is Level.TOWN
        assert set(person.interests) <= set(INTERESTS)
        assert person.ui_locale in {"ja", "ja-easy", "en"}


def test_contacts_are_of_the_reserved_kind(cast):
    reachable = [person for key, person in cast.items() if key != "H18"]

    assert all(person.email == f"{person.key.lower()}@resident.example" for person in reachable)
    assert {person.phone for person in reachable} == {
        f"000-0000-{line:04d}" for line in range(1, 41) if line != 18
    }


def test_people_named_in_a_case_exist(cast):
    for person in cast.values():
        others = (*person.facts.guardians, *person.facts.acts_for)
        assert all(key in cast for key in others)
        for key in person.facts.guardians:
            assert person.key in cast[key].facts.acts_for


def test_an_unknown_town_is_a_load_error():
    with pytest.raises(UnknownTown):
        home("271276", "存在しない町", "99番")


def test_h01_is_found_by_common_forms(cast):
    name = cast["H01"].name

    assert [hex(ord(name.full[0])), hex(ord(name.full[3]))] == ["0x9ad9", "0x20bb7"]
    assert name.search == search_form("高橋 吉男")
    assert cast["H01"].address.lg_code == "272035"


def test_h02_carries_a_sequence_that_normalisation_would_not_find(cast):
    full = cast["H02"].name.full

    assert [ord(c) for c in full[:3]] == [0x6E21, 0x9089, 0xE0101]
    assert (len(full), len(graphemes(full))) == (6, 5)


def test_h03_family_name_has_two_characters(cast):
    assert len(graphemes(cast["H03"].name.family)) == 2
    assert "\U000e0100" in cast["H03"].name.family


def test_h04_and_h20_have_one_undivided_name(cast):
    assert cast["H04"].contents()["name"] == {"full": "SURYATI"}
    assert cast["H04"].ui_locale == "ja-easy"
    tam = "NGUYEN THI THANH TAM"  # codespell:ignore thi
    assert cast["H20"].contents()["name"] == {"full": tam}
    assert cast["H20"].ui_language == "ja-easy"


def test_h05_has_forty_five_capitals_and_an_alias(cast):
    assert len(cast["H05"].name.full) == 45
    assert cast["H05"].facts.alias.full == "中田 マリア"


def test_h06_had_another_family_name(cast):
    facts = cast["H06"].facts

    assert (facts.former_family, facts.former_name.full) == ("井上", "井上 さくら")
    assert facts.renamed_on == date(2025, 10, 1)


def test_h07_reading_differs_from_the_register_and_matches_with_folding(cast):
    declared, registered = cast["H07"].name_kana, cast["H07"].facts.registered_kana

    assert declared.full != registered.full
    assert kana.same_reading(declared.full, registered.full)


def test_h08_has_a_year_alone(cast):
    assert cast["H08"].birthdate == PartialDate(1945)
    assert cast["H08"].contents()["birthdate"] == "1945"
    assert in_japanese(cast["H08"].birthdate) == "昭和20年（1945年）"
    assert cast["H08"].channels == ("letter",)


def test_h09_twins_share_a_guardian_and_a_home(cast):
    twins = cast["H09a"], cast["H09b"]

    assert [twin.birthdate.iso for twin in twins] == ["2020-04-01", "2020-04-02"]
    assert {twin.facts.guardians for twin in twins} == {("H09g",)}
    assert {twin.address for twin in twins} == {cast["H09g"].address}


def test_h10_was_born_on_a_leap_day(cast):
    assert cast["H10"].birthdate.iso == "2008-02-29"


def test_h11_h12_h13_streets_stay_as_written(cast):
    assert cast["H11"].address.full == "大阪府堺市北区新金岡町5丁999番地"
    assert cast["H12"].address.full == "大阪府大阪市中央区久太郎町四丁目渡辺99号"
    assert street_of(cast["H12"].address.street).block == "渡辺"
    assert cast["H13"].address.full == "大阪府南河内郡千早赤阪村大字水分9999番地の9"


def test_h14_address_comes_from_the_counter_and_is_protected(cast):
    for key in ("H14a", "H14b"):
        facts = cast[key].facts
        assert (facts.protected, facts.protected_until) == (True, T0 + timedelta(days=200))
        assert cast[key].origins["address"] is Origin.COUNTER
        assert cast[key].origins["name"] is Origin.SELF_DECLARED


def test_h15_child_has_two_guardians_and_lives_with_one(cast):
    child = cast["H15c"]

    assert child.facts.guardians == ("H15a", "H15b")
    assert child.address == cast["H15b"].address != cast["H15a"].address


@pytest.mark.parametrize("days", [0, 1, 30, 365, 593, 594, 595, 1000])
def test_h16_is_a_minor_on_the_anchor_and_adult_the_day_after(days):
    anchor = T0 + timedelta(days=days)
    [young] = [person for person in special(anchor) if person.key == "H16a"]
    grown_on = anchor + timedelta(days=1)
    if (grown_on.month, grown_on.day) == (2, 29):
        grown_on += timedelta(days=1)

    assert is_minor(young.birthdate, anchor) is Truth.YES
    assert is_minor(young.birthdate, grown_on) is Truth.NO


def test_h17_guardian_acts_for_three(cast):
    assert cast["H17g"].facts.acts_for == ("H17a", "H17b", "H17c")


def test_h18_has_neither_mail_nor_telephone(cast):
    person = cast["H18"]

    assert (person.email, person.phone, person.registered_by) == (None, None, "counter")
    assert set(person.contents()) == {"name", "name_kana", "birthdate", "sex", "address"}
    assert set(person.origins.values()) == {Origin.COUNTER}


def test_h21_has_no_fixed_address(cast):
    assert cast["H21"].facts.no_fixed_address


def test_h22_h23_h25_follow_the_anchor(cast):
    later = {person.key: person for person in special(T0 + timedelta(days=10))}

    assert cast["H22"].facts.erased_on == date(2026, 4, 16)
    assert cast["H23"].facts.deceased_on == date(2026, 6, 25)
    assert cast["H25"].facts.moves_on == T0
    assert cast["H25"].facts.moves_to.lg_code == "262102"
    assert cast["H25"].address.lg_code == "272108"
    assert later["H23"].facts.deceased_on == date(2026, 7, 5)
    assert later["H25"].facts.moves_on == date(2026, 7, 25)
    assert later["H01"] == cast["H01"]


def test_h24_two_people_share_name_and_birth_date(cast):
    one, other = cast["H24a"], cast["H24b"]

    assert (one.name, one.name_kana, one.birthdate) == (
        other.name,
        other.name_kana,
        other.birthdate,
    )
    assert one.id != other.id
    assert (one.address.lg_code, other.address.lg_code) == ("272230", "271276")


def test_h26_is_staff_too(cast):
    assert [key for key, person in cast.items() if person.facts.is_staff] == ["H26"]


def test_h29_typed_a_radical_and_agreed_to_the_proposal(cast):
    person = cast["H29"]

    assert "\u2f24" in person.facts.typed_address
    assert radical_proposal(person.facts.typed_address) == person.address.full.removeprefix(
        "大阪府"
    )
    assert unicodedata.is_normalized("NFKC", person.address.full)
