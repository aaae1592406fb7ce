"""Everybody with a name or an address that breaks things registers, and nothing is lost (M03)."""

from datetime import date

import pytest
from django.core.cache import cache

from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.forms.profile import ProfileForm
from genkan.residents.models import ResidentRow
from genkan.residents.population.hostile import special
from tests.builders import a_resident
from tests.console.conftest import browser_of, text_of
from tests.console.test_counter import PERSON, register
from tests.console.test_desk import employed, opened, search
from tests.population.filling import declared, fields_of
from tests.residents.conftest import Person

T0 = date(2026, 7, 15)
CAST = {person.key: person for person in special(T0)}
ONLINE = ["H01", "H02", "H03", "H04", "H05", "H06", "H07", "H11", "H12", "H13", "H20", "H21", "H29"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ignore_template_errors]


def id_of(visitor):
    return ResidentId(ResidentRow.objects.get(account__email=visitor.email).pk)


@pytest.fixture
def newcomer():
    """Somebody in the middle of registration: the address is verified, the terms are accepted."""
    a_resident()  # so that there are terms
    cache.clear()
    visitor = Person("newcomer@resident.example")
    visitor.sign_up()
    visitor.verify()
    visitor.accept()
    return visitor


@pytest.mark.parametrize("key", ONLINE)
def test_registers_online_without_a_lossy_change(key):
    person = CAST[key]
    form = ProfileForm(fields_of(person), today=T0, language="ja")

    assert form.is_valid(), form.errors
    assert form.draft().values == declared(person)


def test_h05_long_name_and_alias_go_through_the_pages_whole(newcomer):
    typed = {"family_name": "", "given_name": ""} | fields_of(CAST["H05"])

    newcomer.fill(**typed)
    shown = newcomer.get("/register/confirm").content.decode()
    newcomer.confirm()

    held = residents.profile_of(id_of(newcomer)).contents()
    assert "MARIA FERNANDA APARECIDA DE SOUZA LIMA NAKATA" in shown
    assert "中田 マリア" in shown
    assert held == declared(CAST["H05"]) | {"email": newcomer.email}


def test_h08_registers_at_the_counter_with_a_year_alone():
    a_resident()
    clerk = browser_of(employed("counter"))

    register(clerk, **fields_of(CAST["H08"]))

    assert residents.profile_of(ResidentId(PERSON)).content("birthdate") == "1945"
    page = clerk.get(f"/console/residents/{PERSON}/slip")
    assert "1945-01-01" not in page.content.decode()


def test_h06_former_family_name_is_written_down_and_borne_out_at_the_counter():
    a_resident()
    clerk = browser_of(employed("counter"))

    register(clerk, **fields_of(CAST["H06"]), former_name_kana="いのうえ")

    former = residents.profile_of(ResidentId(PERSON)).values["former_name"]
    assert former.content == {"full": "井上", "kana": "イノウエ"}
    assert (former.origin, former.verified) == ("counter", True)
    assert "井●" in text_of(opened(clerk, PERSON))


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("H06", {"name": "山口 さくら"}),
        ("H06", {"name": "井上"}),
        ("H06", {"name": "井上 さくら"}),
        ("H05", {"name": "MARIA FERNANDA APARECIDA DE SOUZA LIMA NAKATA"}),
        ("H05", {"name": "中田マリア"}),
        ("H05", {"kana": "なかた"}),
        ("H07", {"kana": "ウエダ シヨウコ"}),
        ("H29", {"name": "平田 栞"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value.values()),
)
def test_the_counter_finds_by_either_name(cast, key, asked):
    clerk = browser_of(employed("counter"))

    found = search(clerk, **asked)

    assert str(cast[key])[:8] in text_of(found)


def test_h06_name_before_the_marriage_ended_on_its_day(cast):
    (before,) = [
        one for one in residents.past_values_of(ResidentId(cast["H06"])) if one.item == "name"
    ]

    assert before.content["full"] == "井上 さくら"
    assert before.until.isoformat() == "2025-09-30T15:00:00+00:00"


def test_h21_registers_with_only_the_ward_and_letters_wait_at_the_counter(newcomer):
    only_the_ward = {
        "no_fixed_address": "on",
        "postal_code": "",
        "municipality": "大阪市西成区",
        "town": "",
        "street": "",
    }
    refused = newcomer.fill(**only_the_ward | {"no_fixed_address": ""})
    assert refused.status_code == 422

    newcomer.fill(**only_the_ward)
    shown = newcomer.get("/register/confirm").content.decode()
    newcomer.confirm()

    address = residents.profile_of(id_of(newcomer)).content("address")
    assert address["no_fixed_address"] is True
    assert (address["postal_code"], address["lg_code"]) == ("", "271225")
    assert address["full"] == "大阪府大阪市西成区"
    assert "郵便物は窓口でお預かりします" in shown
    assert "郵便物は窓口でお預かりします" in newcomer.get("/profile").content.decode()


TYPED = {"municipality": "\u2f24阪市北区", "postal_code": "530-0005", "town": "中之島"}


def test_h29_address_with_a_radical_is_proposed_and_waits_for_yes(newcomer):
    asked = newcomer.fill(**TYPED)

    assert asked.status_code == 422
    assert "大阪市北区" in asked.content.decode()
    assert not newcomer.get("/register/confirm").content  # nothing was taken in

    newcomer.fill(**TYPED, radicals_address="use")
    newcomer.confirm()
    assert residents.profile_of(id_of(newcomer)).content("address")["municipality"] == "大阪市北区"


def test_h29_raw_text_stays_where_she_says_so(newcomer):
    newcomer.fill(**TYPED, radicals_address="keep")
    newcomer.confirm()

    address = residents.profile_of(id_of(newcomer)).content("address")
    assert address["municipality"] == "\u2f24阪市北区"
    assert address["lg_code"] == "271276"


@pytest.mark.parametrize("decision", ["", "yes", "use\0"])
def test_h29_name_with_a_radical_is_never_changed_silently(newcomer, decision):
    names = {"name": "\u2f24島 一", "family_name": "", "given_name": ""}

    assert newcomer.fill(**names, radicals_name=decision).status_code == 422


def test_sex_not_answered_is_said_and_gender_is_a_thing_of_its_own(newcomer):
    newcomer.fill(sex="9", gender="どちらでもない")
    newcomer.confirm()
    held = residents.profile_of(id_of(newcomer))
    assert (held.content("sex"), held.content("gender")) == ("9", "どちらでもない")

    newcomer.post("/profile/gender", {"gender": ""})

    held = residents.profile_of(id_of(newcomer))
    assert (held.content("sex"), held.content("gender")) == ("9", None)


def test_reading_of_an_alias_without_the_alias_is_refused(newcomer):
    assert newcomer.fill(alias_kana="ナカタ").status_code == 422
