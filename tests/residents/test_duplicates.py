"""Somebody who registers twice is noticed, never merged (H24, A10)."""

import json

import pytest
from click.testing import CliRunner

from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.residents import farewell
from genkan.residents.domain.likeness import likeness
from genkan.residents.errors import NotAResident
from genkan.residents.models import DuplicateRow
from genkan.residents.service import profile
from genkan.site.cli import cli
from tests.builders import DAY, NOON, VALUES, a_resident, events
from tests.residents.conftest import H01, Person
from tests.residents.leavers import AGAIN

pytestmark = pytest.mark.django_db
ELSEWHERE = VALUES["address"] | {"full": "大阪府門真市中町9999番", "street": "9999番"}


def pairs():
    return [(one.resident, one.like, one.all_four) for one in residents.duplicates()]


def test_a_second_registration_goes_through_and_is_a_case():
    first = a_resident()

    second = a_resident(now=NOON + DAY)

    assert pairs() == [(second, first, True)]
    assert residents.state_of(second) == "active"
    assert residents.profile_of(first).values.keys() == residents.profile_of(second).values.keys()


def test_same_name_and_birth_date_elsewhere_is_a_case_of_its_own_kind():
    first = a_resident()

    second = a_resident(now=NOON + DAY, address=ELSEWHERE)

    assert pairs() == [(second, first, False)]


@pytest.mark.parametrize(
    "changes",
    [{"birthdate": "1990-04-02"}, {"name": {"full": "大阪 花"}}, {"birthdate": None}],
    ids=["born-next-day", "other-name", "no-birth-date"],
)
def test_people_who_differ_are_no_case(changes):
    a_resident()
    a_resident(now=NOON + DAY, **changes)

    assert pairs() == []


def test_spellings_of_one_name_meet():
    one = likeness(VALUES | {"name": {"full": "髙橋 𠮷男"}})
    other = likeness(VALUES | {"name": {"full": "高橋吉男"}})

    assert one == other


def test_neither_is_told_about_the_other():
    first = a_resident()
    second = a_resident(now=NOON + DAY)

    assert (events(first), events(second)) == ([], [])


def test_no_hash_shows_what_it_is_of():
    a_resident()
    row = DuplicateRow.objects.get()

    assert (len(bytes(row.name_and_birth)), len(bytes(row.all_four))) == (32, 32)
    assert bytes(row.name_and_birth) != bytes(row.all_four)


def test_registering_by_the_public_form_is_noticed_too(published):
    Person("one@resident.example").register()
    Person("two@resident.example").register()

    ((_, _, all_four),) = pairs()
    assert all_four


def test_a_correction_can_end_a_case_and_make_one():
    first = a_resident()
    second = a_resident(now=NOON + DAY)

    profile.change_values(second, {"birthdate": "1991-04-01"}, now=NOON + DAY)
    assert pairs() == []
    profile.change_values(first, {"birthdate": "1991-04-01"}, now=NOON + 2 * DAY)
    assert pairs() == [(first, second, True)]
    profile.change_values(first, {"phone": "06-1111-1111"}, now=NOON + 3 * DAY)
    assert pairs() == [(first, second, True)]


def test_a_settled_case_stays_settled_until_something_changes():
    first = a_resident()
    second = a_resident(now=NOON + DAY)

    residents.settle_duplicate(second, now=NOON + DAY)

    assert pairs() == []
    with pytest.raises(NotAResident):
        residents.settle_duplicate(second, now=NOON + DAY)
    profile.change_values(second, {"address": ELSEWHERE}, now=NOON + 2 * DAY)
    assert pairs() == [(second, first, False)]


def test_who_comes_back_after_leaving_is_like_nobody():
    old = a_resident()
    residents.request_leaving(old, now=NOON)
    farewell.close(old, now=AGAIN)

    a_resident(now=AGAIN + DAY)

    assert pairs() == []


def test_the_command_lists_and_settles():
    now = clock.now()
    first = a_resident(now=now - DAY)
    second = a_resident(now=now)

    def run(*words):
        return CliRunner().invoke(cli, ["resident", "duplicates", *words])

    (case,) = json.loads(run("--json").output)["cases"]
    assert (case["resident"], case["like"], case["all_four"]) == (str(second), str(first), True)
    assert run().output == f"{second} like {first}: same four items\n"
    assert json.loads(run("--settle", str(second), "--json").output) == {"cases": []}
    assert H01["name"] not in run("--json").output
