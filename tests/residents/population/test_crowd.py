"""The crowd: POPULATION.md section 4, items 1 to 4, and what the later issues rely on."""

import gc
import os
import subprocess
import sys
import tracemalloc
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from math import sqrt
from statistics import median

import pytest
import regex

from genkan.catalogue.interests import INTERESTS
from genkan.kernel.text import kana, names
from genkan.kernel.text.addresses import (
    Level,
    findings_of,
    is_lg_code,
    level_of,
    municipality,
    street_of,
)
from genkan.residents.population import weights
from genkan.residents.population.crowd import MAX_SIZE, generate
from genkan.residents.population.homes import counts_cho
from genkan.residents.population.hostile import special

T0 = date(2026, 7, 15)
SIZE = 10_000
MAIL = regex.compile(
    r'r\d{7}@(?:resident\.example|perm\.invalid|temp\.invalid)|"r\.\.\d{7}\."@carrier\.example'
)
VARIANT = regex.compile("[髙﨑邉邊齋齊濵濱澤廣瀨德嶋冨櫻瀧國栁槇舘嵜\ufa19\U000e0100-\U000e01ef]")
PHONE = regex.compile(r"000-\d{4}-\d{4}")
DIGESTS = """
from datetime import date
from hashlib import sha256
from genkan.residents.population.crowd import generate
print(sha256(repr(list(generate(300, 7, date(2026, 7, 15)))).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def crowd():
    return tuple(generate(SIZE, seed=1, anchor=T0))


def age(person):
    day = person.birthdate.latest
    return T0.year - day.year - ((T0.month, T0.day) < (day.month, day.day))


def assert_shares(
    drawn: Iterable[object], expected: dict[object, float], *, of: int = 1000, size: int = SIZE
):
    """Compare counts with shares; families share a place and a name, which widens the spread."""
    counts = Counter(drawn)
    for value, share in expected.items():
        part = share / of
        tolerance = 4.5 * 1.5 * sqrt(part * (1 - part) / size) + 0.0005
        assert abs(counts[value] / size - part) <= tolerance, (value, counts[value], part)


# 1. Same parameters, same people


def test_the_same_parameters_give_the_same_bytes_in_another_process():
    here = sha256(repr(list(generate(300, 7, T0))).encode()).hexdigest()
    for hash_seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        run = subprocess.run(
            [sys.executable, "-c", DIGESTS], capture_output=True, check=True, env=environment
        )
        assert run.stdout.decode().strip() == here


def test_another_seed_gives_other_people_and_a_smaller_size_the_first_of_them():
    some = list(generate(200, 1, T0))

    assert some != list(generate(200, 2, T0))
    assert some[:50] == list(generate(50, 1, T0))


def test_keys_and_ids_are_unique_and_do_not_depend_on_the_seed(crowd):
    everybody = (*crowd, *special(T0))
    others = list(generate(50, 2, T0))

    assert len({person.id for person in everybody}) == len(everybody)
    assert [person.id for person in others] == [person.id for person in crowd[:50]]
    assert (crowd[0].key, crowd[-1].key) == ("R0000001", "R0010000")


@pytest.mark.parametrize("size", [-1, MAX_SIZE + 1])
def test_an_impossible_size_is_refused(size):
    with pytest.raises(ValueError, match="size"):
        next(generate(size, 1, T0))


def test_memory_does_not_grow_with_the_size():
    def held_after(size):
        tracemalloc.start()
        people = generate(size + 1, 1, T0)
        for _ in range(size):
            next(people)
        gc.collect()  # empties Python's own free lists too
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return held

    held_after(6000)  # fills the tables that are read once
    assert held_after(6000) < 1.5 * held_after(600)


# 2. The weights


def test_places_ages_sexes_and_languages_have_their_weights(crowd):
    homes = [person for person in crowd if not person.facts.commutes_from_outside]

    assert_shares((p.address.lg_code for p in homes), weights.PLACES, size=len(homes))
    assert_shares((p.sex for p in crowd), weights.SEXES)
    assert_shares((p.ui_language for p in crowd), weights.LANGUAGES)
    bands = [band for person in crowd for band in weights.AGES if band[0] <= age(person) <= band[1]]
    assert len(bands) == SIZE
    assert_shares(bands, weights.AGES)


def test_names_have_their_kinds(crowd):
    assert_shares((kind_of(person.name) for person in crowd), weights.NAME_KINDS)


def kind_of(name):
    kinds = {
        "mononym": name.family is None,
        "romaji": name.full.isascii(),
        "non_bmp": bool(regex.search(r"[\U00020000-\U0003ffff]", name.full)),
        "variant": bool(VARIANT.search(name.full)),
        "kana": not regex.search(r"\p{Han}", name.full),
        "kana_given": not regex.search(r"\p{Han}", name.given or ""),
    }
    return next((kind for kind, fits in kinds.items() if fits), "kanji")


def test_registration_sign_in_and_channels_have_their_weights(crowd):
    assert_shares(
        (person.registered_by for person in crowd), {"self": 870, "counter": 100, "guardian": 30}
    )
    assert_shares((person.signs_in_by for person in crowd), weights.SIGN_IN)
    ways = [way for person in crowd for way in person.channels]
    assert_shares(ways, {"mail": 780, "web_push": 350, "letter": 120})
    assert_shares((person.channels for person in crowd), {(): 30})


def test_what_few_have_is_as_frequent_as_designed(crowd):
    rare = {
        "protected": 1,
        "no_fixed_address": 1,
        "moved_on": 20,
        "commutes_from_outside": 10,
        "former_family": 15,
        "alias": 10,
        "household": 600,
        "mail_reused": 0.5,
        "same_as": 0.5,
    }
    found = [key for person in crowd for key in rare if getattr(person.facts, key)]

    assert_shares(found, rare)
    assert_shares((bool(person.address.building) for person in crowd), {True: 30})


def test_interests_have_their_shares_and_a_median_of_three(crowd):
    assert list(weights.INTEREST_SHARES) == list(INTERESTS)
    assert_shares((key for p in crowd for key in p.interests), weights.INTEREST_SHARES)
    assert_shares((bool(p.interests) for p in crowd), {False: 1000 * weights.PICKS_NOTHING})
    assert median(len(person.interests) for person in crowd if person.interests) == 3


def test_boundary_birthdays_and_partial_dates_occur(crowd):
    days = Counter((p.birthdate.month, p.birthdate.day) for p in crowd)
    precisions = Counter(p.birthdate.precision for p in generate(30_000, 3, T0))

    usual = SIZE / 365
    assert days[4, 1] > 2 * usual
    assert days[4, 2] > 2 * usual
    assert days[2, 29] > usual / 2
    assert precisions["year"] > 0
    assert precisions["month"] > 0
    assert precisions["day"] > 29_900


def test_all_seventy_two_places_occur_at_a_hundred_thousand():
    found = {person.address.lg_code for person in generate(100_000, 1, T0)}

    assert all(is_lg_code(code) for code in found)
    assert len(weights.PLACES) == 72
    assert found == set(weights.PLACES) | set(weights.OUTSIDE)


# 3. Addresses


def test_every_town_exists_and_every_block_does_not(crowd):
    for person in crowd:
        homes = [person.address]
        if person.facts.moved_from is not None:
            homes.append(person.facts.moved_from)
        for address in homes:
            assert level_of(address) is Level.TOWN
            assert findings_of(address) == {}
            number = unicodedata.normalize("NFKC", street_of(address.street).number)
            assert all(int(digits) >= 99 for digits in regex.findall(r"\d+", number))
            assert regex.search(r"\d", number)


def test_sakai_writes_cho_and_villages_have_no_chome(crowd):
    for person in crowd:
        word = street_of(person.address.street).chome_word
        if counts_cho(person.address.lg_code):
            assert word in {None, "丁"}
        elif municipality(person.address.lg_code).county:
            assert word is None
        else:
            assert word in {None, "丁目"}


def test_all_hyphens_and_wide_digits_occur(crowd):
    streets = "".join(person.address.street for person in crowd)

    assert all(hyphen in streets for hyphen in "-－‐‑–—―−ー")
    assert regex.search("[０-９]", streets)


# 4. Contacts that harm nobody


def test_mail_and_telephone_reach_nobody(crowd):
    assert all(MAIL.fullmatch(person.email) for person in crowd if person.email)
    assert all(PHONE.fullmatch(person.phone) for person in crowd if person.phone)
    assert len({p.phone for p in crowd if p.phone}) == len([p for p in crowd if p.phone])
    assert len({p.email for p in crowd if p.email}) == len([p for p in crowd if p.email])
    assert all((person.email is None) == (person.signs_in_by == "counter") for person in crowd)
    kinds = Counter(person.email.partition("@")[2] for person in crowd if person.email)
    assert set(kinds) == {"resident.example", "perm.invalid", "temp.invalid", "carrier.example"}


def has_my_number(text):
    """Whether 12 digits with a valid check digit stand in the text (ministerial order 2014/85)."""
    plain = regex.sub(r"(?<=\d)[\s\p{Pd}ー−]+(?=\d)", "", unicodedata.normalize("NFKC", text))
    for digits in regex.findall(r"(?<!\d)\d{12}(?!\d)", plain):
        numbers = [int(digit) for digit in reversed(digits)]
        rest = (
            sum(d * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(numbers[1:], start=1)) % 11
        )
        if numbers[0] == (0 if rest <= 1 else 11 - rest):
            return True
    return False


def test_the_check_for_twelve_digits_finds_the_specimen():
    assert has_my_number("１２３４－５６７８－９０１８")
    assert has_my_number("1234 5678 9018")
    assert not has_my_number("123456789012")


def test_nobody_carries_a_twelve_digit_number(crowd):
    for person in (*crowd, *special(T0)):
        texts = (person.name.full, person.address.full, person.email or "", person.phone or "")
        assert not any(has_my_number(text) for text in texts)


# What can be registered


def test_every_name_and_reading_passes_the_checks_of_the_forms(crowd):
    for person in crowd:
        assert names.findings_of(person.name.full) == []
        assert kana.findings_of(person.name_kana.full) == []
        assert kana.to_katakana(person.name_kana.full) == person.name_kana.full
        assert (person.name.family is None) == (person.name_kana.family is None)


def test_minors_have_guardians_who_are_adults_of_the_same_home(crowd):
    by_key = {person.key: person for person in crowd}
    minors = [person for person in crowd if age(person) < 18]

    assert all(1 <= len(person.facts.guardians) <= 2 for person in minors)
    assert {len(person.facts.guardians) for person in minors} == {1, 2}
    for person in minors:
        for key in person.facts.guardians:
            assert age(by_key[key]) >= 18
            assert by_key[key].address == person.address


def test_households_have_one_to_six_members_at_one_address(crowd):
    homes = Counter(person.facts.household for person in crowd if person.facts.household)
    by_key = {person.key: person for person in crowd}

    assert set(homes.values()) <= set(range(1, 7))
    assert max(homes.values()) > 2
    for person in crowd:
        head = person.facts.household
        assert head is None or by_key[head].address == person.address


def test_a_namesake_shares_name_and_birth_date(crowd):
    by_key = {person.key: person for person in crowd}
    namesakes = [person for person in generate(40_000, 1, T0) if person.facts.same_as]

    assert namesakes
    for person in namesakes:
        other = by_key.get(person.facts.same_as)
        if other is not None:
            assert (other.name, other.birthdate) == (person.name, person.birthdate)


def test_ages_hold_on_any_anchor():
    for anchor in (date(2024, 2, 29), date(2026, 4, 1), date(2027, 12, 31)):
        births = [person.birthdate for person in generate(500, 1, anchor)]
        assert all(birth.earliest <= anchor for birth in births)
        assert all(anchor.year - birth.year <= 105 for birth in births)


def test_contents_have_the_shapes_of_the_person_data_api(crowd):
    person = next(p for p in crowd if p.phone and p.email)

    contents = person.contents()

    assert set(contents) <= set(person.origins)
    assert contents["name"]["full"] == person.name.full
    assert contents["address"]["full"] == person.address.full
    assert set(contents["address"]) == {
        *("postal_code", "prefecture", "municipality", "lg_code", "town", "street", "building"),
        "full",
    }


def test_nobody_moved_before_being_born(crowd):
    moved = [person for person in crowd if person.facts.moved_on is not None]

    assert moved
    assert all(person.birthdate.earliest <= person.facts.moved_on for person in moved)
