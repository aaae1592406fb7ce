"""H07 declared ショウコ, the register has シヨウコ: both are kept, and she picks (JAPAN.md 2)."""

import pytest
from django.core.cache import cache

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.models import ResidentRow
from genkan.residents.service.profile import change_values
from genkan.residents.service.readings import pick
from tests.builders import DAY, NOON, a_partner, a_resident, an_item, entry, events, give, release
from tests.console.conftest import browser_of
from tests.console.test_desk import SEARCH, employed, opened
from tests.residents.conftest import Person

DECLARED, REGISTER = "ウエダ ショウコ", "ウエダ シヨウコ"
DOCUMENT = {"document": "my_number_card", "document_note": ""}

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def shoko():
    return a_resident(name_kana={"full": DECLARED})


def readings(resident):
    """What is used and what is kept beside it, each with its origin."""
    values = residents.profile_of(resident).values
    kept = (values.get("name_kana"), values.get("name_kana_other"))
    return [one and (one.content["full"], one.origin) for one in kept]


def checks(resident, reading):
    """The counter holds the reading against a document that shows another one."""
    clerk = browser_of(employed("counter"))
    opened(clerk, resident)
    typed = {**DOCUMENT, "name_kana": reading, "decision": "correct"}
    answer = clerk.post(f"{SEARCH}{resident}/check/name_kana", typed)
    assert answer.status_code == 303


def test_h07_counter_does_not_overwrite_what_she_declared(shoko):
    checks(shoko, REGISTER)

    assert readings(shoko) == [(DECLARED, "self_declared"), (REGISTER, "counter")]
    assert "resident.reading_kept" in events(shoko)
    assert "resident.values_corrected" not in events(shoko)


def test_h07_lost_voicing_marks_are_such_a_difference_too():
    one = a_resident(name_kana={"full": "ヤマザキ ジュン"})

    checks(one, "ヤマサキ シユン")

    assert readings(one) == [("ヤマザキ ジュン", "self_declared"), ("ヤマサキ シユン", "counter")]


def test_another_reading_is_corrected_as_before(shoko):
    checks(shoko, "カミタ サチコ")

    assert readings(shoko) == [("カミタ サチコ", "counter"), None]
    assert "resident.values_corrected" in events(shoko)
    assert [past.content["full"] for past in residents.past_values_of(shoko)] == [DECLARED]


def test_h07_picks_and_the_picked_one_leaves_with_its_origin(cast):
    shoko = ResidentId(cast["H07"])
    partner = a_partner(offer={"items": [an_item("name"), an_item("name_kana")]})
    give(shoko, partner, "name", "name_kana")
    first = release(shoko, partner).items["name_kana"]

    pick(shoko, REGISTER, now=NOON + DAY)
    second = release(shoko, partner, now=NOON + DAY).items["name_kana"]

    assert (first.content["full"], first.origin, first.verified) == (
        DECLARED,
        "self_declared",
        False,
    )
    assert (second.content["full"], second.origin, second.verified) == (REGISTER, "card", True)
    assert readings(shoko) == [(REGISTER, "card"), (DECLARED, "self_declared")]
    assert entry(shoko, "resident.reading_chosen").facts == {"items": ["name_kana"]}


def test_h07_declares_anew_and_the_register_stays_beside_it(cast):
    shoko = ResidentId(cast["H07"])

    change_values(shoko, {"name_kana": {"full": "ウエダ ジョウコ"}}, now=NOON + DAY)
    assert readings(shoko) == [("ウエダ ジョウコ", "self_declared"), (REGISTER, "card")]

    change_values(shoko, {"name_kana": {"full": REGISTER}}, now=NOON + 2 * DAY)
    assert readings(shoko) == [(REGISTER, "card"), None]


def test_picking_what_is_in_use_changes_nothing_and_what_is_gone_is_refused(cast):
    shoko = ResidentId(cast["H07"])

    pick(shoko, DECLARED, now=NOON)
    assert "resident.reading_chosen" not in events(shoko)
    with pytest.raises(residents.ReadingGone):
        pick(shoko, "カミタ サチコ", now=NOON)


@pytest.mark.django_db(transaction=True)
def test_h07_is_warned_and_picks_on_a_page_without_a_script():
    a_resident()  # so that there are terms
    cache.clear()
    shoko = Person("h07@resident.example")
    shoko.register(name="上田 祥子", family_name="", given_name="", name_kana=DECLARED)
    resident = ResidentId(ResidentRow.objects.get(account__email=shoko.email).pk)
    assert shoko.get("/profile/reading").status_code == 404
    checks(resident, REGISTER)

    assert "どちらを使うか選ぶ" in shoko.get("/profile").content.decode()
    page = shoko.get("/profile/reading").content.decode()
    assert DECLARED in page
    assert REGISTER in page
    assert shoko.post("/profile/reading", {"reading": "ニセ"}).status_code == 409
    assert shoko.post("/profile/reading", {"reading": REGISTER}).status_code == 303

    assert readings(resident) == [(REGISTER, "counter"), (DECLARED, "self_declared")]
    assert residents.profile_of(resident).values["name_kana"].as_of < clock.now()
    assert "使う読み方を選びました" in shoko.get("/history/").content.decode()
